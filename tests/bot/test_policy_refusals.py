"""What narrows a rule, and whom it asks: each mistake is said with file and line, and what to write instead."""

import pytest

from bot.errors import BadInput
from bot.models.people import Surface
from bot.models.policy import Condition, Operator, Requesters, Window
from bot.models.requirement import Clause, Risk
from bot.policy_file import parse

HEAD = "defaults: {ask: {approvers: ['@it-admins']}}\nrules:\n  - name: one\n"


def with_rule(*lines: str) -> str:
    """A policy whose only rule has these fields; the first stands in line 4."""
    return HEAD + "".join(f"    {line}\n" for line in lines)


def deny(field: str) -> str:
    """The field stands in line 5."""
    return with_rule("effect: deny", field)


def ask(*fields: str) -> str:
    """The fields begin in line 5."""
    return with_rule("effect: ask", *fields)


def test_every_field_is_read() -> None:
    text = (
        deny("tools: [a__b]").rstrip()
        + """
    servers: ["bank*"]
    risks: [HIGH, CRITICAL]
    categories: [aws_role_access]
    environments: [prod]
    resource_prefixes: ["prod/"]
    min_amount: 10
    max_amount: 99.5
    arguments: [{at: /to/0, in: [a, 1, 2.5, true, null]}, {at: /x~1y, absent: true}, {at: /n, more: 3}]
    requesters: {users: [U1], groups: ["@a"], surfaces: [slack], channels: [C1]}
    except_requesters: {groups: ["@b"]}
    windows: [{days: [fri, mon], from: 9:30, to: 17:00, zone: Europe/Oslo}, {zone: UTC}]
"""
    )
    rule = parse(text, "policy.yml").rules[0]
    assert (rule.servers, rule.risks, rule.categories) == (("bank*",), (Risk.HIGH, Risk.CRITICAL), ("aws_role_access",))
    assert (rule.environments, rule.resource_prefixes) == (("prod",), ("prod/",))
    assert (rule.min_amount, rule.max_amount) == (10.0, 99.5)
    assert rule.arguments == (
        Condition("/to/0", Operator.IN, ("a", 1, 2.5, True, None)),
        Condition("/x~1y", Operator.ABSENT),
        Condition("/n", Operator.MORE, (3,)),
    )
    assert rule.requesters == Requesters(("U1",), ("@a",), (Surface.SLACK,), ("C1",))
    assert rule.except_requesters == Requesters(groups=("@b",))
    assert rule.windows == (Window("Europe/Oslo", (0, 4), 570, 1020), Window("UTC"))


def test_clauses_are_several_teams_and_a_total() -> None:
    clauses = 'clauses: [{approvers: ["@a"], count: 2}, {approvers: ["@b", U1]}]'
    rule = parse(ask(clauses, "total: 4"), "policy.yml").rules[0]
    assert rule.ask is not None
    assert rule.ask.clauses == (Clause(("@a",), (), 2), Clause(("@b",), ("U1",), 1))
    assert rule.ask.total == 4
    plain = parse(ask(clauses), "policy.yml").rules[0].ask
    assert plain is not None
    assert plain.total == 3


def test_a_total_of_the_default_goes_with_the_people_of_the_default() -> None:
    text = """
defaults: {ask: {clauses: [{approvers: ["@a"]}, {approvers: ["@b"]}], total: 3}}
rules:
  - {name: same, effect: ask}
  - {name: more, effect: ask, total: 4}
  - {name: others, effect: ask, approvers: ["@c"]}
"""
    asks = [rule.ask for rule in parse(text, "policy.yml").rules]
    assert [(len(one.clauses), one.total) for one in asks if one] == [(2, 3), (2, 4), (1, 1)]


def test_a_clause_that_names_nobody_stays_one_that_nobody_can_meet() -> None:
    rule = parse(ask('clauses: [{approvers: ["@a"]}, {approvers: []}]'), "policy.yml").rules[0]
    assert rule.ask is not None
    assert rule.ask.clauses == (Clause(("@a",)), Clause())


