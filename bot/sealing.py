"""What the last row of an audit trail vouches for: the record as it was saved, and not as somebody edited it."""

import hashlib
import json
import re
from collections.abc import Sequence

from bot.codec import encode
from bot.models.audit import AuditEvent, Entry, first_bad
from bot.models.replacing import replace
from bot.models.request import Record

SEAL = "seal"
ADDED = (
    b',"pictures":[]',
    b',"confirmed":"none"',
    b',"also":[]',
    b',"escalation_channel":""',
    b',"asked_at":null',
    b',"since":null',
)
"""Fields that stores of 0.1.0 do not have. Empty they are not part of a seal, so that older seals hold."""
_ADDED = re.compile(b"|".join(map(re.escape, ADDED)))
TRAIL = "its audit trail is not as it was written"
CHANGED = "it is not what was saved last, so somebody edited it"


def seal(record: Record) -> str:
    """SHA-256 over everything that is stored of a request but its version and the head of its audit trail.

    It has no key: it finds what was edited, not what was written anew by somebody who works it out, too.
    """
    request = replace(record.request, version=0, audit_seq=0, audit_hash="", changed_at=None)
    sealing = encode(Record(request, record.turns, record.calls, record.approvals))
    return hashlib.sha256(_ADDED.sub(b"", sealing)).hexdigest()


def sealed(entry: Entry, record: Record) -> Entry:
    """The entry, vouching for the record. `detail` must be a mapping."""
    assert isinstance(entry.detail, dict), "an entry's detail is a mapping"
    return replace(entry, detail={**entry.detail, SEAL: seal(record)})


def edited(record: Record, events: Sequence[AuditEvent]) -> str:
    """Why a stored record is not to be acted upon, or nothing.

    Events that were added since it was read are left out. A trail whose last row carries no seal was written by
    an older version: its record is taken as it is.
    """
    request = record.request
    known = tuple(events[: request.audit_seq])
    head = known[-1] if known else None
    if len(known) != request.audit_seq or (head.hash if head else "") != request.audit_hash:
        return TRAIL
    if first_bad(known) is not None or any(event.request_id != request.id for event in known):
        return TRAIL
    return "" if head is None or json.loads(head.detail).get(SEAL) in (None, seal(record)) else CHANGED
