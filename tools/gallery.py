"""Draws everything people see, as contact sheets: each card, receipt, message and dialog of the golden files.

`.venv/bin/python tools/gallery.py [FOLDER]` writes sheets in light, dark and at phone width into docs/images/look (or
FOLDER), where docs/look.md shows them. It needs Chromium, and nothing but the stand-in for Slack runs.
"""

import asyncio
import base64
import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aiohttp import web
from playwright.async_api import Browser, Page, async_playwright

from sandbox.clock import SystemClock
from sandbox.parts import open_sandbox
from sandbox.seed import ALEX, APPROVALS, IT_ADMINS, IT_HELP, ROBIN, SAM
from sandbox.server import build_app
from tests.conftest import FLAGS, chromium_path
from tests.sandbox.page.app_double import AppDouble, connected_app
from tools.pictures import CAPTURE, lossless, picture

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "blocks" / "golden"
IMAGES = ROOT / "docs" / "images" / "look"
LOW, HIGH = 320, 700
"""Heights of a window in pixels: less than any sheet has, and enough for a dialog."""
DIALOG = 520
BOX = """part => {
  const boxes = [...document.querySelectorAll(part)].map(each => each.getBoundingClientRect());
  const [x, y] = [boxes[0].left, boxes[0].top];
  return {x, y, width: boxes[0].width, height: boxes.at(-1).bottom - y};
}"""
GROUND = """
  body { margin: 0; padding: 16px; display: flex; flex-wrap: wrap; gap: 16px; align-items: start; background: #ddd }
  body.dark { background: #111 }
"""
OPENER = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Open"}}],
    }
]
PEOPLE: Mapping[str, str] = MappingProxyType(
    {
        "U0REQUESTER": ROBIN,
        "U0APPROVER": ALEX,
        "U0SECOND": SAM,
        "U0WITNESS": SAM,
        "C0HELPDESK": IT_HELP,
        "C0APPROVERS": APPROVALS,
        "S0ADMINS": IT_ADMINS,
        "S0GROUP": IT_ADMINS,
    }
)
"""Who and what of the examples is whom and what in the demo."""

SHEETS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "waiting": ("card_pending", "card_quorum", "card_to_type"),
        "several": ("card_mixed",),
        "held": ("card_with_code", "card_silent"),
        "run": ("card_approved", "card_started", "card_succeeded", "card_failed"),
        "of-three": ("card_receipt_of_three", "card_superseded"),
        "ended": ("card_denied", "card_expired", "card_withdrawn"),
        "stopped": ("card_revoked", "card_not_run", "card_not_started"),
        "unknown": ("card_interrupted", "card_unknown_looked", "card_told"),
        "hostile": ("card_hostile", "card_secret"),
        "thread": (
            "progress_planning",
            "progress_waiting",
            "progress_silent",
            "progress_withdrawn",
            "progress_done",
            "progress_failed",
            "reminder",
            "reminder_escalated",
        ),
        "results": ("result_table", "result_json", "answer_images"),
    }
)
DIALOGS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "dialogs": ("view_deny", "view_details", "view_confirm_type", "view_confirm_code"),
        "dialogs-of-more": ("view_deny_three", "view_confirm_three"),
    }
)


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at it."""

    name: str
    width: int
    dark: bool = False
    without: frozenset[str] = frozenset()


ALIKE = frozenset({"held", "of-three", "stopped", "hostile", "dialogs-of-more"})
"""Sheets that show nothing new in the dark."""
LOOKS = (Look("light", 900), Look("dark", 900, dark=True, without=ALIKE), Look("phone", 390))


def golden(name: str) -> dict[str, Any]:
    """The payload of that example, with the people of the demo in it."""
    text = (GOLDEN / f"{name}.json").read_text(encoding="utf-8")
    for theirs, ours in PEOPLE.items():
        text = text.replace(theirs, ours)
    read: dict[str, Any] = json.loads(text)
    return read


@asynccontextmanager
async def workspace() -> AsyncIterator[str]:
    """A new workspace's address, ending in a slash."""
    runner = web.AppRunner(build_app(open_sandbox(SystemClock(), rate_limits=False)), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def window(browser: Browser, place: str, look: Look, height: int) -> AsyncIterator[Page]:
    context = await browser.new_context(
        viewport={"width": look.width, "height": height},
        color_scheme="dark" if look.dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
        timezone_id="UTC",
    )
    page = await context.new_page()
    await page.goto(place)
    yield page
    await context.close()


async def taken(page: Page, part: str) -> bytes:
    """The picture of that part of the page."""
    clip: dict[str, float] = await page.evaluate(BOX, part)
    session = await page.context.new_cdp_session(page)
    return picture(await session.send(CAPTURE, lossless(clip)))


async def sheet(browser: Browser, names: Sequence[str], look: Look) -> bytes:
    """All of these messages, one below the other, whole, as Alex sees them."""
    async with workspace() as address, connected_app(address) as app:
        for name in names:
            shown = golden(name)
            posted = await app.web.chat_postMessage(channel=APPROVALS, text=shown["text"], blocks=shown["blocks"])
        async with window(browser, f"{address}#/c/{APPROVALS}?as={ALEX}", look, LOW) as page:
            await page.locator(f"article.message[data-ts='{posted['ts']}']").wait_for()
            hidden = await page.get_by_test_id("messages").evaluate("list => list.scrollHeight - list.clientHeight")
            await page.set_viewport_size({"width": look.width, "height": LOW + hidden})
            return await taken(page, "article.message")


async def dialog(browser: Browser, name: str, look: Look) -> bytes:
    """The dialog as it opens after a click, without what is behind it."""
    async with workspace() as address, connected_app(address) as app:
        await app.web.chat_postMessage(channel=APPROVALS, text="Open", blocks=OPENER)
        async with window(browser, f"{address}#/c/{APPROVALS}?as={ALEX}", look, HIGH) as page:
            await page.locator("[data-action-id='open']").click()
            await show(app, golden(name))
            await page.get_by_test_id("modal-close").wait_for()
            return await taken(page, "dialog[open]")


async def show(app: AppDouble, view: dict[str, Any]) -> None:
    """Answers the click with that dialog."""
    click = await app.next("block_actions")
    await app.web.views_open(trigger_id=click["trigger_id"], view=view)


async def side_by_side(browser: Browser, pictures: Sequence[bytes], look: Look) -> bytes:
    """These pictures in one, two in a row."""
    shown = [f"<img src='data:image/webp;base64,{base64.b64encode(each).decode()}'>" for each in pictures]
    async with window(browser, "about:blank", Look("", 2 * min(look.width, DIALOG) + 48), LOW) as page:
        await page.set_content(f"<style>{GROUND}</style><body class='{look.name}'>{''.join(shown)}")
        await page.evaluate("Promise.all([...document.images].map(image => image.decode()))")
        return await taken(page, "body")


async def drawings(browser: Browser, look: Look) -> AsyncIterator[tuple[str, bytes]]:
    """Every sheet by its name."""
    for title in [each for each in SHEETS if each not in look.without]:
        yield title, await sheet(browser, SHEETS[title], look)
    for title in [each for each in DIALOGS if each not in look.without]:
        yield title, await side_by_side(browser, [await dialog(browser, name, look) for name in DIALOGS[title]], look)


async def draw() -> dict[str, bytes]:
    """Every picture by its file's name."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        found = {f"{title}-{look.name}.webp": made for look in LOOKS async for title, made in drawings(browser, look)}
        await browser.close()
    return found


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    for name, made in asyncio.run(draw()).items():
        (folder / name).write_bytes(made)


if __name__ == "__main__":
    main()
