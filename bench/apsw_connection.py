"""What the store uses of `sqlite3.Connection`, over apsw, which can be given a VFS of ours."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import apsw

from bench.synced_disk import SyncedVfs
from bot.adapters.sqlite_connection import BUSY_SECONDS, Opener

Row = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Rows:
    """All that a statement gave. `rowcount` is that of the last statement that changed rows."""

    rows: list[Row]
    rowcount: int

    def fetchone(self) -> Row | None:
        return self.rows.pop(0) if self.rows else None

    def fetchall(self) -> list[Row]:
        return self.rows

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


class ApswConnection:
    """One connection through the VFS. `relaxed` commits without a sync, once the store has looked at the settings."""

    def __init__(self, path: Path, vfs: SyncedVfs, checkpoint_every: int, *, relaxed: bool) -> None:
        self._relaxed = relaxed
        with _as_sqlite3():
            self._inner = apsw.Connection(str(path), vfs=vfs.name)
        self._inner.set_busy_timeout(int(BUSY_SECONDS * 1000))
        self._inner.wal_autocheckpoint(checkpoint_every)

    @property
    def in_transaction(self) -> bool:
        return not self._inner.get_autocommit()

    def execute(self, sql: str, parameters: Any = ()) -> Rows:
        if self._relaxed and sql == "BEGIN IMMEDIATE":
            self._inner.execute("PRAGMA synchronous = NORMAL")
        with _as_sqlite3():
            return Rows(list(self._inner.execute(sql, parameters)), self._inner.changes())

    def executemany(self, sql: str, rows: Iterable[Any]) -> Rows:
        with _as_sqlite3():
            return Rows(list(self._inner.executemany(sql, rows)), self._inner.changes())

    def close(self) -> None:
        with suppress(apsw.Error):  # as sqlite3 does: a checkpoint that fails now is made later
            self._inner.close()


def opener_over(vfs: SyncedVfs, *, checkpoint_every: int = 1000, relaxed: bool = False) -> Opener:
    """Opens the store's file through the VFS; a checkpoint is made every so many pages."""

    def opened(path: Path) -> sqlite3.Connection:
        return cast("sqlite3.Connection", ApswConnection(path, vfs, checkpoint_every, relaxed=relaxed))

    return opened


@contextmanager
def _as_sqlite3() -> Iterator[None]:
    try:
        yield
    except apsw.Error as error:
        told = sqlite3.OperationalError(str(error) or type(error).__name__)
        told.sqlite_errorcode = getattr(error, "extendedresult", apsw.SQLITE_ERROR)
        raise told from error
