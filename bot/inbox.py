"""What people sent: taken in before every step, judged, and each click answered."""

from dataclasses import dataclass, replace

from bot import people
from bot.answering import take_back
from bot.call_states import Reconciled, Voted
from bot.core import Core
from bot.edit import Edit, save
from bot.models.call import Call, CallStatus, Judgement, Vote
from bot.models.inbound import Inbound, ReplyReceived, VerdictReceived, VoteReceived, WithdrawReceived
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Actor
from bot.models.request import Record, Request, RequestStatus
from bot.results import told_by
from bot.settling import conclude

OUT_OF_DATE = "This card is out of date. Nothing was changed."
_SETTLED = {
    CallStatus.APPROVED: "already approved",
    CallStatus.STARTED: "already approved, and running",
    CallStatus.SUCCEEDED: "already approved and done",
    CallStatus.FAILED: "already approved; it failed",
    CallStatus.UNKNOWN: "already approved; its outcome is not known",
    CallStatus.DENIED: "already denied",
    CallStatus.EXPIRED: "expired before you clicked",
    CallStatus.WITHDRAWN: "taken back by the requester",
    CallStatus.SUPERSEDED: "replaced by an edited one",
    CallStatus.REVOKED: "stopped by a newer policy",
    CallStatus.NOT_RUN: "not run, because an earlier action did not succeed",
}


@dataclass(frozen=True, slots=True)
class _Said:
    """Somebody must be told something that only they see."""

    event_id: str
    actor: Actor
    channel: str
    text: str


async def take_in(core: Core, record: Record) -> Record:
    """The record after everything that was sent; replies stay for the next model message.

    Raises DirectoryUnavailable when nobody can say who a voter is: the votes stay where they are.
    """
    events = [e for e in await core.store.inbox(record.request.id) if not isinstance(e, ReplyReceived)]
    if not events:
        return record
    edit = Edit(record, core.clock.now())
    for event in events:
        said = await _take(core, edit, event)
        edit.consume([event.id])
        if said is not None and said.channel:
            edit.say(_private(edit, said))
    if edit.request.status is RequestStatus.WAITING:
        conclude(edit)
    return await save(core, edit)


async def _take(core: Core, edit: Edit, event: Inbound) -> _Said | None:
    match event:
        case VoteReceived():
            return await _vote(core, edit, event)
        case VerdictReceived():
            return await _verdict(core, edit, event)
        case WithdrawReceived():
            return _withdraw(edit, event)
        case ReplyReceived():
            return None


async def _vote(core: Core, edit: Edit, event: VoteReceived) -> _Said | None:
    """A call without a card (attached to another, or allowed) is nobody's to decide."""
    call = _find(edit, event.call_id)
    if call is None or not call.approval_id:
        return _Said(event.id, event.actor, event.channel, OUT_OF_DATE)
    if call.status is not CallStatus.PENDING:
        return _late(edit, call, event)
    judgement = await _judged(core, edit, call, event)
    if not judgement.counts:
        edit.note("vote.refused", event.actor.user, call=call.id, yes=event.yes, why=judgement.why)
        return _refusal(event, "approve" if event.yes else "deny", judgement, call)
    vote = Vote(
        event.id,
        call.id,
        event.actor.team,
        event.actor.user,
        event.yes,
        event.at,
        event.actor.surface,
        judgement,
        reason=event.reason,
    )
    told: dict[str, object] = {"yes": event.yes, "reason": event.reason, "vote": event.id}
    voted = edit.apply(call.id, Voted(vote), actor=event.actor.user, **told)
    return _late(edit, voted, event) if voted.status is CallStatus.EXPIRED else None


def _late(edit: Edit, call: Call, event: VoteReceived) -> _Said:
    edit.note("vote.late", event.actor.user, call=call.id, yes=event.yes)
    state = _SETTLED.get(call.status, "not waiting for anybody")
    return _Said(event.id, event.actor, event.channel, f"Your click changed nothing: this was {state}.")


async def _judged(core: Core, edit: Edit, call: Call, event: VoteReceived | VerdictReceived) -> Judgement:
    actor = event.actor
    answers = await people.ask_directory(core, edit.request, call, actor.team, actor.user, event.at)
    return people.judge(call, answers, core.clock.now())


async def _verdict(core: Core, edit: Edit, event: VerdictReceived) -> _Said | None:
    call = _find(edit, event.call_id)
    if call is None:
        return _Said(event.id, event.actor, event.channel, OUT_OF_DATE)
    if call.status is not CallStatus.UNKNOWN:
        return _Said(event.id, event.actor, event.channel, "Somebody has told us already. Thank you.")
    judgement = await _judged(core, edit, call, event)
    unfit = judgement.person is None or people.unfit(judgement.person)
    if not judgement.counts and (unfit or call.requirement is not None):
        return _refusal(event, "settle", judgement, call)
    name = judgement.person.name if judgement.person else event.actor.user
    result = told_by(name, happened=event.happened, at=edit.at, before=call.result)
    edit.apply(call.id, Reconciled(event.actor.user, event.happened, result), actor=event.actor.user)
    return None


def _withdraw(edit: Edit, event: WithdrawReceived) -> _Said | None:
    if not _is_requester(edit.request, event.actor):
        text = "Only the person who asked for this can withdraw it."
        return _Said(event.id, event.actor, event.channel, text)
    if not edit.request.is_open or edit.request.status is RequestStatus.ANSWERING:
        return _Said(event.id, event.actor, event.channel, "This request is finished; there is nothing to withdraw.")
    edit.request = replace(edit.request, cancelled_by=event.actor.user)
    edit.note("request.cancel_requested", event.actor.user)
    take_back(edit, event.actor.user)
    return None


def _refusal(event: VoteReceived | VerdictReceived, verb: str, judgement: Judgement, call: Call) -> _Said:
    who = f" These people can: {people.who(call.requirement)}." if call.requirement else ""
    text = f"You can't {verb} this: {judgement.why}{who}"
    return _Said(event.id, event.actor, event.channel, text)


def _private(edit: Edit, said: _Said) -> OutboxRow:
    return OutboxRow(
        f"private:{said.event_id}",
        edit.request.id,
        Kind.PRIVATE,
        said.channel,
        "",
        edit.at,
        text=said.text,
        user=said.actor.user,
    )


def _find(edit: Edit, call_id: str) -> Call | None:
    return next((call for call in edit.calls if call.id == call_id), None)


def _is_requester(request: Request, actor: Actor) -> bool:
    return (request.actor.team, request.actor.user) == (actor.team, actor.user)
