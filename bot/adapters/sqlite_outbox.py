"""Messages to be shown, level-triggered."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import Any

from bot.adapters.sqlite_part import MICROSECOND, SqlitePart, micros, moment, remember, wake
from bot.adapters.sqlite_requests import APPEND
from bot.codec import decode, encode, inbound_kind
from bot.errors import Unreadable
from bot.models.inbound import SecretSettled
from bot.models.outbox import Kind, OutboxRow
from bot.models.replacing import replace
from bot.ports import ThreadMessage
from bot.store_ports import QUARANTINE

log = logging.getLogger(__name__)

LOOK_AFTER = timedelta(minutes=2)
"""So long after a card was posted anew its channel is searched for a twin: who was thought dead has posted by then."""

COLUMNS = "id, body, due_at, wanted, shown, gave_up, text, posted_ts, tried_at, attempts, error, twins"
IS_DUE = "(shown < wanted OR look_at IS NOT NULL) AND gave_up = 0"
"""As the index has it, word for word."""
IN_TURN = """(kind <> 'answer' OR NOT EXISTS (SELECT 1 FROM outbox AS page WHERE page.request_id = o.request_id
        AND page.kind = 'answer' AND page.shown = 0 AND page.gave_up = 0 AND page.seq < o.seq))"""
DUE = f"""SELECT {COLUMNS}, coalesce(look_at <= :now, 0) FROM outbox AS o
    WHERE kind = :kind AND {IS_DUE} AND due_at <= :now AND leased_until <= :now AND {IN_TURN}
    ORDER BY due_at, seq LIMIT :limit"""  # noqa: S608 - put together from constants
FIRST_DUE = f"""SELECT min(max(due_at, leased_until)) FROM outbox AS o
    WHERE kind = :kind AND {IS_DUE} AND {IN_TURN}"""  # noqa: S608 - as above
ROWS = f"""SELECT {COLUMNS}, 0 FROM outbox
    WHERE request_id = :id AND (:kind IS NULL OR kind = :kind) ORDER BY seq"""  # noqa: S608 - as above
LEASE = """UPDATE outbox SET tried_at = coalesce(tried_at, ?), attempts = attempts + 1, leased_until = ? WHERE id = ?"""
KNOWN = "SELECT posted_ts, twins, look_at FROM outbox WHERE id = ?"
SHOWN = """UPDATE outbox SET posted_ts = :ts, attempts = 0, error = '', twins = :twins, look_at = :look_at,
    text = CASE WHEN kind IN ('private', 'secret') THEN '' ELSE text END,
    tried_at = CASE WHEN :look_at IS NULL THEN NULL ELSE tried_at END,
    due_at = CASE WHEN leased_until <> :lease THEN min(due_at, :now)
        WHEN :look_at IS NULL OR :revision < wanted THEN due_at ELSE :look_at END,
    shown = CASE WHEN kind = 'secret' THEN wanted
        WHEN leased_until = :lease THEN max(shown, :revision) ELSE min(shown, wanted - 1) END,
    leased_until = CASE leased_until WHEN :lease THEN 0 WHEN 0 THEN 0 ELSE leased_until + 1 END
    WHERE id = :id"""
"""A late showing spoils the claim of whoever is showing now as well: nobody knows which of the two people see."""
RETRY = """UPDATE outbox SET error = :error, due_at = :due_at, leased_until = 0, attempts = attempts - :unsent,
    tried_at = CASE WHEN :unsent AND attempts = 1 THEN NULL ELSE tried_at END
    WHERE id = :id AND leased_until = :lease"""
GIVE_UP = """UPDATE outbox SET error = :error, gave_up = 1, leased_until = 0,
    text = CASE WHEN kind IN ('private', 'secret') THEN '' ELSE text END WHERE id = :id AND leased_until = :lease"""
AGAIN = """UPDATE outbox SET shown = wanted - 1, due_at = ? WHERE request_id = ? AND kind IN ('card', 'progress')
    AND posted_ts <> '' AND shown >= wanted AND gave_up = 0"""
IS_CLAIM = "SELECT leased_until = :lease FROM outbox WHERE id = :id"
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
        rows, damaged = await self._database.write(lambda to: _claim_rows(to, at, micros(until), limit))
        for row in damaged:
            log.error("record.unreadable", extra=row.said)
        return rows

    async def shown(self, row: OutboxRow, revision: int, posted_ts: str, said: ThreadMessage | None = None) -> None:
        now = micros(self._clock.now())
        seen, scrub = (revision, posted_ts, now), row.kind is Kind.SECRET
        await self._database.write(lambda to: _shown(to, row, seen, said), scrub=scrub)

    async def not_shown(self, row: OutboxRow, error: str, retry_at: datetime | None, *, sent: bool = True) -> None:
        now = micros(self._clock.now())
        values = {"id": row.id, "lease": _lease(row), "error": error}
        if retry_at is None:
            scrub = row.kind is Kind.SECRET
            await self._database.write(lambda to: _give_up(to, values, row, now), scrub=scrub)
        else:
            values |= {"due_at": micros(retry_at), "unsent": not sent}
            await self._database.write(lambda to: to.execute(RETRY, values).rowcount)

    async def show_again(self, request_id: str) -> None:
        now = micros(self._clock.now())
        await self._database.write(lambda to: to.execute(AGAIN, (now, request_id)).rowcount)

    async def rows(self, request_id: str, kind: Kind | None = None) -> Sequence[OutboxRow]:
        where = {"id": request_id, "kind": None if kind is None else kind.value}
        found = await self._database.look_up(lambda of: of.execute(ROWS, where).fetchall())
        return tuple(_row(*columns) for columns in found)


def first_due(of: Connection) -> int | None:
    """The earliest moment, in microseconds, at which a row is due. One look into the index for each kind."""
    found = [of.execute(FIRST_DUE, {"kind": kind.value}).fetchone()[0] for kind in Kind]
    return min((int(at) for at in found if at is not None), default=None)


def _due(of: Connection, now: int, limit: int) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for kind in Kind:
        where = {"kind": kind.value, "now": now, "limit": limit - len(rows)}
        rows += of.execute(DUE, where).fetchall()
    return rows


def _claim_rows(to: Connection, now: int, until: int, limit: int) -> tuple[tuple[OutboxRow, ...], list[Unreadable]]:
    """The rows, and what is damaged among them: that is left alone for a while and holds up nobody."""
    rows, damaged = [], []
    for row_id, *columns in _due(to, now, limit):
        end = until
        try:
            row = _row(row_id, *columns)
            rows.append(replace(row, attempts=row.attempts + 1, leased_until=moment(until)))
        except Unreadable as found:
            damaged.append(found)
            end = now + QUARANTINE // MICROSECOND
        to.execute(LEASE, (now, end, row_id))
    return tuple(rows), damaged


def _lease(row: OutboxRow) -> int:
    return -1 if row.leased_until is None else micros(row.leased_until)


def _shown(to: Connection, row: OutboxRow, seen: tuple[int, str, int], said: ThreadMessage | None) -> None:
    revision, ts, now = seen
    where = {"id": row.id, "lease": _lease(row)}
    in_time = bool(to.execute(IS_CLAIM, where).fetchone()[0])
    known, twins, look_at = to.execute(KNOWN, (row.id,)).fetchone()
    others = [twin for twin in twins.split() if not (in_time and twin in row.twins)]
    if not in_time and known not in ("", ts):
        others, ts = [*others, ts], known
    if in_time and row.looks:
        look_at = None
    elif in_time and row.kind is Kind.CARD and row.attempts > 1 and ts != row.posted_ts:
        look_at = now + LOOK_AFTER // MICROSECOND
    values = {"ts": ts, "now": now, "revision": revision, "twins": " ".join(dict.fromkeys(others)), "look_at": look_at}
    to.execute(SHOWN, where | values)
    if row.kind is Kind.SECRET:
        _settle(to, row, "", now)
    if said is not None:
        request_id, *place = to.execute(PLACE, (row.id,)).fetchone()
        remember(to, (place[0], place[1], place[2]), [said])
        wake(to, request_id, now)


def _give_up(to: Connection, values: dict[str, Any], row: OutboxRow, now: int) -> None:
    if to.execute(GIVE_UP, values).rowcount and wake(to, row.request_id, now) and row.kind is Kind.SECRET:
        _settle(to, row, values["error"], now)


def _settle(to: Connection, row: OutboxRow, error: str, now: int) -> None:
    """Has the request audit, or tell, what became of a secret that is deleted by now; the first word counts."""
    event = SecretSettled(f"settled:{row.id}", row.request_id, row.subject, error)
    to.execute(APPEND, (event.id, event.request_id, inbound_kind(event), encode(event), None))
    wake(to, row.request_id, now)


def _row(row_id: str, body: bytes, *columns: Any) -> OutboxRow:
    due_at, wanted, shown, gave_up, text, posted_ts, tried_at, attempts, error, twins, looks = columns
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
        twins=tuple(twins.split()),
        looks=bool(looks),
    )
