"""Policy files: everything wrong is said with file and line; nothing is guessed."""

from importlib import resources
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import BadInput
from bot.models.policy import Allow, Escalation, MustAsk, RuleEffect
from bot.models.question import Question
from bot.models.requirement import Clause, Confirm, Effect, Risk
from bot.policy import decide
from bot.policy_asks import Known
from bot.policy_file import parse
from tests.bot.builders import PROPERTY
from tests.factories import NOW

HEAD = "defaults:\n  ask:\n    approvers: ['@it-admins']\nrules:\n"


def with_rule(*lines: str) -> str:
    """A policy whose only rule has these fields; the rule begins on line 5."""
    return HEAD + "  - name: one\n" + "".join(f"    {line}\n" for line in lines)


def test_a_full_policy_is_read() -> None:
    policy = parse(
        """
defaults:
  ask: {approvers: ["@it-admins", U1], count: 2, expires: 90s, execute_within: 15m, channel: C1, confirm: dialog}
rules:
  - name: freeze
    effect: deny
    tools: ["google__*"]
    effects: [write, outbound]
    reason: A freeze.
  - {name: reports, effect: allow, tools: [google__report], even_if_tainted: true}
  - name: accounts
    effect: ask
    approvers: ["@owners"]
    expires: 2d
    self_approval: true
""",
        "policy.yml",
    )
    default, (freeze, reports, accounts) = policy.default_ask, policy.rules
    assert policy.version == 0
    assert default.clauses == (Clause(("@it-admins",), ("U1",), 2),)
    assert (default.total, default.expires, default.execute_within) == (2, 90, 900)
    assert (default.channel, default.confirm, default.self_approval) == ("C1", Confirm.DIALOG, False)
    assert (freeze.effect, freeze.tools, freeze.reason) == (RuleEffect.DENY, ("google__*",), "A freeze.")
    assert freeze.effects == (Effect.WRITE, Effect.OUTBOUND)
    assert (reports.effect, reports.even_if_tainted, reports.ask) == (RuleEffect.ALLOW, True, None)
    assert accounts.ask is not None
    assert accounts.ask.clauses == (Clause(("@owners",), (), 1),)
    assert (accounts.ask.total, accounts.ask.expires, accounts.ask.self_approval) == (1, 172_800, True)


def test_a_rule_takes_from_the_default_what_it_does_not_say() -> None:
    text = (
        "defaults: {ask: {approvers: [U1], count: 2, expires: 1h, channel: C1, confirm: dialog, self_approval: true}}"
    )
    policy = parse(f"{text}\nrules: [{{name: one, effect: ask}}, {{name: two, effect: ask, count: 3}}]", "policy.yml")
    one, two = (rule.ask for rule in policy.rules)
    assert one is not None
    assert (one.clauses, one.total, one.expires) == (policy.default_ask.clauses, 2, 3600)
    assert (one.channel, one.confirm) == ("C1", Confirm.DIALOG)
    assert not one.self_approval, "approving one's own request is never inherited"
    assert two is not None
    assert (two.clauses, two.total) == ((Clause((), ("U1",), 3),), 3)


def test_without_rules_and_spans_the_plain_figures_hold() -> None:
    policy = parse("defaults: {ask: {approvers: ['@a']}}", "policy.yml")
    assert policy.rules == ()
    assert (policy.default_ask.expires, policy.default_ask.execute_within) == (4 * 3600, 3600)


def test_an_empty_approver_list_means_nobody() -> None:
    policy = parse("defaults: {ask: {approvers: []}}", "policy.yml")
    assert (policy.default_ask.clauses, policy.default_ask.total) == ((), 0)


def test_json_is_read_too() -> None:
    text = '{"defaults": {"ask": {"approvers": ["@a"]}}, "rules": [{"name": "x", "effect": "deny"}]}'
    assert parse(text, "policy.json").rules[0].name == "x"


def test_the_policy_that_is_shipped_asks_before_anything_is_changed() -> None:
    text = resources.files("bot").joinpath("policies/default.yml").read_text(encoding="utf-8")
    policy = parse(text, "default.yml")
    for effect in (Effect.WRITE, Effect.OUTBOUND):
        for tool in ("google__suspend_user", "unheard__of"):
            decision = decide(Question(tool, effect, "{}", NOW), policy)
            assert isinstance(decision, MustAsk)
            assert decision.requirement.clauses == (Clause(("@it-admins",), (), 1),)


