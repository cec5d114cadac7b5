"""A store with a story in it, and the commands as a person gives them."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from handlers.cli.main import countersign
from tests.engine import Engine
from tests.world import World, says, suspend, uses


@dataclass(frozen=True)
class Place:
    """A running bot on a store: one request is done, one waits."""

    database: Path
    engine: Engine
    done: str
    waiting: str

    def run(self, *arguments: str) -> Result:
        """The command on this store."""
        return command(*arguments, "--database", str(self.database))

    def read(self, *arguments: str) -> Any:
        """What the command prints as JSON."""
        result = self.run(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


def command(*arguments: str) -> Result:
    """As from a shell. An exception that is not told in words fails the test."""
    return CliRunner().invoke(countersign, arguments, catch_exceptions=False)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    database = tmp_path / "store.sqlite3"
    engine = await Engine.open(database, World(script=[uses(suspend()), says("Finished.")]))
    done = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    await engine.run()
    waiting = await engine.mention("[bold]suspend\u202e other@example.com\nplease", ts="200.0")
    await engine.run()
    yield Place(database, engine, done, waiting)
    await engine.close()
