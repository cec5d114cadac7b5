"""Each field of a rule narrows it. What cannot be told matches an ask or a deny, and never an allow."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.canonical import canonical
from bot.models.people import Surface
from bot.models.policy import Allow, Condition, Decision, Deny, MustAsk, Operator, RuleEffect
from bot.models.question import Asker, Question
from bot.models.requirement import Effect, Risk
from bot.policy import decide
from bot.policy_file import parse
from tests.factories import NOW


def said(effect: RuleEffect, field: str, **facts: Any) -> Decision:
    """The decision by one rule with this field. Not spoken of, a write is asked about."""
    written = f"defaults: {{ask: {{approvers: [U1]}}}}\nrules:\n  - {{name: one, effect: {effect}, {field}}}"
    arguments = canonical(facts.pop("arguments", "{}"))
    tool = facts.pop("tool", "bank__pay")
    return decide(Question(tool, Effect.WRITE, arguments, facts.pop("at", NOW), **facts), parse(written, "p.yml"))


def speaks(field: str, **facts: Any) -> str:
    """yes: both an allow and a deny speak of it; no: neither does; unknown: only the deny does."""
    allowed = isinstance(said(RuleEffect.ALLOW, field, **facts), Allow)
    denied = isinstance(said(RuleEffect.DENY, field, **facts), Deny)
    asked = said(RuleEffect.ASK, field, **facts).rules == ("one",)
    assert asked == denied
    return {(True, True): "yes", (False, True): "unknown", (False, False): "no"}[allowed, denied]


@pytest.mark.parametrize(
    ("field", "tool", "server", "expected"),
    [
        ("tools: [bank__pay]", "bank__pay", "", "yes"),
        ("tools: [bank__*, x__y]", "bank__pay", "", "yes"),
        ("tools: ['*__pay']", "bank__pay", "", "yes"),
        ("tools: ['bank__p?y']", "bank__pay", "", "yes"),
        ("tools: ['bank__[op]ay']", "bank__pay", "", "yes"),
        ("tools: ['bank__[!p]ay']", "bank__pay", "", "no"),
        ("tools: [bank__*]", "my_bank__pay", "", "no"),
        ("tools: [Bank__pay]", "bank__pay", "", "unknown"),
        ("servers: [bank]", "bank__pay", "", "yes"),
        ("servers: ['ba*']", "bank__pay", "", "yes"),
        ("servers: [bank]", "banking__pay", "", "no"),
        ("servers: [a__b]", "a__b__pay", "a__b", "yes"),
        ("servers: [a]", "a__b__pay", "a__b", "no"),
        ("servers: [bank], tools: [bank__look]", "bank__pay", "", "no"),
    ],
)
def test_tools_and_servers_are_globs(field: str, tool: str, server: str, expected: str) -> None:
    assert speaks(field, tool=tool, server=server) == expected


@pytest.mark.parametrize(
    ("field", "facts", "expected"),
    [
        ("effects: [write]", {}, "yes"),
        ("effects: [read, outbound]", {}, "no"),
        ("risks: [HIGH, CRITICAL]", {"risk": Risk.HIGH}, "yes"),
        ("risks: [HIGH, CRITICAL]", {"risk": Risk.MEDIUM}, "no"),
        ("risks: [HIGH]", {}, "unknown"),
        ("categories: [aws_role_access]", {"category": "aws_role_access"}, "yes"),
        ("categories: [aws_role_access]", {"category": "user_account_access"}, "no"),
        ("categories: [other]", {}, "yes"),
    ],
)
def test_effect_risk_and_category(field: str, facts: dict[str, Any], expected: str) -> None:
    assert speaks(field, **facts) == expected


@pytest.mark.parametrize(
    ("arguments", "takes", "expected"),
    [
        ('{"environment":"prod"}', None, "yes"),
        ('{"Env":"production"}', None, "yes"),
        ('{"stage":"PROD"}', None, "unknown"),
        ('{"environment":"PRODUCTION "}', None, "unknown"),
        ('{"environment":"\uff50roduction"}', None, "unknown"),
        ('{"environment":"prod\\u200bu\\u00adction"}', None, "unknown"),
        ('{"environment":"dev"}', None, "no"),
        ('{"environment":[]}', None, "unknown"),
        ('{"environment":null}', None, "unknown"),
        ('{"environment":"dev","stage":"prod"}', None, "unknown"),
        ('{"environment":["prod","prod"]}', None, "yes"),
        ('{"environment":["dev","prod"]}', None, "unknown"),
        ('{"environment":7}', None, "unknown"),
        ("{}", None, "unknown"),
        ("{}", frozenset({"env"}), "unknown"),
        ("{}", frozenset({"name"}), "no"),
    ],
)
def test_the_environment_is_that_of_the_arguments(arguments: str, takes: frozenset[str] | None, expected: str) -> None:
    assert speaks("environments: [prod]", arguments=arguments, takes=takes) == expected


@pytest.mark.parametrize(
    ("arguments", "target", "expected"),
    [
        ('{"path":"prod/db"}', "path", "yes"),
        ('{"path":"dev/db"}', "path", "no"),
        ('{"path":"Prod/db"}', "path", "unknown"),
        ('{"path":["prod/a","prod/b"]}', "path", "yes"),
        ('{"path":["prod/a","dev/b"]}', "path", "unknown"),
        ('{"path":[]}', "path", "unknown"),
        ('{"note":"prod/db"}', "path", "unknown"),
        ('{"path":"prod/../dev/db"}', "path", "unknown"),
        ('{"path":"dev/../prod/db"}', "path", "unknown"),
        ('{"path":"./prod/db"}', "path", "unknown"),
        ('{"path":"prod/%2e%2E%2fdev/db"}', "path", "unknown"),
        ('{"path":"prod/x\\\\..\\\\..\\\\dev"}', "path", "unknown"),
        ('{"path":"dev\uff0f..\uff0fprod"}', "path", "unknown"),
        ('{"path":"prod/a.b/..c/d..."}', "path", "yes"),
        ('{"deep":[{"x":"prod/db"}]}', "", "unknown"),
        ('{"deep":[{"x":"dev/db"}]}', "", "no"),
        ('{"path":5}', "path", "unknown"),
    ],
)
def test_the_resource_is_what_the_operator_named_as_the_target(arguments: str, target: str, expected: str) -> None:
    assert speaks("resource_prefixes: [prod/, live/]", arguments=arguments, target=target) == expected


@pytest.mark.parametrize(
    ("field", "arguments", "takes", "expected"),
    [
        ("min_amount: 100", '{"amount":100}', None, "yes"),
        ("min_amount: 100", '{"Amount":99.5}', None, "no"),
        ("max_amount: 100", '{"amount":100}', None, "yes"),
        ("max_amount: 100", '{"amount":100.5}', None, "no"),
        ("min_amount: 10, max_amount: 20", '{"amount":15}', None, "yes"),
        ("min_amount: 10, max_amount: 20", '{"amount":25}', None, "no"),
        ("min_amount: 100", '{"amount":"1000"}', None, "unknown"),
        ("max_amount: 100", '{"amount":true}', None, "unknown"),
        ("max_amount: 100", '{"amount":[1,200]}', None, "unknown"),
        ("max_amount: 100", '{"amount":[]}', None, "unknown"),
        ("max_amount: 100", "{}", None, "unknown"),
        ("max_amount: 100", "{}", frozenset({"total"}), "no"),
    ],
)
def test_amounts_include_their_bounds(field: str, arguments: str, takes: frozenset[str] | None, expected: str) -> None:
    assert speaks(field, arguments=arguments, takes=takes) == expected


CONDITIONS: list[tuple[str, str, str]] = [
    ("equals: sam@example.com", '{"v":"sam\\u200b@exam\\u00adple.com"}', "unknown"),
    ("glob: a/*", '{"v":"a/../b"}', "unknown"),
    ("prefix: a/", '{"v":"b/.."}', "unknown"),
    ("equals: a/../b", '{"v":"a/../b"}', "yes"),
    ("prefix: a/", '{"v":"b/\uff0e\uff0e/a/c"}', "unknown"),
    ("equals: sam@example.com", '{"v":"sam@example.com"}', "yes"),
    ("equals: sam@example.com", '{"v":"Sam@Example.com"}', "unknown"),
    ("equals: sam@example.com", '{"v":" sam@example.com"}', "unknown"),
    ("equals: sam@example.com", '{"v":"ｓam@example.com"}', "unknown"),
    ("equals: sam@example.com", '{"v":"kim@example.com"}', "no"),
    ("equals: 1", '{"v":1.0}', "yes"),
    ("equals: 1", '{"v":true}', "unknown"),
    ("equals: '1'", '{"v":1}', "unknown"),
    ("equals: true", '{"v":true}', "yes"),
    ("equals: true", '{"v":false}', "no"),
    ("equals: true", '{"v":"true"}', "unknown"),
    ("equals: null", '{"v":null}', "yes"),
    ("equals: null", '{"v":0}', "no"),
    ("equals: x", '{"v":{"a":"x"}}', "unknown"),
    ("equals: x", '{"v":["x","x"]}', "yes"),
    ("equals: x", '{"v":["x","y"]}', "unknown"),
    ("equals: x", '{"v":["y","z"]}', "no"),
    ("equals: x", '{"v":[]}', "unknown"),
    ("in: [a, b]", '{"v":"b"}', "yes"),
    ("in: [a, b]", '{"v":"c"}', "no"),
    ("in: [a, b]", '{"v":"B"}', "unknown"),
    ("in: [1, a]", '{"v":"a"}', "yes"),
    ("in: [1, 2]", '{"v":"a"}', "unknown"),
    ("prefix: /etc", '{"v":"/etc/passwd"}', "yes"),
    ("prefix: /etc", '{"v":"/usr"}', "no"),
    ("prefix: /etc", '{"v":7}', "unknown"),
    ("suffix: '@example.com'", '{"v":"a@example.com"}', "yes"),
    ("suffix: '@example.com'", '{"v":"a@example.com.evil.test"}', "no"),
    ("suffix: '@example.com'", '{"v":["a@example.com","b@evil.test"]}', "unknown"),
    ("glob: '*-prod-*'", '{"v":"eu-prod-1"}', "yes"),
    ("glob: '*-prod-*'", '{"v":"eu-dev-1"}', "no"),
    ("glob: '*-prod-*'", '{"v":"EU-PROD-1"}', "unknown"),
    ("glob: '*-prod-*'", '{"v":"a\\n-prod-\\nb"}', "yes"),
    ("less: 10", '{"v":9.5}', "yes"),
    ("less: 10", '{"v":10}', "no"),
    ("less: 10", '{"v":"9"}', "unknown"),
    ("less: 10", '{"v":null}', "unknown"),
    ("more: 10", '{"v":10.5}', "yes"),
    ("more: 10", '{"v":10}', "no"),
    ("more: 10", '{"v":false}', "unknown"),
    ("exists: true", '{"v":null}', "yes"),
    ("exists: true", "{}", "no"),
    ("absent: true", "{}", "yes"),
    ("absent: true", '{"v":null}', "no"),
    ("equals: x", "{}", "unknown"),
    ("in: [x]", "{}", "unknown"),
    ("prefix: x", "{}", "unknown"),
    ("less: 1", "{}", "unknown"),
]


@pytest.mark.parametrize(("how", "arguments", "expected"), CONDITIONS)
def test_a_condition_compares_one_argument(how: str, arguments: str, expected: str) -> None:
    assert speaks(f"arguments: [{{at: /v, {how}}}]", arguments=arguments) == expected


def test_an_argument_that_the_tool_does_not_have_cannot_be_hidden() -> None:
    assert speaks("arguments: [{at: /v, equals: x}]", takes=frozenset({"other"})) == "no"
    assert speaks("arguments: [{at: /v/deep, equals: x}]", takes=frozenset({"v"})) == "unknown"


@pytest.mark.parametrize(
    ("pointer", "there"),
    [
        ("/a", True),
        ("/b/0", True),
        ("/b/1/c", True),
        ("/b/2", False),
        ("/b/-", False),
        ("/b/00", False),
        ("/b/x", False),
        ("/x~1y", True),
        ("/m~0n", True),
        ("/p~01", True),
        ("/", True),
        ("/a/b", False),
        ("/é", True),
    ],
)
def test_pointers_are_those_of_rfc_6901(pointer: str, there: bool) -> None:
    arguments = '{"a":1,"b":[2,{"c":3}],"x/y":4,"m~n":5,"p~1":8,"":6,"é":7}'
    field = f"arguments: [{{at: '{pointer}', exists: true}}]"
    assert speaks(field, arguments=arguments) == ("yes" if there else "no")


def test_all_conditions_must_hold() -> None:
    both = "arguments: [{at: /a, equals: 1}, {at: /b, equals: 2}]"
    assert speaks(both, arguments='{"a":1,"b":2}') == "yes"
    assert speaks(both, arguments='{"a":1,"b":3}') == "no"
    assert speaks(both, arguments='{"a":1,"b":"2"}') == "unknown"
    assert speaks(both, arguments='{"a":3,"b":"2"}') == "no"


KIM = Asker("U-kim", Surface.SLACK, "C-ops", "kim@example.com", {"@staff": True, "@owners": False})
REQUESTERS: list[tuple[str, Asker, str]] = [
    ("users: [U-kim]", KIM, "yes"),
    ("users: [U-sam]", KIM, "no"),
    ("users: [Kim@Example.com]", KIM, "yes"),
    ("users: [kim@example.com]", Asker("U-kim"), "unknown"),
    ("users: [kim@example.com]", Asker("U-kim", email=""), "no"),
    ("groups: ['@staff']", KIM, "yes"),
    ("groups: ['@owners']", KIM, "no"),
    ("groups: ['@ghosts']", KIM, "unknown"),
    ("groups: ['@ghosts', '@staff']", KIM, "yes"),
    ("users: [U-kim], groups: ['@owners']", KIM, "yes"),
    ("users: [U-kim], groups: ['@ghosts']", KIM, "yes"),
    ("surfaces: [slack, cli]", KIM, "yes"),
    ("surfaces: [api]", KIM, "no"),
    ("surfaces: [api]", Asker("U-kim"), "unknown"),
    ("channels: [C-ops]", KIM, "yes"),
    ("channels: [C-other]", KIM, "no"),
    ("users: [U-kim], channels: [C-other]", KIM, "no"),
    ("groups: ['@ghosts'], channels: [C-other]", KIM, "no"),
]
OPPOSITE = {"yes": "no", "no": "yes", "unknown": "unknown"}


@pytest.mark.parametrize(("who", "asker", "expected"), REQUESTERS)
def test_requesters_are_named_or_excepted(who: str, asker: Asker, expected: str) -> None:
    assert speaks(f"requesters: {{{who}}}", asker=asker) == expected
    assert speaks(f"except_requesters: {{{who}}}", asker=asker) == OPPOSITE[expected]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """November 2026: the 16th is a Monday. UTC; Oslo is one hour ahead."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


