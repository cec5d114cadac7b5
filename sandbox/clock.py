"""Time in the stand-ins: read here and nowhere else, so that tests can set it."""

import asyncio
import heapq
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Protocol


class Clock(Protocol):
    """The time the stand-ins live in."""

    def now(self) -> datetime:
        """The moment it is, in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Returns when `seconds` have passed on this clock."""
        ...

    def advance(self, seconds: float) -> None:
        """Moves the time forward and wakes whoever is due."""
        ...


class SystemClock:
    """The computer's own time, and ahead of it once it was advanced."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead  # noqa: TID251 - the single place that reads the time

    async def sleep(self, seconds: float) -> None:
        due = self.now() + timedelta(seconds=seconds)
        while (left := (due - self.now()).total_seconds()) > 0:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._moved.wait(), left)

    def advance(self, seconds: float) -> None:
        """Moves the time forward and wakes whoever is due."""
        self._ahead += timedelta(seconds=seconds)
        self._moved.set()
        self._moved = asyncio.Event()


class SettableClock:
    """A clock that stands still until `advance`: three seconds or five minutes pass at once in tests."""

    def __init__(self, start: datetime) -> None:
        self._now = start
        self._order = count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        return self._now

    async def sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        awake: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), next(self._order), awake))
        await awake

    @property
    def sleepers(self) -> int:
        """How many are waiting for a later moment: a test waits for them before it moves the time."""
        return sum(not awake.done() for _, _, awake in self._sleepers)

    def advance(self, seconds: float) -> None:
        """Moves the time forward and wakes whoever is due."""
        self._now += timedelta(seconds=seconds)
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, awake = heapq.heappop(self._sleepers)
            if not awake.done():
                awake.set_result(None)
