"""The SQLite store over a database in memory, written on the caller's own thread: it can be copied at any moment.

Tables, statements and transactions are those of the file; what a file adds (syncs, locks, the log) is tried elsewhere.
"""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from sqlite3 import Connection
from typing import TypeVar

from bot.adapters.sqlite_commit import commit_together
from bot.adapters.sqlite_database import Database
from bot.adapters.sqlite_proofs import Proofs
from bot.adapters.sqlite_schema import prepare
from bot.adapters.sqlite_store import SqliteStore
from bot.models.policy import Policy
from bot.ports import Clock

T = TypeVar("T")
NOWHERE = Path("memory")
NONE = Proofs()


class DirectDatabase(Database):
    """A Database with one connection and no thread."""

    def __init__(self, connection: Connection, proofs: Proofs = NONE) -> None:
        self.proofs = proofs
        self._path = NOWHERE
        self._writer = self._reader = connection
        self._open = True

    async def write(self, work: Callable[[Connection], T], *, scrub: bool = False) -> T:
        self._demand_open()
        [outcome] = commit_together(self._writer, self._path, [work])
        if outcome.error is not None:
            raise outcome.error
        value: T = outcome.value
        return value

    async def close(self) -> None:
        self._open = False
        self._writer.close()


def direct_store(image: bytes, clock: Clock, proofs: Proofs = NONE) -> SqliteStore:
    """A store on a copy of `image`."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.deserialize(image)
    return SqliteStore(DirectDatabase(connection, proofs), clock)


def image_of(store: SqliteStore) -> bytes:
    """All that is committed, as a file without a log would hold it (bytes 18 and 19 say whether there is one)."""
    image = store._database._reader.serialize()
    return image[:18] + b"\x01\x01" + image[20:]


def connection_of(store: SqliteStore) -> Connection:
    """For whoever edits rows behind the store's back."""
    return store._database._writer


def written(store: SqliteStore) -> int:
    """Grows with every row that was written through this store."""
    return store._database._writer.total_changes


async def fresh_image(policy: Policy, clock: Clock, proofs: Proofs = NONE) -> bytes:
    """A store with its tables and this policy, and nothing else."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA page_size=512")  # the smallest there is: an image is copied at every point
    prepare(connection, NOWHERE)
    store = SqliteStore(DirectDatabase(connection, proofs), clock)
    await store.publish(policy)
    image = image_of(store)
    await store.close()
    return image
