"""The invariants I1 to I9 of a soak, over what is stored, what happened in the world and what people were told."""

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from bench.soak_story import Case
from bench.soak_world import Effect, Post
from bot.executor import HELD_UP
from bot.models.audit import AuditEvent, first_bad
from bot.models.call import Call, CallStatus
from bot.models.inbound import Inbound
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record, RequestStatus
from bot.models.requirement import Effect as Writes
from bot.outbox import TOO_LATE
from bot.proposing import bound
from bot.requirements import is_met

S = CallStatus
ENDING = {RequestStatus.DONE: Kind.ANSWER, RequestStatus.CANCELLED: Kind.NOTICE, RequestStatus.FAILED: Kind.NOTICE}


@dataclass(frozen=True, slots=True)
class Found:
    """One case at rest: what is stored of it. `acked` are the keys of its inputs that were acknowledged."""

    case: Case
    record: Record
    audit: tuple[AuditEvent, ...]
    inbox: tuple[Inbound, ...]
    rows: tuple[OutboxRow, ...]
    acked: frozenset[str]

    @property
    def held_up(self) -> bool:
        """Whether a process was stopped for so long after noting a call that it did not send it any more."""
        return any(call.result is not None and call.result.text == HELD_UP for call in self.record.calls)

    @property
    def ever_unknown(self) -> bool:
        """A call of it was cut short at least once."""
        return any(event.kind == "call.unknown" for event in self.audit)


def broken(found: Found, effects: Sequence[Effect], posts: Sequence[Post]) -> Iterator[str]:
    """What is wrong with one case, a sentence each."""
    yield from _rest(found)
    yield from _outcomes(found)
    for call in found.record.calls:
        if call.effect is not Writes.READ and not call.attached_to:
            yield from _write(found, call, effects)
    yield from _told(found, posts)
    yield from _inputs(found)


def unasked(records: Sequence[Record], effects: Sequence[Effect]) -> Iterator[str]:
    """Effects that belong to no call of these records (I2)."""
    known = {(call.name, call.arguments) for record in records for call in record.calls}
    for effect in effects:
        if (effect.tool, effect.arguments) not in known:
            yield f"I2: {effect.tool} {effect.arguments} happened, and nobody had asked for it"


def happened(call: Call, record: Record, effects: Sequence[Effect]) -> bool:
    """The truth about an unknown call: the world holds one effect more than the record knows of."""
    wanted = (call.name, call.arguments)
    seen = sum((effect.tool, effect.arguments) == wanted for effect in effects)
    known = [other for other in record.calls if (other.name, other.arguments) == wanted and not other.attached_to]
    return seen > sum(other.status is S.SUCCEEDED for other in known)


def _rest(found: Found) -> Iterator[str]:
    request = found.record.request
    if first_bad(found.audit) is not None:
        yield "I8: the audit chain does not hold"
    if request.is_open:
        calls = ", ".join(call.status for call in found.record.calls)
        yield f"I9: the request is stuck: {request.status}, its calls {calls or 'none'}"
    if open_calls := [call.status for call in found.record.calls if not call.has_outcome]:
        yield f"I3: calls without an outcome: {', '.join(open_calls)}"
    if found.inbox:
        yield f"I7: {len(found.inbox)} inputs were never judged"


def _outcomes(found: Found) -> Iterator[str]:
    """A call that was once unknown may end as people found it, one whose process was held up does not happen.

    The rest of its turn is then not run.
    """
    story, request = found.case.story, found.record.request
    if request.status is RequestStatus.FAILED:
        yield f"I9: a fault of ours ended the request (incident {request.incident})"
    allowed, ends = story.outcomes, story.ends
    if found.ever_unknown:
        allowed, ends = allowed | {S.SUCCEEDED, S.FAILED, S.NOT_RUN}, ends | {RequestStatus.DONE}
    if found.held_up:
        allowed, ends = allowed | {S.FAILED, S.NOT_RUN}, ends | {RequestStatus.DONE}
    if not request.is_open and request.status not in ends | {RequestStatus.FAILED}:
        yield f"I4: the request ended as {request.status}"
    if len(found.record.calls) != len(story.tools):
        yield f"I7: {len(found.record.calls)} calls, where {len(story.tools)} were asked for"
    for call in found.record.calls:
        if call.has_outcome and call.effect is not Writes.READ and call.status not in allowed:
            yield f"I4: {call.tool} is {call.status}, which no story allows: {call.reason}"


