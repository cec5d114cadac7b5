"""One browser for every test that looks at a page."""

import gc
import shutil
from collections.abc import AsyncIterator

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


def pytest_configure() -> None:
    """Nothing that collecting makes is to be swept: see the end of it."""
    gc.disable()


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
