"""Several writes in one commit: one sync to disk for all of them, one savepoint for each."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection
from typing import Any

from bot.adapters.sqlite_connection import told
from bot.errors import StoreUnavailable

Work = Callable[[Connection], Any]
Run = Callable[[Connection, Path, Work], "Outcome"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one write: `error`, or the `value` it returned."""

    value: Any = None
    error: Exception | None = None


class _WorkFailed(Exception):
    """A work raised; nothing of its batch was committed."""


def commit_together(connection: Connection, path: Path, works: Sequence[Work]) -> list[Outcome]:
    """Durable outcomes of all works, in order.

    A work that fails is rolled back alone. When the transaction itself is lost, every outcome is StoreUnavailable.
    Nearly always nobody fails, so savepoints, which cost two statements a work, are made only when somebody did.
    """
    try:
        return _transaction(connection, path, works, _perform)
    except _WorkFailed:
        return _transaction(connection, path, works, _attempt)


def _transaction(connection: Connection, path: Path, works: Sequence[Work], run: Run) -> list[Outcome]:
    try:
        with told(path):
            connection.execute("BEGIN IMMEDIATE")
            outcomes = [run(connection, path, work) for work in works]
            connection.execute("COMMIT")
    except StoreUnavailable as error:
        _roll_back(connection)
        return [Outcome(error=copy(error)) for _ in works]
    except _WorkFailed:
        _roll_back(connection)
        raise
    return outcomes


def _roll_back(connection: Connection) -> None:
    with suppress(sqlite3.Error):  # no transaction is left: SQLite rolled back by itself
        connection.execute("ROLLBACK")


def _perform(connection: Connection, path: Path, work: Work) -> Outcome:
    try:
        with told(path):
            return Outcome(work(connection))
    except Exception as error:  # whatever it is, the batch is tried again with a savepoint for each work
        raise _WorkFailed from error


def _attempt(connection: Connection, path: Path, work: Work) -> Outcome:
    connection.execute("SAVEPOINT work")
    try:
        with told(path):
            outcome = Outcome(work(connection))
    except Exception as error:  # the edge of the thread: the caller of this work gets it
        outcome = Outcome(error=RuntimeError("the work raised StopIteration") if _is_stop(error) else error)
        if not connection.in_transaction:
            raise sqlite3.OperationalError(f"the transaction was lost: {error}") from error
        connection.execute("ROLLBACK TO work")
    connection.execute("RELEASE work")
    return outcome


def _is_stop(error: Exception) -> bool:
    """What no future can hold (PEP 479)."""
    return isinstance(error, StopIteration)
