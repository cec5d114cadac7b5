"""Looks at a store file without changing it, also while the bot runs."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from urllib.parse import quote

from bot.adapters.sqlite_connection import BUSY_SECONDS, PRAGMAS, one_moment, told
from bot.adapters.sqlite_epoch import mark_of, suspicion
from bot.adapters.sqlite_mark import Mark
from bot.adapters.sqlite_presence import demand_own
from bot.adapters.sqlite_schema import VERSION, demand_ours
from bot.errors import BadInput, StoreUnavailable


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at. `mend` says what to do when it is not as it should be."""

    name: str
    value: str
    is_fine: bool = True
    mend: str = ""


@contextmanager
def read_only(path: Path) -> Iterator[Connection]:
    """A connection that cannot write; all that is read with it is of one moment. Raises BadInput, StoreUnavailable."""
    demand_file(path)
    with told(path):
        demand_own(path)
        opened = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=BUSY_SECONDS)
        with closing(opened) as connection:
            connection.isolation_level = None
            with one_moment(connection):
                if demand_ours(connection, path) == 0:
                    raise BadInput("the file is empty", where=str(path), mend="name the file of the store")
                yield connection


def demand_file(path: Path) -> None:
    """Raises BadInput unless there is a file of that name, and StoreUnavailable."""
    with told(path):
        if not path.is_file():
            what = "this is a folder, not a file" if path.is_dir() else "there is no such file"
            raise BadInput(what, where=str(path), mend="name the file of the store")


def demand_current(connection: Connection, path: Path) -> None:
    """Raises BadInput for a store whose schema is older than this program."""
    found = demand_ours(connection, path)
    if found != VERSION:
        mend = "start the bot once: it brings the file up to date"
        raise BadInput(f"the database has schema version {found}, not {VERSION} yet", where=str(path), mend=mend)


def demand_sound(connection: Connection, path: Path) -> None:
    """Raises StoreUnavailable when SQLite finds the file damaged."""
    if (damage := _damage(connection)) != "ok":
        raise StoreUnavailable(f"{path} is damaged: {damage}", mend="restore the newest backup")


def inspect(connection: Connection, path: Path, seen: Mark | None) -> tuple[Finding, ...]:
    """Schema, integrity, durability, epoch and content, in this order; `seen` is what the second place knew
    before the reading began. Raises StoreUnavailable.
    """
    with told(path):
        schema = demand_ours(connection, path)
        damage = _damage(connection)
        findings = [
            Finding(
                "schema version", str(schema), schema == VERSION, "start the bot once: it brings the file up to date"
            ),
            Finding("integrity", damage, damage == "ok", "restore the newest backup"),
            _journal(connection),
        ]
        if schema == VERSION:
            findings += _age(mark_of(connection), seen)
        return (*findings, *_content(connection))


def _damage(connection: Connection) -> str:
    try:
        return str(connection.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except sqlite3.DatabaseError as error:
        return str(error)


def _journal(connection: Connection) -> Finding:
    (journal,) = connection.execute("PRAGMA journal_mode").fetchone()
    synchronous = next(pragma for pragma in PRAGMAS if pragma.startswith("synchronous"))
    if journal == "wal":
        return Finding("journal", f"wal, {synchronous} while the bot runs")
    return Finding("journal", f"{journal}: a copy at rest; the bot turns it to wal, {synchronous}, when it opens it")


def _age(own: Mark, seen: Mark | None) -> tuple[Finding, ...]:
    why = suspicion(own, seen)
    mend = "at its next start the bot treats it as restored from a backup: every open request ends, people are told"
    return (
        Finding("store", own.store),
        Finding("epoch", str(own.epoch)),
        Finding("commits", str(own.sequence)),
        Finding("age", why or "as new as what was done with it", not why, mend),
    )


def _content(connection: Connection) -> tuple[Finding, ...]:
    def number(sql: str) -> str:
        return str(connection.execute(sql).fetchone()[0])

    return (
        Finding("requests", number("SELECT count(*) FROM requests")),
        Finding("open requests", number("SELECT count(*) FROM requests WHERE is_open = 1")),
        Finding("messages to show", number("SELECT count(*) FROM outbox WHERE shown < wanted AND gave_up = 0")),
    )
