"""What goes wrong on purpose."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeAlias

from sandbox.google.errors import GoogleError


@dataclass(frozen=True, slots=True)
class Answer:
    """The request is answered with this error, and has no effect."""

    error: GoogleError


@dataclass(frozen=True, slots=True)
class Slow:
    """The request has its effect; the answer is held back for `seconds`."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Drop:
    """The request has its effect; then the connection is cut instead of an answer."""


Fault: TypeAlias = Answer | Slow | Drop


async def _nothing() -> bool:
    return False


class Faults:
    """Faults for the requests to come, in the order in which they were planned.

    `largest_page` makes pages shorter than the caller asked for, which Google may do at any time. `after_write` is
    called when a change was carried out and its answer has not left; it says whether the caller is gone by now.
    """

    def __init__(self, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.sleep = sleep
        self.largest_page = 500
        self.after_write: Callable[[], Awaitable[bool]] = _nothing
        self._planned: deque[tuple[str, Fault]] = deque()

    def plan(self, fault: Fault, *, times: int = 1, method: str = "") -> None:
        """The next `times` requests of that HTTP method (any method when empty) meet `fault`."""
        self._planned.extend([(method, fault)] * times)

    def take(self, method: str) -> Fault | None:
        """The fault that this request meets, used up by it."""
        for planned in self._planned:
            if planned[0] in ("", method):
                self._planned.remove(planned)
                return planned[1]
        return None
