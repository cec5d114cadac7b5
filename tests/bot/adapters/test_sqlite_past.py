"""The calls that were made, and the tools as they were last seen."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.adapters.sqlite_inspect import read_only
from bot.adapters.sqlite_past import current_policy, latest_tools, past_call, past_calls
from bot.errors import NotFound
from bot.models.requirement import Effect
from tests.engine import Engine
from tests.world import TOOLS, World, a_text_tool, a_toolset, says, suspend, uses

OLD_JIRA = a_text_tool("close", Effect.WRITE, server="jira")
NEW_GOOGLE = a_text_tool("get_user", Effect.READ, timeout=7.0)


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    """Two requests: when the second began, jira did not answer and google had one tool."""
    world = World(script=[uses(suspend()), says("Finished.")], toolset=a_toolset((*TOOLS, OLD_JIRA)))
    opened = await Engine.open(tmp_path / "store.sqlite3", world)
    await opened.mention("suspend leaver@example.com")
    await opened.run()
    world.toolset = a_toolset((NEW_GOOGLE,))
    await opened.mention("suspend other@example.com", ts="200.0")
    await opened.run()
    yield opened
    await opened.close()


async def test_the_newest_calls_come_first_with_their_tools(engine: Engine, tmp_path: Path) -> None:
    with read_only(tmp_path / "store.sqlite3") as connection:
        newest, oldest = past_calls(connection, 10)
        assert past_calls(connection, 1) == (newest,)
        assert past_call(connection, oldest.call.id) == oldest
    assert (newest.request.text, newest.tool) == ("suspend other@example.com", None)
    assert oldest.tool == TOOLS[1]


async def test_a_server_that_did_not_answer_is_known_from_before(engine: Engine, tmp_path: Path) -> None:
    with read_only(tmp_path / "store.sqlite3") as connection:
        assert set(latest_tools(connection)) == {NEW_GOOGLE, OLD_JIRA}


async def test_what_is_not_there_is_said(engine: Engine, tmp_path: Path) -> None:
    with read_only(tmp_path / "store.sqlite3") as connection:
        assert current_policy(connection) == await engine.store.policy()
        with pytest.raises(NotFound):
            past_call(connection, "nothing")
