"""The tables. Records are JSON in `body`; the other columns are only what queries need. Moments are UTC microseconds.

Every index of open work is partial, so finished requests cost the queries nothing.
"""

from pathlib import Path
from sqlite3 import Connection

from bot.errors import BadInput

VERSION = 1

SCHEMA = (
    """CREATE TABLE requests (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, is_open INTEGER NOT NULL,
        team TEXT NOT NULL, channel TEXT NOT NULL, thread_ts TEXT NOT NULL, user TEXT NOT NULL,
        due_at INTEGER, leased INTEGER NOT NULL DEFAULT 0, wake_at INTEGER, fence INTEGER NOT NULL DEFAULT 0,
        body BLOB NOT NULL) STRICT""",
    "CREATE INDEX requests_due ON requests (due_at) WHERE due_at IS NOT NULL",
    "CREATE INDEX requests_in_thread ON requests (team, channel, thread_ts, user) WHERE is_open = 1",
    """CREATE TABLE turns (
        request_id TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (request_id, number)) STRICT""",
    """CREATE TABLE calls (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL, turn INTEGER NOT NULL,
        position INTEGER NOT NULL, open_fingerprint TEXT, waits_for TEXT, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX calls_of_request ON calls (request_id, turn, position)",
    "CREATE INDEX calls_open ON calls (open_fingerprint) WHERE open_fingerprint IS NOT NULL",
    "CREATE INDEX calls_attached ON calls (waits_for) WHERE waits_for IS NOT NULL",
    """CREATE TABLE approvals (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX approvals_of_request ON approvals (request_id)",
    """CREATE TABLE inbox (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL,
        consumed INTEGER NOT NULL DEFAULT 0, kind TEXT NOT NULL, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX inbox_open ON inbox (request_id) WHERE consumed = 0",
    """CREATE TABLE audit (
        request_id TEXT NOT NULL, number INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (request_id, number)) STRICT""",
    """CREATE TABLE keys (
        key TEXT PRIMARY KEY, request_id TEXT NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID""",
    "CREATE INDEX keys_expired ON keys (expires_at)",
    """CREATE TABLE outbox (
        seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, request_id TEXT NOT NULL, kind TEXT NOT NULL,
        due_at INTEGER NOT NULL, wanted INTEGER NOT NULL, shown INTEGER NOT NULL, gave_up INTEGER NOT NULL DEFAULT 0,
        text TEXT NOT NULL, posted_ts TEXT NOT NULL, tried_at INTEGER, attempts INTEGER NOT NULL, error TEXT NOT NULL,
        leased_until INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL) STRICT""",
    "CREATE INDEX outbox_due ON outbox (kind, due_at) WHERE shown < wanted AND gave_up = 0",
    "CREATE INDEX outbox_of_request ON outbox (request_id)",
    """CREATE TABLE messages (
        team TEXT NOT NULL, channel TEXT NOT NULL, thread_ts TEXT NOT NULL, ts TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (team, channel, thread_ts, ts)) STRICT, WITHOUT ROWID""",
    """CREATE TABLE backfilled (
        team TEXT NOT NULL, channel TEXT NOT NULL, thread_ts TEXT NOT NULL,
        PRIMARY KEY (team, channel, thread_ts)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE policies (version INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "CREATE TABLE toolsets (digest TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT, WITHOUT ROWID",
)


def prepare(connection: Connection, path: Path) -> None:
    """Creates the tables in a new file. Raises BadInput for a file of a schema that this version does not know."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found not in (0, VERSION):
            raise BadInput(
                f"the database has schema version {found}, this program knows only {VERSION}",
                where=str(path),
                mend="start the version of Countersign that wrote it, or a newer one",
            )
        if found == 0:
            for statement in SCHEMA:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
