"""Edits that are sealed anew: by somebody who knows how records are sealed, and rewrites the audit trail, too.

What they cannot do is left out of FORGERIES: vote in the name of somebody who may approve, approve again what was
approved before, move the hours, forget that text by others was read. Against that the store's own access rights stand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Any, TypeVar

from bench.mutation_stages import OTHER_TOOLS
from bot.models.call import Call, CallStatus, Judgement, Vote
from bot.models.people import Actor, Person, Surface
from bot.models.request import Record, RequestStatus
from bot.models.requirement import Clause, Effect
from bot.store_ports import Change
from tests.hostile import rewritten
from tests.world import OUTSIDER, REQUESTER, TEAM

T = TypeVar("T", Call, Actor)
LEAVING = ("approved", "allowed")
WAITING = ("asked", "half approved")
Forge = Callable[[Record, Random], Record]


@dataclass(frozen=True, slots=True)
class Forgery:
    """What is written, and in which stages it would be of use."""

    forge: Forge
    stages: tuple[str, ...]


def forged(before: Record, forgery: Forgery, rng: Random) -> Change:
    """The change that saves it, sealed as if the core had."""
    after = forgery.forge(before, rng)
    return rewritten(before, after.request, *after.calls)


def _text(name: str) -> Forge:
    return lambda record, rng: _each(record, lambda call: _with(call, name, rng))


def _with(value: T, name: str, rng: Random) -> T:
    changed: Any = {name: _edited(getattr(value, name), rng)}
    found: T = replace(value, **changed)
    return found


def _edited(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    put = rng.choice(["", " ", "\u200b", "a", "A", chr(ord(text[at]) ^ 1) if text[at : at + 1] else "x"])
    changed = text[:at] + put + text[at + rng.randrange(2) :]
    return changed if changed != text else f"{text} "


def _actor(name: str) -> Forge:
    def forge(record: Record, rng: Random) -> Record:
        return replace(record, request=replace(record.request, actor=_with(record.request.actor, name, rng)))

    return forge


def _each(record: Record, change: Callable[[Call], Call]) -> Record:
    return replace(record, calls=tuple(map(change, record.calls)))


def _goes_on(record: Record) -> Record:
    return replace(record, request=replace(record.request, status=RequestStatus.EXECUTING))


def _version(record: Record, _: Random) -> Record:
    return _each(record, lambda call: replace(call, policy_version=call.policy_version + 1))


def _approved_unasked(record: Record, _: Random) -> Record:
    return _goes_on(_each(record, lambda call: replace(call, status=CallStatus.APPROVED, votes=())))


def _allowed_unasked(record: Record, _: Random) -> Record:
    return _goes_on(_each(record, lambda call: replace(call, status=CallStatus.ALLOWED, requirement=None)))


def _votes_moved(record: Record, _: Random) -> Record:
    """What was said of the first call, its digest and all, is put upon the second; the first is gone from the turn."""
    first, second = record.calls
    moved = replace(second, status=CallStatus.APPROVED, votes=first.votes, digest=first.digest)
    return _goes_on(replace(record, calls=(replace(first, status=CallStatus.WITHDRAWN), moved)))


def _vote_of_nobody(record: Record, rng: Random) -> Record:
    """By somebody who may not approve; the stored requirement names them, or asks for nobody."""
    at = record.request.created_at
    user, team = rng.choice([(OUTSIDER, TEAM), (REQUESTER, TEAM), ("U-approver", "T9")])
    person = Person(team, user, f"not {user}", user, at)

    def approved(call: Call) -> Call:
        vote = Vote("v", call.id, team, user, True, at, Surface.SLACK, Judgement(True, "", person, ("@it-admins",), at))
        assert call.requirement is not None, "people were asked"
        them, nobody = replace(call.requirement, clauses=(Clause(users=(user,)),), self_approval=True), Clause(count=0)
        needed = rng.choice([call.requirement, them, replace(call.requirement, clauses=(nobody,), total=0)])
        return replace(call, status=CallStatus.APPROVED, requirement=needed, votes=(vote,))

    return _goes_on(_each(record, approved))


def _said_to_be_a_read(record: Record, rng: Random) -> Record:
    status = rng.choice([CallStatus.ALLOWED, CallStatus.APPROVED])
    said = _each(record, lambda call: replace(call, effect=Effect.READ, status=status))
    return rng.choice([_goes_on(said), replace(said, request=replace(said.request, status=RequestStatus.PLANNING))])


def _read_again(record: Record, _: Random) -> Record:
    """A call that was cut short is repeated if it is a read."""
    return _each(record, lambda call: replace(call, effect=Effect.READ))


def _other_tools(record: Record, _: Random) -> Record:
    return replace(record, request=replace(record.request, tools=OTHER_TOOLS.digest))


BOUND = ("server", "server_digest", "tool", "schema_digest", "arguments", "account", "region", "digest")
FORGERIES: Mapping[str, Forgery] = MappingProxyType(
    {name: Forgery(_text(name), LEAVING) for name in BOUND}
    | {f"requester's {name}": Forgery(_actor(name), LEAVING) for name in ("team", "user")}
    | {
        "policy version": Forgery(_version, LEAVING),
        "approved without a vote": Forgery(_approved_unasked, WAITING),
        "allowed without a question": Forgery(_allowed_unasked, WAITING),
        "votes moved to another call": Forgery(_votes_moved, ("half approved",)),
        "a vote of somebody who may not": Forgery(_vote_of_nobody, WAITING),
        "a write said to be a read": Forgery(_said_to_be_a_read, (*WAITING, "denied", "withdrawn")),
        "a write cut short said to be a read": Forgery(_read_again, ("cut short",)),
        "another tool list": Forgery(_other_tools, LEAVING),
    }
)
