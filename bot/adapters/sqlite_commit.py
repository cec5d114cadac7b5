"""Several writes in one commit: one sync to disk for all of them, one savepoint for each."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from bot.adapters.sqlite_connection import told
from bot.errors import StoreUnavailable

Work = Callable[[Connection], Any]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one write: `error`, or the `value` it returned."""

    value: Any = None
    error: Exception | None = None


def commit_together(connection: Connection, path: Path, works: Sequence[Work]) -> list[Outcome]:
    """Durable outcomes of all works, in order.

    A work that fails is rolled back alone. When the transaction itself is lost, every outcome is StoreUnavailable.
    """
    try:
        with told(path):
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [_attempt(connection, path, work) for work in works]
            connection.execute("COMMIT")
    except StoreUnavailable as error:
        with suppress(sqlite3.Error):  # no transaction is left: SQLite rolled back by itself
            connection.execute("ROLLBACK")
        return [Outcome(error=StoreUnavailable(error.what)) for _ in works]
    return outcomes


def _attempt(connection: Connection, path: Path, work: Work) -> Outcome:
    connection.execute("SAVEPOINT work")
    try:
        with told(path):
            outcome = Outcome(work(connection))
    except Exception as error:  # the edge of the thread: the caller of this work gets it
        outcome = Outcome(error=error)
        if not connection.in_transaction:
            raise sqlite3.OperationalError(f"the transaction was lost: {error}") from error
        connection.execute("ROLLBACK TO work")
    connection.execute("RELEASE work")
    return outcome
