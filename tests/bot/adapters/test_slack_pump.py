"""The pump, a store and Slack together: crashes and processes thought dead leave one card with buttons, or none."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from blocks import ids
from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.sqlite_outbox import LOOK_AFTER
from bot.adapters.sqlite_store import SqliteStore
from bot.models.call import CallStatus
from bot.models.outbox import OutboxRow
from bot.models.request import Record
from bot.outbox import LEASE, Pump
from bot.store_ports import Change
from sandbox.seed import APPROVALS
from tests.bot.adapters.slack_stage import RECORD, a_card, a_notifier
from tests.factories import HandClock, a_request, a_toolset
from tests.handlers.slack.world import World


@dataclass
class Process:
    """One of several on a store; `frozen` holds it after Slack has the message and before the record knows."""

    pump: Pump
    notifier: SlackNotifier
    frozen: asyncio.Event
    posted: asyncio.Event

    async def show(self, row: OutboxRow, record: Record) -> str:
        """As a notifier."""
        ts = await self.notifier.show(replace(row, leased_until=None), record)
        self.posted.set()
        await self.frozen.wait()
        return ts


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "store.sqlite3", clock)
    await opened.save_tools(a_toolset(digest=RECORD.request.tools))
    request = replace(RECORD.request, version=1)
    change = Change(request, RECORD.turns, RECORD.calls, RECORD.approvals, outbox=(a_card(),))
    await opened.receive(change, ["key"])
    yield opened
    await opened.close()


def a_process(world: World, store: SqliteStore, clock: HandClock) -> Process:
    pump = Pump(store, a_notifier(world), clock)
    process = Process(pump, a_notifier(world), asyncio.Event(), asyncio.Event())
    pump.notifier = process
    return process


def awake(world: World, store: SqliteStore, clock: HandClock) -> Process:
    process = a_process(world, store, clock)
    process.frozen.set()
    return process


async def decided(store: SqliteStore) -> None:
    """Everybody has decided: the card is wanted as a receipt."""
    request = a_request(version=2, tools=RECORD.request.tools)
    done = replace(RECORD.calls[0], status=CallStatus.DENIED)
    await store.save(Change(request, calls=(done,), outbox=(a_card(wanted=2),)))


def live(world: World) -> list[str]:
    return [one.ts for one in world.messages(APPROVALS) if ids.APPROVE in str(one.body)]


def cards(world: World) -> list[str]:
    return [one.ts for one in world.messages(APPROVALS)]


async def test_a_crash_between_post_and_save_leaves_one_card(
    world: World, store: SqliteStore, clock: HandClock
) -> None:
    crashed = asyncio.ensure_future((first := a_process(world, store, clock)).pump.drain())
    await first.posted.wait()
    crashed.cancel()
    await asyncio.gather(crashed, return_exceptions=True)
    clock.advance(seconds=LEASE.total_seconds())
    await awake(world, store, clock).pump.drain()
    assert len(cards(world)) == 1
    assert [row.posted_ts for row in await store.rows("r1")] == cards(world)


async def test_the_card_of_a_zombie_that_comes_back_is_closed(
    world: World, store: SqliteStore, clock: HandClock
) -> None:
    zombie = a_process(world, store, clock)
    [row] = await store.claim_rows(clock.now(), clock.now() + LEASE, 1)
    clock.advance(seconds=LEASE.total_seconds())
    await awake(world, store, clock).pump.drain()
    zombie.frozen.set()
    await zombie.pump.show(row)
    assert len(live(world)) == 2
    await awake(world, store, clock).pump.drain()
    assert live(world) == [(await store.rows("r1"))[0].posted_ts]
    await decided(store)
    await awake(world, store, clock).pump.drain()
    assert live(world) == []
    assert len(cards(world)) == 2


async def test_the_card_of_a_zombie_that_died_before_it_could_say_so_is_found_and_closed(
    world: World, store: SqliteStore, clock: HandClock
) -> None:
    zombie = a_process(world, store, clock)
    [row] = await store.claim_rows(clock.now(), clock.now() + LEASE, 1)
    clock.advance(seconds=LEASE.total_seconds())
    await awake(world, store, clock).pump.drain()
    dying = asyncio.ensure_future(zombie.pump.show(row))
    await zombie.posted.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    assert len(live(world)) == 2
    clock.advance(seconds=LOOK_AFTER.total_seconds())
    await awake(world, store, clock).pump.drain()
    assert live(world) == [(await store.rows("r1"))[0].posted_ts]
    assert await store.claim_rows(clock.now(), clock.now(), 9) == ()
