"""The composition root of the commands that look at the store, copy it and put copies back. All raise BadInput and
StoreUnavailable; those that read never write, and work while the bot runs.
"""

from dataclasses import dataclass
from pathlib import Path
from sqlite3 import Connection

from bot.adapters import sqlite_audit, sqlite_backup, sqlite_inspect, sqlite_requests
from bot.adapters.sqlite_connection import told
from bot.adapters.sqlite_mark import read_mark
from bot.errors import Unreadable
from bot.models.request import Record
from bot.sealing import edited

backup = sqlite_backup.backup
restore = sqlite_backup.restore
refuse_existing = sqlite_backup.refuse_existing


def inspect(database: Path) -> tuple[sqlite_inspect.Finding, ...]:
    """What there is to say of a store file."""
    sqlite_inspect.demand_file(database)
    with told(database):
        seen = read_mark(database)  # before the reading begins, since it may only fall behind the database
    with sqlite_inspect.read_only(database) as connection:
        return sqlite_inspect.inspect(connection, database, seen)


@dataclass(frozen=True, slots=True)
class Open:
    """A request that is open. Of one that was changed outside, or is damaged, nothing but its id is to be believed."""

    id: str
    record: Record | None


def open_requests(database: Path, limit: int) -> tuple[Open, ...]:
    """The newest requests that are still open, newest first."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        sqlite_inspect.demand_current(connection, database)
        ids = sqlite_requests.open_ids(connection, limit)
        return tuple(Open(request_id, _trusted(connection, request_id)) for request_id in ids)


def _trusted(connection: Connection, request_id: str) -> Record | None:
    try:
        record = sqlite_requests.record_of(connection, request_id)
        return None if edited(record, sqlite_requests.audit_of(connection, request_id)) else record
    except Unreadable:
        return None


def verify(database: Path, request_id: str | None) -> sqlite_audit.Verified:
    """The audit chains of a store or a backup, or the one of a request. Raises NotFound."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        return sqlite_audit.verify(connection, request_id)
