"""One process over a world in which somebody is to be suspended; a test file may have its own of either."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.engine import Engine
from tests.world import World, says, suspend, uses


@pytest.fixture
def world() -> World:
    return World(script=[uses(suspend()), says("Finished.")])


@pytest.fixture
async def engine(tmp_path: Path, world: World) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    yield engine
    await engine.close()
