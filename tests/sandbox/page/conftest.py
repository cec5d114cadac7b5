"""One browser for all tests of the page; a stage and a fresh window for each."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import pytest_asyncio
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Page, async_playwright

from tests.sandbox.page.stage import Stage

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Visit: TypeAlias = Callable[..., Awaitable[Page]]


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> Stage:
    return Stage()


@pytest_asyncio.fixture(loop_scope="session")
async def address(stage: Stage) -> AsyncIterator[str]:
    server = TestServer(stage.application())
    await server.start_server(shutdown_timeout=0.1)
    yield f"http://127.0.0.1:{server.port}/"
    await server.close()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, address: str) -> AsyncIterator[Visit]:
    """Opens the page: `await visit("#/c/C0ITHELP1?as=U0ALEX001", width=1280)`. A script error fails the test."""
    context = await browser.new_context(
        locale="en-GB", timezone_id="Europe/Berlin", permissions=["clipboard-read", "clipboard-write"]
    )
    context.set_default_timeout(5000)
    errors: list[str] = []

    async def open_page(place: str = "", *, width: int = 1280, height: int = 800) -> Page:
        page = await context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(f"{address}{place}")
        await page.get_by_test_id("act-as").wait_for()
        return page

    yield open_page
    await context.close()
    assert [error for error in errors if "status of 4" not in error] == []
