"""Why policy says what it says, and what another policy would have said."""

from collections.abc import Sequence

from bot.models.policy import Allow, Ask, Deny, MustAsk, Policy, RuleEffect
from bot.models.question import Asker, Question
from bot.models.requirement import Clause, Effect, Risk
from bot.policy import decide
from bot.policy_explain import Reading, Turn, explain, simulate
from bot.policy_file import parse
from bot.policy_index import index
from tests.factories import NOW

HEAD = "defaults: {ask: {approvers: ['@it-admins']}}\nrules:\n"


def a_policy(*rules: str) -> Policy:
    return parse(HEAD + "".join(f"  - {{{rule}}}\n" for rule in rules) if rules else HEAD + "  []", "policy.yml")


def a_question(arguments: str = '{"email":"sam@example.com"}', tool: str = "google__suspend_user") -> Question:
    takes = frozenset({"email", "note"})
    return Question(tool, Effect.WRITE, arguments, NOW, risk=Risk.HIGH, takes=takes, asker=Asker("U1"))


MANY = a_policy(
    "name: freeze, effect: deny, servers: [jira]",
    "name: high, effect: ask, risks: [HIGH, CRITICAL], tools: ['google__*']",
    "name: staff, effect: ask, requesters: {groups: ['@staff']}",
    "name: free, effect: allow, arguments: [{at: /email, suffix: '@example.com'}, {at: /note, equals: ok}]",
    "name: all, effect: ask",
)


def test_every_rule_is_named_with_what_it_made_of_the_call() -> None:
    explained = explain(a_question(), MANY)
    assert {one.rule: one.speaks for one in explained.rules} == {
        "freeze": False,
        "high": True,
        "staff": True,
        "free": False,
        "all": True,
    }
    assert isinstance(explained.decision, MustAsk)
    assert explained.decision.rules == ("high", "staff", "all")


def test_what_decided_it_is_told_of_each_rule() -> None:
    because = {one.rule: one.because for one in explain(a_question(), MANY).rules}
    assert because["freeze"] == (Reading("servers", "jira", False),)
    assert because["high"] == (Reading("tools", "google__*", True), Reading("risks", "HIGH, CRITICAL", True))
    assert because["staff"] == (Reading("requesters", "@staff", None),)
    wanted = '/email suffix "@example.com", /note equals "ok"'
    assert because["free"] == (Reading("arguments", wanted, None),)
    assert because["all"] == ()


def test_a_field_that_does_not_match_says_more_than_one_that_cannot_be_told() -> None:
    both = a_policy("name: both, effect: deny, requesters: {groups: ['@staff']}, risks: [LOW], effects: [write]")
    [heard] = explain(a_question(), both).rules
    assert heard.because == (Reading("risks", "LOW", False),)
    assert [one.answer for one in heard.readings] == [True, None, False]
    assert not heard.speaks


def test_an_explanation_agrees_with_the_decision_it_explains() -> None:
    for question in (a_question(), a_question("{}"), a_question(tool="jira__close"), a_question('{"note":"ok"}')):
        explained = explain(question, MANY)
        assert explained.decision == decide(question, MANY)
        spoken = [one.rule for one in explained.rules if one.speaks]
        assert spoken == [rule.name for rule in index(MANY).matching(question)]


ASKED = [("c1", a_question()), ("c2", a_question(tool="jira__close")), ("c3", a_question(tool="dns__look_up"))]


def turns(before: Policy, after: Policy, asked: Sequence[tuple[str, Question]] = ASKED) -> dict[str, Turn]:
    return {one.call: one.turn for one in simulate(asked, before, after)}


def test_a_simulation_tells_what_would_differ() -> None:
    plain = a_policy()
    stricter = a_policy(
        "name: closed, effect: deny, tools: ['jira__*']", "name: open, effect: allow, tools: ['dns__*']"
    )
    assert turns(plain, stricter) == {"c2": Turn.STRICTER, "c3": Turn.LOOSER}
    assert turns(stricter, plain) == {"c2": Turn.LOOSER, "c3": Turn.STRICTER}
    [denied, _] = simulate(ASKED, plain, stricter)
    assert (type(denied.before), type(denied.after)) == (MustAsk, Deny)
    assert denied.question.tool == "jira__close"


def test_other_people_are_a_difference_too() -> None:
    owners = Policy(0, (), Ask((Clause(("@owners",)),), 1, 14_400, 3600))
    assert turns(a_policy(), owners) == dict.fromkeys(("c1", "c2", "c3"), Turn.OTHER_PEOPLE)


def test_the_same_rules_under_other_names_are_no_difference() -> None:
    one, other = (a_policy(f"name: {name}, effect: allow, effects: [write]") for name in ("one", "other"))
    assert turns(one, other) == {}
    assert isinstance(decide(ASKED[0][1], one), Allow)
    assert one.rules[0].effect is RuleEffect.ALLOW