WORK = "days: [mon, tue, wed, thu, fri], from: 09:00, to: 17:00, zone: Europe/Oslo"
NIGHT = "days: [fri], from: 22:00, to: 06:00, zone: UTC"


@pytest.mark.parametrize(
    ("window", "moment", "expected"),
    [
        (WORK, at(16, 8, 0), "yes"),
        (WORK, at(16, 7, 59), "no"),
        (WORK, at(16, 15, 59), "yes"),
        (WORK, at(16, 16, 0), "no"),
        (WORK, at(21, 10), "no"),
        (WORK, datetime(2026, 7, 1, 7, 0, tzinfo=UTC), "yes"),
        (WORK, datetime(2026, 7, 1, 15, 0, tzinfo=UTC), "no"),
        (NIGHT, at(20, 22), "yes"),
        (NIGHT, at(21, 5, 59), "yes"),
        (NIGHT, at(21, 6), "no"),
        (NIGHT, at(20, 5), "no"),
        (NIGHT, at(21, 22), "no"),
        ("days: [sun], from: 20:00, to: 04:00, zone: UTC", at(16, 3), "yes"),
        ("days: [sat, sun], zone: UTC", at(22, 23, 59), "yes"),
        ("days: [sat, sun], zone: UTC", at(23, 0, 0), "no"),
        ("from: 08:00, to: 08:00, days: [mon], zone: UTC", at(17, 7, 59), "yes"),
        ("from: 08:00, to: 08:00, days: [mon], zone: UTC", at(17, 8), "no"),
        ("from: 12:00, to: 24:00, zone: UTC", at(16, 23, 59), "yes"),
        ("days: [mon], zone: Pacific/Auckland", at(15, 11, 30), "yes"),
        ("days: [mon], zone: Pacific/Honolulu", at(17, 9, 30), "yes"),
    ],
)
def test_windows_are_read_on_the_clocks_of_their_zone(window: str, moment: datetime, expected: str) -> None:
    assert speaks(f"windows: [{{{window}}}]", at=moment) == expected


