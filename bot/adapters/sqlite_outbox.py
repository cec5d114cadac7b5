"""Messages to be shown, level-triggered."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from bot.adapters.sqlite_part import SqlitePart, micros, moment, remember, wake
from bot.codec import decode
from bot.models.outbox import Kind, OutboxRow
from bot.ports import ThreadMessage

DUE = """SELECT id, body, due_at, wanted, shown, gave_up, text, posted_ts, tried_at, attempts, error FROM outbox AS o
    WHERE kind = :kind AND shown < wanted AND gave_up = 0 AND due_at <= :now AND leased_until <= :now
    AND (kind <> 'answer' OR NOT EXISTS (SELECT 1 FROM outbox AS page WHERE page.request_id = o.request_id
        AND page.kind = 'answer' AND page.shown = 0 AND page.gave_up = 0 AND page.seq < o.seq))
    ORDER BY due_at, seq LIMIT :limit"""
FIRST_DUE = """SELECT min(max(due_at, leased_until)) FROM outbox AS o
    WHERE kind = :kind AND shown < wanted AND gave_up = 0
    AND (kind <> 'answer' OR NOT EXISTS (SELECT 1 FROM outbox AS page WHERE page.request_id = o.request_id
        AND page.kind = 'answer' AND page.shown = 0 AND page.gave_up = 0 AND page.seq < o.seq))"""
ROWS = """SELECT id, body, due_at, wanted, shown, gave_up, text, posted_ts, tried_at, attempts, error FROM outbox
    WHERE request_id = ? ORDER BY seq"""
LEASE = """UPDATE outbox SET tried_at = coalesce(tried_at, ?), attempts = attempts + 1, leased_until = ? WHERE id = ?"""
SHOWN = """UPDATE outbox SET posted_ts = :ts, attempts = 0, error = '', tried_at = NULL,
    shown = CASE WHEN leased_until = :lease THEN max(shown, :revision) ELSE min(shown, wanted - 1) END,
    leased_until = CASE leased_until WHEN :lease THEN 0 WHEN 0 THEN 0 ELSE leased_until + 1 END
    WHERE id = :id"""
"""A late showing spoils the claim of whoever is showing now as well: nobody knows which of the two people see."""
RETRY = """UPDATE outbox SET error = :error, due_at = :due_at, leased_until = 0, attempts = attempts - :unsent,
    tried_at = CASE WHEN :unsent AND attempts = 1 THEN NULL ELSE tried_at END WHERE id = :id"""
GIVE_UP = "UPDATE outbox SET error = ?, gave_up = 1, leased_until = 0 WHERE id = ?"
PLACE = """SELECT o.request_id, r.team, r.channel, r.thread_ts FROM outbox o JOIN requests r ON r.id = o.request_id
    WHERE o.id = ?"""


class SqliteOutbox(SqlitePart):
    """The OutboxStore port. `tried_at` is the first attempt since the row was last shown: from there on our own message
    is looked for, and trouble is counted.
    """

    async def claim_rows(self, now: datetime, until: datetime, limit: int) -> Sequence[OutboxRow]:
        at = micros(now)
        if not await self._database.read(lambda of: _due(of, at, 1)):
            return ()
        return await self._database.write(lambda to: _claim_rows(to, at, micros(until), limit))

    async def shown(self, row: OutboxRow, revision: int, posted_ts: str, said: ThreadMessage | None = None) -> None:
        now = micros(self._clock.now())
        lease = -1 if row.leased_until is None else micros(row.leased_until)
        seen = {"id": row.id, "revision": revision, "ts": posted_ts, "lease": lease}
        await self._database.write(lambda to: _shown(to, seen, said, now))

    async def not_shown(self, row_id: str, error: str, retry_at: datetime | None, *, sent: bool = True) -> None:
        now = micros(self._clock.now())
        if retry_at is None:
            await self._database.write(lambda to: _give_up(to, error, row_id, now))
        else:
            values = {"error": error, "due_at": micros(retry_at), "unsent": not sent, "id": row_id}
            await self._database.write(lambda to: to.execute(RETRY, values).rowcount)

    async def rows(self, request_id: str) -> Sequence[OutboxRow]:
        found = await self._database.look_up(lambda of: of.execute(ROWS, (request_id,)).fetchall())
        return tuple(_row(*columns) for columns in found)


def first_due(of: Connection) -> int | None:
    """The earliest moment, in microseconds, at which a row is due. One look into the index for each kind."""
    found = [of.execute(FIRST_DUE, {"kind": kind.value}).fetchone()[0] for kind in Kind]
    return min((int(at) for at in found if at is not None), default=None)


def _due(of: Connection, now: int, limit: int) -> list[OutboxRow]:
    rows: list[OutboxRow] = []
    for kind in Kind:
        where = {"kind": kind.value, "now": now, "limit": limit - len(rows)}
        rows += [_row(*columns) for columns in of.execute(DUE, where).fetchall()]
    return rows


def _claim_rows(to: Connection, now: int, until: int, limit: int) -> tuple[OutboxRow, ...]:
    rows = _due(to, now, limit)
    to.executemany(LEASE, [(now, until, row.id) for row in rows])
    return tuple(replace(row, attempts=row.attempts + 1, leased_until=moment(until)) for row in rows)


def _shown(to: Connection, seen: dict[str, Any], said: ThreadMessage | None, now: int) -> None:
    to.execute(SHOWN, seen)
    if said is not None:
        request_id, *place = to.execute(PLACE, (seen["id"],)).fetchone()
        remember(to, (place[0], place[1], place[2]), [said])
        wake(to, request_id, now)


def _give_up(to: Connection, error: str, row_id: str, now: int) -> None:
    to.execute(GIVE_UP, (error, row_id))
    row = to.execute("SELECT request_id FROM outbox WHERE id = ?", (row_id,)).fetchone()
    if row is not None:
        wake(to, row[0], now)


def _row(row_id: str, body: bytes, *columns: Any) -> OutboxRow:
    due_at, wanted, shown, gave_up, text, posted_ts, tried_at, attempts, error = columns
    return replace(
        decode(body, OutboxRow, f"outbox {row_id}"),
        due_at=moment(due_at),
        wanted=wanted,
        shown=shown,
        gave_up=bool(gave_up),
        text=text,
        posted_ts=posted_ts,
        tried_at=None if tried_at is None else moment(tried_at),
        attempts=attempts,
        error=error,
    )