def test_the_policy_that_is_shipped_has_people_look_twice_at_what_looks_dangerous() -> None:
    text = resources.files("bot").joinpath("policies/default.yml").read_text(encoding="utf-8")
    policy = parse(text, "default.yml")
    for risk, confirm in ((Risk.HIGH, Confirm.NONE), (Risk.CRITICAL, Confirm.DIALOG)):
        decision = decide(Question("shell__run", Effect.WRITE, "{}", NOW, risk=risk), policy)
        assert isinstance(decision, MustAsk)
        assert decision.requirement.confirm is confirm
    assert isinstance(decide(Question("files__read", Effect.READ, "{}", NOW, risk=Risk.CRITICAL), policy), Allow)


DEFAULTS = "defaults: {ask: {approvers: [U1]}}\n"
WRONG: dict[str, tuple[str, int, str]] = {
    "nothing": ("", 1, "the policy is empty"),
    "only a comment": ("# soon\n", 1, "the policy is empty"),
    "a list": ("- a\n", 1, "here should be fields"),
    "no defaults": ("rules: []\n", 1, "defaults.ask is missing"),
    "defaults without ask": ("\ndefaults: {}\n", 2, "defaults.ask is missing"),
    "empty defaults": ("defaults:\n", 1, "here should be fields"),
    "a default that names nobody": ("defaults:\n  ask:\n    count: 1\n", 3, "approvers are missing"),
    "a broken bracket": ("defaults:\n  ask: [\n", 3, "not YAML"),
    "a tab": ("defaults:\n\task: {}\n", 2, "not YAML"),
    "a control character": (f"{DEFAULTS}rules: [] # \x07\n", 2, "not YAML"),
    "two documents": (f"{DEFAULTS}---\n{DEFAULTS}", 2, "not YAML"),
    "an alias of nothing": ("defaults: *gone\n", 1, "not YAML"),
    "an unknown field": (f"{DEFAULTS}rule: []\n", 2, "there is no field 'rule'"),
    "a field twice": (f"{DEFAULTS}{DEFAULTS}", 2, "'defaults' stands there twice"),
    "a field that is a list": (f"{DEFAULTS}? [a]\n: b\n", 2, "name should be one word"),
    "a merge key": (f"{DEFAULTS}<<: {{rules: []}}\n", 2, "there is no field '<<'"),
    "rules that are no list": (f"{DEFAULTS}rules: {{}}\n", 2, "here should be a list"),
    "a rule that is a word": (f"{DEFAULTS}rules:\n  - deny\n", 3, "here should be fields"),
    "a rule within itself": (f"{DEFAULTS}rules: &r\n  - *r\n", 2, "here should be fields"),
    "a rule without a name": (f"{DEFAULTS}rules:\n  - effect: deny\n", 3, "the rule has no name"),
    "a rule without an effect": (with_rule(), 5, "the rule has no effect"),
    "two rules of one name": (with_rule("effect: deny") + "  - {name: one, effect: deny}\n", 5, "two rules are named"),
    "a name that is a number": (f"{DEFAULTS}rules:\n  - effect: deny\n    name: 1\n", 4, "here should be a text"),
    "a name that is no": (f"{DEFAULTS}rules:\n  - effect: deny\n    name: no\n", 4, "here should be a text"),
    "a name that is a list": (f"{DEFAULTS}rules:\n  - effect: deny\n    name: [a]\n", 4, "here should be a text"),
    "a name with a tag": (f"{DEFAULTS}rules:\n  - effect: deny\n    name: !x a\n", 4, "the tag !x means nothing here"),
    "a list with a tag": (f"{DEFAULTS}rules: !x\n  - {{name: a, effect: deny}}\n", 2, "the tag !x means nothing here"),
    "a span with a tag": (with_rule("effect: ask", "expires: !!binary 4h"), 7, "binary means nothing here"),
    "fields with a tag": (f"{DEFAULTS}rules:\n  - !!omap {{name: a, effect: deny}}\n", 3, "omap means nothing here"),
    "an unknown effect": (with_rule("effect: permit"), 6, "'permit' is not known here"),
    "an unknown field of a rule": (with_rule("effect: deny", "tool: [a]"), 7, "there is no field 'tool'"),
    "tools that are a word": (with_rule("effect: deny", "tools: a"), 7, "here should be a list"),
    "tools that are none": (with_rule("effect: allow", "tools: []"), 7, "the list is empty"),
    "effects that are none": (with_rule("effect: allow", "effects: []"), 7, "the list is empty"),
    "an effect of a tool that is unknown": (with_rule("effect: deny", "effects: [delete]"), 7, "'delete' is not known"),
    "approvers that are a word": (with_rule("effect: ask", "approvers: '@a'"), 7, "here should be a list"),
    "approvers on a deny": (with_rule("effect: deny", "approvers: ['@a']"), 7, "goes with effect: ask only"),
    "a count on an allow": (with_rule("effect: allow", "count: 2"), 7, "goes with effect: ask only"),
    "a count of none": (with_rule("effect: ask", "count: 0"), 7, "count is 0"),
    "a count of a crowd": (with_rule("effect: ask", "count: 21"), 7, "count is 21"),
    "a count in words": (with_rule("effect: ask", "count: two"), 7, "here should be a whole number"),
    "a count that is true": (with_rule("effect: ask", "count: true"), 7, "here should be a whole number"),
    "a count that is half": (with_rule("effect: ask", "count: 1.5"), 7, "here should be a whole number"),
    "a count that only claims to be one": (with_rule("effect: ask", "count: !!int two"), 7, "a whole number"),
    "a switch that only claims to be one": (
        with_rule("effect: ask", "self_approval: !!bool perhaps"),
        7,
        "true or false",
    ),
    "a switch in words": (with_rule("effect: allow", "even_if_tainted: 'yes'"), 7, "true or false"),
    "a span without a unit": (with_rule("effect: ask", "expires: 90"), 7, "is not a duration"),
    "a span of nothing": (with_rule("effect: ask", "expires: 0h"), 7, "is not a duration"),
    "a span of 31 days": (with_rule("effect: ask", "expires: 31d"), 7, "is not a duration"),
    "a span that is a list": (with_rule("effect: ask", "expires: [4h]"), 7, "is not a duration"),
    "a confirmation unheard of": (with_rule("effect: ask", "confirm: maybe"), 7, "is not known here"),
    "a reminder that is no duration": (with_rule("effect: ask", "reminders: soon"), 7, "is not a duration"),
    "a reminder after the expiry": (with_rule("effect: ask", "reminders: [1h, 4h]"), 7, "is not before the expiry"),
    "six reminders": (with_rule("effect: ask", "reminders: [1s, 2s, 3s, 4s, 5s, 6s]"), 7, "these are 6 reminders"),
    "an escalation of nobody": (with_rule("effect: ask", "escalation: {after: 1h, approvers: []}"), 7, "names nobody"),
    "an escalation at no time": (
        with_rule("effect: ask", "escalation: {approvers: [U1]}"),
        7,
        "has after and approvers",
    ),
    "an escalation to nobody": (with_rule("effect: ask", "escalation: {after: 1h}"), 7, "has after and approvers"),
    "an escalation after the expiry": (
        with_rule("effect: ask", "escalation: {after: 4h, approvers: [U1]}"),
        7,
        "is not before the expiry",
    ),
    "an escalation of some": (
        with_rule("effect: ask", "escalation: {after: 1h, approvers: [U1], count: 2}"),
        7,
        "there is no field 'count'",
    ),
    "reminders on a deny": (with_rule("effect: deny", "reminders: 1h"), 7, "goes with effect: ask only"),
}


