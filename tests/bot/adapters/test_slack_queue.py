"""Calls wait for their turn, the most urgent first; progress takes what is left over."""

import asyncio
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest

from bot.adapters.slack_queue import CHATTER, NEXT_START, PROGRESS, Busy, SlackQueue, Urgency
from tests.bot.adapters.virtual_time import LoopClock, VirtualLoop

POST, UPDATE = "chat.postMessage", "chat.update"


def run(scene: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(scene)


class Calls:
    """Makes calls through a queue, and notes who was let through, and when (seconds)."""

    def __init__(self) -> None:
        self.queue = SlackQueue(LoopClock(), asyncio.sleep)
        self.made: list[tuple[str, float]] = []
        self.busy: list[tuple[str, float]] = []

    async def call(self, name: str, turn: AbstractAsyncContextManager[None], seconds: float = 0.0) -> None:
        try:
            async with turn:
                self.made.append((name, round(asyncio.get_running_loop().time(), 1)))
                await asyncio.sleep(seconds)
        except Busy as busy:
            self.busy.append((name, busy.retry_after))

    async def post(self, name: str, urgency: Urgency = Urgency.CARD, channel: str = "C1", seconds: float = 0.0) -> None:
        await self.call(name, self.queue.turn(POST, channel, urgency), seconds)

    async def progress(self, name: str, *, matters: bool = False, channel: str = "C1") -> None:
        await self.call(name, self.queue.spare_turn(UPDATE, channel, matters=matters))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.made]


def test_a_short_burst_passes_and_then_one_a_second_on_average() -> None:
    async def scene() -> None:
        calls = Calls()
        await asyncio.gather(*(calls.post(str(n)) for n in range(9)))
        assert [at for _, at in calls.made] == [0, 0, 0, 3, 3, 3, 6, 6, 6]

    run(scene())


def test_every_channel_has_its_own_seconds() -> None:
    async def scene() -> None:
        calls = Calls()
        await asyncio.gather(*(calls.post(str(n), channel=f"C{n}") for n in range(10)))
        assert [at for _, at in calls.made] == [0] * 10

    run(scene())


def test_a_channel_that_must_wait_holds_no_other_back() -> None:
    async def scene() -> None:
        calls = Calls()
        await asyncio.gather(*(calls.post(str(n)) for n in range(6)), calls.post("other", Urgency.NOTICE, "C2"))
        assert ("other", 0) in calls.made

    run(scene())


def test_the_most_urgent_goes_first_however_late_it_came() -> None:
    async def scene() -> None:
        calls = Calls()
        filling = [calls.post(f"filler {n}") for n in range(3)]
        others = [calls.post(urgency.name, urgency) for urgency in sorted(Urgency, reverse=True)]
        await asyncio.gather(*filling, *others)
        assert calls.names[3:] == [urgency.name for urgency in sorted(Urgency)]

    run(scene())


def test_posts_of_a_channel_are_made_one_at_a_time() -> None:
    async def scene() -> None:
        calls = Calls()
        await asyncio.gather(*(calls.post(str(n), seconds=2.0) for n in range(3)))
        assert [at for _, at in calls.made] == [0, 2, 4]

    run(scene())


def test_fifty_updates_pass_at_once_and_no_more_within_the_minute() -> None:
    async def scene() -> None:
        calls = Calls()
        turns = (calls.call(str(n), calls.queue.turn(UPDATE, f"C{n}", Urgency.RECEIPT)) for n in range(51))
        await asyncio.gather(*turns)
        assert (len(calls.made), calls.busy) == (50, [("50", 60.0)])

    run(scene())


def test_who_would_wait_too_long_is_told_how_long() -> None:
    async def scene() -> None:
        calls = Calls()
        calls.queue.limited(POST, "C1", 60)
        await calls.post("late")
        await calls.post("elsewhere", channel="C2")
        assert (calls.busy, calls.names) == ([("late", 60)], ["elsewhere"])

    run(scene())


