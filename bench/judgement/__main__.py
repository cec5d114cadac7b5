"""Draws the cards of the judgement test as pictures at phone width: `python -m bench.judgement FOLDER`.

FOLDER gets card-01.png … and `asked.txt` (for each picture, what was asked), which is all that a reader is given, and
`key.txt`, which a reader must not see. docs/judgement.md tells how it is played and what came of it.
"""

import argparse
import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

from aiohttp import web
from playwright.async_api import Page, async_playwright
from slack_sdk.web.async_client import AsyncWebClient

from bench.judgement.cards import Case, draw, read_cases
from bot.models.requirement import Risk
from bot.models.tools import Toolset
from sandbox.clock import SystemClock
from sandbox.parts import open_sandbox
from sandbox.seed import ALEX, APPROVALS, demo_app
from sandbox.server import build_app
from tests.conftest import FLAGS, chromium_path

ORDER = 20261121
PHONE = {"width": 390, "height": 1900}


def shuffled(cases: Sequence[Case], order: int) -> list[Case]:
    """The cases in the order of that seed, so that neighbours tell nothing."""
    return Random(order).sample(list(cases), len(cases))


async def draw_all(folder: Path, order: int) -> None:
    """The pictures, what was asked, and the key."""
    cases, tools, risks = read_cases()
    dealt = shuffled(cases, order)
    runner = web.AppRunner(build_app(open_sandbox(SystemClock(), rate_limits=False)))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        await _photograph(folder, f"http://127.0.0.1:{runner.addresses[0][1]}", dealt, tools, risks)
    finally:
        await runner.cleanup()
    numbered = list(enumerate(dealt, 1))
    _write(folder / "asked.txt", [f"card-{number:02}: {case.asked}" for number, case in numbered])
    _write(folder / "key.txt", [f"card-{number:02}: {case.poison or 'good'}" for number, case in numbered])


async def _photograph(
    folder: Path, address: str, cases: Sequence[Case], tools: Toolset, risks: Mapping[str, Risk]
) -> None:
    now = SystemClock().now()
    slack = AsyncWebClient(demo_app().bot_token, base_url=f"{address}/api/")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = await browser.new_context(
            viewport={"width": PHONE["width"], "height": PHONE["height"]}, device_scale_factor=2, locale="en-GB"
        )
        page = await context.new_page()
        await page.goto(f"{address}/#/c/{APPROVALS}?as={ALEX}")
        for number, case in enumerate(cases, 1):
            card = draw(case, number, tools, risks, now)
            posted = await slack.chat_postMessage(channel=APPROVALS, text=card.text, blocks=card.blocks)
            await _save(page, str(posted["ts"]), folder / f"card-{number:02}.png")
        await browser.close()


async def _save(page: Page, ts: str, file: Path) -> None:
    card = page.locator(f"article.message[data-ts='{ts}']")
    await card.wait_for()
    await card.screenshot(path=file, animations="disabled")


def _write(file: Path, lines: Sequence[str]) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.judgement", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--order", type=int, default=ORDER, help="seed of the order")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    asyncio.run(draw_all(options.folder, options.order))


if __name__ == "__main__":
    main()
