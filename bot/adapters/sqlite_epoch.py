"""Notices that the database is older than what was done with it, and raises its epoch (docs/adr/0006)."""

import logging
from pathlib import Path
from sqlite3 import SQLITE_CORRUPT, Connection, DatabaseError

from bot.adapters.sqlite_mark import Mark, MarkFile

log = logging.getLogger(__name__)

READ = "SELECT id, epoch, sequence, started FROM store"
COUNT = "UPDATE store SET sequence = sequence + 1 RETURNING id, epoch, sequence, started"
START = "UPDATE store SET started = started + 1"
RAISE = """UPDATE store SET id = lower(hex(randomblob(16))), epoch = :epoch, sequence = :sequence,
    started = :started"""
"""A name of its own tells what is done from now on from what is done, in the same epoch, with another copy."""

CREATED = """CASE WHEN json_valid(CAST(body AS TEXT)) THEN
        1000000 * CAST(strftime('%s', json_extract(CAST(body AS TEXT), '$.created_at')) AS INTEGER) ELSE 0 END"""
UNKNOWN = 'SELECT request_id FROM calls WHERE instr(CAST(body AS TEXT), \'"status":"unknown"\') > 0'
"""Both leave a damaged row alone: whoever reads it says so."""

WAITS = "kind = 'secret' AND shown < wanted AND gave_up = 0"

RESTORED = (
    f"""INSERT INTO inbox (id, request_id, kind, body)
        SELECT 'settled:' || id, request_id, 'secret', CAST(json_object('id', 'settled:' || id,
            'request_id', request_id, 'call_id', substr(id, 8), 'error', 'restore') AS BLOB)
        FROM outbox WHERE {WAITS} ON CONFLICT (id) DO NOTHING""",  # noqa: S608 - from constants
    f"UPDATE outbox SET gave_up = 1, text = '', error = 'restore' WHERE {WAITS}",  # noqa: S608 - as above
    """INSERT INTO inbox (id, request_id, kind, body)
        SELECT 'restored:' || :epoch || ':' || id, id, 'restored',
            CAST(json_object('id', 'restored:' || :epoch || ':' || id, 'request_id', id, 'epoch', :epoch) AS BLOB)
        FROM requests WHERE is_open = 1""",
    """UPDATE requests SET due_at = 0, leased = 0, wake_at = NULL, fence = fence + 1
        WHERE is_open = 1 OR leased = 1 OR id IN (SELECT request_id FROM inbox WHERE consumed = 0)""",
    f"""UPDATE requests SET look_from = {CREATED} WHERE look_from IS NULL AND (is_open = 1 OR id IN (
        SELECT request_id FROM outbox WHERE shown < wanted UNION {UNKNOWN}))""",  # noqa: S608 - from constants
    """UPDATE outbox SET leased_until = 0, attempts = 0, tried_at = CASE WHEN posted_ts = '' THEN coalesce(tried_at,
        (SELECT look_from FROM requests WHERE requests.id = outbox.request_id)) ELSE tried_at END
        WHERE shown < wanted AND gave_up = 0""",
    f"""UPDATE outbox SET shown = min(shown, wanted - 1)
        WHERE kind = 'card' AND gave_up = 0 AND request_id IN ({UNKNOWN})""",  # noqa: S608 - from constants
)
"""What was done since the file was written is not in it: every open request is told, nobody has a lease, messages are
looked for before they are posted (from when their request came), and cards that ask what happened are drawn again.
Secrets that were still to be sent are deleted: they may have been, and others may have been made since."""


def mark_of(connection: Connection) -> Mark:
    """How far the database has come, by its own word. Raises sqlite3.DatabaseError when it does not say."""
    return _told(connection.execute(READ).fetchone())


def count(connection: Connection) -> Mark:
    """Counts a commit, inside its transaction. Raises sqlite3.DatabaseError when there is nothing to count in."""
    return _told(connection.execute(COUNT).fetchone())


def _told(row: tuple[str, int, int, int] | None) -> Mark:
    if row is None:
        lost = DatabaseError("the table store has lost its row")
        lost.sqlite_errorcode = SQLITE_CORRUPT
        raise lost
    return Mark(*row)


def raise_epoch(connection: Connection, *, above: Mark, after: int) -> Mark:
    """Makes the database that of the epoch after `above`, inside a transaction. The requests do the rest.

    `after` is the last commit of the file that this is written into, since its log must go on from there.
    """
    epoch = max(above.epoch, mark_of(connection).epoch) + 1
    connection.execute(RAISE, {"epoch": epoch, "sequence": after + 1, "started": above.started})
    for statement in RESTORED:
        connection.execute(statement, {"epoch": epoch})
    return mark_of(connection)


def agree(connection: Connection, path: Path, marks: MarkFile) -> Mark:
    """Brings database and mark together when the database is opened; an older database gets a new epoch.

    The mark knows of that epoch before the database has it: one that is ahead of its mark was never here. A crash in
    between leaves a database that is behind.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        own, seen = mark_of(connection), marks.read()
        is_fresh = own.sequence == 0 and seen is None  # a new file, or the first start after an upgrade
        why = "" if is_fresh else suspicion(own, seen)
        if why:
            log.error("store.restored", extra={"database": str(path), "why": why})
            newest = max((own, seen or own), key=lambda mark: mark.age)
            own = raise_epoch(connection, above=newest, after=own.sequence)
        if why or is_fresh:
            marks.replace(own)
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return own


def suspicion(own: Mark, seen: Mark | None) -> str:
    """Why the database may be older than what was done with it, or nothing."""
    if seen is None:
        return "the file that remembers how far the store had come is missing or unreadable"
    if (seen.store, seen.epoch) != (own.store, own.epoch):
        return "another store was here before, or this copy was in use elsewhere"
    if own.sequence < seen.sequence:
        return f"the database ends at commit {own.sequence}, but commit {seen.sequence} was made"
    return ""
