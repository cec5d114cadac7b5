"""The measurement of policy decisions, and why a thousand rules cost what ten do."""

import pytest

from bench.policies import ABOUT_EVERYTHING, SIZES, Beside, measure, policy_in_both, policy_of, questions
from bot.models.policy import Allow, Deny, MustAsk
from bot.policy import decide
from bot.policy_index import index


@pytest.mark.parametrize("size", SIZES)
def test_only_rules_about_the_tool_are_looked_at(size: int) -> None:
    policy = policy_of(size)
    assert len(policy.rules) == size
    for question in questions():
        assert len(index(policy).about_tool(question)) == ABOUT_EVERYTHING + 1


def test_every_size_decides_the_same() -> None:
    for question in questions():
        assert len({decide(question, policy_of(size)) for size in SIZES}) == 1


def test_the_calls_meet_every_kind_of_decision() -> None:
    assert {type(decide(question, policy_of(10))) for question in questions()} == {Allow, Deny, MustAsk}


def test_every_figure_is_there() -> None:
    measured = measure(rounds=2, turns=100)
    assert [len(row.ours) for row in measured.rows] == [2] * 9
    assert all(value > 0 for row in measured.rows for value in row.ours)
    assert [row.goal.bound for row in measured.rows if row.goal] == [2, 2, 1, 1, 1]
    assert [len(row.theirs) for row in measured.rows if row.beside == "cedarpy"] == [2, 2, 2]


@pytest.mark.parametrize("size", SIZES[:2])
def test_cedar_is_asked_the_same_and_says_the_same(size: int) -> None:
    policy, beside = policy_in_both(size), Beside(size)
    ours = [isinstance(decide(question, policy), Allow) for question in questions()]
    assert [beside.allows(request) for request in beside.requests] == ours
    assert set(ours) == {True, False}
