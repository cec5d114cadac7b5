"""The life of a call: one table, one pure function. Time and people arrive inside the event."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeAlias

from bot.errors import IllegalTransition
from bot.models.call import OUTCOMES, RESTORE, Attempt, Call, CallStatus, Elsewhere, Result, Told, Vote
from bot.models.policy import Allow, Decision, Deny, MustAsk
from bot.models.replacing import replace
from bot.models.requirement import Requirement
from bot.requirements import is_met


@dataclass(frozen=True, slots=True)
class Decided:
    """Policy spoke."""

    decision: Decision
    at: datetime


@dataclass(frozen=True, slots=True)
class Voted:
    """A vote that counts came in."""

    vote: Vote


@dataclass(frozen=True, slots=True)
class TimedOut:
    """Nobody decided in time, or nobody started what was approved: that one keeps who approved it (`decided_by`)."""

    at: datetime


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The requester withdrew, or the caller went away."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Replaced:
    """The arguments were edited: a new call stands for this one."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class RequirementLost:
    """At the claim `requirement` was not met any more. `votes` are all, those that no longer count marked so."""

    requirement: Requirement
    votes: tuple[Vote, ...]
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Revoked:
    """At the claim the policy no longer allowed it."""

    rules: tuple[str, ...]
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Skipped:
    """An earlier call of the turn did not succeed."""

    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Started:
    """The approval is spent; the call may leave."""

    attempt: Attempt


@dataclass(frozen=True, slots=True)
class Finished:
    """What is known of the attempt. A late result of the same attempt still counts."""

    attempt_id: str
    status: CallStatus
    result: Result


