"""What people sent: taken in before every step, judged, and each click answered."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass

from bot import approvers
from bot.call_states import Reconciled, TimedOut, Voted
from bot.core import Core
from bot.delivering import settle_secret
from bot.edit import Edit, notice_row, save
from bot.errors import ClockDiffers, DirectoryUnavailable
from bot.models.call import RESTORE, Call, CallStatus, Judgement, Vote
from bot.models.inbound import (
    Inbound,
    ReplyReceived,
    SecretSettled,
    StoreRestored,
    Unproven,
    VerdictReceived,
    VoteReceived,
    WithdrawReceived,
)
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Actor
from bot.models.replacing import replace
from bot.models.request import Record, RequestStatus
from bot.models.requirement import Confirm
from bot.policy import merge
from bot.replies import told
from bot.requirements import suffices
from bot.restoring import close_restored
from bot.results import told_by
from bot.settling import conclude_in_time
from bot.untrusted import redact
from bot.withdrawing import is_requester, withdraw

log = logging.getLogger(__name__)

OUT_OF_DATE = "This card is out of date. Nothing was changed."
KEPT = "Your click is saved. The directory does not answer, so nobody can say yet who you are; it counts once it does."
REASON_TEXT = 500
"""Characters of a deny reason that are kept; Slack's form takes no more."""
FORGED = (
    "somebody else wrote it into the store, or the key was set or changed since: see who can write the file, "
    "and have people click again"
)
WORDS_OF_OTHERS = "an approver's words"
KNOWN = "What became of this is known already: the card says it. Your click changed nothing."
HOW_TO_CONFIRM = {
    Confirm.DIALOG: "your button did not ask you first, as policy wants by now. Press Approve on the card once more.",
    Confirm.TYPE_THE_TARGET: "a click alone is not enough here. Press Approve on the card and type what it is about.",
    Confirm.TOTP: "a click alone is not enough here. Press Approve on the card and enter a one-time code.",
}
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

    Raises DirectoryUnavailable when nobody can say who a voter is: the votes stay where they are, each voter is told
    so once, and the rest has been taken in. Raises ClockDiffers, and then nothing has been.
    """
    inbox = await core.store.inbox(record.request.id)
    events = [event for event in inbox if not isinstance(event, ReplyReceived)]
    left_out = await _left_out(core, record, inbox)
    if not events and left_out is None:
        return record
    if restored := [event for event in events if isinstance(event, StoreRestored)]:
        return await take_in(core, await close_restored(core, record, restored))
    edit = Edit(record, core.clock.now())
    if left_out is not None:
        edit.say(left_out)
    kept, silent = await _take_all(core, edit, events)
    await _told_once(core, edit, kept)
    if edit.request.status is RequestStatus.WAITING and (silent is None or edit.request.cancelled_by):
        await conclude_in_time(core, edit)
    if not edit.is_empty:
        record = await save(core, edit)
    if silent is not None:
        raise silent
    return record


async def _left_out(core: Core, record: Record, inbox: Sequence[Inbound]) -> OutboxRow | None:
    """What tells the requester that not all they wrote is read, unless it was said already."""
    replies = [event for event in inbox if isinstance(event, ReplyReceived)]
    key, text = told(replies, core.budgets)
    if not key:
        return None
    row = notice_row(record.request, key, text, core.clock.now())
    return None if row.id in {known.id for known in await core.store.rows(record.request.id)} else row


async def _take_all(
    core: Core, edit: Edit, events: Sequence[Inbound]
) -> tuple[Sequence[VoteReceived | VerdictReceived], DirectoryUnavailable | None]:
    """What has to wait for the directory, and its silence. Nobody overtakes a vote on the same call that waits."""
    kept: list[VoteReceived | VerdictReceived] = []
    silent: DirectoryUnavailable | None = None
    for event in events:
        if isinstance(event, VoteReceived | VerdictReceived) and event.call_id in {one.call_id for one in kept}:
            kept.append(event)
            continue
        try:
            said = await _take(core, edit, event)
        except ClockDiffers:
            raise
        except DirectoryUnavailable as away:
            silent = away
            assert isinstance(event, VoteReceived | VerdictReceived), "nobody else is looked up"
            kept.append(event)
            continue
        edit.consume([event.id])
        if said is not None and said.channel:
            edit.say(_private(edit, said))
    return kept, silent


async def _told_once(core: Core, edit: Edit, kept: Sequence[VoteReceived | VerdictReceived]) -> None:
    """A row that is written again would be shown again, with every new look at the directory."""
    if not kept:
        return
    known = {row.id for row in await core.store.rows(edit.request.id)}
    clicks = {(event.actor.user, event.at): event for event in reversed(kept) if event.channel}
    for event in clicks.values():
        row = _private(edit, _Said(f"{event.id}:kept", event.actor, event.channel, KEPT))
        if row.id not in known:
            edit.say(row)


async def _take(core: Core, edit: Edit, event: Inbound) -> _Said | None:
    match event:
        case VoteReceived():
            return await _vote(core, edit, event)
        case VerdictReceived():
            return await _verdict(core, edit, event)
        case WithdrawReceived():
            text = withdraw(edit, event)
            return _Said(event.id, event.actor, event.channel, text) if text else None
        case SecretSettled():
            await settle_secret(core, edit, event)
            return None
        case Unproven():
            _refused(edit, event)
            return None
        case ReplyReceived() | StoreRestored():
            return None


def _refused(edit: Edit, event: Unproven) -> None:
    """It counts for nobody, and nobody is told: whoever it names may have nothing to do with it."""
    edit.note("inbox.refused", "", event=event.id, sort=event.kind)
    said = {"request": event.request_id, "event": event.id, "sort": event.kind, "mend": FORGED}
    log.error("inbox.refused", extra=said)


async def _vote(core: Core, edit: Edit, event: VoteReceived) -> _Said | None:
    """A call without a card (attached to another, or allowed) is nobody's to decide."""
    call = _find(edit, event.call_id)
    if call is None or not call.approval_id:
        return _Said(event.id, event.actor, event.channel, OUT_OF_DATE)
    if call.status is not CallStatus.PENDING:
        return _late(edit, call, event)
    if call.requirement is not None and call.requirement.execute_by <= edit.at:
        await approvers.heed_the_clock(core, edit.request)
        return _late(edit, edit.apply(call.id, TimedOut(edit.at)), event)
    judgement = await _judged(core, edit, call, event)
    if not judgement.counts:
        edit.note("vote.refused", event.actor.user, call=call.id, yes=event.yes, why=judgement.why)
        return _refusal(event, "approve" if event.yes else "deny", judgement, call)
    wanted = call.requirement.confirm if call.requirement else Confirm.NONE
    if event.yes and not suffices(wanted, event.confirmed):
        edit.note("vote.refused", event.actor.user, call=call.id, yes=event.yes, why=f"without {wanted}")
        if wanted is Confirm.DIALOG:
            edit.show()
        text = f"You can't approve this like that: {HOW_TO_CONFIRM[wanted]}"
        return _Said(event.id, event.actor, event.channel, text)
    vote = Vote(
        event.id,
        call.id,
        event.actor.team,
        event.actor.user,
        event.yes,
        event.at,
        event.actor.surface,
        judgement,
        reason=redact(event.reason)[:REASON_TEXT],
        confirmed=event.confirmed,
    )
    told: dict[str, object] = {"yes": event.yes, "reason": vote.reason, "vote": event.id, "confirmed": event.confirmed}
    voted = edit.apply(call.id, Voted(vote), actor=event.actor.user, **told)
    if voted.status is CallStatus.DENIED and vote.reason:
        words = dict.fromkeys((*edit.request.tainted_by, WORDS_OF_OTHERS))
        edit.request = replace(edit.request, tainted_by=tuple(words))
    return _late(edit, voted, event) if voted.status is CallStatus.EXPIRED else None


