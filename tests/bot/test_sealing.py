"""The audit trail vouches for the record: as long as either is edited, nothing is done with the request."""

import logging
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.edit import Edit
from bot.errors import DirectoryUnavailable, ModelUnavailable, Unreadable
from bot.models.audit import Entry, link
from bot.models.call import Attempt, CallStatus
from bot.models.request import Record, RequestStatus
from bot.models.tools import Tool
from bot.ports import Prompt, Reply, ToolResult
from bot.sealing import CHANGED, TRAIL, edited, seal
from bot.steps import drive
from bot.store_ports import Change
from tests.engine import Engine
from tests.factories import NOW, a_call, a_record, a_request, a_turn, a_vote, an_approval
from tests.world import FakeModel, FakeToolbox, World, says, suspend, uses

SAVED = Edit(a_record(request=a_request(version=1)), NOW)
SAVED.note("looked", "U1")
CHANGE = SAVED.change()
RECORD = SAVED.record()
EDITS = {
    "the requester": replace(RECORD, request=replace(RECORD.request, text="Lock the account of boss@example.com")),
    "the status": replace(RECORD, request=replace(RECORD.request, status=RequestStatus.EXECUTING)),
    "taint": replace(RECORD, request=replace(RECORD.request, tainted_by=("the thread",))),
    "a turn": replace(RECORD, turns=(a_turn(content="[1]"),)),
    "a call": replace(RECORD, calls=(replace(RECORD.calls[0], status=CallStatus.APPROVED),)),
    "a vote": replace(RECORD, calls=(replace(RECORD.calls[0], votes=(a_vote(),)),)),
    "a call more": replace(RECORD, calls=(*RECORD.calls, a_call(id="c2", index=1))),
    "a call less": replace(RECORD, calls=()),
    "a card": replace(RECORD, approvals=(an_approval(why="Because."),)),
}


@pytest.mark.parametrize("changed", EDITS.values(), ids=EDITS.keys())
def test_an_edited_record_is_found(changed: Record) -> None:
    assert edited(RECORD, CHANGE.audit) == ""
    assert edited(changed, CHANGE.audit) == CHANGED


def test_an_edited_or_shortened_trail_is_found() -> None:
    (event,) = CHANGE.audit
    assert edited(RECORD, ()) == TRAIL
    assert edited(RECORD, [replace(event, actor="U2")]) == TRAIL
    assert edited(RECORD, [replace(event, request_id="r2")]) == TRAIL
    other = link(event.prev, "r1", 1, NOW, Entry("U1", "looked", {}))
    assert edited(RECORD, [other]) == TRAIL
    assert edited(replace(RECORD, request=replace(RECORD.request, audit_seq=0, audit_hash="")), []) == ""


def test_what_was_added_to_the_trail_since_does_not_disturb() -> None:
    later = Edit(RECORD, NOW)
    later.note("looked again", "U1")
    assert edited(RECORD, (*CHANGE.audit, *later.change().audit)) == ""


def test_a_trail_of_an_older_version_vouches_for_nothing_and_stops_nothing() -> None:
    event = link("0" * 64, "r1", 1, NOW, Entry("U1", "looked", {}))
    old = a_record(request=a_request(audit_seq=1, audit_hash=event.hash))
    assert edited(old, [event]) == ""


def test_whatever_is_changed_without_a_word_gets_a_row_that_vouches_for_it() -> None:
    silent = Edit(RECORD, NOW)
    silent.put(replace(RECORD.calls[0], attempt=Attempt("x", NOW, 1.0)))
    change = silent.change()
    assert [event.kind for event in change.audit] == ["record.changed"]
    assert edited(silent.record(), (*CHANGE.audit, *change.audit)) == ""
    assert Edit(RECORD, NOW).change().audit == ()


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    world = World(script=[uses(suspend(), suspend("second@example.com")), says("Finished.")])
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    yield engine
    await engine.close()


async def test_a_record_reads_back_as_it_was_sealed(engine: Engine) -> None:
    request = await engine.mention("suspend them")
    for act in (engine.run, engine.click, engine.run):
        await act()
        record = await engine.record(request)
        assert edited(record, await engine.store.audit(request)) == ""
    assert record.request.status is RequestStatus.DONE
    assert seal(record) != seal(replace(record, turns=()))


async def test_nothing_is_done_with_an_edited_request_until_it_is_as_it_was(
    engine: Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    edit_file(tmp_path / "store.sqlite3", "calls", "pending", "approved")
    with caplog.at_level(logging.ERROR):
        await engine.run()
    assert engine.world.effects == []
    alarms = [vars(line) for line in caplog.records if line.getMessage() == "record.unreadable"]
    assert {(alarm["where"], CHANGED in alarm["what"]) for alarm in alarms} == {(f"requests {request}", True)}
    edit_file(tmp_path / "store.sqlite3", "calls", "approved", "pending")
    engine.world.clock.advance(minutes=20)
    await engine.run()
    assert len(engine.world.effects) == 2


@pytest.mark.parametrize(
    "error", [ModelUnavailable("throttled"), DirectoryUnavailable("silent"), RuntimeError("broke")]
)
async def test_a_step_that_breaks_does_not_seal_what_was_edited_meanwhile(
    engine: Engine, tmp_path: Path, error: Exception
) -> None:
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click(yes=False)

    class Editing(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            edit_file(tmp_path / "store.sqlite3", "calls", "denied", "approved")
            raise error

    engine.core = replace(engine.core, model=Editing(engine.world))
    with pytest.raises(Unreadable):
        await drive(engine.core, request)
    with pytest.raises(Unreadable):
        await drive(engine.core, request)
    assert engine.world.effects == []


async def test_an_outcome_is_not_saved_over_what_was_edited_while_the_call_was_away(
    engine: Engine, tmp_path: Path
) -> None:
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click()

    class Editing(FakeToolbox):
        async def call(self, tool: Tool, arguments: str) -> ToolResult:
            record = await engine.record(request)
            done = await super().call(tool, arguments)
            await engine.store.save(Change(replace(record.request, version=record.request.version + 1)))
            edit_file(tmp_path / "store.sqlite3", "calls", "second@example.com", "boss@example.com")
            return done

    engine.core = replace(engine.core, toolbox=Editing(engine.world))
    with pytest.raises(Unreadable):
        await drive(engine.core, request)
    assert [arguments for _, arguments in engine.world.effects] == ['{"user_key":"leaver@example.com"}']


def edit_file(path: Path, table: str, old: str, new: str) -> None:
    statement = f"UPDATE {table} SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB)"
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute(statement, (old, new)).rowcount > 0
        connection.commit()
