"""Answers that are kept for a moment, and asked for once when many ask at the same time."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.ports import Clock

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Asked(Generic[T]):
    """`at` is when the question was sent, so the answer is at least as new."""

    at: datetime
    answer: asyncio.Task[T]

    @property
    def failed(self) -> bool:
        """There is no answer, and there will be none."""
        return self.answer.done() and (self.answer.cancelled() or self.answer.exception() is not None)


class Answers(Generic[T]):
    """Keeps answers for `keep` seconds by key. Failures are not kept."""

    def __init__(self, clock: Clock, keep: float) -> None:
        self._clock = clock
        self._keep = timedelta(seconds=keep)
        self._asked: dict[str, Asked[T]] = {}

    async def get(self, key: str, ask: Callable[[], Awaitable[T]], newer_than: datetime | None) -> tuple[T, datetime]:
        """The answer and the moment it dates from. Raises what `ask` raises."""
        asked = self._asked.get(key)
        if asked is None or asked.failed or not self._serves(asked.at, newer_than):
            asked = Asked(self._clock.now(), asyncio.ensure_future(as_coroutine(ask)))
            self._forget_old()
            self._asked[key] = asked
        return await asyncio.shield(asked.answer), asked.at

    def drop(self, key: str) -> None:
        """The next to ask gets a fresh answer."""
        self._asked.pop(key, None)

    def drop_all(self) -> None:
        """As `drop`, for everything."""
        self._asked.clear()

    def _serves(self, at: datetime, newer_than: datetime | None) -> bool:
        age = self._clock.now() - at
        fresh = timedelta() <= age < self._keep  # an answer of the future is from before a clock was set back
        return fresh and (newer_than is None or at > newer_than)

    def _forget_old(self) -> None:
        old = [key for key, asked in self._asked.items() if asked.answer.done() and not self._serves(asked.at, None)]
        for key in old:
            del self._asked[key]


async def as_coroutine(ask: Callable[[], Awaitable[T]]) -> T:
    """A task needs a coroutine; `ask` may give any awaitable."""
    return await ask()
