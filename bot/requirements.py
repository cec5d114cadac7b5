"""When a requirement is met: every clause has its people, nobody counts for two clauses, the total is reached."""

from collections.abc import Sequence

from bot.models.call import Vote
from bot.models.requirement import Clause, Requirement


def is_met(requirement: Requirement, votes: Sequence[Vote]) -> bool:
    """Whether these votes (those that say yes and count) fulfil the requirement.

    An empty list of clauses is never met: nobody was named, so nobody can agree.
    """
    people = _by_identity(votes)
    if not requirement.clauses or len(people) < max(1, requirement.total):
        return False
    return _all_seats_taken(requirement.clauses, people)


def names(clause: Clause, vote: Vote) -> bool:
    """Whether the clause names the voter, directly or through a group that the directory confirmed."""
    person = vote.judgement.person
    mail = person.email if person else ""
    return vote.user in clause.users or (mail != "" and mail in clause.users) or _shares(clause, vote)


def _shares(clause: Clause, vote: Vote) -> bool:
    return bool(set(clause.groups) & set(vote.judgement.groups))


def _by_identity(votes: Sequence[Vote]) -> list[Vote]:
    counting = [vote for vote in votes if vote.yes and vote.judgement.counts]
    return list({vote.judgement.person.identity: vote for vote in counting if vote.judgement.person}.values())


def _all_seats_taken(clauses: Sequence[Clause], people: Sequence[Vote]) -> bool:
    """Bipartite matching (augmenting paths): one seat per wanted person, one person per seat."""
    seats = [clause for clause in clauses for _ in range(clause.count)]
    seat_of: dict[int, int] = {}
    return all(_seat(number, seats, people, seat_of, set()) for number in range(len(seats)))


def _seat(
    number: int, seats: Sequence[Clause], people: Sequence[Vote], seat_of: dict[int, int], tried: set[int]
) -> bool:
    for index, vote in enumerate(people):
        if index in tried or not names(seats[number], vote):
            continue
        tried.add(index)
        if index not in seat_of or _seat(seat_of[index], seats, people, seat_of, tried):
            seat_of[index] = number
            return True
    return False
