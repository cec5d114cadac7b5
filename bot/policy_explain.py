"""Why policy says what it says of a call, and what another policy would have said of calls that were made."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.models.policy import Allow, Decision, Deny, MustAsk, Policy, Rule, RuleEffect
from bot.models.question import Question
from bot.policy import decide
from bot.policy_facts import Facts
from bot.policy_index import Indexed, alias, indexed
from bot.policy_match import speaks
from bot.policy_words import narrowed


@dataclass(frozen=True, slots=True)
class Reading:
    """One field of a rule: what it wants, and whether the call is like that. None: it cannot be told."""

    field: str
    wanted: str
    answer: bool | None


@dataclass(frozen=True, slots=True)
class Hearing:
    """One rule: whether it speaks of the call, with every field that it sets."""

    rule: str
    effect: RuleEffect
    speaks: bool
    readings: tuple[Reading, ...]

    @property
    def because(self) -> tuple[Reading, ...]:
        """What decided it: the fields that do not match, else those that cannot be told, else all of them."""
        failing = tuple(one for one in self.readings if one.answer is False)
        untold = tuple(one for one in self.readings if one.answer is None)
        return failing or untold or self.readings


@dataclass(frozen=True, slots=True)
class Explanation:
    """The decision, and every rule of the policy in its order. `refused` says why no such call would come that far."""

    decision: Decision
    rules: tuple[Hearing, ...]
    refused: str = ""


class Turn(StrEnum):
    """How a decision differs from another."""

    STRICTER = "stricter"
    LOOSER = "looser"
    OTHER_PEOPLE = "asks otherwise"


@dataclass(frozen=True, slots=True)
class Difference:
    """A call of which another policy says something else."""

    call: str
    question: Question
    before: Decision
    after: Decision
    turn: Turn


def explain(question: Question, policy: Policy) -> Explanation:
    """The decision as `decide` makes it, with what each rule made of the call."""
    facts = Facts(question)
    return Explanation(decide(question, policy), tuple(_heard(indexed(rule), facts) for rule in policy.rules))


def simulate(asked: Iterable[tuple[str, Question]], before: Policy, after: Policy) -> tuple[Difference, ...]:
    """The calls (id and question) of which the two policies say different things. Nothing is changed."""
    found = []
    for call, question in asked:
        then, now = decide(question, before), decide(question, after)
        differs = turn(then, now)
        if differs is not None:
            found.append(Difference(call, question, then, now, differs))
    return tuple(found)


def word(decision: Decision) -> str:
    """The decision in one word."""
    return ("allow", "ask", "deny")[strictness(decision)]


def strictness(decision: Decision) -> int:
    """Allow, ask, deny."""
    return (Allow, MustAsk, Deny).index(type(decision))


def turn(before: Decision, after: Decision) -> Turn | None:
    """How the later one differs; None: it says the same."""
    then, now = strictness(before), strictness(after)
    if then != now:
        return Turn.STRICTER if now > then else Turn.LOOSER
    differs = isinstance(before, MustAsk) and isinstance(after, MustAsk) and before.requirement != after.requirement
    return Turn.OTHER_PEOPLE if differs else None


def _heard(one: Indexed, facts: Facts) -> Hearing:
    rule, wanted = one.rule, narrowed(one.rule)
    answers = {**_named(one, facts.question), **{name: check(rule, facts) for name, check in one.checks.items()}}
    readings = tuple(Reading(name, wanted[name], answers[name]) for name in wanted)
    return Hearing(rule.name, rule.effect, _speaks(one, rule, facts), readings)


def _speaks(one: Indexed, rule: Rule, facts: Facts) -> bool:
    return one.names(facts.question.tool, alias(facts.question)) and speaks(rule, facts, one.checks)


def _named(one: Indexed, question: Question) -> dict[str, bool | None]:
    found: dict[str, bool | None] = {}
    if one.tools is not None:
        found["tools"] = one.tools.match(question.tool)
    if one.servers is not None:
        found["servers"] = one.servers.match(alias(question))
    return found
