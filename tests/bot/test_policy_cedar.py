"""What Cedar says of a call by the exported policy: never looser than we are, and the same where it has the words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import cedarpy
import pytest

from bot.models.people import Surface
from bot.models.policy import Allow, Condition, Policy, Requesters, Rule, RuleEffect, Window
from bot.models.policy import Operator as Op
from bot.models.question import Asker, Question
from bot.models.requirement import Effect, Risk
from bot.models.tools import Tool
from bot.policy import decide
from bot.policy_cedar import Cedar, export
from bot.proposing import takes
from tests.factories import NOW, a_policy, a_tool, an_ask

A, D, K = RuleEffect.ALLOW, RuleEffect.DENY, RuleEffect.ASK
FIELDS = {"to": {"type": "string"}, "amount": {"type": "integer"}, "urgent": {"type": "boolean"}}
SCHEMA = json.dumps({"type": "object", "properties": FIELDS})
PAY = a_tool(server="bank", name="pay", schema=SCHEMA, effect=Effect.WRITE, category="money", target="to")
LOOK = a_tool(server="bank", name="look", schema=SCHEMA, effect=Effect.READ, category="", target="")
SEND = a_tool(server="mail", name="send", schema=SCHEMA, effect=Effect.OUTBOUND, category="", target="")
TOOLS = (PAY, LOOK, SEND)
SCOPES: Mapping[str, dict[str, Any]] = {
    "everything": {},
    "a server": {"servers": ("bank",)},
    "a tool": {"tools": ("bank__p*",)},
    "effects": {"effects": (Effect.WRITE, Effect.OUTBOUND)},
    "categories": {"categories": ("money",)},
    "risks": {"risks": (Risk.LOW, Risk.HIGH)},
    "users": {"requesters": Requesters(users=("U1",))},
    "groups": {"requesters": Requesters(groups=("@staff",))},
    "others": {"except_requesters": Requesters(groups=("@staff",), surfaces=(Surface.SLACK,))},
    "surfaces": {"requesters": Requesters(surfaces=(Surface.API, Surface.MCP))},
    "channels": {"requesters": Requesters(channels=("C1",))},
    "amounts": {"min_amount": 10.0, "max_amount": 99.5},
    "more": {"arguments": (Condition("/amount", Op.MORE, (49.5,)),)},
    "less": {"arguments": (Condition("/amount", Op.LESS, (50,)),)},
    "equal": {"arguments": (Condition("/amount", Op.IN, (7, 50)),)},
    "true": {"arguments": (Condition("/urgent", Op.EQUALS, (True,)),)},
    "there": {"arguments": (Condition("/to", Op.EXISTS),)},
    "not there": {"arguments": (Condition("/to", Op.ABSENT), Condition("/nothing", Op.ABSENT))},
    "of another tool": {"arguments": (Condition("/cc", Op.EXISTS),)},
}
"""What Cedar has words for, whatever the rule says."""
FOR_ALLOWING: Mapping[str, dict[str, Any]] = {
    "a text": {"arguments": (Condition("/to", Op.EQUALS, ("a*b@example.com",)),)},
    "one of": {"arguments": (Condition("/to", Op.IN, ("x", "a@example.com")),)},
    "an end": {"arguments": (Condition("/to", Op.SUFFIX, ("@example.com",)),)},
    "a beginning": {"arguments": (Condition("/to", Op.PREFIX, ('a"\\',)),)},
    "a pattern": {"arguments": (Condition("/to", Op.GLOB, ("a*@ex*.com",)),)},
    "a target": {"resource_prefixes": ("a@",)},
}
UNSAYABLE: Mapping[str, dict[str, Any]] = {
    "windows": {"windows": (Window("Europe/Oslo", (0,), 0, 1),)},
    "environments": {"environments": ("prod",)},
    "mail addresses": {"requesters": Requesters(users=("kim@example.com",))},
    "pointers": {"arguments": (Condition("/to/0", Op.EXISTS),)},
    "patterns": {"arguments": (Condition("/to", Op.GLOB, ("a?",)),)},
    "numbers in words": {"arguments": (Condition("/amount", Op.EQUALS, ("seven",)),)},
}
ARGUMENTS = (
    "{}",
    '{"to":"a@example.com"}',
    '{"to":"A@EXAMPLE.COM"}',
    '{"amount":7,"to":"a*b@example.com"}',
    '{"amount":50,"to":"a\\"\\\\x","urgent":true}',
    '{"amount":99,"urgent":false}',
)
ASKERS = (
    Asker("U1", Surface.SLACK, "C1", "", {"@staff": True}),
    Asker("U2", Surface.API, "C2", "", {"@staff": False}),
    Asker("U2", None, "", "", {"@staff": True}),
)


def questions() -> Iterator[Question]:
    facts = zip((Risk.LOW, Risk.MEDIUM, None), (False, True, False), strict=True)
    for tool, arguments, (asker, (risk, tainted)) in product(TOOLS, ARGUMENTS, zip(ASKERS, facts, strict=True)):
        yield Question(
            tool.full_name,
            tool.effect,
            arguments,
            NOW,
            tainted,
            server=tool.server,
            risk=risk,
            category=tool.category,
            target=tool.target,
            takes=takes(tool.schema),
            asker=asker,
        )


QUESTIONS = tuple(sorted(questions(), key=lambda question: ASKERS.index(question.asker)))


def a_rule(effect: RuleEffect, name: str, fields: dict[str, Any], **more: Any) -> Rule:
    return Rule(name, effect, ask=an_ask() if effect is K else None, **fields, **more)


class Gateway:
    """Cedar with the exported policy, as a gateway has it."""

    def __init__(self, exported: Cedar) -> None:
        self.policies = cedarpy.PolicySet.from_str(exported.policies)
        self.schema = cedarpy.Schema.from_str(exported.schema)

    def permitted(self) -> list[bool]:
        """What it says of each of the questions."""
        found: list[bool] = []
        for entities, requests in REQUESTS:
            answers = cedarpy.is_authorized_batch(requests, self.policies, entities, self.schema)
            assert [answer.diagnostics.errors for answer in answers if answer.diagnostics.errors] == []
            found += [answer.decision == cedarpy.Decision.Allow for answer in answers]
        return found


def request_of(question: Question) -> dict[str, Any]:
    asker = question.asker
    risk = "" if question.risk is None else question.risk.name
    given = {"risk": risk, "surface": asker.surface, "channel": asker.channel}
    known = {name: str(value) for name, value in given.items() if value or name == "channel"}
    server, name = question.tool.split("__")
    return {
        "principal": {"type": "AgentCore::OAuthUser", "id": asker.user},
        "action": {"type": "AgentCore::Action", "id": f"{server}___{name}"},
        "resource": {"type": "AgentCore::Gateway", "id": "here"},
        "context": {"input": json.loads(question.arguments), "people": True, "tainted": question.tainted, **known},
    }


def entities_of(asker: Asker) -> list[dict[str, Any]]:
    groups = [{"type": "AgentCore::Group", "id": name} for name, belongs in asker.groups.items() if belongs]
    return [{"uid": {"type": "AgentCore::OAuthUser", "id": asker.user}, "attrs": {}, "parents": groups}]


REQUESTS = tuple(
    (entities_of(asker), [request_of(question) for question in QUESTIONS if question.asker == asker])
    for asker in ASKERS
)


def exported(*rules: Rule, tools: tuple[Tool, ...] = TOOLS) -> tuple[Policy, Cedar]:
    policy = a_policy(rules=rules)
    cedar = export(policy, tools)
    found = cedarpy.validate_policies(cedar.policies, cedar.schema)
    assert [str(error) for error in found.errors] == [], cedar.policies
    return policy, cedar


def differing(policy: Policy, cedar: Cedar) -> tuple[list[Question], list[Question]]:
    """The calls that Cedar permits and we do not, and those that we allow and Cedar does not."""
    looser, stricter = list[Question](), list[Question]()
    for question, theirs in zip(QUESTIONS, Gateway(cedar).permitted(), strict=True):
        ours = isinstance(decide(question, policy), Allow)
        looser += [question] if theirs and not ours else []
        stricter += [question] if ours and not theirs else []
    return looser, stricter


FREE = Rule("the rest is free", A, even_if_tainted=True)


@pytest.mark.parametrize("name", SCOPES)
def test_where_cedar_has_the_words_it_says_the_same(name: str) -> None:
    fields = SCOPES[name]
    for rules in (
        (a_rule(A, name, fields),),
        (a_rule(A, name, fields, even_if_tainted=True),),
        (a_rule(K, name, fields), FREE),
        (a_rule(D, name, fields), FREE),
    ):
        policy, cedar = exported(*rules)
        assert cedar.stricter == ()
        assert differing(policy, cedar) == ([], []), cedar.policies


@pytest.mark.parametrize("name", FOR_ALLOWING)
def test_a_text_is_compared_to_the_letter_to_allow_and_not_at_all_to_forbid(name: str) -> None:
    allowing = a_rule(A, name, FOR_ALLOWING[name], even_if_tainted=True)
    policy, cedar = exported(allowing)
    assert cedar.stricter == ()
    assert differing(policy, cedar) == ([], []), cedar.policies
    for effect in (K, D):
        policy, cedar = exported(replace(allowing, effect=effect), FREE)
        looser, _ = differing(policy, cedar)
        assert looser == []
        assert any("without regard to case" in what for what in cedar.stricter)


PLACES = (Requesters(channels=("C1",)), Requesters(surfaces=(Surface.SLACK,), channels=("C1",)))
TURNING = (
    *("a@/../b", "a@x\\..\\b", "a@/./b", "a@/%2e%2e/b", "a@x/..", "a@x\\.", "a@/.", "../a@"),
    *("a@b/c", "a@b.c/d", "a@..b", "a@c."),
)


def asked_of_cedar(cedar: Cedar, context: dict[str, Any]) -> bool:
    """Whether U1 may pay."""
    user, action = {"type": "AgentCore::OAuthUser", "id": "U1"}, {"type": "AgentCore::Action", "id": "bank___pay"}
    resource = {"type": "AgentCore::Gateway", "id": "here"}
    request = {"principal": user, "action": action, "resource": resource, "context": context}
    answer = cedarpy.is_authorized(request, cedar.policies, entities_of(ASKERS[0]), cedar.schema)
    assert answer.diagnostics.errors == []
    return bool(answer.decision == cedarpy.Decision.Allow)


@pytest.mark.parametrize("who", PLACES)
@pytest.mark.parametrize("field", ["requesters", "except_requesters"])
def test_a_gateway_that_does_not_know_the_channel_permits_nothing_that_depends_on_it(
    who: Requesters, field: str
) -> None:
    surface = {"surface": "slack"} if who.surfaces else {}
    effect = D if field == "requesters" else A
    rule = a_rule(effect, "here", {field: who}, even_if_tainted=True)
    _, cedar = exported(*([FREE, rule] if effect is D else [rule]))
    context = {"input": {}, "tainted": False, **surface}
    assert asked_of_cedar(cedar, {**context, "channel": "C2"})
    assert not asked_of_cedar(cedar, {**context, "channel": "C1"})
    assert not asked_of_cedar(cedar, context)


@pytest.mark.parametrize("field", ["requesters", "except_requesters"])
def test_a_gateway_that_does_not_know_the_surface_permits_nothing_that_depends_on_it(field: str) -> None:
    effect = D if field == "requesters" else A
    rule = a_rule(effect, "slack", {field: Requesters(surfaces=(Surface.SLACK,))}, even_if_tainted=True)
    _, cedar = exported(*([FREE, rule] if effect is D else [rule]))
    context = {"input": {}, "tainted": False}
    assert asked_of_cedar(cedar, {**context, "surface": "api"})
    assert not asked_of_cedar(cedar, {**context, "surface": "slack"})
    assert not asked_of_cedar(cedar, context)


@pytest.mark.parametrize("who", [Requesters(users=("U1",)), Requesters(groups=("@staff",), channels=("C1",))])
@pytest.mark.parametrize("field", ["requesters", "except_requesters"])
def test_a_gateway_that_does_not_know_the_people_permits_nothing_that_depends_on_them(
    who: Requesters, field: str
) -> None:
    effect = D if field == "requesters" else A
    rule = a_rule(effect, "them", {field: who}, even_if_tainted=True)
    _, cedar = exported(*([FREE, rule] if effect is D else [rule]))
    for known in ({}, {"people": False}):
        assert not asked_of_cedar(cedar, {"input": {}, "tainted": False, "channel": "C1", **known})
    other = Requesters(users=("U2",), groups=("@others",))
    _, cedar = exported(
        *([FREE, replace(rule, requesters=other)] if effect is D else [replace(rule, except_requesters=other)])
    )
    assert asked_of_cedar(cedar, {"input": {}, "tainted": False, "people": True})
    assert not asked_of_cedar(cedar, {"input": {}, "tainted": False})


@pytest.mark.parametrize("fields", [FOR_ALLOWING["a target"], {"arguments": (Condition("/to", Op.GLOB, ("*a@*",)),)}])
def test_a_path_that_turns_is_not_permitted_by_how_it_begins(fields: dict[str, Any]) -> None:
    policy, cedar = exported(a_rule(A, "one", fields, even_if_tainted=True))
    question = next(one for one in QUESTIONS if one.tool == "bank__pay")
    found = []
    for path in TURNING:
        ours = decide(replace(question, arguments=json.dumps({"to": path}), tainted=False), policy)
        found.append((isinstance(ours, Allow), asked_of_cedar(cedar, {"input": {"to": path}, "tainted": False})))
    assert [ours for ours, _ in found] == [False] * 8 + [True] * 4
    assert all(ours for ours, theirs in found if theirs)
    assert [theirs for _, theirs in found][8:] == [True] * 4


@pytest.mark.parametrize("name", UNSAYABLE)
def test_what_cedar_cannot_say_is_stricter_and_named(name: str) -> None:
    for effect in (A, K, D):
        policy, cedar = exported(a_rule(effect, name, UNSAYABLE[name]), *(() if effect is A else (FREE,)))
        looser, _ = differing(policy, cedar)
        assert looser == []
        assert cedar.stricter != ()
        assert all(f"// stricter: {what.partition(': ')[2]}" in cedar.policies for what in cedar.stricter)


def test_two_rules_at_a_time_are_never_looser_and_mostly_the_same() -> None:
    rules = [a_rule(effect, f"{effect} {name}", fields) for name, fields in SCOPES.items() for effect in (A, D)]
    for pair in zip(rules[::2], rules[7::2] + rules[:7:2], strict=False):
        policy, cedar = exported(*pair)
        assert differing(policy, cedar) == ([], []), cedar.policies


def test_a_tool_that_was_not_exported_is_not_permitted() -> None:
    _, cedar = exported(FREE, tools=(LOOK,))
    request = request_of(next(question for question in QUESTIONS if question.tool == PAY.full_name))
    answer = cedarpy.is_authorized(request, cedar.policies, [], cedar.schema)
    assert answer.decision == cedarpy.Decision.NoDecision


def test_names_and_reasons_that_want_to_be_more_than_text_are_text() -> None:
    hostile = 'x") permit (principal, action, resource); //\n\u202e"'
    rule = Rule(hostile, K, tools=("bank__pay",), ask=an_ask(), reason=hostile)
    left_out = a_rule(A, f"{hostile} 2", UNSAYABLE["windows"], reason=hostile)
    policy, cedar = exported(rule, left_out)
    assert differing(policy, cedar)[0] == []
    assert "\u202e" not in cedar.policies


def test_whom_to_ask_stands_beside_what_is_not_permitted() -> None:
    _, cedar = exported(Rule("two", K, ask=an_ask(), reason="Money."))
    assert '@asks("1 of it-admins, for 4h")' in cedar.policies
    assert '@reason("Money.")' in cedar.policies
