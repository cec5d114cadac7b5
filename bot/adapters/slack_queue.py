"""Keeps us below Slack's rate limits (Slack docs, "Rate limits").

A post to a channel: about one a second, short bursts are tolerated. Everything else: calls per minute of a method's
tier. Progress waits for nobody and nobody waits for it: it takes what is left over, or comes later in a newer version.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from bot.adapters.slack_client import Sleep
from bot.ports import Clock


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` calls at once, then `per_second`."""

    per_second: float
    burst: float


POST = Rate(1.0, 3)
TIERS = {
    "chat.update": Rate(50 / 60, 10),
    "chat.postEphemeral": Rate(100 / 60, 20),
    "conversations.history": Rate(50 / 60, 10),
    "conversations.replies": Rate(50 / 60, 10),
}
PROGRESS = Rate(20 / 60, 5)
PATIENCE = 20.0


class Busy(Exception):
    """No turn now. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Budget:
    """The calls that are left. A reservation may lie in the future."""

    def __init__(self, rate: Rate, now: datetime) -> None:
        self._rate = rate
        self._left = rate.burst
        self._at = now

    def wait(self, now: datetime) -> float:
        """Seconds until the next call may be made."""
        gained = max(0.0, (now - self._at).total_seconds()) * self._rate.per_second
        self._left = min(self._rate.burst, self._left + gained)
        self._at = max(now, self._at)
        return max(0.0, (1 - self._left) / self._rate.per_second)

    def take(self) -> None:
        """Reserves one call."""
        self._left -= 1

    def pause(self, seconds: float) -> None:
        """Slack said 429: nothing is left for so long."""
        self._left = min(self._left, 1 - seconds * self._rate.per_second)


class SlackQueue:
    """One queue per method and channel, one budget per method (for posts: per channel), one for all progress."""

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lanes: defaultdict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._budgets: dict[str, Budget] = {}

    @asynccontextmanager
    async def turn(self, method: str, channel: str) -> AsyncIterator[None]:
        """One call at a time, as soon as the limits allow. Raises Busy when that would take more than 20 s."""
        budget = self._budget(method, channel)
        wait = budget.wait(self._clock.now())
        if wait > PATIENCE:
            raise Busy(wait)
        budget.take()
        if wait:
            await self._sleep(wait)
        async with self._lanes[method, channel]:
            yield

    @asynccontextmanager
    async def spare_turn(self, method: str, channel: str) -> AsyncIterator[None]:
        """A turn for progress: at once, or Busy. At most 20 a minute in all."""
        lane = self._lanes[method, channel]
        budgets = (self._budget(method, channel), self._budget("progress", ""))
        wait = max(budget.wait(self._clock.now()) for budget in budgets)
        if lane.locked() or wait:
            raise Busy(max(wait, 1.0))
        for budget in budgets:
            budget.take()
        async with lane:
            yield

    def limited(self, method: str, channel: str, retry_after: float) -> None:
        """Slack said 429."""
        budget = self._budget(method, channel)
        budget.wait(self._clock.now())
        budget.pause(retry_after)

    def _budget(self, method: str, channel: str) -> Budget:
        name, rate = rated(method, channel)
        if name not in self._budgets:
            self._budgets[name] = Budget(rate, self._clock.now())
        return self._budgets[name]


def rated(method: str, channel: str) -> tuple[str, Rate]:
    """The budget that a call draws from."""
    if method == "progress":
        return method, PROGRESS
    if method == "chat.postMessage":
        return f"{method} {channel}", POST
    return method, TIERS[method]
