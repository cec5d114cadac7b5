"""Every small policy over every kind of field: more denials and asks only tighten, and order means nothing."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product
from typing import Any

import pytest

from bot.models.people import Surface
from bot.models.policy import (
    Allow,
    Ask,
    Condition,
    Decision,
    Deny,
    Escalation,
    MustAsk,
    Operator,
    Policy,
    Requesters,
    Rule,
    RuleEffect,
    Window,
)
from bot.models.question import Asker, Question
from bot.models.requirement import Clause, Confirm, Effect, Requirement, Risk
from bot.policy import decide
from bot.policy_explain import strictness
from bot.requirements import suffices
from tests.factories import NOW, a_policy

SCOPES: tuple[dict[str, Any], ...] = (
    {},
    {"tools": ("bank__*",), "effects": (Effect.WRITE,)},
    {"risks": (Risk.HIGH, Risk.CRITICAL)},
    {"arguments": (Condition("/to", Operator.SUFFIX, ("@example.com",)),)},
    {"requesters": Requesters(groups=("@staff",))},
    {"windows": (Window("Europe/Oslo", (0, 1, 2, 3, 4), 540, 1020),), "max_amount": 100.0},
)
"""One of each kind: by name, by level, by argument, by person, by time and amount."""
PEOPLE = {0: ("@it-admins",), 1: ("@owners",)}
MORE: tuple[dict[str, Any], ...] = (
    {"confirm": Confirm.TYPE_THE_TARGET, "escalation": Escalation(120, ("@leads", "@managers"), channel="C9")},
    {"confirm": Confirm.TOTP, "reminders": (60, 540)},
    {"confirm": Confirm.DIALOG, "escalation": Escalation(300, ("@managers",), ("U9",))},
    {"reminders": (120,), "escalation": Escalation(60, ("@managers",))},
    {},
    {"confirm": Confirm.TYPE_THE_TARGET, "escalation": Escalation(600, ("@others",))},
)
"""What else belongs to the question of a scope."""


def a_rule(effect: RuleEffect, scope: int) -> Rule:
    return Rule(f"{effect} {scope}", effect, ask=an_ask(scope) if effect is RuleEffect.ASK else None, **SCOPES[scope])


def an_ask(scope: int) -> Ask:
    return Ask((Clause(PEOPLE[scope % 2]),), 1, expires=600 * (scope + 1), execute_within=60, **MORE[scope])


RULES = tuple(a_rule(effect, scope) for effect, scope in product(RuleEffect, range(len(SCOPES))))
ASKERS = (Asker("U1", Surface.SLACK, "C1", "", {"@staff": True}), Asker("U2", groups={"@staff": False}), Asker("U3"))
ARGUMENTS = ('{"amount":50,"to":"a@example.com"}', '{"amount":500,"to":"a@evil.test"}', '{"to":7}')
CALLS = (
    ("bank__pay", Effect.WRITE, Risk.HIGH),
    ("bank__look", Effect.READ, Risk.LOW),
    ("mail__send", Effect.WRITE, None),
)
QUESTIONS = tuple(
    Question(tool, effect, arguments, NOW + timedelta(hours=hours), tainted, risk=risk, asker=asker)
    for (tool, effect, risk), arguments, (asker, hours, tainted) in product(
        CALLS, ARGUMENTS, zip(ASKERS, (0, 12, 0), (False, False, True), strict=True)
    )
)


def policies(most: int) -> Iterator[Policy]:
    for size in range(most + 1):
        for rules in product(RULES, repeat=size):
            yield a_policy(rules=rules)


def no_easier(before: Decision, after: Decision) -> bool:
    """Stricter; or asking all the people that were asked before, for no longer than before."""
    if not (isinstance(before, MustAsk) and isinstance(after, MustAsk)):
        return strictness(after) >= strictness(before)
    if "default" in before.rules or "taint" in before.rules:
        return True
    then, now = before.requirement, after.requirement
    seats = Counter({(one.groups, one.users): one.count for one in now.clauses})
    wanted = Counter({(one.groups, one.users): one.count for one in then.clauses})
    fewer = now.total < then.total or now.expires_at > then.expires_at
    return wanted <= seats and not fewer and suffices(then.confirm, now.confirm) and joins_no_sooner(then, now)


def joins_no_sooner(then: Requirement, now: Requirement) -> bool:
    """Whoever joins now would have joined before, and not later."""
    if now.escalation is None or now.escalate_at is None:
        return True
    if then.escalation is None or then.escalate_at is None or now.escalate_at < then.escalate_at:
        return False
    return {*now.escalation.groups, *now.escalation.users} <= {*then.escalation.groups, *then.escalation.users}


@pytest.mark.parametrize("effect", [RuleEffect.DENY, RuleEffect.ASK])
def test_another_deny_or_ask_never_opens_anything(effect: RuleEffect) -> None:
    more = [rule for rule in RULES if rule.effect is effect]
    for policy in policies(2):
        before = [decide(question, policy) for question in QUESTIONS]
        for rule in more:
            after = a_policy(rules=(*policy.rules, rule))
            for question, then in zip(QUESTIONS, before, strict=True):
                assert no_easier(then, decide(question, after)), (policy.rules, rule, question)


def test_a_rule_fewer_that_allows_never_opens_anything() -> None:
    for policy in policies(2):
        without = a_policy(rules=tuple(rule for rule in policy.rules if rule.effect is not RuleEffect.ALLOW))
        for question in QUESTIONS:
            if question.effect is not Effect.READ:
                assert strictness(decide(question, without)) >= strictness(decide(question, policy))


def test_the_order_of_rules_means_nothing() -> None:
    for rules in product(RULES[::2], RULES[1::2], RULES[::3]):
        for question in QUESTIONS[::4]:
            said = {plain(decide(question, a_policy(rules=order))) for order in permutations(rules)}
            assert len(said) == 1, (rules, question)


def plain(decision: Decision) -> object:
    """The decision without the order of what it names."""
    if not isinstance(decision, MustAsk):
        return type(decision), frozenset(decision.rules)
    wanted = decision.requirement
    return frozenset(decision.rules), frozenset(wanted.clauses), replace(wanted, clauses=())


def test_knowing_more_never_closes_what_not_knowing_left_open() -> None:
    """What cannot be told is judged at least as strictly as any answer would be."""
    for policy in policies(2):
        for known in QUESTIONS[::3]:
            unknown = replace(known, risk=None, asker=Asker(known.asker.user))
            for risk, staff in product(Risk, (True, False)):
                told = replace(unknown, risk=risk, asker=replace(unknown.asker, groups={"@staff": staff}))
                assert strictness(decide(told, policy)) <= strictness(decide(unknown, policy)), (policy.rules, told)


def test_each_kind_of_confirmation_and_each_way_to_join_is_met() -> None:
    asked = [decide(question, policy) for policy in policies(2) for question in QUESTIONS[::2]]
    requirements = [decision.requirement for decision in asked if isinstance(decision, MustAsk)]
    assert {one.confirm for one in requirements} == set(Confirm)
    joining = {one.escalation.groups for one in requirements if one.escalation}
    assert joining >= {("@leads", "@managers"), ("@managers",)}
    assert any(one.escalation is None and len(one.clauses) > 1 for one in requirements)


def test_each_kind_of_decision_is_met() -> None:
    met = Counter(type(decide(question, policy)) for policy in policies(1) for question in QUESTIONS)
    assert set(met) == {Allow, MustAsk, Deny}
