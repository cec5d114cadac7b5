"""What was saved is shown: in order, again when it changed, later when it could not be, and never without end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import DeliveryFailed
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record, Request, RequestStatus
from bot.outbox import DEFECTS, LONGEST, Pump
from bot.paging import PAGE_TEXT
from bot.store_ports import Change
from tests.engine import Engine
from tests.world import TEAM, FakeNotifier, World, says, suspend, uses

PAGES = [f"page {number} " + "x" * (PAGE_TEXT - 20) for number in range(3)]
SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Surface(FakeNotifier):
    """Refuses rows as planned, by id; keeps every attempt; can be held in the middle of showing."""

    refusals: dict[str, list[Exception]] = field(default_factory=dict)
    attempts: list[str] = field(default_factory=list)
    held: dict[Kind, asyncio.Event] = field(default_factory=dict)
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    async def show(self, row: OutboxRow, record: Record) -> str:
        self.attempts.append(row.id)
        if row.kind in self.held:
            self.reached.set()
            await self.held[row.kind].wait()
        planned = self.refusals.get(row.id, [])
        if planned:
            raise planned.pop(0)
        return await super().show(row, record)


@pytest.fixture
def world() -> World:
    return World(script=[says("\n\n".join(PAGES))])


@pytest.fixture
def surface(world: World) -> Surface:
    return Surface(world)


@pytest.fixture
async def engine(tmp_path: Path, world: World, surface: Surface) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    engine.pump = Pump(engine.store, surface, world.clock)
    yield engine
    await engine.close()


async def planned(engine: Engine) -> str:
    """A request whose steps were taken; nothing is shown yet."""
    request = await engine.mention("who is it?")
    await engine.workflow.drain()
    return request


def bumped(record: Record) -> Request:
    """The next version of the same."""
    return replace(record.request, version=record.request.version + 1)


async def row(engine: Engine, row_id: str) -> OutboxRow:
    rows = await engine.store.rows(row_id.split(":")[1])
    return next(one for one in rows if one.id == row_id)


async def status(engine: Engine, request: str) -> RequestStatus:
    return (await engine.record(request)).request.status


async def test_pages_are_shown_in_their_order_even_at_once(engine: Engine, surface: Surface) -> None:
    request = await planned(engine)
    while await engine.pump.start_due():
        await engine.pump.close()
    assert [one for one in surface.attempts if "answer" in one] == [f"answer:{request}:{n}" for n in range(3)]
    await engine.run()
    assert await status(engine, request) is RequestStatus.DONE


async def test_a_page_waits_for_the_one_before_it(engine: Engine, surface: Surface, world: World) -> None:
    request = await planned(engine)
    surface.refusals[f"answer:{request}:0"] = [DeliveryFailed("internal_error")]
    await engine.pump.drain()
    assert world.posts(Kind.ANSWER) == []
    world.clock.advance(seconds=1)
    await engine.pump.drain()
    assert [text for _, text in world.posts(Kind.ANSWER)] == PAGES


async def test_a_page_that_is_given_up_does_not_hold_the_others(engine: Engine, surface: Surface, world: World) -> None:
    request = await planned(engine)
    surface.refusals[f"answer:{request}:0"] = [DeliveryFailed("msg_too_long", permanent=True)]
    await engine.run()
    assert [text for _, text in world.posts(Kind.ANSWER)] == PAGES[1:]
    assert await status(engine, request) is RequestStatus.DONE


async def test_the_last_page_given_up_still_ends_the_request(engine: Engine, surface: Surface, world: World) -> None:
    request = await planned(engine)
    surface.refusals[f"answer:{request}:2"] = [DeliveryFailed("msg_too_long", permanent=True)]
    await engine.run()
    assert await status(engine, request) is RequestStatus.DONE
    gone = await row(engine, f"answer:{request}:2")
    assert (gone.gave_up, gone.error, gone.shown) == (True, "msg_too_long", 0)


async def test_a_request_is_not_done_before_its_answer_is_seen(engine: Engine, surface: Surface, world: World) -> None:
    request = await planned(engine)
    surface.refusals[f"answer:{request}:2"] = [DeliveryFailed("internal_error")]
    await engine.run()
    assert await status(engine, request) is RequestStatus.ANSWERING
    world.clock.advance(seconds=1)
    await engine.run()
    assert await status(engine, request) is RequestStatus.DONE


async def test_a_thread_that_was_deleted_ends_the_request_and_stops_the_trying(engine: Engine, world: World) -> None:
    world.refuse_delivery = lambda _row: "thread_not_found"
    request = await engine.mention("who is it?")
    await engine.run()
    assert await status(engine, request) is RequestStatus.DONE
    assert await engine.store.next_due() is None


async def test_what_changes_while_it_is_shown_is_shown_again(engine: Engine, surface: Surface, world: World) -> None:
    world.script = [uses(suspend()), says("Suspended.")]
    request = await planned(engine)
    surface.held[Kind.CARD] = asyncio.Event()
    await engine.pump.start_due()
    await surface.reached.wait()
    [approval] = (await engine.record(request)).approvals
    await engine.click(approval=approval.id)
    await engine.workflow.drain()
    surface.held.pop(Kind.CARD).set()
    await engine.pump.close()
    assert [text for _, text in world.posts(Kind.CARD)] == ["suspend_user:pending"]
    await engine.pump.drain()
    assert [text for _, text in world.posts(Kind.CARD)] == ["suspend_user:succeeded"]


async def test_one_row_is_shown_by_one_task_at_a_time(engine: Engine, surface: Surface) -> None:
    request = await planned(engine)
    surface.held[Kind.ANSWER] = asyncio.Event()
    assert await engine.pump.start_due() == 2
    await surface.reached.wait()
    assert await engine.pump.start_due() == 0
    surface.held.pop(Kind.ANSWER).set()
    await engine.pump.close()
    assert surface.attempts.count(f"answer:{request}:0") == 1


async def test_being_told_to_wait_is_obeyed(engine: Engine, surface: Surface, world: World) -> None:
    request = await planned(engine)
    name = f"answer:{request}:0"
    surface.refusals[name] = [DeliveryFailed("ratelimited", retry_after=45.0) for _ in range(24)]
    for number in range(1, 25):
        await engine.pump.drain()
        world.clock.advance(seconds=44.9)
        await engine.pump.drain()
        assert surface.attempts.count(name) == number
        world.clock.advance(seconds=0.1)
    await engine.run()
    assert await status(engine, request) is RequestStatus.DONE
    assert len(world.posts(Kind.ANSWER)) == 3


async def test_trouble_is_met_with_longer_and_longer_waits(engine: Engine, surface: Surface, world: World) -> None:
    request = await planned(engine)
    name = f"answer:{request}:0"
    surface.refusals[name] = [DeliveryFailed("internal_error") for _ in range(9)]
    waits = []
    for _ in range(9):
        tried_at = world.clock.now()
        await engine.pump.drain()
        world.clock.at = max(tried_at, (await row(engine, name)).due_at)
        waits.append((world.clock.now() - tried_at) / SECOND)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    await engine.run()
    assert await status(engine, request) is RequestStatus.DONE
    assert len(world.posts(Kind.ANSWER)) == 3


async def test_after_a_day_of_trouble_the_message_is_given_up_and_the_request_ends(
    engine: Engine, surface: Surface, world: World
) -> None:
    request = await planned(engine)
    name = f"answer:{request}:0"
    surface.refusals[name] = [DeliveryFailed("internal_error") for _ in range(2)]
    await engine.pump.drain()
    assert not (await row(engine, name)).gave_up
    world.clock.advance(seconds=LONGEST.total_seconds() + 1)
    await engine.pump.drain()
    assert (await row(engine, name)).gave_up
    await engine.run()
    assert await status(engine, request) is RequestStatus.DONE


async def test_trouble_with_a_message_that_was_shown_long_ago_is_counted_anew(
    engine: Engine, surface: Surface, world: World
) -> None:
    world.script = [uses(suspend()), says("Done.")]
    await planned(engine)
    await engine.run()
    card = next(one for one, _ in world.posts(Kind.CARD))
    surface.refusals[card.id] = [DeliveryFailed("internal_error")]
    world.clock.advance(seconds=LONGEST.total_seconds() + 1)
    await engine.run()
    world.clock.advance(minutes=1)
    await engine.run()
    assert [text for _, text in world.posts(Kind.CARD)] == ["suspend_user:expired"]


async def test_a_message_that_breaks_its_renderer_is_not_tried_without_end(
    engine: Engine, surface: Surface, world: World
) -> None:
    request = await planned(engine)
    surface.refusals[f"answer:{request}:0"] = [ZeroDivisionError() for _ in range(DEFECTS)]
    await engine.pump.start_due()
    await engine.pump.close()
    assert await engine.pump.start_due() == 0
    for _ in range(DEFECTS):
        world.clock.advance(minutes=1)
        await engine.run()
    assert [text for _, text in world.posts(Kind.ANSWER)] == PAGES[1:]
    assert await status(engine, request) is RequestStatus.DONE


async def test_what_the_operator_must_mend_is_kept_for_days_and_goes_on_by_itself(
    engine: Engine, surface: Surface, world: World, caplog: pytest.LogCaptureFixture
) -> None:
    request = await planned(engine)
    revoked = DeliveryFailed("token_revoked", retry_after=30, mend="install the app again", alarm=True)
    surface.refusals[f"answer:{request}:0"] = [revoked] * 4
    for _ in range(4):
        await engine.pump.drain()
        world.clock.advance(hours=20)
    alarms = [one for one in caplog.records if one.message == "messages.stopped"]
    assert [(one.levelname, vars(one)["mend"]) for one in alarms] == [("ERROR", "install the app again")]
    with caplog.at_level("INFO"):
        await engine.run()
    assert [one.message for one in caplog.records if one.message == "messages.go_on"] == ["messages.go_on"]
    assert engine.pump.alarms == set()
    assert len(world.posts(Kind.ANSWER)) == 3
    assert await status(engine, request) is RequestStatus.DONE


async def test_a_message_that_only_waits_for_its_turn_is_never_too_old(
    engine: Engine, surface: Surface, world: World
) -> None:
    request = await planned(engine)
    busy = DeliveryFailed("busy", retry_after=30, sent=False)
    surface.refusals[f"answer:{request}:0"] = [DeliveryFailed("internal_error"), busy]
    await engine.pump.drain()
    world.clock.advance(seconds=LONGEST.total_seconds() + 1)
    await engine.pump.drain()
    world.clock.advance(minutes=1)
    await engine.run()
    assert [text for _, text in world.posts(Kind.ANSWER)] == PAGES


async def test_a_card_that_no_channel_takes_fails_the_request_and_says_how_to_mend_it(
    engine: Engine, surface: Surface, world: World
) -> None:
    world.script = [uses(suspend())]
    request = await planned(engine)
    [approval] = (await engine.record(request)).approvals
    mend = "I am not a member of the channel C-approvals. Invite me there, then ask again"
    surface.refusals[f"card:{approval.id}"] = [DeliveryFailed("not_in_channel", permanent=True, mend=mend)]
    await engine.run()
    assert await status(engine, request) is RequestStatus.FAILED
    [(_, said)] = world.posts(Kind.NOTICE)
    assert f"the approval card could not be shown (not_in_channel: {mend})." in said
    assert world.effects == []


async def test_a_card_that_can_never_be_shown_again_fails_the_request_too(
    engine: Engine, surface: Surface, world: World
) -> None:
    world.script = [uses(suspend())]
    request = await planned(engine)
    await engine.run()
    card = next(one for one, _ in world.posts(Kind.CARD))
    surface.refusals[card.id] = [DeliveryFailed("is_archived", permanent=True)]
    await engine.store.save(Change(bumped(await engine.record(request)), outbox=(replace(card, wanted=99),)))
    await engine.run()
    assert await status(engine, request) is RequestStatus.FAILED


async def test_the_intent_to_post_is_saved_before_the_post(engine: Engine, surface: Surface, world: World) -> None:
    request = await planned(engine)
    surface.held[Kind.ANSWER] = asyncio.Event()
    await engine.pump.start_due()
    await surface.reached.wait()
    assert (await row(engine, f"answer:{request}:0")).tried_at == world.clock.now()
    surface.held.pop(Kind.ANSWER).set()
    await engine.pump.close()


async def test_what_we_said_is_remembered_as_ours(engine: Engine, world: World) -> None:
    await engine.mention("who is it?")
    await engine.run()
    said = [one for one in await engine.store.thread(TEAM, "C-it", "100.0") if one.ours]
    assert [one.text for one in said] == PAGES


async def test_the_most_urgent_kind_goes_first(engine: Engine, surface: Surface, world: World) -> None:
    world.script = [uses(suspend())]
    await planned(engine)
    await engine.pump.drain()
    assert [name.split(":")[0] for name in surface.attempts] == ["card", "progress"]


async def test_two_processes_post_a_message_once(
    engine: Engine, surface: Surface, world: World, tmp_path: Path
) -> None:
    other = await Engine.open(tmp_path / "store.sqlite3", world)
    twin = Pump(other.store, surface, world.clock)
    request = await planned(engine)
    surface.held[Kind.ANSWER] = asyncio.Event()
    await asyncio.gather(engine.pump.start_due(), twin.start_due())
    await surface.reached.wait()
    assert await engine.pump.start_due() + await twin.start_due() == 0
    surface.held.pop(Kind.ANSWER).set()
    await asyncio.gather(engine.pump.close(), twin.close())
    assert Counter(surface.attempts) == {f"answer:{request}:0": 1}
    await other.close()


async def test_progress_that_nobody_has_seen_is_not_posted_after_the_answer(engine: Engine, world: World) -> None:
    await engine.mention("hello")
    await engine.workflow.drain()
    await engine.run()
    assert world.posts(Kind.PROGRESS) == []
    assert len(world.posts(Kind.ANSWER)) > 0
