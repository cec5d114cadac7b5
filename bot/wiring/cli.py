"""The composition root of the commands that look at the store, copy it and put copies back. All raise BadInput and
StoreUnavailable; those that read never write, and work while the bot runs.
"""

from pathlib import Path

from bot.adapters import sqlite_audit, sqlite_backup, sqlite_inspect, sqlite_requests
from bot.adapters.sqlite_connection import told
from bot.adapters.sqlite_mark import read_mark
from bot.models.request import Record

backup = sqlite_backup.backup
restore = sqlite_backup.restore
refuse_existing = sqlite_backup.refuse_existing


def inspect(database: Path) -> tuple[sqlite_inspect.Finding, ...]:
    """What there is to say of a store file."""
    with told(database):
        seen = read_mark(database)  # before the reading begins, since it may only fall behind the database
    with sqlite_inspect.read_only(database) as connection:
        return sqlite_inspect.inspect(connection, database, seen)


def open_requests(database: Path, limit: int) -> tuple[Record, ...]:
    """The newest requests that are still open, newest first."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        sqlite_inspect.demand_current(connection, database)
        return sqlite_requests.open_requests(connection, limit)


def verify(database: Path, request_id: str | None) -> sqlite_audit.Verified:
    """The audit chains of a store or a backup, or the one of a request. Raises NotFound."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        return sqlite_audit.verify(connection, request_id)
