"""Somebody edits what is stored of a request: who clicks is told, the card says so, nobody waits for ever."""

import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import CHANGED_OUTSIDE, DAMAGED, ChangedOutside, DeliveryFailed
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record, RequestStatus
from bot.ports import ToolOutcome, ToolResult
from bot.settling import CANNOT_BE_READ
from bot.store_ports import QUARANTINE
from tests.engine import Engine, an_actor
from tests.world import APPROVER, FakeNotifier, World, suspend, uses

LEAVER, BOSS = "leaver@example.com", "boss@example.com"
UNKNOWN = ToolResult(ToolOutcome.UNKNOWN, "no answer")


@dataclass
class Place:
    """One request that waits, and the file in which somebody edits its call."""

    engine: Engine
    path: Path
    request: str
    card: str

    @property
    def world(self) -> World:
        return self.engine.world

    def edit(self, old: str = LEAVER, new: str = BOSS) -> None:
        statement = "UPDATE calls SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) WHERE request_id = ?"
        with closing(sqlite3.connect(self.path)) as outside:
            assert outside.execute(statement, (old, new, self.request)).rowcount > 0
            outside.commit()

    def seen(self, row_id: str) -> tuple[Kind, str]:
        """What people see in the place of this message."""
        return next((row.kind, text) for row, text in self.world.messages.values() if row.id == row_id)

    async def click(self) -> None:
        """On the card, as it stands there."""
        await self.engine.click(approval=self.card)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    path = tmp_path / "store.sqlite3"
    engine = await Engine.open(path, World(script=[uses(suspend(LEAVER))]))
    request = await engine.mention(f"suspend {LEAVER}")
    await engine.run()
    [card] = await engine.approvals()
    yield Place(engine, path, request, card)
    await engine.close()


Act = Callable[[Place], Awaitable[object]]
ACTS: dict[str, Act] = {
    "a click": lambda place: place.click(),
    "taking it back": lambda place: place.engine.withdraw(),
    "taking the whole request back": lambda place: place.engine.take_back(place.request),
    "a word on what became of it": lambda place: place.engine.verdict("c1", happened=True),
    "all details": lambda place: place.engine.services.details(place.card),
    "who may see secrets": lambda place: place.engine.services.may_decide(place.card, an_actor(APPROVER)),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS.keys())
async def test_whoever_touches_it_is_told_at_once_and_nothing_is_kept(place: Place, act: Act) -> None:
    place.edit()
    with pytest.raises(ChangedOutside) as told:
        await act(place)
    assert "countersign audit verify names it" in told.value.mend
    assert await place.engine.store.inbox(place.request) == ()
    await place.engine.run()
    assert place.seen(f"card:{place.card}") == (Kind.NOTICE, CHANGED_OUTSIDE)
    assert place.seen(f"progress:{place.request}") == (Kind.NOTICE, CHANGED_OUTSIDE)


async def test_once_what_stood_there_is_back_everything_goes_on(place: Place) -> None:
    place.edit()
    with pytest.raises(ChangedOutside):
        await place.click()
    await place.engine.run()
    assert place.seen(f"card:{place.card}")[0] is Kind.NOTICE
    place.edit(BOSS, LEAVER)
    place.world.clock.at += QUARANTINE
    await place.engine.run()
    assert place.seen(f"card:{place.card}") == (Kind.CARD, "suspend_user:pending")
    assert place.world.effects == [], "the click on what somebody else wrote does not count"
    await place.click()
    await place.engine.run()
    assert place.world.effects == [("google__suspend_user", f'{{"user_key":"{LEAVER}"}}')]
    assert place.seen(f"card:{place.card}") == (Kind.CARD, "suspend_user:succeeded")


@dataclass(frozen=True)
class Watching(FakeNotifier):
    """Keeps what it was given to draw from."""

    given: list[tuple[OutboxRow, Record]]

    async def show(self, row: OutboxRow, record: Record) -> str:
        self.given.append((row, record))
        return await super().show(row, record)


