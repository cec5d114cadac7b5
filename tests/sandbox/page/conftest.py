"""The same windows and one address for all tests of the page, so that its files are read once; a stage for each."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import TypeAlias

import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import Browser, ConsoleMessage, Error, Page

from tests.conftest import PATIENCE
from tests.sandbox.page.stage import Stage

Visit: TypeAlias = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="session")
def door() -> Iterator[socket.socket]:
    """The one port that every server of these tests is behind, by turns."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


@asynccontextmanager
async def served(app: web.Application, door: socket.socket) -> AsyncIterator[str]:
    """The application behind that port; its address."""
    app.on_response_prepare.append(keep_files)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, door.dup()).start()
    yield f"http://127.0.0.1:{door.getsockname()[1]}/"
    await runner.cleanup()


async def keep_files(request: web.Request, response: web.StreamResponse) -> None:
    """Scripts and styles do not change while tests run."""
    if request.path.startswith(("/js/", "/css/")):
        response.headers["Cache-Control"] = "max-age=3600"


@pytest_asyncio.fixture(loop_scope="session")
async def stage() -> Stage:
    return Stage()


@pytest_asyncio.fixture(loop_scope="session")
async def address(stage: Stage, door: socket.socket) -> AsyncIterator[str]:
    async with served(stage.application(), door) as address:
        yield address


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def windows(browser: Browser) -> AsyncIterator[list[Page]]:
    """The windows that were opened so far. They stay open: a new one costs more than most tests."""
    opened: list[Page] = []
    yield opened
    for page in opened:
        await page.context.close()


async def new_window(browser: Browser) -> Page:
    """A window of its own: the browser draws one that lies behind another only now and then."""
    context = await browser.new_context(
        locale="en-GB",
        timezone_id="Europe/Berlin",
        permissions=["clipboard-read", "clipboard-write"],
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE * 1000)
    return await context.new_page()


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, windows: list[Page], address: str) -> AsyncIterator[Visit]:
    """Opens the page: `await visit("#/c/C0ITHELP1?as=U0ALEX001", width=1280)`. A script error fails the test.

    Each visit of a test is in a window of its own, and none of them remembers an earlier test.
    """
    pages: list[Page] = []
    errors: list[str] = []

    def broke(error: Error) -> None:
        errors.append(str(error))

    def printed(line: ConsoleMessage) -> None:
        if line.type == "error" and "status of 4" not in line.text:
            errors.append(line.text)

    async def open_page(place: str = "", *, width: int = 1280, height: int = 800) -> Page:
        if len(windows) == len(pages):
            windows.append(await new_window(browser))
        page = windows[len(pages)]
        pages.append(page)
        page.on("pageerror", broke)
        page.on("console", printed)
        await page.set_viewport_size({"width": width, "height": height})
        await page.goto(f"{address}{place}")
        await page.get_by_test_id("act-as").wait_for()
        return page

    yield open_page
    for page in pages:
        await leave(page, address)
        page.remove_listener("pageerror", broke)
        page.remove_listener("console", printed)
    assert errors == []


async def leave(page: Page, address: str) -> None:
    """Makes the window as good as new: it forgets where no script of ours runs that could note something again."""
    await page.goto(f"{address}css/base.css")
    await page.evaluate("localStorage.clear()")
    await page.emulate_media(color_scheme="light")
    await page.mouse.move(0, 0)
