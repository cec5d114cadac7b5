"""I1 to I9: what must be true after any crash. Each is a check of its own and says in a sentence what is wrong."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from bot.models.audit import AuditEvent, first_bad
from bot.models.call import Call, CallStatus
from bot.models.inbound import Inbound
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record, RequestStatus
from bot.models.requirement import Effect
from bot.proposing import bound
from bot.requirements import is_met
from tests.crash_scripts import Script

S = CallStatus
RAN = frozenset({S.SUCCEEDED, S.UNKNOWN, S.STARTED})
SPENT = frozenset({S.STARTED, S.SUCCEEDED, S.FAILED, S.UNKNOWN})
WITHIN = timedelta(minutes=20)
"""Of virtual time after the last act; a call may take one minute, a lease half a minute, a message one minute."""
ENDING = {RequestStatus.DONE: Kind.ANSWER, RequestStatus.CANCELLED: Kind.NOTICE, RequestStatus.FAILED: Kind.NOTICE}


@dataclass(frozen=True)
class Evidence:
    """One schedule at its end.

    `intents` tells for each effect whether the audit trail named it before it happened; `dead` are the cards that could
    not be clicked after some restart; `spent` is the time that passed after the last act; `due` is what would still
    happen by itself.
    """

    script: Script
    requests: int
    record: Record
    audit: tuple[AuditEvent, ...]
    inbox: tuple[Inbound, ...]
    rows: tuple[OutboxRow, ...]
    effects: tuple[tuple[str, str], ...]
    messages: tuple[tuple[OutboxRow, str], ...]
    acks: tuple[str, ...]
    intents: tuple[bool, ...]
    dead: tuple[str, ...]
    spent: timedelta
    due: datetime | None

    def ran(self, call: Call) -> int:
        """How often the world has seen this write."""
        return self.effects.count((call.name, call.arguments))

    @property
    def writes(self) -> tuple[Call, ...]:
        """Its calls that change something."""
        return tuple(call for call in self.record.calls if call.effect is not Effect.READ)

    @property
    def ever_unknown(self) -> bool:
        """A call was cut short at least once."""
        return any(event.kind == "call.unknown" for event in self.audit)

    def spoken(self, call: Call) -> list[AuditEvent]:
        """What the audit trail says of a call."""
        return [event for event in self.audit if _detail(event).get("call") == call.id]


Check = Callable[[Evidence], Iterator[str]]


def i1_no_write_runs_twice(found: Evidence) -> Iterator[str]:
    """At most one effect, and at most one start, for each call."""
    for call in found.writes:
        if found.ran(call) > 1:
            yield f"{call.tool} {call.arguments} ran {found.ran(call)} times"
        if sum(event.kind == "call.started" for event in found.spoken(call)) > 1:
            yield f"{call.tool} was started more than once"


def i2_no_effect_without_an_approval_of_its_bytes(found: Evidence) -> Iterator[str]:
    """Every effect is that of a call whose stored bytes were approved, durably, by those who must."""
    known = {(call.name, call.arguments): call for call in found.writes}
    for effect in found.effects:
        call = known.get(effect)
        if call is None:
            yield f"{effect} happened, and nobody had asked for it"
        elif call.requirement is None or not is_met(call.requirement, call.votes):
            yield f"{call.tool} ran without the votes that it needs"
        elif bound(call, found.record.request) != call.digest or not _approved_digest(found, call):
            yield f"{call.tool} is not the call that was approved"


def _approved_digest(found: Evidence, call: Call) -> bool:
    approved = [_detail(event).get("digest") for event in found.spoken(call) if event.kind == "call.approved"]
    return bool(approved) and set(approved) == {call.digest}


def i3_a_spent_approval_has_an_attempt(found: Evidence) -> Iterator[str]:
    """What was spent was started, and what was approved is not left lying."""
    for call in found.writes:
        if call.status in SPENT and call.attempt is None:
            yield f"{call.tool} is {call.status}, and was never started"
        if call.status in {S.APPROVED, S.ALLOWED}:
            yield f"{call.tool} is {call.status}, and nobody comes"


def i4_only_what_was_decided_happens(found: Evidence) -> Iterator[str]:
    """Denied, expired, withdrawn: never run. Each call ends as its story says, and as the world says."""
    for call in found.writes:
        if (found.ran(call) > 0) != (call.status is S.SUCCEEDED):
            yield f"{call.tool} is {call.status}, and ran {found.ran(call)} times"
    statuses = tuple(call.status for call in found.record.calls)
    for status, right in zip(statuses, found.script.outcomes, strict=False):
        if status is not right and not (found.ever_unknown and status in {S.SUCCEEDED, S.FAILED, S.NOT_RUN}):
            yield f"a call is {status}, and should be {right}"
    ends = {found.script.ends} | ({RequestStatus.DONE} if found.ever_unknown else set())
    if found.record.request.status not in ends:
        yield f"the request is {found.record.request.status}, and should be {found.script.ends}"


def i5_every_end_is_told(found: Evidence) -> Iterator[str]:
    """The end is said in the thread, once, and each card shows what became of its calls."""
    kinds = Counter(row.kind for row, _ in found.messages)
    if ENDING.get(found.record.request.status) not in {None, *kinds}:
        yield f"nobody was told that the request is {found.record.request.status}"
    for approval in found.record.approvals:
        right = " ".join(f"{call.tool}:{call.status}" for call in found.record.card_calls(approval.id))
        cards = [text for row, text in found.messages if row.id == f"card:{approval.id}"]
        if cards != [right]:
            yield f"the cards say {cards}, and should say {right}"
    twice = [name for name, times in Counter(row.id for row, _ in found.messages).items() if times > 1]
    if twice:
        yield f"posted more than once: {', '.join(twice)}"
    for row in found.rows:
        if row.shown < row.wanted and not (row.gave_up and row.error == "too late"):
            yield f"{row.id} is not shown: {row.error}"


def i6_every_pending_card_can_be_clicked(found: Evidence) -> Iterator[str]:
    """Tried on a copy after every restart."""
    yield from found.dead


def i7_no_acknowledged_input_is_lost(found: Evidence) -> Iterator[str]:
    """Whatever was acknowledged is in the audit trail, in the conversation, or answered to whoever sent it."""
    if found.requests != 1:
        yield f"one mention opened {found.requests} requests"
    if len(found.record.calls) != len(found.script.outcomes):
        yield f"{len(found.record.calls)} calls, where {len(found.script.outcomes)} were asked for"
    if found.inbox:
        yield f"{len(found.inbox)} inputs were never judged"
    for ack in dict.fromkeys(found.acks):
        verb, _, key = ack.partition(" ")
        if key and not _left_a_trace(found, verb, key):
            yield f"the acknowledged {verb} ({key}) had no effect and no answer"


def _left_a_trace(found: Evidence, verb: str, key: str) -> bool:
    told = [row.id.removeprefix("private:") for row in found.rows if row.kind is Kind.PRIVATE]
    kinds = [event.kind for event in found.audit]
    match verb:
        case "receive":
            return found.requests > 0
        case "reply":
            return any(turn.replies for turn in found.record.turns)
        case "vote":
            votes = [str(_detail(event).get("vote")) for event in found.audit]
            return any(one.startswith(f"{key}:") for one in votes + told)
        case "withdraw":
            return key in told or "request.cancel_requested" in kinds
        case _:
            return key in told or any(_detail(event).get("from") == S.UNKNOWN for event in found.audit)


def i8_the_audit_trail_holds(found: Evidence) -> Iterator[str]:
    """The chain verifies, and there was an intent before each effect."""
    if first_bad(found.audit) is not None:
        yield "the chain does not hold"
    if not all(found.intents) or len(found.intents) != len(found.effects):
        yield "an effect happened before the trail said that the call leaves"
    for call in found.writes:
        kinds = [e.kind for e in found.spoken(call) if e.kind in {"call.approved", "call.started"}]
        if found.ran(call) and kinds != ["call.approved", "call.started"]:
            yield f"{call.tool} ran, and the trail says {', '.join(kinds) or 'nothing'}"


def i9_it_comes_to_rest(found: Evidence) -> Iterator[str]:
    """Closed, with an outcome for every call, in bounded time, and nothing more happens by itself."""
    if found.record.request.is_open:
        yield f"the request is stuck: {found.record.request.status}"
    if found.record.request.status is RequestStatus.FAILED:
        yield f"a fault of ours ended it (incident {found.record.request.incident})"
    if open_calls := [call.status for call in found.record.calls if not call.has_outcome or call.status is S.UNKNOWN]:
        yield f"calls without an end: {', '.join(open_calls)}"
    if found.spent > WITHIN:
        yield f"it took {found.spent}"
    if found.due is not None:
        yield f"something is still due at {found.due}"


INVARIANTS: Mapping[str, Check] = MappingProxyType(
    {
        "I1": i1_no_write_runs_twice,
        "I2": i2_no_effect_without_an_approval_of_its_bytes,
        "I3": i3_a_spent_approval_has_an_attempt,
        "I4": i4_only_what_was_decided_happens,
        "I5": i5_every_end_is_told,
        "I6": i6_every_pending_card_can_be_clicked,
        "I7": i7_no_acknowledged_input_is_lost,
        "I8": i8_the_audit_trail_holds,
        "I9": i9_it_comes_to_rest,
    }
)


def broken(found: Evidence) -> list[str]:
    """Everything that is wrong, each with the name of the invariant."""
    return [f"{name}: {what}" for name, check in INVARIANTS.items() for what in check(found)]


def _detail(event: AuditEvent) -> Mapping[str, Any]:
    return _read(event.detail)


@lru_cache(maxsize=512)
def _read(detail: str) -> Mapping[str, Any]:
    return MappingProxyType(json.loads(detail))