def _late(edit: Edit, call: Call, event: VoteReceived) -> _Said:
    edit.note("vote.late", event.actor.user, call=call.id, yes=event.yes)
    state = _SETTLED.get(call.status, "not waiting for anybody")
    if call.decided_by == RESTORE:
        state = "closed when the store was restored from a backup; ask again"
    return _Said(event.id, event.actor, event.channel, f"Your click changed nothing: this was {state}.")


async def _judged(core: Core, edit: Edit, call: Call, event: VoteReceived | VerdictReceived) -> Judgement:
    actor = event.actor
    answers = await approvers.ask_directory(core, edit.request, call, actor.team, actor.user, event.at)
    return approvers.judge(call, answers, core.clock.now(), event.at)


async def _verdict(core: Core, edit: Edit, event: VerdictReceived) -> _Said | None:
    call = _find(edit, event.call_id)
    if call is None or not call.approval_id:
        return _Said(event.id, event.actor, event.channel, OUT_OF_DATE)
    if call.status is not CallStatus.UNKNOWN:
        return _Said(event.id, event.actor, event.channel, KNOWN)
    asked = await _asked_by_default(core, edit, call)
    judgement = await _judged(core, edit, asked, event)
    if not judgement.counts and not _acted_alone(edit, call, judgement, event.actor):
        edit.note("verdict.refused", event.actor.user, call=call.id, happened=event.happened, why=judgement.why)
        return _refusal(event, "settle", judgement, asked)
    name = judgement.person.name if judgement.person else event.actor.user
    result = told_by(name, happened=event.happened, at=edit.at, before=call.result)
    told = Reconciled(event.actor.user, event.happened, result, name)
    edit.apply(call.id, told, actor=event.actor.user, happened=event.happened, verdict=event.id)
    return None


async def _asked_by_default(core: Core, edit: Edit, call: Call) -> Call:
    """The call as it would have been asked about; whoever could have approved it may say what became of it."""
    if call.requirement is not None:
        return call
    policy = await core.store.policy()
    return replace(call, requirement=merge([policy.default_ask], edit.at))


def _acted_alone(edit: Edit, call: Call, judgement: Judgement, actor: Actor) -> bool:
    """The requester of a call that policy had asked nobody about may say it, too."""
    fit = judgement.person is not None and not approvers.unfit(judgement.person)
    return fit and call.requirement is None and is_requester(edit.request, actor)


def _refusal(event: VoteReceived | VerdictReceived, verb: str, judgement: Judgement, call: Call) -> _Said:
    who = f" These people can: {approvers.who(call.requirement, event.at)}." if call.requirement else ""
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
