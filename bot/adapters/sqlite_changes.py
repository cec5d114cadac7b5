"""A Change as rows: encoded before it waits for the writer, written as one piece."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any

from bot.adapters.sqlite_epoch import START
from bot.adapters.sqlite_part import micros, wake
from bot.adapters.sqlite_spending import SPEND, accounts_of
from bot.codec import encode
from bot.errors import VersionConflict
from bot.models.call import Call, CallStatus
from bot.models.outbox import OutboxRow
from bot.models.replacing import replace
from bot.models.requirement import Effect
from bot.store_ports import Change

Row = tuple[Any, ...]

FINDABLE = frozenset({CallStatus.ALLOWED, CallStatus.PENDING, CallStatus.APPROVED, CallStatus.STARTED})

CREATE = """INSERT INTO requests (id, version, is_open, team, channel, thread_ts, user, due_at, wake_at, body)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"""
UPDATE = "UPDATE requests SET version = ?, is_open = ?, body = ? WHERE id = ? AND version = ?"
TURN = """INSERT INTO turns (request_id, number, body) VALUES (?, ?, ?)
    ON CONFLICT (request_id, number) DO UPDATE SET body = excluded.body"""
CALL = """INSERT INTO calls (id, request_id, turn, position, open_fingerprint, waits_for, body)
    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE SET
    open_fingerprint = excluded.open_fingerprint, waits_for = excluded.waits_for, body = excluded.body"""
APPROVAL = """INSERT INTO approvals (id, request_id, body) VALUES (?, ?, ?)
    ON CONFLICT (id) DO UPDATE SET body = excluded.body"""
AUDIT = "INSERT INTO audit (request_id, number, body) VALUES (?, ?, ?)"
OUTBOX = """INSERT INTO outbox
    (id, request_id, kind, due_at, wanted, shown, gave_up, text, posted_ts, tried_at, attempts, error, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(?10, (SELECT look_from FROM requests WHERE id = ?2)),
    ?11, ?12, ?13) ON CONFLICT (id) DO UPDATE SET
    due_at = CASE WHEN shown < wanted THEN min(due_at, excluded.due_at) ELSE excluded.due_at END,
    text = excluded.text, wanted = max(wanted, excluded.wanted)"""
TWIN = """SELECT 1 FROM calls WHERE open_fingerprint = :fingerprint AND request_id <> :request
    AND NOT EXISTS (SELECT 1 FROM calls WHERE id = :id AND open_fingerprint IS NOT NULL) LIMIT 1"""
CONSUME = "UPDATE inbox SET consumed = 1 WHERE id = ? AND request_id = ?"


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a change writes: the request's own row, then statements with their rows."""

    change: Change
    body: bytes
    parts: tuple[tuple[str, Sequence[Row]], ...]
    opening: tuple[tuple[str, str], ...]


def encoded(change: Change) -> Encoded:
    """Raises BadInput for text that is not Unicode."""
    parts = tuple((sql, rows) for sql, rows in _parts(change) if rows)
    opening = tuple((call.fingerprint, call.id) for call in change.calls if _is_findable(call))
    return Encoded(change, encode(change.request), parts, opening)


def write(connection: Connection, rows: Encoded, now: int) -> None:
    """Raises VersionConflict when the stored version is not the one before. A new request is due at once."""
    request = rows.change.request
    if request.version == 1:
        thread = (request.actor.team, request.origin.channel, request.origin.thread_ts, request.actor.user)
        written = connection.execute(CREATE, (request.id, 1, request.is_open, *thread, now, now, rows.body))
    else:
        known = (request.id, request.version - 1)
        written = connection.execute(UPDATE, (request.version, request.is_open, rows.body, *known))
    if written.rowcount != 1:
        raise VersionConflict(request.id, request.version)
    for fingerprint, call_id in rows.opening:
        if connection.execute(TWIN, {"fingerprint": fingerprint, "id": call_id, "request": request.id}).fetchone():
            raise VersionConflict(request.id, "an identical call was opened meanwhile")
    for sql, values in rows.parts:
        connection.executemany(sql, values)
    if any(call.status is CallStatus.STARTED and call.effect is not Effect.READ for call in rows.change.calls):
        connection.execute(START)
    for request_id in rows.change.wake:
        wake(connection, request_id, now)


def _parts(change: Change) -> Iterator[tuple[str, Sequence[Row]]]:
    request_id = change.request.id
    yield TURN, [(turn.request_id, turn.number, encode(turn)) for turn in change.turns]
    yield CALL, [_call_row(call) for call in change.calls]
    yield APPROVAL, [(approval.id, approval.request_id, encode(approval)) for approval in change.approvals]
    yield AUDIT, [(event.request_id, event.seq, encode(event)) for event in change.audit]
    yield OUTBOX, [_outbox_row(row) for row in change.outbox]
    yield CONSUME, [(event_id, request_id) for event_id in change.consumed]
    yield SPEND, [] if change.spending is None else accounts_of(change.spending)


def _is_findable(call: Call) -> bool:
    """It may still run, and must not run beside its twin; reads may."""
    reads = call.status is CallStatus.ALLOWED and call.effect is Effect.READ
    return call.status in FINDABLE and not reads and not call.attached_to


def _call_row(call: Call) -> Row:
    findable = _is_findable(call)
    waiting = bool(call.attached_to) and not call.has_outcome
    found_by = (call.fingerprint if findable else None, call.attached_to if waiting else None)
    return (call.id, call.request_id, call.turn, call.index, *found_by, encode(call))


def _outbox_row(row: OutboxRow) -> Row:
    tried_at = None if row.tried_at is None else micros(row.tried_at)
    level = (micros(row.due_at), row.wanted, row.shown, row.gave_up)
    state = (row.text, row.posted_ts, tried_at, row.attempts, row.error)
    return (row.id, row.request_id, row.kind.value, *level, *state, encode(replace(row, text="") if row.text else row))
