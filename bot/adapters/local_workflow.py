"""The workflow of one or several processes on one store: a loop over due requests, each under a lease."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.errors import CountersignError, StoreUnavailable, Unreadable
from bot.ports import Clock
from bot.store_ports import QUARANTINE, Lease, WorkQueue

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
POLL = 0.02
"""Seconds between two looks at the store's change counter; other processes' writes are seen within it."""
LONGEST_SLEEP = 1.0
AFTER_TROUBLE = timedelta(seconds=2)
ALARM_EVERY = 60.0
"""Seconds between two alarms of a trouble that lasts."""


@dataclass(slots=True)
class LocalWorkflow:
    """Gives every due request to `drive`, and lets `pump` show what is due, whenever the store has changed.

    `drive` takes a request's id and returns the moment (UTC) at which it is due again, or None. `lease` is how long the
    work of a process that died is left alone.
    """

    queue: WorkQueue
    clock: Clock
    drive: Callable[[str], Awaitable[datetime | None]]
    pump: Callable[[], Awaitable[int]]
    parallel: int = 64
    lease: timedelta = LEASE
    _woken: asyncio.Event = field(default_factory=asyncio.Event)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _trouble: str = ""
    _alarm_again: float = 0.0

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
        while True:
            self._woken.clear()
            try:
                await self._look()
            except StoreUnavailable as trouble:
                self._alarm(trouble)
                await asyncio.sleep(AFTER_TROUBLE.total_seconds())

    async def drain(self) -> None:
        """Works through everything that is due now, one after the other, in this task."""
        while leases := await self._claim(1):
            await self._work(leases[0])

    async def close(self) -> None:
        """Waits for the steps that have begun."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _look(self) -> None:
        seen = await self.queue.changes()
        began = await self._begin() + await self.pump()
        if began and self._trouble:  # something was written again
            log.warning("store.available")
            self._trouble = ""
        if not began:
            await self._sleep(seen)

    def _alarm(self, trouble: StoreUnavailable) -> None:
        """Once for each trouble, and again every minute while it lasts: a log must not fill a disk that is full."""
        now = asyncio.get_running_loop().time()
        if trouble.what != self._trouble or now >= self._alarm_again:
            log.error("store.unavailable", extra=trouble.said)
            self._trouble, self._alarm_again = trouble.what, now + ALARM_EVERY

    async def _begin(self) -> int:
        free = self.parallel - len(self._tasks)
        leases = await self._claim(free) if free > 0 else []
        for lease in leases:
            task = asyncio.ensure_future(self._work(lease))
            self._tasks.add(task)
            task.add_done_callback(self._ended)
        return len(leases)

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Its place is free before the loop is woken: who looks sooner sees every place taken, and sleeps."""
        self._tasks.discard(task)
        self._woken.set()

    async def _claim(self, limit: int) -> list[Lease]:
        now = self.clock.now()
        return list(await self.queue.claim(now, now + self.lease, limit))

    async def _work(self, lease: Lease) -> None:
        """One lease: drive, keep the lease alive meanwhile, give it back with the next due moment."""
        heart = asyncio.ensure_future(self._keep(lease))
        try:
            await self.queue.release(lease, await self._driven(lease))
        except StoreUnavailable as trouble:  # the lease runs out by itself
            log.warning("lease.not_released", extra={"request": lease.request_id, "what": trouble.what})
        finally:
            heart.cancel()

    async def _driven(self, lease: Lease) -> datetime | None:
        try:
            return await self.drive(lease.request_id)
        except Unreadable as damaged:
            log.error("record.unreadable", extra={"request": lease.request_id, **damaged.said})  # noqa: TRY400 - it says why
            return self.clock.now() + QUARANTINE
        except StoreUnavailable as trouble:
            self._alarm(trouble)
            return self.clock.now() + AFTER_TROUBLE
        except CountersignError as trouble:
            log.warning("step.unavailable", extra={"request": lease.request_id, "what": str(trouble)})
            return self.clock.now() + AFTER_TROUBLE

    async def _keep(self, lease: Lease) -> None:
        while True:
            await asyncio.sleep(self.lease.total_seconds() / 3)
            with suppress(StoreUnavailable):  # the loop says so; the next renewal may come in time
                await self.queue.renew(lease, self.clock.now() + self.lease)

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