@pytest.mark.parametrize(("text", "line", "what"), WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_is_said_with_file_and_line(text: str, line: int, what: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, "policy.yml")
    assert refused.value.where == f"policy.yml, line {line}"
    assert what in refused.value.what


def test_a_name_with_an_at_that_stands_bare_is_told_to_be_quoted() -> None:
    with pytest.raises(BadInput, match="a name that begins with @ stands in quotes: '@it-admins'") as refused:
        parse("defaults: {ask: {approvers: [@it-admins]}}", "policy.yml")
    assert refused.value.where == "policy.yml, line 1"


@pytest.mark.parametrize(("span", "seconds"), [("90s", 90), ("15m", 900), ("4h", 14_400), ("2 d", 172_800)])
def test_spans_are_read_in_seconds_minutes_hours_and_days(span: str, seconds: int) -> None:
    policy = parse(f"defaults: {{ask: {{approvers: [U1], expires: {span}}}}}", "policy.yml")
    assert policy.default_ask.expires == seconds


REMINDED = (
    "defaults: {ask: {approvers: ['@a'], expires: 8h, reminders: [4h, 1h, 1h], "
    "escalation: {after: 2h, approvers: ['@b', U2], channel: C2}}}\n"
    "rules:\n"
    "- {name: as it is, effect: ask}\n"
    "- {name: others, effect: ask, approvers: ['@c'], expires: 3h}\n"
    "- {name: never, effect: ask, reminders: []}\n"
    "- {name: once, effect: ask, reminders: 90m, escalation: {after: 3h, approvers: ['@d']}}\n"
    "- {name: over before, effect: ask, count: 2, expires: 2h}\n"
)


def test_reminders_and_escalation_are_taken_over_with_the_people_they_belong_to() -> None:
    policy = parse(REMINDED, "policy.yml")
    joins = Escalation(7200, ("@b",), ("U2",), "C2")
    assert (policy.default_ask.reminders, policy.default_ask.escalation) == ((3600, 14_400), joins)
    asks = [rule.ask for rule in policy.rules if rule.ask]
    assert [ask.reminders for ask in asks] == [(3600, 14_400), (3600,), (), (5400,), (3600,)]
    assert [ask.escalation for ask in asks] == [joins, None, joins, Escalation(10_800, ("@d",)), None]


def test_who_is_named_twice_in_one_list_is_named_once() -> None:
    policy = parse("defaults: {ask: {approvers: ['@a', U1, '@a', U1], count: 2}}", "policy.yml")
    assert policy.default_ask.clauses == (Clause(("@a",), ("U1",), 2),)


def test_what_the_surroundings_do_not_know_is_refused_where_it_stands() -> None:
    unknown = with_rule("effect: ask", "escalation: {after: 1h, approvers: ['@nobody']}")
    for about, fine in ((Known(), True), (Known(frozenset({"@nobody"})), True), (Known(frozenset({"@a"})), False)):
        assert _loads(unknown, about) == ("" if fine else "policy.yml, line 7: there is no group @nobody")
    coded = with_rule("effect: ask", "confirm: totp")
    for about, fine in ((Known(), True), (Known(totp=True), True), (Known(totp=False), False)):
        wrong = "policy.yml, line 7: confirm: totp needs a file of secrets, and none is set"
        assert _loads(coded, about) == ("" if fine else wrong)


def _loads(text: str, about: Known) -> str:
    """What is wrong with it, and where."""
    try:
        parse(text, "policy.yml", about)
    except BadInput as wrong:
        return f"{wrong.where}: {wrong.what}"
    return ""


def test_the_fields_there_are_stand_beside_one_that_there_is_not() -> None:
    with pytest.raises(BadInput) as refused:
        parse(f"{DEFAULTS}rule: []\n", "policy.yml")
    assert refused.value.mend == "there are defaults, rules"


SCRAPS: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["deny", "ask", "4h", "@a", "U1", "*", "", "!x", "&a"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "defaults",
                        "ask",
                        "rules",
                        "name",
                        "effect",
                        "tools",
                        "approvers",
                        "count",
                        "expires",
                        "clauses",
                    ),
                    *(
                        "total",
                        "risks",
                        "min_amount",
                        "arguments",
                        "at",
                        "in",
                        "requesters",
                        "users",
                        "windows",
                        "zone",
                    ),
                    *("deny", "require_approval"),
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(SCRAPS, st.sampled_from([str, repr]))
@PROPERTY
def test_whatever_stands_in_a_file_it_is_a_policy_or_an_error_with_a_line(scrap: object, write: type[str]) -> None:
    try:
        found = repr(parse(write(scrap), "policy.yml"))
    except BadInput as refused:
        found = refused.where
    assert found.startswith(("Policy(", "policy.yml, line "))
