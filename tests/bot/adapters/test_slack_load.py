"""Twenty requests at once, in virtual time, against the sandbox's limiter: receipts first, nothing refused."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import pytest

from bot.adapters.slack_passing import WHEN_SCARCE
from bot.adapters.slack_queue import PROGRESS, Busy, SlackQueue, Urgency
from sandbox.clock import SystemClock
from sandbox.slack.limiter import Limiter
from tests.bot.adapters.virtual_time import LoopClock, VirtualLoop

POST, UPDATE = "chat.postMessage", "chat.update"
ASKED, APPROVERS = "C-it", "C-approvals"
REQUESTS = 20
LATENCY = 0.25
"""Seconds that Slack takes for a call."""
TOOL = 0.8
CLICKS_AT = 40.0
"""Everybody is asked by then, and the minute of those updates is not over."""
Turn: TypeAlias = Callable[[], AbstractAsyncContextManager[None]]


class SandboxClock(SystemClock):
    """The sandbox's kind of clock, on the time of the loop."""

    now = LoopClock.now


@dataclass
class Workspace:
    """Counts what Slack refused, and how long each kind of message took to be seen (seconds)."""

    queue: SlackQueue = field(default_factory=lambda: SlackQueue(LoopClock(), asyncio.sleep))
    limiter: Limiter = field(default_factory=lambda: Limiter(SandboxClock()))
    refused: int = 0
    took: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    progress: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)

    async def show(self, what: str, method: str, channel: str, turn: Turn) -> None:
        """As the pump does it: again, when the queue has no turn."""
        wanted = now()
        while True:
            try:
                async with turn():
                    self.refused += self.limiter.retry_after(method, channel) > 0
                    await asyncio.sleep(LATENCY)
                    self.took[what].append(now() - wanted)
                    return
            except Busy as busy:
                await asyncio.sleep(busy.retry_after)

    async def post(self, what: str, channel: str, urgency: Urgency) -> None:
        await self.show(what, POST, channel, lambda: self.queue.turn(POST, channel, urgency))

    async def receipt(self, what: str) -> None:
        await self.show(what, UPDATE, APPROVERS, lambda: self.queue.turn(UPDATE, APPROVERS, Urgency.RECEIPT))

    async def edit(self, what: str, *, matters: bool) -> None:
        await self.show(what, UPDATE, ASKED, lambda: self.queue.spare_turn(UPDATE, ASKED, matters=matters))
        self.progress.append(now())

    async def request(self) -> None:
        """From the mention to the answer; everybody clicks at the same moment, and the tool is quick."""
        await self.post("first sign", ASKED, Urgency.FIRST_SIGN)
        chatter = [asyncio.ensure_future(self.edit("chatter", matters=False))]
        await self.post("card", APPROVERS, Urgency.CARD)
        waits = asyncio.ensure_future(self.edit("waiting line", matters=True))
        await asyncio.sleep(CLICKS_AT - now())
        answer = asyncio.ensure_future(self.after(TOOL, self.post("answer", ASKED, Urgency.ANSWER)))
        chatter.append(asyncio.ensure_future(self.edit("chatter", matters=False)))
        clicked = now()
        if self.queue.is_scarce(UPDATE, APPROVERS):
            await asyncio.sleep(WHEN_SCARCE.total_seconds())
        else:
            await self.receipt("receipt")
        await asyncio.sleep(max(0.0, clicked + TOOL - now()))
        await self.receipt("outcome")
        self.seen.append(now() - clicked)
        await asyncio.gather(answer, waits, *chatter)

    async def after(self, seconds: float, what: Coroutine[Any, Any, None]) -> None:
        await asyncio.sleep(seconds)
        await what


def now() -> float:
    return asyncio.get_running_loop().time()


def p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95) - 1]


@pytest.fixture(scope="module")
def workspace() -> Workspace:
    async def scene() -> Workspace:
        seen = Workspace()
        await asyncio.gather(*(seen.request() for _ in range(REQUESTS)))
        return seen

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(scene())


def test_slack_refuses_nothing(workspace: Workspace) -> None:
    assert workspace.refused == 0
    assert len(workspace.took["answer"]) == REQUESTS


def test_from_click_to_receipt_and_outcome_it_takes_less_than_five_seconds(workspace: Workspace) -> None:
    assert len(workspace.seen) == REQUESTS
    assert p95(workspace.seen) < 5
    assert p95(workspace.took["receipt"] or [0.0]) < 5


def test_cards_and_first_signs_take_what_a_post_a_second_and_channel_allows(workspace: Workspace) -> None:
    assert max(workspace.took["card"] + workspace.took["first sign"]) < REQUESTS + 5


def test_who_is_waited_for_is_said_before_what_is_going_on(workspace: Workspace) -> None:
    assert max(workspace.took["waiting line"]) < 60
    assert p95(workspace.took["waiting line"]) < p95(workspace.took["chatter"])


def test_progress_is_edited_at_most_twenty_times_a_minute(workspace: Workspace) -> None:
    edits = workspace.progress
    assert max(sum(begin <= at < begin + 60 for at in edits) for begin in edits) <= PROGRESS.calls