def test_after_a_rate_limit_the_next_waits_as_slack_said() -> None:
    async def scene() -> None:
        calls = Calls()
        calls.queue.limited(POST, "C1", 10)
        await calls.post("next")
        assert calls.made == [("next", 10)]

    run(scene())


def test_who_gives_up_waiting_leaves_the_line() -> None:
    async def scene() -> None:
        calls = Calls()
        calls.queue.limited(POST, "C1", 10)
        waiting = asyncio.ensure_future(calls.post("gone"))
        await asyncio.sleep(1)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        assert calls.queue._line(POST).waiters == []

    run(scene())


def test_while_nothing_of_ours_is_taken_nobody_calls() -> None:
    async def scene() -> None:
        calls = Calls()
        calls.queue.stopped(30)
        await calls.post("card")
        await calls.progress("progress", matters=True)
        assert [name for name, _ in calls.busy] == ["card", "progress"]
        await asyncio.sleep(30)
        await calls.post("card again")
        assert calls.names == ["card again"]

    run(scene())


def test_progress_never_waits_and_is_at_most_twenty_a_minute_in_all() -> None:
    async def scene() -> None:
        calls = Calls()
        for number in range(600):
            await calls.progress("said", matters=True, channel=f"C{number}")
            await asyncio.sleep(0.5)
        times = [at for _, at in calls.made]
        assert max(sum(start <= at < start + 60 for at in times) for start in times) == PROGRESS.calls
        assert len(times) == 5 * PROGRESS.calls

    run(scene())


def test_what_is_going_on_leaves_room_for_whom_we_wait_for() -> None:
    async def scene() -> None:
        calls = Calls()
        for number in range(30):
            await calls.progress(f"thinking {number}")
        for number in range(12):
            await calls.progress(f"waiting {number}", matters=True)
        assert len([name for name in calls.names if "thinking" in name]) == CHATTER
        assert len([name for name in calls.names if "waiting" in name]) == PROGRESS.calls - CHATTER

    run(scene())


def test_progress_that_does_not_get_through_comes_back_one_after_the_other() -> None:
    async def scene() -> None:
        calls = Calls()
        for number in range(CHATTER + 3):
            await calls.progress(str(number))
        assert [after for _, after in calls.busy] == [3, 6, 9]

    run(scene())


def test_progress_leaves_updates_for_the_cards() -> None:
    async def scene() -> None:
        calls = Calls()
        for number in range(30):
            await calls.call(f"receipt {number}", calls.queue.turn(UPDATE, "C1", Urgency.RECEIPT))
        await calls.progress("progress", matters=True)
        assert [name for name, _ in calls.busy] == ["progress"]

    run(scene())


def test_progress_steps_back_while_a_card_waits_for_its_turn() -> None:
    async def scene() -> None:
        calls = Calls()
        calls.queue.limited(UPDATE, "C1", 5)
        card = asyncio.ensure_future(calls.call("card", calls.queue.turn(UPDATE, "C1", Urgency.CARD)))
        await asyncio.sleep(1)
        await calls.progress("progress", matters=True)
        await card
        assert (calls.names, [name for name, _ in calls.busy]) == (["card"], ["progress"])

    run(scene())


@pytest.mark.parametrize("matters", [True, False])
def test_progress_after_a_rate_limit_is_dropped(matters: bool) -> None:
    async def scene() -> None:
        calls = Calls()
        calls.queue.limited(UPDATE, "C1", 5)
        await calls.progress("progress", matters=matters)
        assert calls.names == []

    run(scene())


def test_when_the_process_ends_what_has_left_is_finished_and_what_waits_gives_up() -> None:
    async def scene() -> None:
        calls = Calls()
        posts = [asyncio.ensure_future(calls.post(str(n), seconds=1.5)) for n in range(6)]
        await asyncio.sleep(1)
        calls.queue.end()
        await asyncio.gather(*posts)
        assert (calls.names, asyncio.get_running_loop().time() < 3) == (["0"], True)
        assert {after for _, after in calls.busy} == {NEXT_START}
        assert len(calls.busy) == 5
        await calls.post("later")
        assert (calls.names, calls.busy[-1]) == (["0"], ("later", NEXT_START))

    run(scene())
