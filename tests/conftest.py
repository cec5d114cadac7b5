"""One browser for every test that looks at a page."""

import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import chain, filterfalse, groupby, islice
from operator import attrgetter

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright, expect

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 75
"""Seconds that anything may take on a busy machine."""
LONG = frozenset({"bench", "stories"})


def pytest_configure() -> None:
    """Nothing that collecting makes is to be swept: see the end of it."""
    gc.disable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several workers, all but the last begin with what takes long; small tests are left for the end."""
    workers = getattr(config, "workerinput", {}).get("workercount", 1)
    if workers > 1:
        items[:] = dealt(list(items), workers)


def dealt(items: list[pytest.Item], workers: int) -> Iterator[pytest.Item]:
    """`--dist worksteal` gives each worker an equal piece of this list to begin with."""
    modules = [list(module) for _, module in groupby(filter(takes_long, items), attrgetter("path"))]
    others = filterfalse(takes_long, items)
    for at in range(workers):
        share = list(chain(*modules[at :: workers - 1])) if at < workers - 1 else []
        piece = len(items) * (at + 1) // workers - len(items) * at // workers
        yield from share
        yield from islice(others, max(0, piece - len(share)))
    yield from others


def takes_long(item: pytest.Item) -> bool:
    return item.path.parent.name in LONG


def pytest_collection_finish() -> None:
    """All these tests stay until the end. Sweeping them again and again takes time, half a second at once."""
    gc.freeze()
    gc.enable()


def chromium_path() -> str:
    """The build without windows where there is one: the same engine takes a quarter less of the processor."""
    return shutil.which("chromium-headless-shell") or "/usr/bin/chromium"


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Started by the first test that asks for it."""
    expect.set_options(PATIENCE * 1000)
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield chromium
        await chromium.close()