async def test_the_card_says_so_once_and_nothing_of_what_was_edited_is_drawn(place: Place) -> None:
    watching = Watching(place.world, [])
    place.engine.pump.notifier = watching
    place.edit()
    for _ in range(3):
        with pytest.raises(ChangedOutside):
            await place.click()
        place.world.clock.at += QUARANTINE
        await place.engine.run()
    assert sorted(row.id for row, _ in watching.given) == [f"card:{place.card}", f"progress:{place.request}"]
    assert all((record.calls, record.turns, record.request.text) == ((), (), "") for _, record in watching.given)


async def test_a_card_that_nobody_has_seen_is_not_drawn_from_an_edited_record(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite3"
    engine = await Engine.open(path, World(script=[uses(suspend(LEAVER))]))
    request = await engine.mention(f"suspend {LEAVER}")
    await engine.workflow.drain()
    place = Place(engine, path, request, "")
    place.edit()
    await engine.run()
    assert engine.world.posts(Kind.CARD) == []
    place.edit(BOSS, LEAVER)
    engine.world.clock.at += QUARANTINE
    await engine.run()
    assert [text for _, text in engine.world.posts(Kind.CARD)] == ["suspend_user:pending"]
    await engine.close()


async def test_a_record_that_is_found_edited_when_it_is_due_says_so_without_a_click(place: Place) -> None:
    place.edit()
    place.world.clock.advance(hours=4)
    await place.engine.run()
    assert place.seen(f"card:{place.card}") == (Kind.NOTICE, CHANGED_OUTSIDE)


async def test_a_damaged_record_says_that_it_is_damaged(place: Place) -> None:
    await place.click()
    place.edit('"tool":', '"tool":,')
    await place.engine.run()
    assert place.seen(f"card:{place.card}") == (Kind.NOTICE, DAMAGED)


async def test_when_the_surface_refuses_it_is_tried_again(place: Place) -> None:
    class Refusing(FakeNotifier):
        async def show(self, row: OutboxRow, record: Record) -> str:
            raise DeliveryFailed("away")

    place.engine.pump.notifier = Refusing(place.world)
    place.edit()
    with pytest.raises(ChangedOutside):
        await place.click()
    await place.engine.run()
    assert place.seen(f"card:{place.card}")[0] is Kind.CARD
    place.engine.pump.notifier = FakeNotifier(place.world)
    place.world.clock.at += QUARANTINE
    await place.engine.run()
    assert place.seen(f"card:{place.card}") == (Kind.NOTICE, CHANGED_OUTSIDE)


async def test_a_request_that_waits_for_an_edited_one_ends_in_words(place: Place) -> None:
    second = await place.engine.mention("suspend them, too", ts="200.0")
    await place.engine.run()
    assert (await place.engine.record(second)).calls[0].attached_to
    place.edit()
    place.world.clock.advance(minutes=1)
    await place.engine.run()
    record = await place.engine.record(second)
    [call] = record.calls
    assert call.result is not None
    assert (call.status, call.result.text) == (CallStatus.FAILED, CANNOT_BE_READ)
    assert record.request.status is RequestStatus.DONE
    assert place.world.effects == []


async def test_a_forged_outcome_is_not_passed_on_to_a_request_that_waits_for_it(place: Place) -> None:
    second = await place.engine.mention("suspend them, too", ts="200.0")
    await place.engine.run()
    place.edit('"status":"pending"', '"status":"succeeded"')
    place.world.clock.advance(minutes=1)
    await place.engine.run()
    assert (await place.engine.record(second)).calls[0].status is CallStatus.FAILED


async def test_an_outcome_that_is_not_known_stays_so_when_the_other_record_is_edited(place: Place) -> None:
    second = await place.engine.mention("suspend them, too", ts="200.0")
    await place.engine.run()
    place.world.answer = lambda _tool, _arguments: UNKNOWN
    await place.click()
    await place.engine.run()
    assert (await place.engine.record(second)).calls[0].status is CallStatus.UNKNOWN
    place.edit()
    place.world.clock.advance(minutes=1)
    await place.engine.run()
    assert (await place.engine.record(second)).calls[0].status is CallStatus.UNKNOWN
