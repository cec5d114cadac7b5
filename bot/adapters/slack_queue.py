"""Keeps us below Slack's rate limits (Slack docs, "Rate limits"), the most urgent first.

A post to a channel: about one a second, short bursts are tolerated. Everything else: calls per minute of a method's
tier, sporadic bursts welcome. Later versions of progress take what is left over, or come later in a newer version.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count

from bot.adapters.slack_client import Sleep
from bot.ports import Clock


class Urgency(IntEnum):
    """Who goes first; among equals, who came first."""

    CARD = 0
    RECEIPT = 1
    ANSWER = 2
    NOTICE = 3
    PRIVATE = 4
    FIRST_SIGN = 5
    """The first message of a request in its thread."""


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any stretch of `seconds`."""

    calls: int
    seconds: float


MINUTE = 60.0
POST = Rate(3, 3.0)
ALL_POSTS = Rate(200, MINUTE)
"""Slack: "several hundred a minute" in a workspace."""
TIERS = {
    "chat.delete": Rate(50, MINUTE),
    "chat.postEphemeral": Rate(100, MINUTE),
    "chat.update": Rate(50, MINUTE),
    "conversations.history": Rate(50, MINUTE),
    "conversations.open": Rate(50, MINUTE),
    "conversations.replies": Rate(50, MINUTE),
    "files.completeUploadExternal": Rate(100, MINUTE),
    "files.delete": Rate(50, MINUTE),
    "files.getUploadURLExternal": Rate(100, MINUTE),
}
PROGRESS = Rate(20, MINUTE)
CHATTER = 8
"""Of the 20, so many may say what is going on; the others say who is waited for and how it ended."""
KEPT_FREE = 20
"""So many updates of a minute progress leaves to the cards."""
SCARCE = 30
"""With so few left of a minute, cards save updates too."""
PATIENCE = 20.0
LOOK_AGAIN = 1.0
"""Seconds at most between two looks at the line: those ahead may have gone away."""
NEXT_START = 1.0
"""Seconds after which the next process may show what this one gave up."""
AFTER_YOU = 0.01
"""Seconds to leave to those ahead whose turn it is, too."""
IN_FLIGHT = {"chat.postMessage": 1}
"""Posts stand in the order in which they were made. Updates concern messages that each have one owner: 6 at a time."""