def _write(found: Found, call: Call, effects: Sequence[Effect]) -> Iterator[str]:
    times = sum((effect.tool, effect.arguments) == (call.name, call.arguments) for effect in effects)
    if times > 1:
        yield f"I1: {call.tool} {call.arguments} ran {times} times"
    if call.has_outcome and call.status is not S.UNKNOWN and (times > 0) != (call.status is S.SUCCEEDED):
        yield f"I4: {call.tool} is {call.status} and ran {times} times"
    kinds = Counter(event.kind for event in found.audit if _detail(event).get("call") == call.id)
    if kinds["call.started"] > 1:
        yield f"I1: {call.tool} was started {kinds['call.started']} times"
    if times:
        yield from _approved(found, call)


def _approved(found: Found, call: Call) -> Iterator[str]:
    if call.requirement is None or not is_met(call.requirement, call.votes):
        yield f"I2: {call.tool} ran without the votes that it needs"
    if bound(call, found.record.request) != call.digest:
        yield f"I2: {call.tool} is not the call that was approved"
    spoken = [event.kind for event in found.audit if _detail(event).get("call") == call.id]
    digests = {_detail(event).get("digest") for event in found.audit if _detail(event).get("call") == call.id}
    order = [kind for kind in spoken if kind in {"call.approved", "call.started"}]
    if order != ["call.approved", "call.started"] or digests - {None} != {call.digest}:
        yield f"I8: {call.tool} ran, and the audit trail says {', '.join(order) or 'nothing'}"


def _told(found: Found, posts: Sequence[Post]) -> Iterator[str]:
    request = found.record.request
    if len({post.request for post in posts if post.about == found.case.ts} | {request.id}) > 1:
        yield "I7: one mention opened several requests"
    last = {post.row: post for post in posts if post.request == request.id}
    if ENDING.get(request.status) not in {None, *(post.kind for post in last.values())}:
        yield f"I5: nobody was told that the request is {request.status}"
    for approval in found.record.approvals:
        card = last.get(f"card:{approval.id}")
        final = " ".join(f"{call.id}:{call.status}" for call in found.record.card_calls(approval.id))
        if card is None or card.text != final:
            yield f"I5: the card says {card.text if card else 'nothing'}, and it should say {final}"
    for row in found.rows:
        overtaken = row.kind is Kind.PROGRESS and row.error == TOO_LATE
        if (row.shown < row.wanted or row.gave_up) and not overtaken:
            yield f"I5: {row.id} was not shown: {row.error}"


def _inputs(found: Found) -> Iterator[str]:
    """Every acknowledged click is in the audit trail or was answered to the one who clicked."""
    votes = {str(_detail(event).get("vote", "")) for event in found.audit}
    answered = votes | {row.id.removeprefix("private:") for row in found.rows if row.kind is Kind.PRIVATE}
    kinds = {event.kind for event in found.audit}
    for key in found.acked:
        verb = key.partition(":")[0]
        named = any(one == key or one.startswith(f"{key}:") for one in answered)
        if verb == "click" and not named:
            yield f"I7: the acknowledged {key} had no effect and no answer"
        if verb == "withdraw" and not named and "request.cancel_requested" not in kinds:
            yield f"I7: the acknowledged {key} had no effect and no answer"


def _detail(event: AuditEvent) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(event.detail)
    return value
