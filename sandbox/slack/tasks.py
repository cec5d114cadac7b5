"""Work that goes on behind a request and is ended with the server."""

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any

from sandbox.clock import Clock


class Tasks:
    """Holds what was started until it is done, so that it neither vanishes nor outlives the server."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[None]] = set()

    def start(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def close(self) -> None:
        """Cancels what is still running and waits for its end."""
        running = list(self._running)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def happens_within(clock: Clock, happens: Awaitable[Any], seconds: float) -> bool:
    """Whether it happens within that time on the clock. A future of the caller is left alone, other work is ended."""
    wanted = asyncio.ensure_future(happens)
    alarm = asyncio.ensure_future(clock.sleep(seconds))
    try:
        await asyncio.wait({wanted, alarm}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        alarm.cancel()
        if wanted is not happens:
            wanted.cancel()
    return wanted.done()
