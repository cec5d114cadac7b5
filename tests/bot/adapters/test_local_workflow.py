"""The loop that drives requests, on a real event loop and a real file; only time is moved by hand."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.adapters import local_workflow
from bot.adapters.local_workflow import LEASE, LocalWorkflow
from tests.bot.adapters.watched_queue import Queue, a_workflow, clock, noting, open_queue, queue, receive, running
from tests.factories import NOW, HandClock
from tests.watched import PATIENCE, Watched

__all__ = ["clock", "open_queue", "queue"]


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


async def test_a_lease_is_kept_alive_while_its_step_takes_long(queue: Queue, clock: HandClock) -> None:
    lease = timedelta(seconds=0.3)
    await receive(queue)
    finish = asyncio.Event()

    async def drive(request_id: str) -> datetime | None:
        await finish.wait()
        return None

    async with running(a_workflow(queue, clock, drive, lease=lease)):
        for _ in range(5):
            await queue.renewed.times(len(queue.renewed.seen) + 2)
            clock.advance(seconds=0.2)
            assert not await queue.store.claim(clock.now(), clock.now() + lease, 9)
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


async def test_a_place_that_comes_free_is_taken_without_waiting_for_the_next_look(
    queue: Queue, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LONGEST_SLEEP", "POLL"):
        monkeypatch.setattr(local_workflow, name, 10 * PATIENCE)
    driven, names = Watched(), ["r1", "r2", "r3"]
    for name in names:
        await receive(queue, name)
    async with running(a_workflow(queue, clock, noting(driven), parallel=1)):
        assert await driven.times(3) == names


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
