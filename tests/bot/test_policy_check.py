"""What is allowed in a policy file and yet probably a mistake is said."""

import pytest

from bot.models.tools import Tool
from bot.policy_check import Warned, warnings
from bot.policy_file import parse
from tests.factories import a_tool

TOOLS = (
    a_tool(category="user_account_access"),
    a_tool(server="jira", name="close", category="", schema='{"properties":{"id":{}},"additionalProperties":true}'),
)
GROUPS = {"@it-admins": True, "@owners": True}


def warned(*rules: str, tools: tuple[Tool, ...] = TOOLS, approvers: str = "'@it-admins'") -> list[str]:
    head = f"defaults: {{ask: {{approvers: [{approvers}]}}}}\nrules:\n"
    policy = parse(head + "".join(f"  - {{name: r{at}, {rule}}}\n" for at, rule in enumerate(rules)), "p.yml")
    return [f"{one.rule}: {one.what}" for one in warnings(policy, tools, GROUPS)]


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("effect: deny, tools: ['goggle__*']", "no tool is named goggle__*"),
        ("effect: deny, tools: [google__suspend_user, suspend_user]", "no tool is named suspend_user"),
        ("effect: deny, servers: [gogle]", "no server is named gogle"),
        ("effect: ask, categories: [aws_role_access]", "no tool is of the category aws_role_access"),
        ("effect: allow", "it allows every call"),
        ("effect: deny, even_if_tainted: true, effects: [read]", "even_if_tainted does nothing here: it goes with"),
        ("effect: ask, approvers: ['@gone']", "there is no group @gone"),
        ("effect: ask, approvers: [owners]", "owners is a user here; a group is written '@owners'"),
        ("effect: ask, escalation: {after: 1h, approvers: [owners]}", "owners is a user here"),
        ("effect: ask, approvers: []", "nobody can approve it, because it names nobody"),
        ("effect: ask, clauses: [{approvers: [U1]}, {approvers: []}]", "nobody can approve it"),
        ("effect: deny, requesters: {groups: ['@gone']}", "there is no group @gone"),
        ("effect: deny, except_requesters: {groups: ['@gone']}", "there is no group @gone"),
        (
            "effect: ask, tools: ['google__*'], arguments: [{at: /mail/0, equals: x}]",
            "no tool that it speaks of has the argument mail",
        ),
    ],
)
def test_a_probable_mistake_is_said(rule: str, what: str) -> None:
    [found] = warned(rule)
    assert found.startswith(f"r0: {what}")


@pytest.mark.parametrize(
    "rule",
    [
        "effect: deny, tools: ['google__*', jira__close], servers: [jira, 'g*']",
        "effect: ask, categories: [other, user_account_access]",
        "effect: allow, effects: [read]",
        "effect: ask, approvers: ['@owners', U1]",
        "effect: ask, approvers: [alex]",
        "effect: ask, tools: ['google__*'], arguments: [{at: /email/0, equals: x}]",
        "effect: ask, tools: ['jira__*'], arguments: [{at: /anything, equals: x}]",
    ],
)
def test_what_is_well_is_not_warned_of(rule: str) -> None:
    assert warned(rule) == []


def test_a_default_that_nobody_can_meet_is_said() -> None:
    assert warned("effect: deny, effects: [read]", approvers="") == [": nobody can approve it, because it names nobody"]
    assert warned("effect: deny, effects: [read]", approvers="'@gone'") == [": there is no group @gone"]


FREEZE = "effect: deny, effects: [write, outbound], tools: ['google__*', jira__close]"


@pytest.mark.parametrize(
    ("strict", "loose", "verb"),
    [
        ("effect: deny", "effect: allow, effects: [read]", "denies"),
        ("effect: deny", "effect: ask", "denies"),
        (FREEZE, "effect: allow, effects: [write], tools: ['google__sus*']", "denies"),
        (FREEZE, "effect: ask, effects: [outbound], tools: [jira__close], risks: [HIGH]", "denies"),
        ("effect: ask, effects: [write]", "effect: allow, effects: [write], tools: [jira__close]", "asks about"),
        (
            "effect: deny, arguments: [{at: /id, equals: 1}]",
            "effect: allow, servers: [jira], arguments: [{at: /id, equals: 1}]",
            "denies",
        ),
    ],
)
def test_rules_that_contradict_are_said_whatever_their_order(strict: str, loose: str, verb: str) -> None:
    for rules, moot, other in (((strict, loose), "r1", "r0"), ((loose, strict), "r0", "r1")):
        assert f"{moot}: it never has an effect: '{other}' {verb} everything that it speaks of" in warned(*rules)


@pytest.mark.parametrize(
    ("strict", "loose"),
    [
        (FREEZE, "effect: allow, effects: [write], servers: [jira]"),
        (FREEZE, "effect: allow, effects: [write, read], tools: [jira__close]"),
        (FREEZE, "effect: allow, effects: [write], tools: ['jira__*']"),
        ("effect: deny, risks: [HIGH]", "effect: ask, effects: [write]"),
        ("effect: deny, min_amount: 5", "effect: ask, min_amount: 4, effects: [write]"),
        ("effect: ask, effects: [write]", "effect: ask, effects: [write], tools: [jira__close]"),
        ("effect: deny, tools: ['*_user']", "effect: ask, tools: ['google__*']"),
    ],
)
def test_rules_that_both_have_their_say_are_not_warned_of(strict: str, loose: str) -> None:
    assert warned(strict, loose) == []


def test_what_is_not_known_is_not_warned_of() -> None:
    policy = parse("defaults: {ask: {approvers: ['@x']}}\nrules: [{name: a, effect: deny, tools: [y__z]}]", "p.yml")
    assert warnings(policy) == []
    assert warnings(policy, TOOLS) == [Warned("a", "no tool is named y__z")]
    assert warnings(policy, (), {}) == [Warned("", "there is no group @x")]
