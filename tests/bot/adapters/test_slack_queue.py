"""Calls wait for their turn; progress takes what is left over."""

import asyncio

import pytest

from bot.adapters.slack_queue import Busy, SlackQueue
from tests.factories import HandClock

POST = "chat.postMessage"


class Waits:
    """A sleep that moves the clock."""

    def __init__(self) -> None:
        self.clock = HandClock()
        self.slept: list[float] = []
        self.queue = SlackQueue(self.clock, self.sleep)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.clock.advance(seconds=seconds)

    async def post(self, channel: str = "C1") -> None:
        async with self.queue.turn(POST, channel):
            pass


@pytest.fixture
def waits() -> Waits:
    return Waits()


async def test_a_short_burst_passes_and_then_one_a_second(waits: Waits) -> None:
    for _ in range(5):
        await waits.post()
    assert waits.slept == [1, 1]


async def test_every_channel_has_its_own_second(waits: Waits) -> None:
    for number in range(10):
        await waits.post(f"C{number}")
    assert waits.slept == []


async def test_one_call_at_a_time_per_method_and_channel(waits: Waits) -> None:
    inside, most = 0, 0

    async def call() -> None:
        nonlocal inside, most
        async with waits.queue.turn(POST, "C1"):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(call() for _ in range(5)))
    assert most == 1


async def test_who_would_wait_too_long_is_told_how_long(waits: Waits) -> None:
    waits.queue.limited(POST, "C1", 60)
    with pytest.raises(Busy) as busy:
        await waits.post()
    assert busy.value.retry_after == 60
    await waits.post("C2")


async def test_after_a_rate_limit_the_next_waits_as_slack_said(waits: Waits) -> None:
    waits.queue.limited(POST, "C1", 10)
    await waits.post()
    assert waits.slept == [10]


async def test_progress_never_waits(waits: Waits) -> None:
    for _ in range(3):
        async with waits.queue.spare_turn(POST, "C1"):
            pass
    with pytest.raises(Busy):
        async with waits.queue.spare_turn(POST, "C1"):
            pass
    assert waits.slept == []


async def test_progress_steps_back_while_somebody_posts(waits: Waits) -> None:
    async with waits.queue.turn(POST, "C1"):
        with pytest.raises(Busy):
            async with waits.queue.spare_turn(POST, "C1"):
                pass


async def test_progress_is_rationed_over_all_channels(waits: Waits) -> None:
    shown = 0
    for number in range(600):
        try:
            async with waits.queue.spare_turn("chat.update", f"C{number}"):
                shown += 1
        except Busy:
            pass
        waits.clock.advance(seconds=0.1)
    assert shown <= 25
