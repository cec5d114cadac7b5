"""Requests with everything that belongs to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from sqlite3 import Connection
from typing import Any, TypeVar

from bot.adapters.sqlite_changes import Encoded, encoded, write
from bot.adapters.sqlite_part import SET_BACKFILLED, SqlitePart, micros, remember, wake
from bot.adapters.sqlite_proofs import Proofs
from bot.adapters.sqlite_spending import used
from bot.codec import decode, decode_inbound, encode, inbound_kind
from bot.errors import NotFound
from bot.models.audit import AuditEvent
from bot.models.call import Call, CallStatus
from bot.models.inbound import Inbound, Unproven
from bot.models.request import Approval, Record, Request, Turn
from bot.models.spending import Used
from bot.ports import ThreadMessage
from bot.store_ports import CardRows, Change

T = TypeVar("T")
KEY_LIFE = timedelta(hours=3)
"""How long a key is remembered: an hour more than Slack sends again, and clocks may be an hour off either way."""

PRUNED_AT_ONCE = 20
"""More than the keys of one request, so that old keys go faster than new ones come."""

APPEND = "INSERT INTO inbox (id, request_id, kind, body, proof) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
KEY = "INSERT INTO keys (key, request_id, expires_at) VALUES (?, ?, ?) ON CONFLICT (key) DO NOTHING"
PRUNE = "DELETE FROM keys WHERE key IN (SELECT key FROM keys WHERE expires_at <= ? LIMIT ?)"
RECORD = """SELECT 'requests', 0, 0, 0, id, body FROM requests WHERE id = :id
    UNION ALL SELECT 'turns', number, 0, 0, request_id || ' ' || number, body FROM turns WHERE request_id = :id
    UNION ALL SELECT 'calls', turn, position, seq, id, body FROM calls WHERE request_id = :id
    UNION ALL SELECT 'approvals', seq, 0, 0, id, body FROM approvals WHERE request_id = :id"""
CARD = """SELECT approvals.request_id, calls.id, calls.body FROM approvals
    LEFT JOIN calls ON calls.request_id = approvals.request_id WHERE approvals.id = ? ORDER BY turn, position"""
INBOX = "SELECT id, kind, body, proof FROM inbox WHERE request_id = ? AND consumed = 0 ORDER BY seq"
AUDIT = "SELECT number, body FROM audit WHERE request_id = ? ORDER BY number"
IN_THREAD = """SELECT id FROM requests
    WHERE team = ? AND channel = ? AND thread_ts = ? AND user = ? AND is_open = 1 ORDER BY seq DESC LIMIT 1"""
OPEN = "SELECT id FROM requests INDEXED BY requests_open WHERE is_open = 1 ORDER BY seq DESC LIMIT ?"
ONE_CALL = "SELECT body FROM calls WHERE id = ?"
OPEN_CALL = "SELECT id, body FROM calls WHERE open_fingerprint = ? ORDER BY seq LIMIT 1"
ATTACHED = "SELECT request_id FROM calls WHERE waits_for = ? ORDER BY seq"


class SqliteRequests(SqlitePart):
    """The RequestStore port."""

    async def receive(self, change: Change, keys: Sequence[str]) -> str:
        rows, now = encoded(change), self._clock.now()
        expires_at = micros(now + KEY_LIFE)
        return await self._database.write(lambda to: _receive(to, rows, keys, micros(now), expires_at))

    async def load(self, request_id: str) -> Record:
        return await self._database.look_up(lambda of: record_of(of, request_id))

    async def save(self, change: Change) -> None:
        rows, now = encoded(change), micros(self._clock.now())
        await self._database.write(lambda to: write(to, rows, now))

    async def append(self, events: Sequence[Inbound]) -> None:
        rows = [(event.id, event.request_id, inbound_kind(event), encode(event)) for event in events]
        proven = [(*row, self._database.proofs.of_event(*row)) for row in rows]
        now = micros(self._clock.now())
        await self._database.write(lambda to: _append(to, proven, now))

    async def inbox(self, request_id: str) -> Sequence[Inbound]:
        return await self._database.look_up(lambda of: _inbox(of, request_id, self._database.proofs))

    async def card_rows(self, approval_id: str) -> CardRows:
        return await self._database.look_up(lambda of: _card_rows(of, approval_id))

    async def find_approval(self, approval_id: str) -> Record:
        return await self._database.read(lambda of: _record_of_approval(of, approval_id))

    async def call(self, call_id: str) -> Call:
        row = await self._database.look_up(lambda of: of.execute(ONE_CALL, (call_id,)).fetchone())
        if row is None:
            raise NotFound(call_id)
        return decode(row[0], Call, f"calls {call_id}")

    async def open_in_thread(self, team: str, channel: str, thread_ts: str, user: str) -> str | None:
        where = (team, channel, thread_ts, user)
        row = await self._database.look_up(lambda of: of.execute(IN_THREAD, where).fetchone())
        return None if row is None else str(row[0])

    async def open_requests(self, limit: int) -> Sequence[Record]:
        return await self._database.read(lambda of: open_requests(of, limit))

    async def find_open_call(self, fingerprint: str) -> Call | None:
        row = await self._database.look_up(lambda of: of.execute(OPEN_CALL, (fingerprint,)).fetchone())
        return None if row is None else decode(row[1], Call, f"calls {row[0]}")

    async def attached(self, call_id: str) -> Sequence[str]:
        rows = await self._database.look_up(lambda of: of.execute(ATTACHED, (call_id,)).fetchall())
        return tuple(dict.fromkeys(row[0] for row in rows))

    async def audit(self, request_id: str) -> Sequence[AuditEvent]:
        return await self._database.look_up(lambda of: audit_of(of, request_id))

    async def used(self, team: str, user: str, channel: str, day: date) -> Used:
        return await self._database.look_up(lambda of: used(of, team, user, channel, day))


def open_requests(of: Connection, limit: int) -> tuple[Record, ...]:
    """The newest open requests, newest first."""
    return tuple(record_of(of, request_id) for request_id in open_ids(of, limit))


def open_ids(of: Connection, limit: int) -> tuple[str, ...]:
    """The newest open requests, newest first."""
    return tuple(request_id for (request_id,) in of.execute(OPEN, (limit,)).fetchall())


def audit_of(of: Connection, request_id: str) -> tuple[AuditEvent, ...]:
    """The chain of a request, first event first. Raises Unreadable."""
    rows = of.execute(AUDIT, (request_id,)).fetchall()
    return tuple(decode(body, AuditEvent, f"audit {request_id} {number}") for number, body in rows)


def _receive(to: Connection, rows: Encoded, keys: Sequence[str], now: int, expires_at: int) -> str:
    to.execute(PRUNE, (now, PRUNED_AT_ONCE))
    for key in keys:
        owner = to.execute("SELECT request_id FROM keys WHERE key = ?", (key,)).fetchone()
        if owner is not None:
            wake(to, owner[0], now)
            return str(owner[0])
    write(to, rows, now)
    _remember_text(to, rows.change.request)
    to.executemany(KEY, [(key, rows.change.request.id, expires_at) for key in keys])
    return rows.change.request.id


def _remember_text(to: Connection, request: Request) -> None:
    origin = request.origin
    place = (request.actor.team, origin.channel, origin.thread_ts)
    remember(to, place, [ThreadMessage(origin.message_ts, request.actor.user, request.text)])
    if origin.thread_ts == origin.message_ts:
        to.execute(SET_BACKFILLED, place)


def _append(to: Connection, rows: Sequence[tuple[str, str, str, bytes, bytes | None]], now: int) -> None:
    for request_id in dict.fromkeys(row[1] for row in rows):
        if not wake(to, request_id, now):
            raise NotFound(request_id)
    to.executemany(APPEND, rows)


def _inbox(of: Connection, request_id: str, proofs: Proofs) -> tuple[Inbound, ...]:
    rows = of.execute(INBOX, (request_id,)).fetchall()
    return tuple(
        decode_inbound(kind, body, f"inbox {event_id}")
        if proofs.has_event(proof, event_id, request_id, kind, body)
        else Unproven(event_id, request_id, kind)
        for event_id, kind, body, proof in rows
    )


def _record_of_approval(of: Connection, approval_id: str) -> Record:
    row = of.execute("SELECT request_id FROM approvals WHERE id = ?", (approval_id,)).fetchone()
    if row is None:
        raise NotFound(approval_id)
    return record_of(of, row[0])


@dataclass(frozen=True, slots=True)
class _CardRow:
    """The part of a stored call that tells its card and whether it waits."""

    approval_id: str
    status: CallStatus


def _card_rows(of: Connection, approval_id: str) -> CardRows:
    found = of.execute(CARD, (approval_id,)).fetchall()
    if not found:
        raise NotFound(approval_id)
    calls = [(name, decode(body, _CardRow, f"calls {name}")) for _, name, body in found if name is not None]
    own = [(name, call.status) for name, call in calls if call.approval_id == approval_id]
    pending = tuple(name for name, status in own if status is CallStatus.PENDING)
    return CardRows(found[0][0], tuple(name for name, _ in own), pending)


def record_of(of: Connection, request_id: str) -> Record:
    """All of a request, in one statement, so that it is of one moment. Raises NotFound, Unreadable."""
    tables: dict[str, list[tuple[Any, ...]]] = {"requests": [], "turns": [], "calls": [], "approvals": []}
    for table, *row in of.execute(RECORD, {"id": request_id}):
        tables[table].append(tuple(row))
    if not tables["requests"]:
        raise NotFound(request_id)
    return Record(
        _decoded(tables, "requests", Request)[0],
        _decoded(tables, "turns", Turn),
        _decoded(tables, "calls", Call),
        _decoded(tables, "approvals", Approval),
    )


def _decoded(tables: dict[str, list[tuple[Any, ...]]], table: str, cls: type[T]) -> tuple[T, ...]:
    return tuple(decode(body, cls, f"{table} {name}") for *_, name, body in sorted(tables[table], key=_order))


def _order(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return row[:3]
