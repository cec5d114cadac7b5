"""The real store, which tells when a request was parked or answered, so that nobody has to look again and again."""

import asyncio
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any, Self

from bot.adapters.sqlite_store import SqliteStore
from bot.models.request import RequestStatus
from bot.ports import Clock
from bot.store_ports import Change


class WatchedStore(SqliteStore):
    """Messages stay as durable rows that nobody shows, and the work queue does not speak of them."""

    parked: "defaultdict[str, asyncio.Future[str]]"
    """By request, the id of the approval that it waits for."""
    answered: "defaultdict[str, asyncio.Future[None]]"
    """By request, its answer is durable."""

    @classmethod
    async def open(cls, path: Path, clock: Clock) -> Self:
        store = await super().open(path, clock)
        loop = asyncio.get_running_loop()
        store.parked = defaultdict(loop.create_future)
        store.answered = defaultdict(loop.create_future)
        return store

    async def save(self, change: Change) -> None:
        await super().save(change)
        if change.approvals:
            self.parked[change.request.id].set_result(change.approvals[0].id)
        elif change.request.status is RequestStatus.ANSWERING:
            self.answered[change.request.id].set_result(None)

    async def next_due(self) -> datetime | None:
        """Never by the clock: what is measured begins with a write, and a write wakes the loop."""
        return None

    async def pragma(self, name: str) -> Any:
        """As the connection that writes has it."""
        (value,) = await self._database.write(lambda to: to.execute(f"PRAGMA {name}").fetchone())
        return value


async def nothing_shown() -> int:
    """A pump for a workspace without a surface."""
    return 0
