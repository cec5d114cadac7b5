"""What became of a call, in one line each, and what stands behind it (LOOK, "States")."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from blocks.calls import Row
from blocks.parts import TO_THE_SECOND, Parts, bold, joined, person, say, when
from blocks.people import agreed, refused, voters
from blocks.states import icon, word
from blocks.text import brief, clip, duration, visible
from bot.models.call import RESTORE, Attempt, Call, CallStatus, Look, Result

S = CallStatus
NOTHING_DONE = " · nothing was done"


def outcome(row: Row, *, titled: bool = False) -> Parts:
    """The first line of a receipt: icon, word, and what it means. `titled`: icon and action stand above it already."""
    head = _HEADS.get(row.call.status) or word(row.call.status)
    what = [say(f" · {row.phrase}")] if row.call.status is S.SUCCEEDED and not titled else []
    return [bold(head if titled else f"{icon(row.call.status)} {head}"), *_SENTENCES[row.call.status](row), *what]


def decided(row: Row, undo: str = "") -> Parts:
    """Who decided and when, what the provider calls it, how to undo it; empty when there is nothing to add."""
    call = row.call
    approved = _approved_by(call)
    facts = [approved, _closed(call, named=bool(approved)), _sent(row)]
    if call.result and call.result.reference:
        facts.append([say(f"request id {clip(call.result.reference, 80)}")])
    if undo and call.status is S.SUCCEEDED:
        facts.append([say(f"to undo: {brief(undo, 120)}")])
    return joined([fact for fact in facts if fact])


def looked(row: Row) -> Parts:
    """What a read-only look saw after the outcome was lost: advice, for people decide. Empty when nothing was lost."""
    look = row.call.look
    probe = row.tool.probe if row.tool else None
    if look is None and row.call.status is S.UNKNOWN:
        advice = f"Looking how it is in {row.system} now…" if probe else f"Please look in {row.system} itself."
        return [say(advice)]
    if look is None:
        return []
    if look.trouble:
        return [say(f"Nobody could look in {row.system}: {brief(look.trouble, 200)} (tried "), when(look.at), say(")")]
    says = "says now" if row.call.status is S.UNKNOWN else "said"
    found = [bold(f"{row.system} {says}: {clip(look.field, 80)} = {clip(look.value, 200)}")]
    return [*found, say(" (asked "), when(look.at), say(")"), *_advice(row, look)]


def _advice(row: Row, look: Look) -> Parts:
    if row.call.status is not S.UNKNOWN or row.tool is None or row.tool.probe is None:
        return []
    not_ = "" if look.value == row.tool.probe.happened else " not"
    return [say(f" · as if it had{not_} happened")]


def _approved_by(call: Call) -> Parts:
    """The votes say when it was approved; `decided_at` is overwritten when it is stopped later."""
    yes = agreed(call)
    if not yes or call.status in (S.PENDING, S.DENIED):
        return []
    by = [] if call.status is S.APPROVED else [say("by "), *voters(yes), say(" ")]
    return [say("Approved "), *by, when(max(vote.at for vote in yes))]


def _sent(row: Row) -> Parts:
    """Where it went and when, for somebody who looks for it there; of a lost one also by which attempt."""
    attempt, lost = row.call.attempt, row.call.status is S.UNKNOWN or row.call.told is not None
    if attempt is None or not (lost or row.call.status is S.FAILED):
        return []
    number = [say(f" · attempt {visible(attempt.id[:8])}")] if lost else []
    return [say(f"sent to {_where(row)} "), when(attempt.at), *number]


def _closed(call: Call, *, named: bool) -> Parts:
    """When it ended without having run; `named` when another moment stands beside it."""
    if call.decided_at is None or call.status not in _ENDED:
        return []
    return [*([say(f"{word(call.status)} ")] if named else []), when(call.decided_at)]


def _proposed(_: Row) -> Parts:
    return [say(" · policy has not decided yet")]


def _pending(_: Row) -> Parts:
    return [say(" for a decision")]


def _allowed(_: Row) -> Parts:
    return [say(" by policy · will run with the others")]


def _approved(row: Row) -> Parts:
    others = row.record.calls_of(row.call.turn)
    waits = any(call.status is S.PENDING for call in others)
    return [say(" by "), *_deciders(row.call), say(" · waits for the other decisions" if waits else " · starting")]


def _started(row: Row) -> Parts:
    attempt = row.call.attempt
    if attempt is None:
        return []
    then = " · interrupted, checking at " if attempt.interrupted else " · without an answer this card asks at "
    return [say(" since "), when(attempt.at, TO_THE_SECOND), say(then), when(attempt.over, TO_THE_SECOND)]


def _succeeded(row: Row) -> Parts:
    took = "" if row.call.told else _took(row.call.attempt, row.call.result)
    return [*([say(f" in {took}")] if took else []), *_told_by(row.call)]


def _failed(row: Row) -> Parts:
    said = brief(row.call.result.text, 300, "in All details") if row.call.result else ""
    if told := _told_by(row.call):
        return [*told, say(" · it did not happen")]
    return [say(f" · {row.system} said: {said}" if said else f" · {row.system} gave no reason")]


def _unknown(row: Row) -> Parts:
    if row.call.decided_by == RESTORE:
        return [say(" The store was restored from a backup; this may have run since. Please check and tell us.")]
    attempt, result = row.call.attempt, row.call.result
    why = "We were cut off before an answer came."
    if attempt and result and result.at < attempt.over:
        why = f"After {duration((result.at - attempt.at).total_seconds())} there was no clear answer."
    return [say(f" Please check and tell us. {why}")]


def _denied(row: Row) -> Parts:
    vote = refused(row.call)
    reason = vote.reason if vote else row.call.reason
    return [say(" by "), *_deciders(row.call), *([say(f" · “{brief(reason, 500)}”")] if reason else [])]


def _expired(row: Row) -> Parts:
    call, needed = row.call, row.call.requirement
    if needed is None:
        return [say(f" · not run in time{NOTHING_DONE}")]
    if call.decided_by:
        late = [say(" · approved, but it could not be started by "), when(needed.execute_by)]
        return [*late, say(f", which is nobody's fault{NOTHING_DONE}")]
    asked_at = row.approval.created_at if row.approval else row.record.request.created_at
    waited = duration((needed.expires_at - asked_at).total_seconds())
    who = "not enough people" if agreed(call) else "nobody"
    return [say(f" · {who} decided in {waited}{NOTHING_DONE}")]


def _withdrawn(row: Row) -> Parts:
    by = row.call.decided_by
    requester = by in ("", row.record.request.actor.user)
    return [say(" by "), say("the requester") if requester else person(by), say(NOTHING_DONE)]


def _revoked(row: Row) -> Parts:
    return [say(f": {brief(row.call.reason, 300).rstrip('.') or 'policy no longer allows this'}{NOTHING_DONE}")]


def _not_run(_: Row) -> Parts:
    return [say(", because an earlier action did not succeed")]


def _superseded(row: Row) -> Parts:
    if row.call.decided_by == RESTORE:
        return [say(" · the store was restored from a backup; ask again")]
    return [say(" · arguments were edited · see the new card")]


def _deciders(call: Call) -> Parts:
    if call.status is S.DENIED:
        return [person(call.decided_by)]
    return voters(agreed(call)) or [person(call.decided_by)]


def _told_by(call: Call) -> Parts:
    """The person who said what became of a lost call."""
    return [say(" · checked by "), person(call.told.by), say(" "), when(call.told.at)] if call.told else []


def _took(attempt: Attempt | None, result: Result | None) -> str:
    """How long the work took. An answer later than the time-out was told by a person, or measures our wait."""
    if attempt is None or result is None:
        return ""
    seconds = (result.at - attempt.at).total_seconds()
    return duration(seconds) if seconds <= attempt.timeout else ""


def _where(row: Row) -> str:
    return " ".join(filter(None, (row.system, clip(row.call.account, 20), clip(row.call.region, 20))))


_ENDED = frozenset({S.DENIED, S.EXPIRED, S.WITHDRAWN, S.SUPERSEDED, S.REVOKED, S.NOT_RUN})

_HEADS: Mapping[CallStatus, str] = MappingProxyType(
    {
        S.UNKNOWN: "We do not know whether this happened.",
        S.REVOKED: "Approved, then stopped",
    }
)

_SENTENCES: Mapping[CallStatus, Callable[[Row], Parts]] = MappingProxyType(
    {
        S.PROPOSED: _proposed,
        S.PENDING: _pending,
        S.ALLOWED: _allowed,
        S.APPROVED: _approved,
        S.STARTED: _started,
        S.SUCCEEDED: _succeeded,
        S.FAILED: _failed,
        S.UNKNOWN: _unknown,
        S.DENIED: _denied,
        S.EXPIRED: _expired,
        S.WITHDRAWN: _withdrawn,
        S.REVOKED: _revoked,
        S.NOT_RUN: _not_run,
        S.SUPERSEDED: _superseded,
    }
)
