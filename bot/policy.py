"""What policy says of a call: pure, and the only place that says it.

Strictness wins, not order: deny > ask > allow. Whatever is not known is refused.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.models.policy import Allow, Ask, Decision, Deny, MustAsk, Policy, Rule, RuleEffect
from bot.models.question import Question
from bot.models.requirement import Clause, Confirm, Effect, Requirement
from bot.policy_index import index

DEFAULT = "default"
TAINT = "untrusted text in the conversation"
_People: TypeAlias = tuple[tuple[str, ...], tuple[str, ...]]
"""The groups and the users of a clause."""


def decide(question: Question, policy: Policy) -> Decision:
    """Allow, Deny or MustAsk, with the rules that said so and a sentence."""
    matching = index(policy).matching(question)
    denying = [rule for rule in matching if rule.effect is RuleEffect.DENY]
    if denying:
        return Deny(_names(denying), _sentence(denying, "A rule forbids this."))
    asking = [rule for rule in matching if rule.effect is RuleEffect.ASK]
    if asking:
        asks = [rule.ask or policy.default_ask for rule in asking]
        return MustAsk(_names(asking), _sentence(asking, "A rule asks people first."), merge(asks, question.at))
    return _allowed_or_asked(question, matching, policy)


def _allowed_or_asked(question: Question, allowing: Sequence[Rule], policy: Policy) -> Decision:
    gated = question.effect is not Effect.READ
    if gated and question.tainted and not any(rule.even_if_tainted for rule in allowing) and allowing:
        why = f"Allowed otherwise, but there is {TAINT}."
        return MustAsk((*_names(allowing), "taint"), why, merge([policy.default_ask], question.at))
    if allowing:
        return Allow(_names(allowing), _sentence(allowing, "A rule allows this."))
    if gated:
        why = f"No rule speaks of this {question.effect.value}, so people are asked."
        return MustAsk((DEFAULT,), why, merge([policy.default_ask], question.at))
    return Allow((DEFAULT,), "Reading is allowed unless a rule says otherwise.")


def merge(asks: Sequence[Ask], at: datetime) -> Requirement:
    """One requirement out of several: clauses add up, the shortest expiry and the strictest confirmation win.

    An ask that names nobody cannot be met, so nobody can meet it together with others either: no clauses remain.
    """
    clauses = _distinct(asks) if all(ask.clauses for ask in asks) else ()
    confirms = list(Confirm)
    expires_at = at + timedelta(seconds=min(ask.expires for ask in asks))
    return Requirement(
        clauses=clauses,
        total=max([sum(clause.count for clause in clauses), *(ask.total for ask in asks)]),
        expires_at=expires_at,
        execute_by=expires_at + timedelta(seconds=min(ask.execute_within for ask in asks)),
        channel=next((ask.channel for ask in asks if ask.channel), ""),
        confirm=max((ask.confirm for ask in asks), key=confirms.index),
        self_approval=all(ask.self_approval for ask in asks),
    )


def _distinct(asks: Sequence[Ask]) -> tuple[Clause, ...]:
    """The same people asked for by two rules are one clause with the larger count; within one rule they add up."""
    most: Counter[_People] = Counter()
    for ask in asks:
        own: Counter[_People] = Counter()
        for clause in ask.clauses:
            own[clause.groups, clause.users] += clause.count
        most |= own
    return tuple(Clause(groups, users, count) for (groups, users), count in most.items())


def _names(rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules)


def _sentence(rules: Sequence[Rule], otherwise: str) -> str:
    return " ".join(rule.reason for rule in rules if rule.reason) or otherwise
