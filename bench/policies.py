"""How many decisions a second: with ten, a hundred and a thousand rules, beside Cedar with the same rules."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import Any

import cedarpy

from bench.results import Goal, Measurement, Row, Sense
from bot.models.people import Surface
from bot.models.policy import Allow, Ask, Condition, Operator, Policy, Requesters, Rule, RuleEffect, Window
from bot.models.question import Asker, Question
from bot.models.requirement import Clause, Effect, Risk
from bot.models.tools import Tool
from bot.policy import decide
from bot.policy_cedar import export

AT = datetime(2026, 11, 19, 10, tzinfo=UTC)
ASK = Ask((Clause(("@it-admins",)),), 1, expires=14_400, execute_within=3600)
TURNS = 20_000
SIZES = (10, 100, 1_000)
ABOUT_EVERYTHING = 5
"""Rules that name no tool, in a policy of any size."""


def everywhere() -> Iterator[Rule]:
    """What speaks of every server: a freeze at night, high risk, big amounts, strangers, the word for production."""
    night = Window("Europe/Oslo", (4, 5), 22 * 60, 6 * 60)
    yield Rule("night", RuleEffect.DENY, effects=(Effect.WRITE,), windows=(night,))
    yield Rule("high", RuleEffect.ASK, risks=(Risk.HIGH, Risk.CRITICAL), ask=ASK)
    yield Rule("big", RuleEffect.ASK, min_amount=1000.0, ask=ASK)
    yield Rule("strangers", RuleEffect.DENY, except_requesters=Requesters(groups=("@staff",)))
    yield Rule("live", RuleEffect.ASK, environments=("prod",), ask=ASK)


def everywhere_in_both() -> Iterator[Rule]:
    """The same number of rules about everything, of what Cedar has words for as well."""
    yield Rule("reports", RuleEffect.DENY, effects=(Effect.OUTBOUND,))
    yield Rule("high", RuleEffect.ASK, risks=(Risk.HIGH, Risk.CRITICAL), ask=ASK)
    yield Rule("big", RuleEffect.ASK, min_amount=1000.0, ask=ASK)
    yield Rule("strangers", RuleEffect.DENY, except_requesters=Requesters(groups=("@staff",)))
    yield Rule("programs", RuleEffect.ASK, requesters=Requesters(surfaces=(Surface.API,)), ask=ASK)


def of_server(number: int) -> Rule:
    """A rule about the tools of one server; every second one looks into the arguments as well."""
    inside = (Condition("/email", Operator.SUFFIX, ("@example.com",)),) if number % 2 else ()
    effect = (RuleEffect.ALLOW, RuleEffect.ASK, RuleEffect.DENY)[number % 3]
    ask = ASK if effect is RuleEffect.ASK else None
    return Rule(f"rule {number}", effect, tools=(f"server{number}__*",), arguments=inside, ask=ask)


def policy_of(size: int) -> Policy:
    """So many rules, five of which are about everything."""
    return Policy(1, (*everywhere(), *(of_server(at) for at in range(size - ABOUT_EVERYTHING))), ASK)


def policy_in_both(size: int) -> Policy:
    """So many rules that Cedar can express; those about one server allow, by texts, or deny."""
    own = (of_server_in_both(at) for at in range(size - ABOUT_EVERYTHING))
    return Policy(1, (*everywhere_in_both(), *own), ASK)


def of_server_in_both(number: int) -> Rule:
    """As `of_server`, but texts are looked at to allow only."""
    if number % 2:
        return Rule(f"rule {number}", RuleEffect.DENY, tools=(f"server{number}__*",))
    inside = (Condition("/email", Operator.SUFFIX, ("@example.com",)),)
    return Rule(f"rule {number}", RuleEffect.ALLOW, tools=(f"server{number}__*",), arguments=inside)


def questions() -> Sequence[Question]:
    """Calls of five servers, of which every policy has a rule."""
    asker = Asker("U1", Surface.SLACK, "C1", "", {"@staff": True})
    takes = frozenset({"amount", "email"})
    arguments = '{"amount":120,"email":"sam@example.com"}'
    return [
        Question(f"server{at}__update", Effect.WRITE, arguments, AT, risk=Risk.MEDIUM, takes=takes, asker=asker)
        for at in range(5)
    ]


def seconds(policy: Policy, asked: Sequence[Question], turns: int) -> float:
    """How long so many decisions take with a policy that is ready."""
    begun = perf_counter()
    for turn in range(turns):
        decide(asked[turn % len(asked)], policy)
    return perf_counter() - begun


def one_round(policies: Mapping[int, Policy], asked: Sequence[Question], turns: int) -> dict[int, float]:
    """Decisions a second by size. The sizes take turns, a tenth at a time, so that a busy machine slows all of them."""
    spent = dict.fromkeys(policies, 0.0)
    for _ in range(10):
        for size, policy in policies.items():
            spent[size] += seconds(policy, asked, turns // 10)
    return {size: turns / spent[size] for size in policies}


def first_decision(size: int) -> float:
    """Milliseconds that the first decision takes: the policy is made ready for it."""
    policy, question = policy_of(size), questions()[0]
    begun = perf_counter()
    decide(question, policy)
    return (perf_counter() - begun) * 1000


def tools_of(size: int) -> list[Tool]:
    """One tool of each server that a policy of this size speaks of."""
    fields = {"amount": {"type": "integer"}, "email": {"type": "string"}}
    schema = json.dumps({"type": "object", "properties": fields})
    return [Tool(f"server{at}", "update", "", schema, "", "", Effect.WRITE) for at in range(size - ABOUT_EVERYTHING)]


class Beside:
    """Cedar with the policies and the entities parsed before, asked the same questions; no schema slows it."""

    def __init__(self, size: int) -> None:
        exported = export(policy_in_both(size), tools_of(size))
        assert exported.stricter == (), "the rules are the same in both"
        self._policies = cedarpy.PolicySet.from_str(exported.policies)
        user, staff = {"type": "AgentCore::OAuthUser", "id": "U1"}, {"type": "AgentCore::Group", "id": "@staff"}
        self._entities = cedarpy.Entities.from_json_str(json.dumps([{"uid": user, "attrs": {}, "parents": [staff]}]))
        self.requests = [request_of(question) for question in questions()]

    def allows(self, request: dict[str, Any]) -> bool:
        """Whether Cedar permits it; what went wrong counts as a no."""
        answer = cedarpy.is_authorized(request, self._policies, self._entities)
        return bool(answer.decision == cedarpy.Decision.Allow and not answer.diagnostics.errors)


def request_of(question: Question) -> dict[str, Any]:
    """The question as Cedar's request."""
    context = {"people": True, "tainted": False, "risk": "MEDIUM", "surface": "slack", "channel": "C1"}
    return {
        "principal": {"type": "AgentCore::OAuthUser", "id": "U1"},
        "action": {"type": "AgentCore::Action", "id": question.tool.replace("__", "___")},
        "resource": {"type": "AgentCore::Gateway", "id": "here"},
        "context": {"input": json.loads(question.arguments), **context},
    }


