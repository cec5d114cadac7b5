"""The audit trail: one hash chain per request."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime

GENESIS = "0" * 64


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
    text = json.dumps(entry.detail, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    digest = chain_hash(prev, (request_id, seq, at.isoformat(), entry.actor, entry.kind, text))
    return AuditEvent(request_id, seq, at, entry.actor, entry.kind, text, prev, digest)


def chain_hash(prev: str, fields: tuple[object, ...]) -> str:
    """SHA-256 over the canonical bytes of `prev` and the fields."""
    body = json.dumps([prev, *fields], separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def first_bad(events: tuple[AuditEvent, ...]) -> int | None:
    """The position of the first event that does not continue the chain, or None when the chain holds."""
    prev = GENESIS
    for position, event in enumerate(events):
        fields = (event.request_id, event.seq, event.at.isoformat(), event.actor, event.kind, event.detail)
        if event.prev != prev or event.seq != position + 1 or event.hash != chain_hash(prev, fields):
            return position
        prev = event.hash
    return None
