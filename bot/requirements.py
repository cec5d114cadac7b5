"""When a requirement is met: every clause has its people, nobody counts for two clauses, the total is reached."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, TypeVar

from bot.models.call import Vote
from bot.models.requirement import Clause, Confirm, Requirement

P = TypeVar("P")
_People: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
CONFIRMS = tuple(Confirm)
"""Weakest first."""


@dataclass(frozen=True, slots=True)
class Later:
    """People who join at a moment (UTC), and the channel in which they are told; empty: beside the others."""

    people: Clause
    at: datetime
    channel: str = ""


def is_met(requirement: Requirement, votes: Sequence[Vote]) -> bool:
    """Whether these votes (those that say yes, count, and were confirmed as is wanted) fulfil the requirement.

    An empty list of clauses is never met: nobody was named, so nobody can agree.
    """
    people = _by_identity([vote for vote in votes if suffices(requirement.confirm, vote.confirmed)])
    if not requirement.clauses or len(people) < max(1, requirement.total):
        return False
    return seated(requirement.clauses, people, lambda clause, vote: _may_sit(requirement, clause, vote))


def suffices(wanted: Confirm, done: Confirm) -> bool:
    """Whether what somebody did besides clicking is at least what is wanted."""
    return CONFIRMS.index(done) >= CONFIRMS.index(wanted)


def strictest(confirms: Sequence[Confirm]) -> Confirm:
    """Of several the one that asks for most."""
    return max(confirms, key=CONFIRMS.index)


def people_at(requirement: Requirement, at: datetime) -> tuple[Clause, ...]:
    """Everybody whose word counts at this moment: the clauses, and whoever has joined them by then."""
    later = requirement.escalation
    has_joined = later is not None and requirement.escalate_at is not None and requirement.escalate_at <= at
    return (*requirement.clauses, later) if later and has_joined else requirement.clauses


def people_ever(requirement: Requirement) -> tuple[Clause, ...]:
    """The clauses, and whoever will join them."""
    return people_at(requirement, requirement.escalate_at) if requirement.escalate_at else requirement.clauses


def names(clause: Clause, vote: Vote) -> bool:
    """Whether the clause names the voter, directly or through a group that the directory confirmed."""
    person = vote.judgement.person
    mail = person.email if person else ""
    return vote.user in clause.users or (mail != "" and mail in clause.users) or _shares(clause, vote)


def seated(clauses: Sequence[Clause], people: Sequence[P], named: Callable[[Clause, P], bool]) -> bool:
    """Whether every clause can have its people, nobody counting twice. `named` tells whom a clause names.

    Bipartite matching (augmenting paths): one seat per wanted person, one person per seat.
    """
    seats = [clause for clause in clauses for _ in range(clause.count)]
    could = [[named(seat, person) for person in people] for seat in seats]
    seat_of: dict[int, int] = {}
    return all(_seat(number, could, seat_of, set()) for number in range(len(seats)))


def both(first: Requirement, second: Requirement) -> Requirement:
    """Who agrees to this has agreed to each of the two. Times and channel are those of `first`.

    The same people asked for by both are one clause with the larger count. If one names nobody, nobody can agree.
    """
    most: Counter[_People] = _seats(first) | _seats(second) if first.clauses and second.clauses else Counter()
    joining = common([later(first), later(second)], first.expires_at)
    return Requirement(
        clauses=tuple(Clause(*people, count) for people, count in most.items()),
        total=max(first.total, second.total, most.total()),
        expires_at=first.expires_at,
        execute_by=first.execute_by,
        channel=first.channel,
        confirm=strictest([first.confirm, second.confirm]),
        self_approval=first.self_approval and second.self_approval,
        reminders=first.reminders,
        escalation=joining.people if joining else None,
        escalate_at=joining.at if joining else None,
        escalation_channel=joining.channel if joining else "",
        asked_at=first.asked_at if joining else None,
        since=first.since,
    )


def later(requirement: Requirement) -> Later | None:
    """Who joins the people of a requirement."""
    if requirement.escalation is None or requirement.escalate_at is None:
        return None
    return Later(requirement.escalation, requirement.escalate_at, requirement.escalation_channel)


def common(joining: Sequence[Later | None], expires_at: datetime) -> Later | None:
    """Whom all of these let join, and not before each of them does: so together they are no looser than any of them."""
    known = [one for one in joining if one is not None]
    if len(known) < len(joining) or not known:
        return None
    at = max(one.at for one in known)
    groups, users = (_in_all([people(one) for one in known]) for people in (_groups, _users))
    if at >= expires_at or not (groups or users):
        return None
    return Later(Clause(groups, users), at, min((one.channel for one in known if one.channel), default=""))


def _groups(one: Later) -> tuple[str, ...]:
    return one.people.groups


def _users(one: Later) -> tuple[str, ...]:
    return one.people.users


def _in_all(named: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set(named[0]).intersection(*named[1:])))


def _may_sit(requirement: Requirement, clause: Clause, vote: Vote) -> bool:
    joined = people_at(requirement, vote.at)[len(requirement.clauses) :]
    return any(names(one, vote) for one in (clause, *joined))


def _seats(requirement: Requirement) -> Counter[_People]:
    wanted: Counter[_People] = Counter()
    for clause in requirement.clauses:
        wanted[clause.groups, clause.users] += clause.count
    return wanted


def _shares(clause: Clause, vote: Vote) -> bool:
    return bool(set(clause.groups) & set(vote.judgement.groups))


def _by_identity(votes: Sequence[Vote]) -> list[Vote]:
    counting = [vote for vote in votes if vote.yes and vote.judgement.counts]
    return list({vote.judgement.person.identity: vote for vote in counting if vote.judgement.person}.values())


def _seat(number: int, could: Sequence[Sequence[bool]], seat_of: dict[int, int], tried: set[int]) -> bool:
    for index, fits in enumerate(could[number]):
        if index in tried or not fits:
            continue
        tried.add(index)
        if index not in seat_of or _seat(seat_of[index], could, seat_of, tried):
            seat_of[index] = number
            return True
    return False
