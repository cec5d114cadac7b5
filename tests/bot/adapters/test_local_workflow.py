"""The loop that drives requests, on a real event loop and a real file; only time is moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.adapters import local_workflow
from bot.adapters.local_workflow import LEASE, LocalWorkflow
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import StoreUnavailable, VersionConflict
from bot.store_ports import Change, Lease
from tests.factories import NOW, HandClock, a_request
from tests.watched import PATIENCE, Watched

Drive = Callable[[str], Awaitable[datetime | None]]


@dataclass
class Queue:
    """A store whose looks, renewals and releases can be waited for; `broken` makes that many looks fail."""

    store: SqliteStore
    looks: Watched = field(default_factory=Watched)
    renewed: Watched = field(default_factory=Watched)
    released: Watched = field(default_factory=Watched)
    deaf: bool = False
    broken: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def changes(self) -> int:
        await self.looks.tell("look")
        if self.broken:
            self.broken -= 1
            raise StoreUnavailable("locked")
        return 1 if self.deaf else await self.store.changes()

    async def renew(self, lease: Lease, until: datetime) -> bool:
        kept = await self.store.renew(lease, until)
        await self.renewed.tell((lease.request_id, kept))
        return kept

    async def release(self, lease: Lease, due_at: datetime | None) -> None:
        await self.store.release(lease, due_at)
        await self.released.tell((lease.request_id, due_at))

    async def idle(self) -> None:
        """Returns once the loop has looked three times more."""
        await self.looks.times(len(self.looks.seen) + 3)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def open_queue(tmp_path: Path, clock: HandClock) -> AsyncIterator[Callable[[], Awaitable[Queue]]]:
    """Opens the same file again and again, as processes of their own would."""
    async with AsyncExitStack() as stack:

        async def opened() -> Queue:
            store = await SqliteStore.open(tmp_path / "store.sqlite3", clock)
            stack.push_async_callback(store.close)
            return Queue(store)

        yield opened


@pytest.fixture
async def queue(open_queue: Callable[[], Awaitable[Queue]]) -> Queue:
    return await open_queue()


async def receive(queue: Queue, name: str = "r1") -> None:
    await queue.store.receive(Change(a_request(id=name)), [f"key-{name}"])


async def nothing_to_show() -> int:
    return 0


def a_workflow(queue: Queue, clock: HandClock, drive: Drive, **fields: Any) -> LocalWorkflow:
    return LocalWorkflow(queue, clock, drive, nothing_to_show, **fields)


def noting(watched: Watched, due_at: datetime | None = None) -> Drive:
    async def drive(request_id: str) -> datetime | None:
        await watched.tell(request_id)
        return due_at

    return drive


@asynccontextmanager
async def running(workflow: LocalWorkflow) -> AsyncIterator[None]:
    """The loop, until the block ends."""
    loop = asyncio.ensure_future(workflow.run())
    try:
        yield
    except BaseException:
        for step in workflow._tasks:
            step.cancel()
        raise
    finally:
        while not loop.done():
            loop.cancel()
            await asyncio.wait((loop,), timeout=1)
        await workflow.close()


async def test_a_request_received_in_this_process_is_driven_at_once(
    queue: Queue, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_workflow, "LONGEST_SLEEP", 10 * PATIENCE)
    queue.deaf, driven = True, Watched()
    workflow = a_workflow(queue, clock, noting(driven))
    async with running(workflow):
        await queue.idle()
        await receive(queue)
        await workflow.start("r1")
        assert await driven.times(1) == ["r1"]
        await queue.released.times(1)
        await queue.store.wake("r1", clock.now())
        await workflow.wake("r1")
        assert await driven.times(2) == ["r1", "r1"]


async def test_what_another_process_wrote_is_found_by_polling(
    queue: Queue,
    open_queue: Callable[[], Awaitable[Queue]],
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local_workflow, "LONGEST_SLEEP", 10 * PATIENCE)
    driven, other = Watched(), await open_queue()
    async with running(a_workflow(queue, clock, noting(driven))):
        await queue.idle()
        await receive(other)
        assert await driven.times(1) == ["r1"]


async def test_two_processes_never_drive_one_request_at_the_same_time(
    queue: Queue, open_queue: Callable[[], Awaitable[Queue]], clock: HandClock
) -> None:
    inside: list[str] = []
    driven, other, clashes = Watched(), await open_queue(), []

    async def drive(request_id: str) -> datetime | None:
        clashes.append(request_id in inside)
        inside.append(request_id)
        await driven.tell(request_id)
        inside.remove(request_id)
        return clock.now() if driven.seen.count(request_id) < 10 else None

    async with running(a_workflow(queue, clock, drive)), running(a_workflow(other, clock, drive)):
        for name in ("r1", "r2", "r3"):
            await receive(queue, name)
        await driven.times(30)
    assert not any(clashes)


async def test_the_lease_of_a_dead_worker_is_taken_over_when_it_has_run_out(
    queue: Queue,
    open_queue: Callable[[], Awaitable[Queue]],
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(local_workflow, "LONGEST_SLEEP", 0.01)
    await receive(queue)
    [dead] = await (await open_queue()).store.claim(clock.now(), clock.now() + LEASE, 1)
    driven = Watched()
    async with running(a_workflow(queue, clock, noting(driven))):
        clock.at = dead.until - timedelta(microseconds=1)
        await queue.idle()
        assert driven.seen == []
        clock.at = dead.until
        assert await driven.times(1) == ["r1"]
    assert not await queue.store.renew(dead, clock.now() + LEASE)


async def test_a_lease_is_kept_alive_while_its_step_takes_long(
    queue: Queue, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_workflow, "LEASE", timedelta(seconds=0.3))
    await receive(queue)
    finish = asyncio.Event()

    async def drive(request_id: str) -> datetime | None:
        await finish.wait()
        return None

    async with running(a_workflow(queue, clock, drive)):
        for _ in range(5):
            await queue.renewed.times(len(queue.renewed.seen) + 2)
            clock.advance(seconds=0.2)
            assert not await queue.store.claim(clock.now(), clock.now() + LEASE, 9)
        finish.set()
        await queue.released.times(1)
    assert {kept for _, kept in queue.renewed.seen} == {True}


async def test_no_more_than_the_limit_are_driven_at_once(queue: Queue, clock: HandClock) -> None:
    begun, go_on, inside, most = Watched(), asyncio.Semaphore(0), 0, 0

    async def drive(request_id: str) -> datetime | None:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        await begun.tell(request_id)
        await go_on.acquire()
        inside -= 1
        return None

    for number in range(7):
        await receive(queue, f"r{number}")
    async with running(a_workflow(queue, clock, drive, parallel=3)):
        await begun.times(3)
        await queue.idle()
        assert len(begun.seen) == 3
        for _ in range(7):
            go_on.release()
        assert sorted(await begun.times(7)) == [f"r{number}" for number in range(7)]
    assert most == 3


async def test_closing_waits_for_the_steps_that_have_begun_and_gives_their_leases_back(
    queue: Queue, clock: HandClock
) -> None:
    begun, finish = Watched(), asyncio.Event()

    async def drive(request_id: str) -> datetime | None:
        await begun.tell(request_id)
        await finish.wait()
        return NOW + timedelta(hours=1)

    await receive(queue)
    workflow = a_workflow(queue, clock, drive)
    async with running(workflow):
        await begun.times(1)
        closing = asyncio.ensure_future(workflow.close())
        await queue.idle()
        assert not closing.done()
        finish.set()
        async with asyncio.timeout(PATIENCE):
            await closing
    assert queue.released.seen == [("r1", NOW + timedelta(hours=1))]


async def test_a_request_is_driven_again_at_the_moment_its_step_named(
    queue: Queue, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_workflow, "LONGEST_SLEEP", 0.01)
    await receive(queue)
    driven = Watched()
    async with running(a_workflow(queue, clock, noting(driven, NOW + timedelta(hours=4)))):
        await queue.released.times(1)
        clock.at = NOW + timedelta(hours=4) - timedelta(microseconds=1)
        await queue.idle()
        assert driven.seen == ["r1"]
        clock.at = NOW + timedelta(hours=4)
        assert len(await driven.times(2)) == 2


async def test_a_wake_up_during_a_step_is_not_lost(queue: Queue, clock: HandClock) -> None:
    driven = Watched()

    async def drive(request_id: str) -> datetime | None:
        if not driven.seen:
            clock.advance(seconds=1)
            await queue.store.wake(request_id, clock.now())
        await driven.tell(request_id)
        return None

    await receive(queue)
    async with running(a_workflow(queue, clock, drive)):
        assert await driven.times(2) == ["r1", "r1"]


@pytest.mark.parametrize("error", [VersionConflict("somebody was faster"), StoreUnavailable("locked")])
async def test_a_step_that_fails_is_due_again_soon_and_holds_up_nobody(
    queue: Queue, clock: HandClock, error: Exception
) -> None:
    driven = Watched()

    async def drive(request_id: str) -> datetime | None:
        await driven.tell(request_id)
        if request_id == "bad":
            raise error
        return None

    await receive(queue, "bad")
    await receive(queue, "good")
    async with running(a_workflow(queue, clock, drive)):
        released = await queue.released.times(2)
    assert dict(released) == {"bad": NOW + local_workflow.AFTER_TROUBLE, "good": None}


async def test_the_loop_outlives_a_store_that_fails_for_a_while(
    queue: Queue, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_workflow, "AFTER_TROUBLE", timedelta(seconds=0.01))
    await receive(queue)
    queue.broken, driven = 3, Watched()
    async with running(a_workflow(queue, clock, noting(driven))):
        assert await driven.times(1) == ["r1"]
    assert queue.broken == 0


@pytest.mark.parametrize("ticks", range(4))
async def test_a_loop_that_is_woken_and_stopped_at_once_stops(queue: Queue, clock: HandClock, ticks: int) -> None:
    workflow = a_workflow(queue, clock, noting(Watched()))
    loop = asyncio.ensure_future(workflow.run())
    await queue.idle()
    await workflow.wake("r1")
    for _ in range(ticks):
        await asyncio.sleep(0)
    loop.cancel()
    stopped, _ = await asyncio.wait((loop,), timeout=5)
    loop.cancel()
    assert stopped == {loop}


async def test_what_is_due_is_shown_too(queue: Queue, clock: HandClock) -> None:
    shown = Watched()

    async def pump() -> int:
        await shown.tell("look")
        return 1 if len(shown.seen) < 3 else 0

    async with running(LocalWorkflow(queue, clock, noting(Watched()), pump)):
        await shown.times(3)


async def test_draining_works_through_what_is_due_and_stops(queue: Queue, clock: HandClock) -> None:
    driven = Watched()
    for name in ("r1", "r2"):
        await receive(queue, name)
    await a_workflow(queue, clock, noting(driven)).drain()
    assert driven.seen == ["r1", "r2"]
    assert await queue.store.next_due() is None
