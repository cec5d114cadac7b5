"""How a connection to the file is opened, and how the errors of SQLite are told."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from sqlite3 import Connection
from types import MappingProxyType

from bot.codec import not_unicode
from bot.errors import BadInput, StoreUnavailable, Unreadable

Opener = Callable[[Path], Connection]
"""Opens a file that exists: with explicit transactions, for any thread."""

BUSY_SECONDS = 5.0
"""How long a statement waits for another process to finish writing."""

LOOK_AGAIN = 0.002
"""Seconds between two looks whether another process has let go of a lock; it has it for microseconds."""

SOON = 250
"""Milliseconds that emptying the log may wait for readers, since all writers wait with it."""

FULL = 2
"""PRAGMA synchronous: every commit is synced. NORMAL loses acknowledged commits at power loss in WAL mode."""


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "journal_size_limit=67108864",
    "secure_delete=ON",
    "cache_size=-8000",
)
"""With secure_delete what is deleted is overwritten with zeros; not every build of SQLite does so by itself.

Requests are found by random ids, so with a long history each look-up ends in a page of its own: those of a list of 100
do not fit into the 2 MB that SQLite keeps by itself. The 8 MB are taken only as they are needed.
"""

DAMAGED = MappingProxyType(
    {
        sqlite3.SQLITE_CORRUPT: "nothing is done with it; restore the newest backup",
        sqlite3.SQLITE_NOTADB: "this is not a SQLite database: name the store's own file; if this is it, restore the "
        "newest backup",
    }
)
MENDS = MappingProxyType(
    {
        sqlite3.SQLITE_FULL: "make room on this disk",
        sqlite3.SQLITE_IOERR: "look whether this disk is full, over its quota or broken",
        sqlite3.SQLITE_READONLY: "make the file and its directory writable for this user",
        sqlite3.SQLITE_CANTOPEN: "make the file and its directory readable and writable for this user",
        sqlite3.SQLITE_BUSY: "another process has been writing to it all the time: let it finish, or end it",
    }
)
"""What an admin can do, by SQLite's primary result code (sqlite.org/rescode.html)."""
PASSING = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY})
"""After these a bot that runs goes on by itself, once they are mended."""
PRIMARY = 0xFF
TROUBLES = (sqlite3.Error, OSError, UnicodeEncodeError)
ELSE = "look at the disk and at who may write to it"


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what SQLite and the file system say into StoreUnavailable, and text without UTF-8 form into BadInput."""
    try:
        yield
    except TROUBLES as error:
        raise in_our_words(path, error) from error


def in_our_words(path: Path, error: Exception) -> StoreUnavailable | BadInput:
    """What one of TROUBLES means to people."""
    match error:
        case sqlite3.Error():
            return _of_sqlite(path, error)
        case UnicodeEncodeError():
            return not_unicode(error)
        case OSError(filename=name, strerror=why):
            return StoreUnavailable(f"{name or path}: {why}", mend=ELSE)
    raise AssertionError("TROUBLES names each of these")


def _code(error: sqlite3.Error) -> int:
    """SQLite's primary result code; 0 for an error of the module itself, which has none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & PRIMARY


def _of_sqlite(path: Path, error: sqlite3.Error) -> StoreUnavailable:
    code = _code(error)
    if code in DAMAGED:
        return Unreadable(str(path), str(error), mend=DAMAGED[code])
    return StoreUnavailable(f"{path}: {error}", mend=MENDS.get(code, ELSE), passes=code in PASSING)


@contextmanager
def one_moment(connection: Connection) -> Iterator[None]:
    """All statements inside read the data as it was at the first of them."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def open_file(path: Path) -> Connection:
    """The Opener of every ordinary store."""
    return sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)


def connect(path: Path, opener: Opener = open_file) -> Connection:
    """A connection with explicit transactions that may move between threads. Creates a private file."""
    if not path.exists():
        path.touch(mode=0o600)
    connection = opener(path)
    try:
        for pragma in PRAGMAS:
            _set(connection, pragma)
        demand_durable(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def _set(connection: Connection, pragma: str) -> None:
    """Waits for who is just changing the journal's mode: for that alone SQLite's own busy handler does not wait."""
    end = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute(f"PRAGMA {pragma}")
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() > end:
                raise
            time.sleep(LOOK_AGAIN)
        else:
            return


def empty_log(connection: Connection) -> None:
    """Takes everything out of the write-ahead log, old versions of rows included (sqlite.org/wal.html, TRUNCATE).

    Somebody who reads keeps it as it is: then the next time does it. A disk that is in trouble is told of elsewhere.
    """
    connection.execute(f"PRAGMA busy_timeout = {SOON}")
    with suppress(sqlite3.Error):
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000:.0f}")


def demand_durable(connection: Connection, path: Path) -> None:
    """Raises StoreUnavailable unless commits on this connection survive power loss."""
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if journal != "wal" or synchronous < FULL:
        raise StoreUnavailable(
            f"{path}: commits would not survive power loss (journal_mode={journal}, synchronous={synchronous}); "
            "WAL and FULL are needed: use a local file system"
        )
