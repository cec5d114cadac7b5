"""The real store, which tells what was saved, so that nobody has to look again and again."""

from collections.abc import Callable
from datetime import datetime

from bot.adapters.sqlite_store import SqliteStore
from bot.store_ports import Change


class WatchedStore(SqliteStore):
    """Set `saved` to be told of every change of a request once it is durable."""

    saved: Callable[[Change], None]

    async def save(self, change: Change) -> None:
        await super().save(change)
        self.saved(change)


class SilentStore(WatchedStore):
    """Messages stay as durable rows that nobody shows, so the work queue does not speak of them."""

    async def next_due(self) -> datetime | None:
        """Never by the clock: what is measured begins with a write, and a write wakes the loop."""
        return None

    async def pragma(self, name: str) -> object:
        """As the connection that writes has it."""
        value: object = (await self._database.write(lambda to: to.execute(f"PRAGMA {name}").fetchone()))[0]
        return value


async def nothing_shown() -> int:
    """A pump for a workspace without a surface."""
    return 0
