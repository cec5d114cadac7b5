"""The tables. Records are JSON in `body`; the other columns are only what queries need. Moments are UTC microseconds.

Every index of open work is partial, so finished requests cost the queries nothing.
"""

from collections.abc import Mapping
from pathlib import Path
from sqlite3 import Connection
from types import MappingProxyType

from bot.errors import BadInput

VERSION = 3
OURS = frozenset({"requests", "calls", "audit", "outbox"})
"""Tables that every store has had since the first version."""

SINCE_2 = (
    """CREATE TABLE store (
        id TEXT NOT NULL, epoch INTEGER NOT NULL, sequence INTEGER NOT NULL, started INTEGER NOT NULL) STRICT""",
    "INSERT INTO store (id, epoch, sequence, started) VALUES (lower(hex(randomblob(16))), 1, 0, 0)",
    "CREATE INDEX requests_open ON requests (seq) WHERE is_open = 1",
    "ALTER TABLE requests ADD COLUMN look_from INTEGER",
    "ALTER TABLE outbox ADD COLUMN twins TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE outbox ADD COLUMN look_at INTEGER",
    "DROP INDEX outbox_due",
    "CREATE INDEX outbox_due ON outbox (kind, due_at) WHERE (shown < wanted OR look_at IS NOT NULL) AND gave_up = 0",
)
"""`sequence` counts commits, `started` the calls that may have left. `look_from`: since this moment messages of the
request may stand that the store has forgotten (docs/adr/0006)."""

SINCE_3 = (
    """CREATE TABLE spending (
        team TEXT NOT NULL, account TEXT NOT NULL, day TEXT NOT NULL, tokens INTEGER NOT NULL,
        PRIMARY KEY (team, account, day)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE servers (version INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    """CREATE TABLE server_tools (
        alias TEXT NOT NULL, tool TEXT NOT NULL, kind TEXT NOT NULL, digest TEXT NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (alias, tool, kind)) STRICT, WITHOUT ROWID""",
    "CREATE TABLE server_events (number INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT",
    "ALTER TABLE inbox ADD COLUMN proof BLOB",
    "ALTER TABLE policies ADD COLUMN proof BLOB",
)
"""Of a tool of a server, `kind` is accepted, changed, refused or disabled; without a name it is the server itself.
For `proof` see docs/adr/0009."""

MIGRATIONS: Mapping[int, tuple[str, ...]] = MappingProxyType({1: SINCE_2, 2: SINCE_3})
"""From this version to the next."""

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
    *SINCE_2,
    *SINCE_3,
)


def prepare(connection: Connection, path: Path) -> None:
    """Creates the tables in a new file, and brings an older one up to date, in one transaction.

    Raises BadInput for a file of a newer schema, or of another program.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _missing(demand_ours(connection, path)):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def demand_ours(connection: Connection, path: Path) -> int:
    """The schema version of a store, 0 for an empty file. Raises BadInput for any other file."""
    (found,) = connection.execute("PRAGMA user_version").fetchone()
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if found > VERSION:
        raise BadInput(
            f"the database has schema version {found}, this program knows only {VERSION}",
            where=str(path),
            mend="start the version of Countersign that wrote it, or a newer one",
        )
    if (tables and found == 0) or (found > 0 and not tables >= OURS):
        raise BadInput(
            "this database belongs to another program",
            where=str(path),
            mend="name a file of Countersign, or one that does not exist yet, in DATABASE_URL",
        )
    return int(found)


def _missing(found: int) -> tuple[str, ...]:
    if found == 0:
        return SCHEMA
    return tuple(statement for version in range(found, VERSION) for statement in MIGRATIONS[version])