@dataclass(frozen=True, slots=True)
class Lost:
    """The store was restored from a backup: whether the call has run since is not known."""

    result: Result


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A person told what became of it. `name` is theirs, as the directory has it."""

    by: str
    happened: bool
    result: Result
    name: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """An identical call is open already: this one waits for the outcome of that one. `elsewhere`: in which request."""

    to: str
    elsewhere: Elsewhere | None = None


@dataclass(frozen=True, slots=True)
class Released:
    """The identical call was given up for reasons of its own request: this one stands for itself."""


@dataclass(frozen=True, slots=True)
class Shared:
    """The identical call that this one was attached to has its outcome."""

    call: Call


Event: TypeAlias = (
    Decided
    | Voted
    | TimedOut
    | TakenBack
    | Replaced
    | RequirementLost
    | Revoked
    | Skipped
    | Started
    | Finished
    | Lost
    | Reconciled
    | Attached
    | Released
    | Shared
)

S = CallStatus
_STOPS = frozenset({S.STARTED, S.REVOKED, S.WITHDRAWN, S.NOT_RUN, S.EXPIRED})
_CLOSED: frozenset[CallStatus] = frozenset()

TRANSITIONS: Mapping[CallStatus, frozenset[CallStatus]] = MappingProxyType(
    {
        S.PROPOSED: frozenset({S.DENIED, S.ALLOWED, S.PENDING}),
        S.PENDING: frozenset({S.PENDING, S.APPROVED, S.DENIED, S.EXPIRED, S.WITHDRAWN, S.SUPERSEDED}),
        S.ALLOWED: _STOPS | {S.PENDING, S.UNKNOWN},
        S.APPROVED: _STOPS | {S.PENDING, S.UNKNOWN},
        S.STARTED: frozenset({S.SUCCEEDED, S.FAILED, S.UNKNOWN}),
        S.UNKNOWN: frozenset({S.SUCCEEDED, S.FAILED}),
        S.SUCCEEDED: _CLOSED,
        S.FAILED: _CLOSED,
        S.DENIED: _CLOSED,
        S.EXPIRED: _CLOSED,
        S.WITHDRAWN: _CLOSED,
        S.SUPERSEDED: _CLOSED,
        S.REVOKED: _CLOSED,
        S.NOT_RUN: _CLOSED,
    }
)


ONLY_FROM: Mapping[type, frozenset[CallStatus]] = MappingProxyType(
    {
        Decided: frozenset({S.PROPOSED}),
        Voted: frozenset({S.PENDING}),
        RequirementLost: frozenset({S.APPROVED}),
        Finished: frozenset({S.STARTED, S.UNKNOWN}),
        Lost: frozenset({S.ALLOWED, S.APPROVED, S.STARTED}),
        Reconciled: frozenset({S.UNKNOWN}),
        Attached: frozenset({S.PENDING, S.ALLOWED}),
        Released: frozenset({S.PENDING}),
        Shared: frozenset({S.PENDING, S.UNKNOWN}),
    }
)
"""Events that mean something in these statuses only, whatever ways the table knows from others."""


def apply(call: Call, event: Event) -> Call:
    """The call after the event. A vote that comes too late counts as the expiry it missed.

    Raises:
        IllegalTransition: the table does not know this way, or the event belongs to another status, attempt or call.
    """
    if call.status not in ONLY_FROM.get(type(event), TRANSITIONS):
        raise IllegalTransition(call.status, event)
    after = _after(call, _in_time(call, event))
    if after.status not in _ways(call, event):
        raise IllegalTransition(call.status, event)
    return after


def _ways(call: Call, event: Event) -> frozenset[CallStatus]:
    """Where it may go. An attached call, pending in name only, goes where the other went, or back to being allowed."""
    if isinstance(event, Released):
        return frozenset({S.PENDING, S.ALLOWED}) if call.attached_to else _CLOSED
    if isinstance(event, Shared) and call.status is S.PENDING:
        return OUTCOMES
    return TRANSITIONS[call.status]


def _in_time(call: Call, event: Event) -> Event:
    if isinstance(event, Voted) and call.requirement and event.vote.at >= call.requirement.expires_at:
        return TimedOut(event.vote.at)
    return event


def _after(call: Call, event: Event) -> Call:
    match event:
        case Decided(decision, at):
            return _decided(call, decision, at)
        case Voted(vote):
            return _voted(call, vote)
        case RequirementLost(requirement, votes, why, _):
            back = replace(call, status=S.PENDING, requirement=requirement, votes=votes, reason=why)
            return replace(back, decided_at=None, decided_by="")
        case Started() | Attached() | Released():
            return _goes_on(call, event)
        case Finished() | Lost() | Reconciled() | Shared():
            return _with_outcome(call, event)
        case _:
            return _stopped(call, event)


def _goes_on(call: Call, event: Started | Attached | Released) -> Call:
    match event:
        case Started(attempt):
            return replace(call, status=S.STARTED, attempt=attempt)
        case Attached(to, elsewhere):
            return replace(call, status=S.PENDING, attached_to=to, elsewhere=elsewhere)
        case Released():
            status = S.PENDING if call.requirement else S.ALLOWED
            return replace(call, status=status, attached_to="", elsewhere=None)


def _decided(call: Call, decision: Decision, at: datetime) -> Call:
    call = replace(call, rules=decision.rules, reason=decision.why)
    match decision:
        case Allow():
            return replace(call, status=S.ALLOWED)
        case Deny():
            return replace(call, status=S.DENIED, decided_at=at, decided_by="policy")
        case MustAsk(requirement=requirement):
            return replace(call, status=S.PENDING, requirement=requirement)


def _voted(call: Call, vote: Vote) -> Call:
    if vote.call_id != call.id or not vote.judgement.counts or call.requirement is None:
        raise IllegalTransition(call.status, Voted(vote))
    votes = (*(other for other in call.votes if _identity(other) != _identity(vote)), vote)
    agreed = S.APPROVED if is_met(call.requirement, votes) else S.PENDING
    status = agreed if vote.yes else S.DENIED
    closed = status is not S.PENDING
    return replace(
        call, status=status, votes=votes, decided_at=vote.at if closed else None, decided_by=vote.user if closed else ""
    )


def _identity(vote: Vote) -> str:
    return vote.judgement.person.identity if vote.judgement.person else vote.user


def _with_outcome(call: Call, event: Finished | Lost | Reconciled | Shared) -> Call:
    match event:
        case Finished(attempt_id, status, result):
            if call.attempt is None or call.attempt.id != attempt_id:
                raise IllegalTransition(call.status, event)
            return replace(call, status=status, result=result)
        case Lost(result):
            return replace(call, status=S.UNKNOWN, result=result, decided_by=RESTORE)
        case Reconciled(by, happened, result, name):
            told = Told(by, name, result.at)
            return replace(call, status=S.SUCCEEDED if happened else S.FAILED, result=result, told=told)
        case Shared(other):
            if call.attached_to != other.id:
                raise IllegalTransition(call.status, event)
            shared = replace(call, status=other.status, result=other.result, look=other.look, told=other.told)
            return replace(shared, decided_by=other.decided_by, decided_at=other.decided_at)


def _stopped(call: Call, event: TimedOut | TakenBack | Replaced | Revoked | Skipped) -> Call:
    match event:
        case TimedOut(at):
            approver = call.decided_by if call.status is S.APPROVED else ""
            return replace(call, status=S.EXPIRED, decided_at=at, decided_by=approver)
        case TakenBack(by, at):
            return replace(call, status=S.WITHDRAWN, decided_at=at, decided_by=by)
        case Replaced(by, at):
            return replace(call, status=S.SUPERSEDED, decided_at=at, decided_by=by)
        case Revoked(rules, why, at):
            return replace(call, status=S.REVOKED, rules=rules, reason=why, decided_at=at)
        case Skipped(why, at):
            return replace(call, status=S.NOT_RUN, reason=why, decided_at=at)
