"""A read is sent to the tool that was accepted, or not at all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.executor import execute
from bot.models.call import Attempt, Call, CallStatus
from bot.models.request import Record, RequestStatus
from bot.reading import run_reads
from tests.engine import Engine
from tests.factories import NOW
from tests.world import World, says, uses

S = CallStatus
LOOK = ("google__get_user", '{"user_key":"leaver@example.com"}')


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", World(script=[uses(LOOK), says("It is Lea.")]))
    yield engine
    await engine.close()


async def about_another_tool(engine: Engine, status: CallStatus) -> tuple[Record, Call]:
    """A record with one read, which ran once, as if it were to run again and had been decided about another tool."""
    request = await engine.mention("who is it?")
    await engine.run()
    record = await engine.record(request)
    attempt = Attempt("t1", NOW, 60.0) if status is S.STARTED else None
    read = replace(record.calls[0], schema_digest="another", status=status, attempt=attempt, result=None)
    open_again = replace(record.request, status=RequestStatus.EXECUTING)
    assert len(engine.world.reads) == 1
    return replace(record, request=open_again, turns=record.turns[:1], calls=(read,)), read


async def test_a_read_that_was_decided_about_another_tool_is_not_sent(engine: Engine) -> None:
    record, read = await about_another_tool(engine, S.ALLOWED)
    after = await run_reads(engine.core, record, [read])
    assert ([call.status for call in after.calls], len(engine.world.reads)) == ([S.FAILED], 1)


async def test_nor_is_it_sent_again_after_a_crash(engine: Engine) -> None:
    record, _ = await about_another_tool(engine, S.STARTED)
    after = await execute(engine.core, record)
    assert isinstance(after, Record)
    assert ([call.status for call in after.calls], len(engine.world.reads)) == ([S.FAILED], 1)
