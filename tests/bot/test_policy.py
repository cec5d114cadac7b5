"""deny > ask > allow, whatever the order; what no rule speaks of is asked about; nothing loosens by accident."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.policy import Allow, Ask, Decision, Deny, MustAsk, Rule, RuleEffect
from bot.models.question import Question
from bot.models.requirement import Clause, Confirm, Effect
from bot.policy import decide, merge
from bot.requirements import is_met
from tests.bot.builders import PROPERTY, a_yes_of
from tests.factories import NOW, a_clause, a_policy, a_rule, an_ask

TOOL = "google__suspend_user"
GLOBS = ("google__*", "google__suspend_user", "jira__*")
STRICTNESS = {RuleEffect.ALLOW: 0, RuleEffect.ASK: 1, RuleEffect.DENY: 2}


def a_question(effect: Effect = Effect.WRITE, *, tool: str = TOOL, tainted: bool = False) -> Question:
    return Question(tool, effect, "{}", NOW, tainted)


def rule(effect: RuleEffect, glob: str = "*", **fields: object) -> Rule:
    ask = an_ask() if effect is RuleEffect.ASK else None
    return a_rule(name=f"{effect} {glob}", effect=effect, tools=(glob,), ask=ask, **fields)


def strictness(decision: Decision) -> int:
    match decision:
        case Allow():
            return 0
        case MustAsk():
            return 1
        case Deny():
            return 2


RULES = tuple(rule(effect, glob) for effect, glob in product(RuleEffect, GLOBS))
QUESTIONS = tuple(
    a_question(effect, tool=tool, tainted=tainted)
    for effect, tool, tainted in product(Effect, (TOOL, "jira__search", "dns__look_up"), (False, True))
)


def small_policies(most: int) -> Iterator[tuple[Rule, ...]]:
    for size in range(most + 1):
        yield from product(RULES, repeat=size)


def by_the_book(rules: tuple[Rule, ...], question: Question) -> int:
    """DESIGN 4 in one expression, for rules whose only condition is one glob."""
    prefix = {glob: glob.removesuffix("*") for glob in GLOBS}
    said = [STRICTNESS[rule.effect] for rule in rules if question.tool.startswith(prefix[rule.tools[0]])]
    gated = question.effect is not Effect.READ
    if said and max(said) > 0:
        return max(said)
    return int(gated and (question.tainted or not said))


def test_every_small_policy_decides_by_the_strictest_rule() -> None:
    for rules, question in product(small_policies(2), QUESTIONS):
        assert strictness(decide(question, a_policy(rules=rules))) == by_the_book(rules, question), (rules, question)


def test_the_order_of_rules_never_changes_a_decision() -> None:
    for rules, question in product(product(RULES[::2], repeat=3), QUESTIONS[::2]):
        said = {strictness(decide(question, a_policy(rules=order))) for order in permutations(rules)}
        assert len(said) == 1, (rules, question)


@pytest.mark.parametrize("effect", [RuleEffect.DENY, RuleEffect.ASK])
def test_another_deny_or_ask_never_loosens_a_decision(effect: RuleEffect) -> None:
    for rules, glob, question in product(small_policies(2), GLOBS, QUESTIONS):
        before = strictness(decide(question, a_policy(rules=rules)))
        for more in ((rule(effect, glob), *rules), (*rules, rule(effect, glob))):
            assert strictness(decide(question, a_policy(rules=more))) >= before, (rules, glob, question)


@pytest.mark.parametrize(
    ("effect", "expected"), [(Effect.READ, Allow), (Effect.WRITE, MustAsk), (Effect.OUTBOUND, MustAsk)]
)
def test_without_a_rule_reading_is_free_and_everything_else_is_asked_about(
    effect: Effect, expected: type[Decision]
) -> None:
    decision = decide(a_question(effect), a_policy(rules=()))
    assert isinstance(decision, expected)
    assert decision.rules == ("default",)
    assert decision.why


def test_what_no_rule_speaks_of_goes_to_the_people_of_the_default() -> None:
    default = an_ask(clauses=(a_clause(groups=("@owners",)),), expires=60)
    decision = decide(a_question(), a_policy(rules=(), default_ask=default))
    assert isinstance(decision, MustAsk)
    assert decision.requirement.clauses == default.clauses
    assert decision.requirement.expires_at == NOW + timedelta(seconds=60)


@pytest.mark.parametrize("effect", [Effect.WRITE, Effect.OUTBOUND])
def test_untrusted_text_turns_an_allowed_write_into_an_ask(effect: Effect) -> None:
    policy = a_policy(rules=(rule(RuleEffect.ALLOW),))
    assert isinstance(decide(a_question(effect), policy), Allow)
    asked = decide(a_question(effect, tainted=True), policy)
    assert isinstance(asked, MustAsk)
    assert asked.rules == ("allow *", "taint")
    assert asked.requirement == merge([policy.default_ask], NOW)


def test_untrusted_text_does_not_stop_reading() -> None:
    assert isinstance(decide(a_question(Effect.READ, tainted=True), a_policy(rules=())), Allow)
    assert isinstance(decide(a_question(Effect.READ, tainted=True), a_policy(rules=(rule(RuleEffect.ALLOW),))), Allow)


def test_a_rule_may_allow_a_write_even_if_tainted() -> None:
    trusting = rule(RuleEffect.ALLOW, even_if_tainted=True)
    assert isinstance(decide(a_question(tainted=True), a_policy(rules=(trusting,))), Allow)
    elsewhere = replace(trusting, tools=("jira__*",))
    assert isinstance(decide(a_question(tainted=True), a_policy(rules=(elsewhere, rule(RuleEffect.ALLOW)))), MustAsk)


@pytest.mark.parametrize("effect", [RuleEffect.ASK, RuleEffect.DENY])
def test_even_if_tainted_opens_nothing_on_a_rule_that_does_not_allow(effect: RuleEffect) -> None:
    rules = (rule(effect, "jira__*", even_if_tainted=True), rule(RuleEffect.ALLOW))
    assert strictness(decide(a_question(tainted=True), a_policy(rules=rules))) == 1


def test_all_fields_of_a_rule_must_match() -> None:
    deny = rule(RuleEffect.DENY, "google__*", effects=(Effect.WRITE, Effect.OUTBOUND))
    policy = a_policy(rules=(deny,))
    assert isinstance(decide(a_question(Effect.WRITE), policy), Deny)
    assert isinstance(decide(a_question(Effect.OUTBOUND), policy), Deny)
    assert isinstance(decide(a_question(Effect.READ), policy), Allow)
    assert isinstance(decide(a_question(Effect.WRITE, tool="jira__delete"), policy), MustAsk)


def test_a_rule_without_conditions_speaks_of_everything() -> None:
    freeze = a_policy(rules=(a_rule(name="freeze", effect=RuleEffect.DENY, tools=(), ask=None, reason="A freeze."),))
    for question in QUESTIONS:
        decision = decide(question, freeze)
        assert (decision.rules, decision.why) == (("freeze",), "A freeze.")
        assert isinstance(decision, Deny)


@pytest.mark.parametrize("tool", ["Google__suspend_user", "google_suspend_user", " google__suspend_user", "google__"])
def test_a_name_must_match_to_the_letter(tool: str) -> None:
    only = a_policy(rules=(rule(RuleEffect.ALLOW, TOOL),))
    assert isinstance(decide(a_question(tool=tool), only), MustAsk)


@pytest.mark.parametrize("glob", ["Google__Suspend_User", "GOOGLE__*", "*__Suspend_?ser", "*__[S]uspend_*", "[!x]*"])
@pytest.mark.parametrize("tool", [TOOL, "Google__suspend_USER"])
def test_a_pattern_of_a_rule_that_asks_or_denies_means_every_case(glob: str, tool: str) -> None:
    for effect, said in ((RuleEffect.DENY, Deny), (RuleEffect.ASK, MustAsk)):
        for named in (rule(effect, glob), replace(rule(effect), servers=(glob.split("__", maxsplit=1)[0],))):
            assert isinstance(decide(a_question(Effect.READ, tool=tool), a_policy(rules=(named,))), said)
    free = a_policy(rules=(rule(RuleEffect.ALLOW, "Google__*"),))
    assert isinstance(decide(a_question(tool=tool), free), Allow) is tool.startswith("Google")


def test_every_rule_that_said_so_is_named_with_its_reason() -> None:
    rules = (
        a_rule(name="one", reason="First."),
        a_rule(name="two", reason=""),
        a_rule(name="three", reason="Third."),
        rule(RuleEffect.ALLOW),
    )
    decision = decide(a_question(), a_policy(rules=rules))
    assert (decision.rules, decision.why) == (("one", "two", "three"), "First. Third.")
    assert decide(a_question(), a_policy(rules=rules[1:2])).why == "A rule asks people first."


def test_an_ask_rule_without_people_of_its_own_asks_those_of_the_default() -> None:
    policy = a_policy(rules=(a_rule(ask=None),), default_ask=an_ask(clauses=(a_clause(groups=("@owners",)),)))
    decision = decide(a_question(), policy)
    assert isinstance(decision, MustAsk)
    assert decision.requirement.clauses[0].groups == ("@owners",)


ADMINS, OWNERS = Clause(groups=("@it-admins",)), Clause(groups=("@owners",))


def test_merging_adds_clauses_up_and_takes_the_strictest_of_everything() -> None:
    one = Ask((ADMINS,), 3, expires=600, execute_within=60, confirm=Confirm.DIALOG, self_approval=True)
    other = Ask((OWNERS,), 1, expires=300, execute_within=90, channel="C-owners", self_approval=False)
    merged = merge([one, other], NOW)
    assert merged.clauses == (ADMINS, OWNERS)
    assert merged.total == 3
    assert merged.expires_at == NOW + timedelta(seconds=300)
    assert merged.execute_by == NOW + timedelta(seconds=360)
    assert (merged.confirm, merged.channel, merged.self_approval) == (Confirm.DIALOG, "C-owners", False)


def test_the_total_is_never_less_than_what_the_clauses_need() -> None:
    assert merge([an_ask(clauses=(ADMINS,), total=1), an_ask(clauses=(OWNERS,), total=1)], NOW).total == 2


def test_the_channel_that_a_rule_names_itself_is_taken_whatever_the_order() -> None:
    rules = [Rule(name, RuleEffect.ASK, ask=an_ask(channel=name)) for name in ("C-all", "C-privacy", "C-zoo")]
    for some in permutations(rules):
        policy = a_policy(rules=some, default_ask=an_ask(channel="C-all"))
        decision = decide(a_question(), policy)
        assert isinstance(decision, MustAsk)
        assert decision.requirement.channel == "C-privacy"


def test_the_same_people_in_another_order_are_asked_once() -> None:
    one, other = Clause(("@a", "@b"), ("U1", "U2")), Clause(("@b", "@a"), ("U2", "U1"), 2)
    merged = merge([an_ask(clauses=(one,), total=1), an_ask(clauses=(other,), total=2)], NOW)
    assert (merged.clauses, merged.total) == ((replace(one, count=2),), 2)


def test_the_same_people_asked_for_by_two_rules_are_asked_for_once_at_the_larger_count() -> None:
    merged = merge([an_ask(clauses=(ADMINS,)), an_ask(clauses=(replace(ADMINS, count=2),), total=2)], NOW)
    assert (merged.clauses, merged.total) == ((replace(ADMINS, count=2),), 2)


def test_the_same_people_asked_for_twice_by_one_rule_are_two_people() -> None:
    assert merge([an_ask(clauses=(ADMINS, ADMINS), total=2)], NOW).clauses == (replace(ADMINS, count=2),)


def test_an_ask_that_names_nobody_is_not_opened_by_one_that_names_somebody() -> None:
    nobody = an_ask(clauses=(), total=0)
    for asks in ([nobody, an_ask()], [an_ask(), nobody], [nobody]):
        assert not is_met(merge(asks, NOW), [a_yes_of("U1", "it-admins")])


@pytest.mark.parametrize("confirms", list(permutations(Confirm, 2)))
def test_the_strictest_confirmation_wins(confirms: tuple[Confirm, Confirm]) -> None:
    ranks = {confirm: rank for rank, confirm in enumerate(("none", "dialog", "type_the_target", "totp"))}
    merged = merge([an_ask(confirm=confirm) for confirm in confirms], NOW).confirm
    assert ranks[merged] == max(ranks[confirm] for confirm in confirms)


CLAUSES = st.builds(Clause, groups=st.sampled_from([("@a",), ("@b",), ("@a", "@b")]), count=st.integers(1, 2))
ASKS = st.builds(
    Ask,
    clauses=st.lists(CLAUSES, max_size=2).map(tuple),
    total=st.integers(0, 3),
    expires=st.integers(1, 1000),
    execute_within=st.integers(1, 1000),
    confirm=st.sampled_from(Confirm),
    self_approval=st.booleans(),
)
VOTERS = st.dictionaries(
    st.sampled_from(["U1", "U2", "U3", "U4"]), st.lists(st.sampled_from(["@a", "@b"]), max_size=2), max_size=4
)


@given(st.lists(ASKS, min_size=1, max_size=3), ASKS, VOTERS)
@PROPERTY
def test_one_more_ask_is_never_easier_to_meet(asks: list[Ask], more: Ask, voters: dict[str, list[str]]) -> None:
    before, after = merge(asks, NOW), merge([*asks, more], NOW)
    votes = [a_yes_of(user, *groups) for user, groups in voters.items()]
    assert is_met(after, votes) <= is_met(before, votes)
    assert after.expires_at <= before.expires_at
    assert after.execute_by <= before.execute_by
    assert list(Confirm).index(after.confirm) >= list(Confirm).index(before.confirm)
    assert after.self_approval <= before.self_approval
