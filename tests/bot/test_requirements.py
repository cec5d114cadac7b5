"""Who agreed, and whether that is enough."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.call import Vote
from bot.models.requirement import Clause, Confirm, Requirement
from bot.requirements import both, is_met, names
from tests.bot.builders import PROPERTY, a_yes_of
from tests.factories import NOW, a_clause, a_judgement, a_person, a_requirement, a_vote

ADMINS = Clause(groups=("@it-admins",))
OWNERS = Clause(groups=("@owners",))


def needs(*clauses: Clause, total: int = 0, **fields: Any) -> Requirement:
    return a_requirement(clauses=clauses, total=total or sum(clause.count for clause in clauses), **fields)


def test_one_person_of_the_group_is_enough_for_one() -> None:
    assert is_met(needs(ADMINS), [a_yes_of("U1", "@it-admins")])


@pytest.mark.parametrize(
    "vote",
    [
        a_yes_of("U1", "@another-group"),
        a_vote(user="U1", yes=False, judgement=a_judgement(groups=("@it-admins",))),
        a_vote(user="U1", judgement=a_judgement(groups=("@it-admins",), counts=False)),
        a_vote(user="U1", judgement=a_judgement(groups=("@it-admins",), person=None)),
    ],
    ids=["of another group", "a no", "one that does not count", "of nobody the directory knows"],
)
def test_votes_that_are_worth_nothing(vote: Vote) -> None:
    assert not is_met(needs(ADMINS), [vote])


@pytest.mark.parametrize("clauses", [(), (Clause(),), (ADMINS, Clause())], ids=["none", "an empty one", "one of two"])
def test_where_nobody_is_named_nobody_can_agree(clauses: tuple[Clause, ...]) -> None:
    votes = [a_yes_of(f"U{number}", "@it-admins", "") for number in range(5)]
    assert not is_met(needs(*clauses, total=1), votes)
    assert not is_met(needs(*clauses, total=0), [])


def test_no_votes_meet_nothing() -> None:
    assert not is_met(needs(Clause(users=("U1",), count=0)), [])


def test_a_person_fills_one_seat_only() -> None:
    both = a_yes_of("U1", "@it-admins", "@owners")
    assert not is_met(needs(ADMINS, OWNERS), [both])
    assert not is_met(needs(ADMINS, OWNERS), [both, both])
    assert is_met(needs(ADMINS, OWNERS), [both, a_yes_of("U2", "@it-admins")])
    assert is_met(needs(OWNERS, ADMINS), [both, a_yes_of("U2", "@it-admins")])


def test_somebody_whom_no_clause_names_fills_no_seat() -> None:
    able, useless = a_yes_of("U1", "@it-admins", "@owners"), a_yes_of("U2", "@another-group")
    assert not is_met(needs(ADMINS, OWNERS), [able, useless])
    assert not is_met(needs(Clause(groups=("@it-admins",), count=2)), [able, useless])


def test_the_same_human_under_two_ids_counts_once() -> None:
    two = needs(Clause(groups=("@it-admins",), count=2))
    assert not is_met(two, [a_yes_of("U1", "@it-admins"), a_yes_of("U2", "@it-admins", identity="U1")])
    assert is_met(two, [a_yes_of("U1", "@it-admins"), a_yes_of("U2", "@it-admins")])


def test_the_total_asks_for_more_people_than_the_clauses() -> None:
    first, second = a_yes_of("U1", "@it-admins"), a_yes_of("U2", "@it-admins")
    assert not is_met(needs(ADMINS, total=2), [first])
    assert is_met(needs(ADMINS, total=2), [first, second])


def test_people_are_named_by_id_by_mail_or_by_group() -> None:
    vote = a_vote(user="U1", judgement=a_judgement(person=a_person(user="U1", email="ada@example.com"), groups=("@a",)))
    assert names(Clause(users=("U1",)), vote)
    assert names(Clause(users=("ada@example.com",)), vote)
    assert names(Clause(groups=("@a", "@b")), vote)
    assert not names(Clause(users=("U2", "bob@example.com"), groups=("@b",)), vote)


def test_nobody_is_named_by_an_empty_mail() -> None:
    assert not names(Clause(users=("",)), a_vote(judgement=a_judgement(person=a_person(email=""), groups=())))
    assert not names(Clause(users=("",)), a_vote(judgement=a_judgement(person=None, groups=())))


def test_two_requirements_are_met_together_only_if_each_is() -> None:
    one, two, nobody = needs(ADMINS, total=1), needs(ADMINS, total=2), needs()
    assert both(one, two).total == both(two, one).total == 2
    assert both(one, nobody).clauses == both(nobody, one).clauses == ()
    mild, strict = needs(ADMINS, self_approval=True), needs(ADMINS, confirm=Confirm.DIALOG)
    for together in (both(mild, strict), both(strict, mild)):
        assert (together.self_approval, together.confirm) == (False, Confirm.DIALOG)


GROUPS = ("@a", "@b", "@c")
PEOPLE = ("U1", "U2", "U3", "U4")
CLAUSES = st.builds(
    Clause,
    groups=st.lists(st.sampled_from(GROUPS), max_size=2, unique=True).map(tuple),
    users=st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True).map(tuple),
    count=st.integers(1, 2),
)
BELONGING = st.lists(st.sampled_from(GROUPS), max_size=3, unique=True)
VOTERS = st.dictionaries(st.sampled_from(PEOPLE), BELONGING, max_size=4)


def by_trying_everything(requirement: Requirement, votes: list[Vote]) -> bool:
    """Seats people in every possible order."""
    seats = [clause for clause in requirement.clauses for _ in range(clause.count)]
    if not seats or len(votes) < requirement.total:
        return False
    return any(
        all(names(seat, vote) for seat, vote in zip(seats, order, strict=True))
        for order in permutations(votes, len(seats))
    )


@given(st.lists(CLAUSES, max_size=3), st.integers(0, 4), VOTERS)
@PROPERTY
def test_a_requirement_is_met_exactly_when_some_seating_exists(
    clauses: list[Clause], total: int, voters: dict[str, list[str]]
) -> None:
    requirement = needs(*clauses, total=total)
    votes = [a_yes_of(user, *groups) for user, groups in voters.items()]
    assert is_met(requirement, votes) == by_trying_everything(requirement, votes)


@given(st.lists(CLAUSES, min_size=1, max_size=3), VOTERS, st.sampled_from(PEOPLE), BELONGING)
@PROPERTY
def test_another_yes_never_takes_a_met_requirement_away(
    clauses: list[Clause], voters: dict[str, list[str]], newcomer: str, groups: list[str]
) -> None:
    votes = [a_yes_of(user, *belongs) for user, belongs in voters.items() if user != newcomer]
    requirement = needs(*clauses)
    assert is_met(requirement, [*votes, a_yes_of(newcomer, *groups)]) >= is_met(requirement, votes)


def an_escalating(minutes: int, *groups: str, **fields: Any) -> Requirement:
    """A requirement that these groups join after so many minutes."""
    at = NOW + timedelta(minutes=minutes)
    joining = a_clause(groups=groups)
    return a_requirement(escalation=joining, escalate_at=at, asked_at=NOW, **fields)


def test_only_whom_each_lets_join_joins_and_at_the_latest_moment() -> None:
    first, second = an_escalating(60, "@a", "@b"), an_escalating(90, "@b", "@c", escalation_channel="C2")
    together = both(first, second)
    assert together.escalation == Clause(("@b",))
    assert together.escalate_at == NOW + timedelta(minutes=90)
    assert together.escalation_channel == "C2"
    named = replace(first, escalation_channel="C3")
    assert both(named, second).escalation_channel == both(second, named).escalation_channel == "C2"
    for other in (a_requirement(), an_escalating(60, "@c"), an_escalating(240, "@b")):
        apart = both(first, other)
        assert (apart.escalation, apart.escalate_at, apart.asked_at) == (None, None, None)
        assert both(other, first).escalation is None


@pytest.mark.parametrize(("minutes", "met"), [(59, False), (60, True), (61, True)])
def test_who_joined_counts_from_their_moment_on(minutes: int, met: bool) -> None:
    requirement = an_escalating(60, "@leads")
    vote = a_yes_of("U-lead", "@leads", at=NOW + timedelta(minutes=minutes))
    assert is_met(requirement, [vote]) is met
    assert is_met(replace(requirement, total=2), [vote]) is False


@pytest.mark.parametrize("wanted", list(Confirm))
def test_a_vote_counts_when_it_was_confirmed_at_least_as_strictly(wanted: Confirm) -> None:
    asked = a_requirement(confirm=wanted)
    counted = {done for done in Confirm if is_met(asked, [a_yes_of("U1", "it-admins", confirmed=done)])}
    stricter = set(list(Confirm)[list(Confirm).index(wanted) :])
    assert counted == stricter
