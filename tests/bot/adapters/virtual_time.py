"""An event loop whose time passes only when nobody has anything to do: minutes go by at once, and always alike."""

import asyncio
import selectors
from datetime import datetime, timedelta
from typing import Any

from tests.factories import NOW


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing: the time it would have waited has passed."""

    elapsed = 0.0

    def select(self, timeout: float | None = None) -> Any:
        assert timeout is not None, "everybody waits for somebody else"
        self.elapsed += timeout
        return super().select(0)


class VirtualLoop(asyncio.SelectorEventLoop):
    """For code without sockets and threads."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.elapsed


class LoopClock:
    """The moment by the time of the loop that runs."""

    def now(self) -> datetime:
        return NOW + timedelta(seconds=asyncio.get_running_loop().time())
