"""When a requirement is met: every clause has its people, nobody counts for two clauses, the total is reached."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TypeAlias, TypeVar

from bot.models.call import Vote
from bot.models.requirement import Clause, Confirm, Requirement

P = TypeVar("P")
_People: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]


def is_met(requirement: Requirement, votes: Sequence[Vote]) -> bool:
    """Whether these votes (those that say yes and count) fulfil the requirement.

    An empty list of clauses is never met: nobody was named, so nobody can agree.
    """
    people = _by_identity(votes)
    if not requirement.clauses or len(people) < max(1, requirement.total):
        return False
    return seated(requirement.clauses, people, names)


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
    confirms = list(Confirm)
    return Requirement(
        clauses=tuple(Clause(*people, count) for people, count in most.items()),
        total=max(first.total, second.total, most.total()),
        expires_at=first.expires_at,
        execute_by=first.execute_by,
        channel=first.channel,
        confirm=max(first.confirm, second.confirm, key=confirms.index),
        self_approval=first.self_approval and second.self_approval,
        reminders=first.reminders,
        escalation=first.escalation,
        escalate_at=first.escalate_at,
    )


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
