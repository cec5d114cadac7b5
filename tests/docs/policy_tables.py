"""The tables of decisions in docs/policy.md: which policy stands above each, and the call of every row."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.approvers import wanted
from bot.canonical import canonical, loads
from bot.models.people import Surface
from bot.models.policy import Allow, Decision, Deny, MustAsk
from bot.models.question import Question
from bot.models.requirement import Confirm, Effect, Requirement, Risk

NOW = datetime(2026, 11, 19, 10, tzinfo=UTC)
HEADER = "| call | effect | with | is |"
CALL = re.compile(r"`(\w+) (\{.*\})`")


@dataclass(frozen=True, slots=True)
class Row:
    """One line: the policy above it, a call, and what the page says of it."""

    title: str
    policy: str
    call: str
    effect: str
    facts: str
    decision: str

    def question(self) -> Question:
        """The call, with the facts of the third column."""
        called = CALL.fullmatch(self.call)
        assert called is not None, self.call
        arguments = canonical(called[2])
        question = Question(called[1], Effect(self.effect), arguments, NOW, takes=frozenset(loads(arguments)))
        for fact in filter(None, self.facts.split(", ")):
            question = told(question, fact)
        return question


def rows(text: str) -> Iterator[Row]:
    """Every row of a table of decisions."""
    title = policy = ""
    in_table = False
    for line in _parts(text):
        if line.startswith("### "):
            title = line.removeprefix("### ")
        elif line.startswith("```"):
            policy, in_table = line.removeprefix("```"), False
        elif line == HEADER:
            in_table = True
        elif in_table and line.startswith("| `"):
            call, effect, facts, decision = (cell.strip() for cell in line.strip("|").split("|"))
            yield Row(title, policy, call, effect, facts, decision)
        elif not line.startswith("|"):
            in_table = False


def _parts(text: str) -> Iterator[str]:
    """Lines, but a block of YAML is one part."""
    block: list[str] | None = None
    for line in text.splitlines():
        if line == "```yaml":
            block = []
        elif line == "```" and block is not None:
            yield "```" + "\n".join(block)
            block = None
        elif block is not None:
            block.append(line)
        else:
            yield line


def told(question: Question, fact: str) -> Question:
    """The question with one more fact."""
    word, _, value = fact.partition(" ")
    if word in FACTS:
        return FACTS[word](question, value)
    if word in Risk.__members__:
        return replace(question, risk=Risk[word])
    if word.startswith("@"):
        return _belongs(question, word, is_member=True)
    return replace(question, at=datetime.strptime(fact, "%Y-%m-%d %H:%M").replace(tzinfo=UTC))


def _belongs(question: Question, group: str, *, is_member: bool) -> Question:
    groups = {**question.asker.groups, group: is_member}
    return replace(question, asker=replace(question.asker, groups=groups))


def _asks(question: Question, **fields: Any) -> Question:
    return replace(question, asker=replace(question.asker, **fields))


FACTS: Mapping[str, Callable[[Question, str], Question]] = {
    "tainted": lambda question, _: replace(question, tainted=True),
    "category": lambda question, value: replace(question, category=value),
    "target": lambda question, value: replace(question, target=value),
    "takes": lambda question, value: replace(question, takes=(question.takes or frozenset()) | {value}),
    "by": lambda question, value: _asks(question, user=value),
    "in": lambda question, value: _asks(question, channel=value),
    "from": lambda question, value: _asks(question, surface=Surface(value)),
    "not": lambda question, value: _belongs(question, value, is_member=False),
}
"""The words that a fact of the third column begins with; others are risks, groups and moments."""


def words(decision: Decision, at: datetime) -> str:
    """The decision as the fourth column says it, of a call that is asked for at this moment."""
    match decision:
        case Allow():
            return "allow"
        case Deny():
            return "deny"
        case MustAsk():
            return ", ".join([f"ask {wanted(decision.requirement)}", *_more(decision.requirement, at)])


def _more(requirement: Requirement, at: datetime) -> Iterator[str]:
    if requirement.confirm is not Confirm.NONE:
        yield f"confirm: {requirement.confirm}"
    if requirement.reminders:
        yield f"reminded after {' and '.join(_span(moment - at) for moment in requirement.reminders)}"
    if requirement.escalation and requirement.escalate_at:
        people = ", ".join((*requirement.escalation.groups, *requirement.escalation.users))
        yield f"also {people} after {_span(requirement.escalate_at - at)}"


def _span(span: timedelta) -> str:
    minutes = int(span / timedelta(minutes=1))
    return f"{minutes}m" if minutes % 60 else f"{minutes // 60}h"