def test_one_of_several_windows_is_enough() -> None:
    both = f"windows: [{{{WORK}}}, {{{NIGHT}}}]"
    assert [speaks(both, at=moment) for moment in (at(16, 10), at(20, 23), at(16, 23))] == ["yes", "yes", "no"]


def test_all_fields_must_match_and_a_single_no_is_enough() -> None:
    many = "tools: [bank__*], effects: [write], risks: [HIGH], arguments: [{at: /v, equals: x}]"
    assert speaks(many, risk=Risk.HIGH, arguments='{"v":"x"}') == "yes"
    assert speaks(many, arguments='{"v":"x"}') == "unknown"
    assert speaks(many, arguments='{"v":"y"}') == "no"
    assert speaks(many, risk=Risk.LOW, arguments='{"v":7}') == "no"
    assert speaks(many, tool="jira__pay", risk=Risk.HIGH, arguments='{"v":"x"}') == "no"


def test_a_condition_keeps_its_kind_of_value() -> None:
    written = (
        "defaults: {ask: {approvers: [U1]}}\nrules: [{name: a, effect: deny, arguments: [{at: /v, equals: '07'}]}]"
    )
    assert parse(written, "p.yml").rules[0].arguments == (Condition("/v", Operator.EQUALS, ("07",)),)


def test_an_ask_that_speaks_of_it_asks() -> None:
    assert isinstance(said(RuleEffect.ASK, "risks: [HIGH]", risk=Risk.HIGH), MustAsk)