def speed(ask: Callable[[Any], object], asked: Sequence[Any], turns: int) -> float:
    """Answers a second."""
    begun = perf_counter()
    for turn in range(turns):
        ask(asked[turn % len(asked)])
    return turns / (perf_counter() - begun)


def side_by_side(rounds: int, turns: int) -> list[Row]:
    """Ours and Cedar's speed with the same rules, taking turns; Cedar gets a tenth of the turns, as it is slower."""
    rows = []
    for size in SIZES:
        policy, beside, asked = policy_in_both(size), Beside(size), questions()
        ours, theirs = list[float](), list[float]()
        for _ in range(rounds):
            ours.append(speed(partial(_ours, policy), asked, turns))
            theirs.append(speed(beside.allows, beside.requests, max(turns // 10, 10)))
        rows.append(
            Row(f"the same {size:,} rules in both", "a second", ours, "cedarpy", theirs, Goal(Sense.AT_LEAST, 1))
        )
    return rows


def _ours(policy: Policy, question: Question) -> bool:
    return isinstance(decide(question, policy), Allow)


def measure(rounds: int, turns: int = TURNS) -> Measurement:
    """Every policy has been asked once before."""
    asked, policies = questions(), {size: policy_of(size) for size in SIZES}
    one_round(policies, asked, 10 * len(asked))
    speeds: dict[int, list[float]] = {size: [] for size in SIZES}
    firsts = []
    for _ in range(rounds):
        for size, speed in one_round(policies, asked, turns).items():
            speeds[size].append(speed)
        firsts.append(first_decision(SIZES[-1]))
    costs = {size: [1e6 / speed for speed in speeds[size]] for size in SIZES}
    rows = [Row(f"decisions, {size:,} rules", "a second", speeds[size]) for size in SIZES]
    goal = Goal(Sense.AT_MOST, 2)
    rows += [Row(f"one decision, {size:,} rules", "µs", costs[size], "10 rules", costs[10], goal) for size in SIZES[1:]]
    rows.append(Row("first decision after a change, 1,000 rules", "ms", firsts))
    rows += side_by_side(rounds, turns)
    return Measurement(
        "Policy decisions",
        rows,
        f"One thread calls `bot.policy.decide` {turns:,} times with calls of five servers. Each "
        "policy has five rules about everything (risk, amount, environment, requesters, a time window); all others are "
        "about one server each, and every second of them looks into the arguments. The last rows are rules that Cedar "
        "can express, exported by `policy export --cedar`: cedarpy answers with policies and entities parsed "
        "before and without checking requests against the schema, one call at a time, by turns with ours.",
        "Rules that name neither tool nor server cost something for every call; a thousand of those would take a "
        "thousand looks. Cedar is asked through Python; each of its answers carries the translation of the request.",
    )
