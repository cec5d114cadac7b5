"""The workflow of one or several processes on one store: a loop over due requests, each under a lease."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import CountersignError, StoreUnavailable
from bot.ports import Clock
from bot.store_ports import Lease, WorkQueue

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
POLL = 0.02
"""Seconds between two looks at the store's change counter; other processes' writes are seen within it."""
LONGEST_SLEEP = 1.0
AFTER_TROUBLE = timedelta(seconds=2)


@dataclass(slots=True)
class LocalWorkflow:
    """Gives every due request to `drive`, and lets `pump` show what is due, whenever the store has changed.

    `drive` takes a request's id and returns the moment (UTC) at which it is due again, or None.
    """

    queue: WorkQueue
    clock: Clock
    drive: Callable[[str], Awaitable[datetime | None]]
    pump: Callable[[], Awaitable[int]]
    parallel: int = 64
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, request_id: str) -> None:
        """A request was received; it is due in the store already."""
        del request_id
        self._woken.set()

    async def wake(self, request_id: str) -> None:
        """Something was appended; the request is due in the store already."""
        del request_id
        self._woken.set()

    async def run(self) -> None:
        """Works until cancelled. What was begun is finished by `close`."""
        seen = -1
        while True:
            self._woken.clear()
            try:
                seen = await self.queue.changes()
                began = await self._begin() + await self.pump()
                if not began:
                    await self._sleep(seen)
            except StoreUnavailable as trouble:
                log.error("store.unavailable", extra={"what": trouble.what})  # noqa: TRY400 - the reason is in `what`
                await asyncio.sleep(AFTER_TROUBLE.total_seconds())

    async def drain(self) -> None:
        """Works through everything that is due now, one after the other, in this task."""
        while leases := await self._claim(1):
            await self._work(leases[0])

    async def close(self) -> None:
        """Waits for the steps that have begun."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _begin(self) -> int:
        free = self.parallel - len(self._tasks)
        leases = await self._claim(free) if free > 0 else []
        for lease in leases:
            task = asyncio.ensure_future(self._work(lease))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        return len(leases)

    async def _claim(self, limit: int) -> list[Lease]:
        now = self.clock.now()
        return list(await self.queue.claim(now, now + LEASE, limit))

    async def _work(self, lease: Lease) -> None:
        """One lease: drive, keep the lease alive meanwhile, give it back with the next due moment."""
        heart = asyncio.ensure_future(self._keep(lease))
        try:
            await self.queue.release(lease, await self._driven(lease))
        except StoreUnavailable as trouble:  # the lease runs out by itself
            log.warning("lease.not_released", extra={"request": lease.request_id, "what": trouble.what})
        finally:
            heart.cancel()
        self._woken.set()

    async def _driven(self, lease: Lease) -> datetime | None:
        try:
            return await self.drive(lease.request_id)
        except CountersignError as trouble:
            log.warning("step.unavailable", extra={"request": lease.request_id, "what": str(trouble)})
            return self.clock.now() + AFTER_TROUBLE

    async def _keep(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            await self.queue.renew(lease, self.clock.now() + LEASE)

    async def _sleep(self, seen: int) -> None:
        """Until woken in this process, until another process has written, or until the next moment something is due.

        What is due already and could not be begun waits for a step that ends, which wakes.
        """
        due = await self.queue.next_due()
        left = LONGEST_SLEEP if due is None else (due - self.clock.now()).total_seconds()
        until = asyncio.get_running_loop().time() + min(max(left, POLL), LONGEST_SLEEP)
        while asyncio.get_running_loop().time() < until:
            try:
                async with asyncio.timeout(POLL):  # wait_for of Python 3.11 can swallow a cancellation
                    await self._woken.wait()
            except TimeoutError:
                if await self.queue.changes() != seen:
                    return
            else:
                return