class Busy(Exception):
    """No turn now. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class Window:
    """The calls of the last stretch of time."""

    def __init__(self, rate: Rate) -> None:
        self.rate = rate
        self._calls: deque[datetime] = deque()
        self._closed_until: datetime | None = None

    def free(self, now: datetime) -> int:
        """How many calls may be made at once."""
        self._forget(now)
        closed = self._closed_until is not None and self._closed_until > now
        return 0 if closed else self.rate.calls - len(self._calls)

    def wait(self, now: datetime, ahead: int = 0) -> float:
        """Seconds until a call may be made that has `ahead` others before it."""
        self._forget(now)
        closed = max(0.0, (self._closed_until - now).total_seconds()) if self._closed_until else 0.0
        rounds, place = divmod(ahead, self.rate.calls)
        index = place - (self.rate.calls - len(self._calls))
        left = (self._calls[index] - now).total_seconds() + self.rate.seconds if index >= 0 else 0.0
        return max(closed, left) + rounds * self.rate.seconds

    def take(self, now: datetime) -> None:
        """Counts one call."""
        self._calls.append(now)

    def close(self, until: datetime) -> None:
        """No calls before then."""
        self._closed_until = max(until, self._closed_until or until)

    def _forget(self, now: datetime) -> None:
        while self._calls and (now - self._calls[0]).total_seconds() >= self.rate.seconds:
            self._calls.popleft()


@dataclass(frozen=True, slots=True, order=True)
class Waiter:
    """Somebody in the line of a method."""

    urgency: int
    number: int
    channel: str


@dataclass(slots=True)
class Line:
    """One method: who waits, and who is calling, by channel."""

    waiters: list[Waiter] = field(default_factory=list)
    calling: dict[str, asyncio.Semaphore] = field(default_factory=dict)


class SlackQueue:
    """One line per method and channel; windows of a channel, of a method, and one for all progress."""

    def __init__(self, clock: Clock, sleep: Sleep) -> None:
        self._clock = clock
        self._sleep = sleep
        self._numbers = count()
        self._lines: dict[str, Line] = {}
        self._windows: dict[str, Window] = {}
        self._progress = Window(PROGRESS)
        self._next_progress = clock.now()
        self._stopped_until = clock.now()
        self._ended = False

    def now(self) -> datetime:
        """The moment by the clock of the queue."""
        return self._clock.now()

    @asynccontextmanager
    async def turn(self, method: str, channel: str, urgency: Urgency) -> AsyncIterator[None]:
        """One call, as soon as the limits and who is more urgent allow. Raises Busy rather than wait for 20 s, or for
        anything once the process ends.
        """
        line = self._line(method)
        waiter = Waiter(urgency, next(self._numbers), channel)
        line.waiters.append(waiter)
        try:
            await self._wait(method, waiter)
            self._take(method, channel)
        finally:
            line.waiters.remove(waiter)
        async with self._calling(method, channel):
            if self._ended:
                raise Busy(NEXT_START)
            yield

    def end(self) -> None:
        """The process ends: calls that have left are finished, those that wait for their turn give it up."""
        self._ended = True

    @asynccontextmanager
    async def spare_turn(self, method: str, channel: str, *, matters: bool = False) -> AsyncIterator[None]:
        """A turn for a newer version of a progress message: at once, or Busy. At most 20 a minute in all.

        One that `matters` says for whom the request waits, or how it ended.
        """
        now = self._clock.now()
        if not self._has_spare(method, channel, now, matters=matters):
            raise Busy(self._progress_later(now, matters=matters))
        self._take(method, channel)
        self._progress.take(now)
        async with self._calling(method, channel):
            yield

    def is_scarce(self, method: str, channel: str) -> bool:
        """Whether few calls are left of this minute."""
        return self._windows_of(method, channel)[0].free(self._clock.now()) <= SCARCE

    def limited(self, method: str, channel: str, retry_after: float) -> None:
        """Slack said 429."""
        until = self._clock.now() + timedelta(seconds=retry_after)
        self._windows_of(method, channel)[0].close(until)

    def stopped(self, seconds: float) -> None:
        """Nothing of ours is taken at all: no calls for so long."""
        self._stopped_until = max(self._stopped_until, self._clock.now() + timedelta(seconds=seconds))

    async def _wait(self, method: str, waiter: Waiter) -> None:
        begun = self._clock.now()
        while (left := self._left(method, waiter)) > 0:
            if self._ended:
                raise Busy(NEXT_START)
            if (self._clock.now() - begun).total_seconds() + left > PATIENCE:
                raise Busy(left)
            await self._sleep(min(left, LOOK_AGAIN))

    def _left(self, method: str, waiter: Waiter) -> float:
        """Seconds until it is this one's turn, as far as is known now."""
        now = self._clock.now()
        ahead = [other for other in self._line(method).waiters if other < waiter]
        rivals = [other for other in ahead if method != "chat.postMessage" or other.channel == waiter.channel]
        first, *others = self._windows_of(method, waiter.channel)
        waits = [first.wait(now, len(rivals)), *(window.wait(now, len(ahead)) for window in others)]
        stopped = (self._stopped_until - now).total_seconds()
        return max(*waits, stopped, AFTER_YOU if rivals else 0.0)

    def _has_spare(self, method: str, channel: str, now: datetime, *, matters: bool) -> bool:
        left = self._progress.free(now)
        rationed = left > (0 if matters else PROGRESS.calls - CHATTER)
        kept = KEPT_FREE if matters else SCARCE
        free = min(window.free(now) for window in self._windows_of(method, channel)) > kept
        return rationed and free and now >= self._stopped_until

    def _progress_later(self, now: datetime, *, matters: bool) -> float:
        """What matters comes soon; the others come back one after the other, so that they do not crowd the store."""
        if matters:
            return min(max(1.0, self._progress.wait(now)), 5.0)
        pace = timedelta(seconds=PROGRESS.seconds / PROGRESS.calls)
        self._next_progress = max(now, min(self._next_progress, now + timedelta(seconds=MINUTE))) + pace
        return (self._next_progress - now).total_seconds()

    def _take(self, method: str, channel: str) -> None:
        for window in self._windows_of(method, channel):
            window.take(self._clock.now())

    def _line(self, method: str) -> Line:
        return self._lines.setdefault(method, Line())

    def _calling(self, method: str, channel: str) -> asyncio.Semaphore:
        calling = self._line(method).calling
        if channel not in calling:
            calling[channel] = asyncio.Semaphore(IN_FLIGHT.get(method, 6))
        return calling[channel]

    def _windows_of(self, method: str, channel: str) -> list[Window]:
        """The narrowest first."""
        return [self._windows.setdefault(name, Window(rate)) for name, rate in rated(method, channel)]


def rated(method: str, channel: str) -> list[tuple[str, Rate]]:
    """The windows that a call draws from, the narrowest first."""
    if method == "chat.postMessage":
        return [(f"{method} {channel}", POST), (method, ALL_POSTS)]
    return [(method, TIERS[method])]
