"""Draws everything people see, as contact sheets: each card, receipt, message and dialog of the golden files.

`.venv/bin/python tools/gallery.py [FOLDER]` writes sheets in light, dark and at phone width into docs/images/look (or
FOLDER). It needs Chromium, and nothing but the stand-in for Slack runs.
"""

import asyncio
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
from sandbox.seed import ALEX, APPROVALS
from sandbox.server import build_app
from tests.conftest import FLAGS
from tests.sandbox.page.app_double import AppDouble, connected_app

ROOT = Path(__file__).parents[1]
GOLDEN = ROOT / "tests" / "blocks" / "golden"
IMAGES = ROOT / "docs" / "images" / "look"
CHROMIUM = "/usr/bin/chromium"
TALL = 700
OPENER = [
    {
        "type": "actions",
        "elements": [{"type": "button", "action_id": "open", "text": {"type": "plain_text", "text": "Open"}}],
    }
]

SHEETS: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "waiting": ("card_pending", "card_quorum", "card_mixed", "card_secret", "card_silent", "card_started"),
        "decided": (
            "card_succeeded",
            "card_failed",
            "card_denied",
            "card_expired",
            "card_withdrawn",
            "card_revoked",
            "card_not_run",
            "card_superseded",
            "card_receipt_of_three",
        ),
        "unknown": ("card_interrupted", "card_unknown", "card_unknown_looked", "card_told", "card_hostile"),
        "thread": ("progress_planning", "progress_waiting", "progress_done", "progress_failed", "answer_table"),
    }
)
DIALOGS = ("view_deny", "view_deny_three", "view_details", "view_details_secret")


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at it."""

    name: str
    width: int
    dark: bool = False
    scale: float = 1.0


LOOKS = (Look("light", 900), Look("dark", 900, dark=True), Look("phone", 390, scale=1.5))


def golden(name: str) -> dict[str, Any]:
    """The payload of that example."""
    read: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))
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
async def window(browser: Browser, address: str, look: Look, height: int) -> AsyncIterator[Page]:
    """The approvers' channel as Alex sees it."""
    context = await browser.new_context(
        viewport={"width": look.width, "height": height},
        device_scale_factor=look.scale,
        color_scheme="dark" if look.dark else "light",
        reduced_motion="reduce",
        locale="en-GB",
    )
    page = await context.new_page()
    await page.goto(f"{address}#/c/{APPROVALS}?as={ALEX}")
    await page.get_by_test_id("act-as").wait_for()
    yield page
    await context.close()


async def sheet(browser: Browser, names: Sequence[str], look: Look, file: Path) -> None:
    """All of these messages, one below the other, whole."""
    async with workspace() as address, connected_app(address) as app:
        for name in names:
            shown = golden(name)
            posted = await app.web.chat_postMessage(channel=APPROVALS, text=shown["text"], blocks=shown["blocks"])
        async with window(browser, address, look, TALL) as page:
            await page.locator(f"article.message[data-ts='{posted['ts']}']").wait_for()
            tall = await page.get_by_test_id("messages").evaluate("list => list.scrollHeight")
            await page.set_viewport_size({"width": look.width, "height": tall + 40})
            await page.get_by_test_id("messages").screenshot(path=file, animations="disabled")


async def dialog(browser: Browser, name: str, look: Look, file: Path) -> None:
    """The dialog as it opens after a click."""
    async with workspace() as address, connected_app(address) as app:
        await app.web.chat_postMessage(channel=APPROVALS, text="Open", blocks=OPENER)
        async with window(browser, address, look, 844 if look.width < TALL else TALL) as page:
            await page.locator("[data-action-id='open']").click()
            await show(app, golden(name))
            await page.get_by_test_id("modal").wait_for()
            await page.screenshot(path=file, animations="disabled")


async def show(app: AppDouble, view: dict[str, Any]) -> None:
    """Answers the click with that dialog."""
    click = await app.next("block_actions")
    await app.web.views_open(trigger_id=click["trigger_id"], view=view)


async def draw(folder: Path) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for look in LOOKS:
            for title, names in SHEETS.items():
                await sheet(browser, names, look, folder / f"{title}-{look.name}.png")
            for name in DIALOGS:
                await dialog(browser, name, look, folder / f"{name.removeprefix('view_')}-{look.name}.png")
        await browser.close()


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else IMAGES
    folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(draw(folder))


if __name__ == "__main__":
    main()