TWO_TEAMS = "defaults: {ask: {clauses: [{approvers: [U1]}, {approvers: [U2]}]}}\nrules:\n"
WRONG: dict[str, tuple[str, int, str]] = {
    "an unknown risk": (deny("risks: [SEVERE]"), 5, "'SEVERE' is not known"),
    "a risk in small letters": (deny("risks: [high]"), 5, "'high' is not known"),
    "an empty tool": (deny("tools: ['']"), 5, "should be a text"),
    "no servers": (deny("servers: []"), 5, "the list is empty"),
    "an amount in words": (deny("min_amount: ten"), 5, "should be a number"),
    "an amount that is true": (deny("min_amount: true"), 5, "should be a number"),
    "an amount without end": (deny("max_amount: .inf"), 5, "not written plainly"),
    "an amount that is none": (deny("max_amount: .nan"), 5, "not written plainly"),
    "an amount that YAML reads in eights": (deny("max_amount: 0500"), 5, "not written plainly"),
    "an amount that YAML reads in sixties": (deny("max_amount: 1:30"), 5, "not written plainly"),
    "an amount in sixteens": (deny("max_amount: 0x10"), 5, "not written plainly"),
    "an amount with strokes": (deny("max_amount: 1_000"), 5, "not written plainly"),
    "an amount of endless digits": (deny(f"max_amount: {'9' * 5000}"), 5, "not written plainly"),
    "equal to a no that is false to YAML": (deny("arguments: [{at: /a, equals: no}]"), 5, "not written plainly"),
    "equal to nothing at all": (deny("arguments: [{at: /a, equals: }]"), 5, "not written plainly"),
    "a count that YAML reads in eights": (ask("approvers: [U1]", "count: 010"), 6, "not written plainly"),
    "an approver without a name": (ask("approvers: ['']"), 5, "should be a text"),
    "an approver with a space before": (ask("approvers: [' @a']"), 5, "names nobody"),
    "a group without a name": (ask("approvers: ['@']"), 5, "names nobody"),
    "an amount in quotes": (deny("max_amount: '5'"), 5, "should be a number"),
    "amounts that cross": (deny("min_amount: 5\n    max_amount: 4"), 5, "larger than max_amount"),
    "a condition without a place": (deny("arguments: [{equals: 1}]"), 5, "a condition has at"),
    "a condition without a comparison": (deny("arguments: [{at: /a}]"), 5, "a condition has at"),
    "a condition with two": (deny("arguments: [{at: /a, less: 1, more: 2}]"), 5, "a condition has at"),
    "an unknown comparison": (deny("arguments: [{at: /a, matches: x}]"), 5, "there is no field 'matches'"),
    "a name instead of a pointer": (deny("arguments: [{at: email, equals: x}]"), 5, "not a JSON pointer"),
    "a pointer to everything": (deny("arguments: [{at: '', equals: x}]"), 5, "not a JSON pointer"),
    "a pointer with a bad escape": (deny("arguments: [{at: /a~2, equals: x}]"), 5, "not a JSON pointer"),
    "less than a text": (deny("arguments: [{at: /a, less: x}]"), 5, "should be a number"),
    "a prefix that is empty": (deny("arguments: [{at: /a, prefix: ''}]"), 5, "should be a text"),
    "a suffix that is a number": (deny("arguments: [{at: /a, suffix: 7}]"), 5, "should be a text"),
    "exists that is false": (deny("arguments: [{at: /a, exists: false}]"), 5, "exists is true or left out"),
    "in nothing": (deny("arguments: [{at: /a, in: []}]"), 5, "the list is empty"),
    "equal to a list": (deny("arguments: [{at: /a, equals: [1]}]"), 5, "a plain value"),
    "equal to a date": (deny("arguments: [{at: /a, equals: 2026-01-01}]"), 5, "a plain value"),
    "equal to what no JSON holds": (deny("arguments: [{at: /a, equals: 9007199254740993}]"), 5, "too large"),
    "no conditions": (deny("arguments: []"), 5, "the list is empty"),
    "nobody who asks": (deny("requesters: {}"), 5, "nobody is named"),
    "a group without an @": (deny("requesters: {groups: [staff]}"), 5, "a group stands with an @"),
    "a surface unheard of": (deny("requesters: {surfaces: [fax]}"), 5, "'fax' is not known"),
    "an unknown field of who asks": (deny("requesters: {roles: [a]}"), 5, "there is no field 'roles'"),
    "no users": (deny("except_requesters: {users: []}"), 5, "the list is empty"),
    "a window without a zone": (deny("windows: [{days: [mon]}]"), 5, "the window has no zone"),
    "a zone unheard of": (deny("windows: [{zone: Mars/Olympus}]"), 5, "not a time zone"),
    "a zone that is a path": (deny("windows: [{zone: ../../etc/passwd}]"), 5, "not a time zone"),
    "a zone that is empty": (deny("windows: [{zone: ''}]"), 5, "not a time zone"),
    "a day unheard of": (deny("windows: [{days: [monday], zone: UTC}]"), 5, "'monday' is not a day"),
    "no days": (deny("windows: [{days: [], zone: UTC}]"), 5, "the list is empty"),
    "an hour unheard of": (deny("windows: [{from: 25:00, zone: UTC}]"), 5, "not a time of day"),
    "an hour in words": (deny("windows: [{to: 5pm, zone: UTC}]"), 5, "not a time of day"),
    "an hour as a list": (deny("windows: [{to: [5], zone: UTC}]"), 5, "not a time of day"),
    "a day that begins at its end": (deny("windows: [{from: 24:00, zone: UTC}]"), 5, "begins at 00:00"),
    "clauses beside approvers": (ask("clauses: [{approvers: [U1]}]", "approvers: [U2]"), 6, "stands beside clauses"),
    "clauses beside a count": (ask("count: 2", "clauses: [{approvers: [U1]}]"), 5, "stands beside clauses"),
    "no clauses": (ask("clauses: []"), 5, "the list is empty"),
    "a clause without people": (ask("clauses: [{count: 1}]"), 5, "the clause has no approvers"),
    "a clause with a channel": (ask("clauses: [{approvers: [U1], channel: C1}]"), 5, "there is no field 'channel'"),
    "a total below the counts": (ask("approvers: [U1, U2]", "count: 2", "total: 1"), 7, "total is 1"),
    "a total of a crowd": (ask("total: 21"), 5, "total is 21"),
    "a total of nobody": (ask("approvers: []", "total: 0"), 6, "total is 0"),
    "clauses on a deny": (deny("clauses: [{approvers: [U1]}]"), 5, "goes with effect: ask only"),
    "a total on a deny": (deny("total: 2"), 5, "goes with effect: ask only"),
    "a count for one of several teams": (
        TWO_TEAMS + "  - {name: a, effect: ask, count: 2}\n",
        3,
        "count is not clear here",
    ),
}


@pytest.mark.parametrize(("text", "line", "what"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_with_file_and_line(text: str, line: int, what: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, "policy.yml")
    assert refused.value.where == f"policy.yml, line {line}"
    assert what in refused.value.what
