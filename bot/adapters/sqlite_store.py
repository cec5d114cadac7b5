"""The whole store family in one SQLite file."""

from pathlib import Path
from typing import Self

from bot.adapters.sqlite_codes import SqliteCodes
from bot.adapters.sqlite_config import SqliteConfig
from bot.adapters.sqlite_connection import Opener, open_file
from bot.adapters.sqlite_database import Database
from bot.adapters.sqlite_outbox import SqliteOutbox
from bot.adapters.sqlite_proofs import Proofs, Sign
from bot.adapters.sqlite_queue import SqliteQueue
from bot.adapters.sqlite_requests import SqliteRequests
from bot.adapters.sqlite_servers import SqliteServers
from bot.adapters.sqlite_threads import SqliteThreads
from bot.ports import Clock


class SqliteStore(SqliteRequests, SqliteQueue, SqliteOutbox, SqliteThreads, SqliteConfig, SqliteServers, SqliteCodes):
    """Every port of `bot/store_ports.py`. Several processes may share the file; it must be on a local disk."""

    @classmethod
    async def open(cls, path: Path, clock: Clock, opener: Opener = open_file, sign: Sign | None = None) -> Self:
        """Opens or creates the file, with SQLite's own access to it unless `opener` has another.

        With `sign` nothing counts that somebody else wrote in the name of people, or as a policy.

        Raises StoreUnavailable when it cannot be used or would not be durable, BadInput for a newer schema.
        """
        return cls(await Database.open(path, opener, Proofs(sign)), clock)

    async def close(self) -> None:
        """Finishes what was submitted and closes the file."""
        await self._database.close()
