"""One workspace for the stories that leave it usable, and one of their own for the others."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.stories.scene import World, open_world


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Function) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A story that fails says what happened last."""
    report = yield
    for world in item.funcargs.values():
        if report.failed and isinstance(world, World):
            steps = [f"{step.at} {step.kind}: {step.title}" for step in world.sandbox.log.after(world.now - 80)]
            report.sections.append(("What happened", "\n".join(steps)))
    return report


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def workspace(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    async with open_world(tmp_path_factory.mktemp("demo"), browser) as shared:
        await shared.start_bot()
        yield shared


@pytest_asyncio.fixture(loop_scope="session")
async def demo(workspace: World) -> AsyncIterator[World]:
    """The shared workspace. Every story in it is about accounts of its own, and it is tidied up afterwards."""
    yield workspace
    await workspace.tidy()


@pytest_asyncio.fixture(loop_scope="session")
async def world(browser: Browser, tmp_path: Path) -> AsyncIterator[World]:
    """A workspace for one story, its bot not yet started."""
    async with open_world(tmp_path, browser) as own:
        yield own
