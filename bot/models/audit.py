"""The audit trail: one hash chain per request."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

import msgspec

GENESIS = "0" * 64
_DETAIL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_FIELDS = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """`hash` covers `prev` and every other field, so an edited, deleted, inserted or swapped row breaks the chain.

    `detail` is compact JSON text with sorted keys. `at` is UTC.
    """

    request_id: str
    seq: int
    at: datetime
    actor: str
    kind: str
    detail: str
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, before it is chained. `detail` is a JSON value."""

    actor: str
    kind: str
    detail: object


def link(prev: str, request_id: str, seq: int, at: datetime, entry: Entry) -> AuditEvent:
    """The event number `seq` (from 1) of a chain whose last hash is `prev` (GENESIS for the first)."""
    text = _DETAIL.encode(entry.detail)
    digest = chain_hash(prev, (request_id, seq, at.isoformat(), entry.actor, entry.kind, text))
    return AuditEvent(request_id, seq, at, entry.actor, entry.kind, text, prev, digest)


def chain_hash(prev: str, fields: tuple[object, ...]) -> str:
    """SHA-256 over the canonical bytes of `prev` and the fields."""
    said = [prev, *fields]
    try:
        body = msgspec.json.encode(said)
    except UnicodeEncodeError:  # half of a character: storing the row will say so
        body = _FIELDS.encode(said).encode("utf-8", "surrogatepass")
    return hashlib.sha256(body).hexdigest()


def first_bad(events: tuple[AuditEvent, ...]) -> int | None:
    """The position of the first event that does not continue the chain, or None when the chain holds."""
    prev = GENESIS
    for position, event in enumerate(events):
        fields = (event.request_id, event.seq, event.at.isoformat(), event.actor, event.kind, event.detail)
        if event.prev != prev or event.seq != position + 1 or event.hash != chain_hash(prev, fields):
            return position
        prev = event.hash
    return None


@dataclass(frozen=True, slots=True)
class Flaw:
    """The first row of a chain that is not as it was written, and why that is known. Rows count from 1."""

    request_id: str
    row: int
    why: str


Stored: TypeAlias = tuple[int, AuditEvent | None]
"""The number a row is kept under, and the row, or None when it cannot be read."""


def first_flaw(request_id: str, rows: Sequence[Stored], seq: int, head: str) -> Flaw | None:
    """The first bad row of the chain of a request, whose own record says that the chain has `seq` rows and ends in
    the hash `head`; so an end that was cut off or rewritten is found too. None when the chain holds.
    """
    prev = GENESIS
    for place, (number, event) in enumerate(rows, start=1):
        why = _flaw(request_id, place, number, event, prev)
        if why or event is None:
            return Flaw(request_id, place, why)
        prev = event.hash
    if len(rows) < seq:
        return Flaw(request_id, len(rows) + 1, f"it is missing: the request knows of {seq} rows")
    if len(rows) > seq:
        return Flaw(request_id, seq + 1, f"it was added: the request knows of {seq} rows")
    if rows and prev != head:
        return Flaw(
            request_id, seq, "the request knows another hash for it: this row, or several up to it, were rewritten"
        )
    return None


def _flaw(request_id: str, place: int, number: int, event: AuditEvent | None, prev: str) -> str:
    if number != place:
        return f"it is missing: row {number} comes next"
    if event is None:
        return "it cannot be read"
    if (event.request_id, event.seq) != (request_id, place):
        return f"it says that it is row {event.seq} of {event.request_id}"
    if event.prev != prev:
        return f"it does not follow row {place - 1}" if place > 1 else "it does not begin a chain"
    fields = (event.request_id, event.seq, event.at.isoformat(), event.actor, event.kind, event.detail)
    return "" if event.hash == chain_hash(prev, fields) else "its content was changed: it does not fit its hash"
