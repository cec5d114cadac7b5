"""How a store is, read with a connection that cannot write, while the bot may run."""

import shutil
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from bot.adapters.sqlite_connection import told
from bot.adapters.sqlite_epoch import mark_of, suspicion
from bot.adapters.sqlite_inspect import read_only
from bot.adapters.sqlite_mark import Mark, read_mark
from bot.adapters.sqlite_schema import VERSION, demand_ours
from bot.models.replacing import replace

STEPS = 20_000
"""SQLite's instructions between two looks at the time."""
WAITING = "SELECT count(*) FROM requests WHERE is_open = 1"
UNSEEN = "SELECT count(*), min(due_at) FROM outbox WHERE shown < wanted AND gave_up = 0"
GIVEN_UP = "SELECT count(*) FROM outbox WHERE shown < wanted AND gave_up = 1"


@dataclass(frozen=True, slots=True)
class Health:
    """What there is to say. `damage` is `ok`, what SQLite found, or empty when there was no time to look.

    `unseen_since` is in Unix microseconds: since then the oldest message has been due that nobody was shown. The
    fields after `mark` are only filled for a store of this version. `suspicion`: why it looks older than it should.
    """

    schema: int
    is_current: bool
    journal: str
    damage: str
    free: int
    mark: Mark | None = None
    suspicion: str = ""
    open_requests: int = 0
    unseen: int = 0
    unseen_since: int | None = None
    given_up: int = 0


def health(path: Path, patience: float) -> Health:
    """Looks at the file; at most `patience` seconds at its pages. Raises BadInput, StoreUnavailable."""
    with told(path):
        seen = read_mark(path)  # before the reading begins, since it may only fall behind the database
    with read_only(path) as connection, told(path):
        schema = demand_ours(connection, path)
        free = shutil.disk_usage(path.parent).free
        (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
        found = Health(schema, schema == VERSION, str(journal), "", free)
        if found.is_current:
            found = _content(connection, found, seen)
        return replace(found, damage=_damage(connection, patience))


def _content(connection: Connection, found: Health, seen: Mark | None) -> Health:
    def first(sql: str) -> tuple[int, ...]:
        row: tuple[int, ...] = connection.execute(sql).fetchone()
        return row

    own = mark_of(connection)
    unseen, since = first(UNSEEN)
    return replace(
        found,
        mark=own,
        suspicion=suspicion(own, seen) or "",
        open_requests=first(WAITING)[0],
        unseen=unseen,
        unseen_since=since,
        given_up=first(GIVEN_UP)[0],
    )


def _damage(connection: Connection, patience: float) -> str:
    until = time.monotonic() + patience
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS)
    try:
        return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return "" if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT else str(error)
    finally:
        connection.set_progress_handler(None, 0)
