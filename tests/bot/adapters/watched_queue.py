"""A queue that can be watched and broken, and the workflow over it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.local_workflow import LocalWorkflow
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import StoreUnavailable
from bot.store_ports import Change, Lease
from tests.factories import HandClock, a_request
from tests.watched import Watched

Drive = Callable[[str], Awaitable[datetime | None]]


@dataclass
class Queue:
    """A store whose looks, renewals and releases can be waited for; `broken` looks fail, and `forgetful` renewals."""

    store: SqliteStore
    looks: Watched = field(default_factory=Watched)
    renewed: Watched = field(default_factory=Watched)
    released: Watched = field(default_factory=Watched)
    deaf: bool = False
    broken: int = 0
    forgetful: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def changes(self) -> int:
        await self.looks.tell("look")
        if self.broken:
            self.broken -= 1
            raise StoreUnavailable("locked", mend="wait")
        return 1 if self.deaf else await self.store.changes()

    async def renew(self, lease: Lease, until: datetime) -> bool:
        if self.forgetful:
            self.forgetful -= 1
            raise StoreUnavailable("locked")
        kept = await self.store.renew(lease, until)
        await self.renewed.tell((lease.request_id, kept))
        return kept

    async def release(self, lease: Lease, due_at: datetime | None) -> None:
        await self.store.release(lease, due_at)
        await self.released.tell((lease.request_id, due_at))

    async def idle(self) -> None:
        """Returns once the loop has looked three times more."""
        await self.looks.times(len(self.looks.seen) + 3)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def open_queue(tmp_path: Path, clock: HandClock) -> AsyncIterator[Callable[[], Awaitable[Queue]]]:
    """Opens the same file again and again, as processes of their own would."""
    async with AsyncExitStack() as stack:

        async def opened() -> Queue:
            store = await SqliteStore.open(tmp_path / "store.sqlite3", clock)
            stack.push_async_callback(store.close)
            return Queue(store)

        yield opened


@pytest.fixture
async def queue(open_queue: Callable[[], Awaitable[Queue]]) -> Queue:
    return await open_queue()


async def receive(queue: Queue, name: str = "r1") -> None:
    await queue.store.receive(Change(a_request(id=name)), [f"key-{name}"])


async def nothing_to_show() -> int:
    return 0


def a_workflow(queue: Queue, clock: HandClock, drive: Drive, **fields: Any) -> LocalWorkflow:
    return LocalWorkflow(queue, clock, drive, nothing_to_show, **fields)


def noting(watched: Watched, due_at: datetime | None = None) -> Drive:
    async def drive(request_id: str) -> datetime | None:
        await watched.tell(request_id)
        return due_at

    return drive


@asynccontextmanager
async def running(workflow: LocalWorkflow) -> AsyncIterator[None]:
    """The loop, until the block ends."""
    loop = asyncio.ensure_future(workflow.run())
    try:
        yield
    except BaseException:
        for step in workflow._tasks:
            step.cancel()
        raise
    finally:
        while not loop.done():
            loop.cancel()
            await asyncio.wait((loop,), timeout=1)
        await workflow.close()
