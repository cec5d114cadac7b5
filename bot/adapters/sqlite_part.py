"""What every part of the SQLite store has, and how moments are kept."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection

from bot.adapters.sqlite_database import Database
from bot.codec import encode
from bot.ports import Clock, ThreadMessage

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class SqlitePart:
    """One of the ports, over a shared database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock


def micros(at: datetime) -> int:
    """The moment as a column. Raises TypeError for a naive one."""
    return (at - EPOCH) // MICROSECOND


def moment(column: int) -> datetime:
    """The moment of a column, UTC."""
    return EPOCH + column * MICROSECOND


def wake(connection: Connection, request_id: str, at: int, now: int | None = None) -> bool:
    """Makes the request due at `at` (microseconds) if that is sooner; False when there is no such request.

    While a request is leased, `due_at` is the end of the lease, so the wake is kept beside it in `wake_at` until the
    lease is given back: neither can hide the other, and one index finds due requests and lost leases alike. While it is
    not leased, `wake_at` is the moment (`now`, or `at`) at which `due_at` was last set: it tells of a wrong clock.
    """
    return connection.execute(WAKE, {"id": request_id, "at": at, "now": at if now is None else now}).rowcount == 1


WAKE = """UPDATE requests SET
    due_at = CASE WHEN leased THEN due_at ELSE min(coalesce(due_at, :at), :at) END,
    wake_at = CASE WHEN leased THEN min(coalesce(wake_at, :at), :at) ELSE :now END
    WHERE id = :id"""


def remember(to: Connection, place: tuple[str, str, str], messages: Sequence[ThreadMessage]) -> None:
    """Stores messages of a thread (team, channel, root); the same `ts` again replaces the text."""
    to.executemany(REMEMBER, [(*place, message.ts, encode(message)) for message in messages])


REMEMBER = """INSERT INTO messages (team, channel, thread_ts, ts, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (team, channel, thread_ts, ts) DO UPDATE SET body = excluded.body"""
SET_BACKFILLED = "INSERT INTO backfilled (team, channel, thread_ts) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
