"""The loop when the store or a step fails: it goes on, says why, and one request holds up nobody else."""

import asyncio
from datetime import datetime, timedelta

import pytest

from bot.adapters import local_workflow
from bot.errors import StoreUnavailable, Unreadable, VersionConflict
from bot.store_ports import QUARANTINE
from tests.bot.adapters.watched_queue import Queue, a_workflow, clock, noting, open_queue, queue, receive, running
from tests.factories import NOW, HandClock
from tests.watched import Watched

__all__ = ["clock", "open_queue", "queue"]


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


async def test_the_loop_outlives_a_store_that_fails_for_a_while_and_says_so_once(
    queue: Queue, clock: HandClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(local_workflow, "AFTER_TROUBLE", timedelta(seconds=0.01))
    await receive(queue)
    queue.broken, driven = 3, Watched()
    async with running(a_workflow(queue, clock, noting(driven))):
        assert await driven.times(1) == ["r1"]
        await queue.idle()
    assert queue.broken == 0
    said = [(log.levelname, log.getMessage()) for log in caplog.records]
    assert said == [("ERROR", "store.unavailable"), ("WARNING", "store.available")]
    assert vars(caplog.records[0])["mend"] == "wait"


async def test_a_trouble_that_lasts_is_told_again(
    queue: Queue, clock: HandClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(local_workflow, "AFTER_TROUBLE", timedelta(seconds=0.01))
    monkeypatch.setattr(local_workflow, "ALARM_EVERY", 0.0)
    await receive(queue)
    queue.broken, driven = 3, Watched()
    async with running(a_workflow(queue, clock, noting(driven))):
        await driven.times(1)
    assert [log.getMessage() for log in caplog.records].count("store.unavailable") == 3


async def test_a_request_whose_record_is_damaged_is_left_alone_and_named(
    queue: Queue, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    driven = Watched()

    async def drive(request_id: str) -> datetime | None:
        await driven.tell(request_id)
        if request_id == "bad":
            raise Unreadable("calls c1", "not JSON")
        return None

    await receive(queue, "bad")
    await receive(queue, "good")
    async with running(a_workflow(queue, clock, drive)):
        released = await queue.released.times(2)
        await queue.idle()
        assert sorted(driven.seen) == ["bad", "good"]
    assert dict(released) == {"bad": NOW + QUARANTINE, "good": None}
    (alarm,) = [log for log in caplog.records if log.getMessage() == "record.unreadable"]
    assert (alarm.levelname, vars(alarm)["where"], vars(alarm)["request"]) == ("ERROR", "calls c1", "bad")
    assert "restore" in vars(alarm)["mend"]


async def test_a_lease_that_could_not_be_renewed_is_renewed_the_next_time(queue: Queue, clock: HandClock) -> None:
    await receive(queue)
    finish, queue.forgetful = asyncio.Event(), 2

    async def drive(request_id: str) -> datetime | None:
        await finish.wait()
        return None

    async with running(a_workflow(queue, clock, drive, lease=timedelta(seconds=0.03))):
        assert await queue.renewed.times(1) == [("r1", True)]
        finish.set()
        await queue.released.times(1)
    assert queue.forgetful == 0
