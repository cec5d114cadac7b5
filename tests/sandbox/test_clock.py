"""The clock that tests move."""

import asyncio
from datetime import UTC, datetime, timedelta

from sandbox.clock import SettableClock, SystemClock

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


async def test_a_sleeper_wakes_when_its_time_has_come_and_not_before() -> None:
    clock = SettableClock(NOON)
    sleeping = asyncio.ensure_future(clock.sleep(3))
    await asyncio.sleep(0)
    clock.advance(2.9)
    await asyncio.sleep(0)
    assert (sleeping.done(), clock.sleepers) == (False, 1)
    clock.advance(0.1)
    await asyncio.wait_for(sleeping, 1)
    assert (clock.now(), clock.sleepers) == (NOON + timedelta(seconds=3), 0)


async def test_no_time_at_all_is_no_wait() -> None:
    await asyncio.wait_for(SettableClock(NOON).sleep(0), 1)


async def test_a_sleeper_that_was_given_up_does_not_count() -> None:
    clock = SettableClock(NOON)
    sleeping = asyncio.ensure_future(clock.sleep(3))
    await asyncio.sleep(0)
    sleeping.cancel()
    await asyncio.gather(sleeping, return_exceptions=True)
    clock.advance(5)
    assert clock.sleepers == 0


async def test_the_real_clock_is_in_utc_and_moves() -> None:
    clock = SystemClock()
    before = clock.now()
    await clock.sleep(0.001)
    assert before.tzinfo is UTC
    assert clock.now() > before


async def test_the_computers_time_can_be_put_ahead_and_wakes_whoever_is_due() -> None:
    clock = SystemClock()
    before = clock.now()
    sleeping = asyncio.ensure_future(clock.sleep(3600))
    longer = asyncio.ensure_future(clock.sleep(7200))
    await asyncio.sleep(0)
    clock.advance(3600)
    await asyncio.wait_for(sleeping, 10)
    assert 3600 <= (clock.now() - before).total_seconds() < 7000
    assert not longer.done()
    longer.cancel()
