"""How a connection to the file is opened, and how the errors of SQLite are told."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection

from bot.codec import not_unicode
from bot.errors import StoreUnavailable

BUSY_SECONDS = 5.0
"""How long a statement waits for another process to finish writing."""

FULL = 2
"""PRAGMA synchronous: every commit is synced. NORMAL loses acknowledged commits at power loss in WAL mode."""


PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "fullfsync=ON",
    "checkpoint_fullfsync=ON",
    "journal_size_limit=67108864",
)


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turns what SQLite and the file system say into StoreUnavailable, and text without UTF-8 form into BadInput."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StoreUnavailable(f"{path}: {error}") from error
    except UnicodeEncodeError as error:
        raise not_unicode(error) from error


@contextmanager
def one_moment(connection: Connection) -> Iterator[None]:
    """All statements inside read the data as it was at the first of them."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def connect(path: Path) -> Connection:
    """A connection with explicit transactions that may move between threads. Creates a private file."""
    path.touch(mode=0o600)
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        demand_durable(connection, path)
    except BaseException:
        connection.close()
        raise
    return connection


def demand_durable(connection: Connection, path: Path) -> None:
    """Raises StoreUnavailable unless commits on this connection survive power loss."""
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if journal != "wal" or synchronous < FULL:
        raise StoreUnavailable(
            f"{path}: commits would not survive power loss (journal_mode={journal}, synchronous={synchronous}); "
            "WAL and FULL are needed: use a local file system"
        )
