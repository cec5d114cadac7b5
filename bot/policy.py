"""What policy says of a call: pure, and the only place that says it.

Strictness wins, not order: deny > ask > allow. Whatever is not known is refused.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypeAlias

from bot.models.policy import Allow, Ask, Decision, Deny, MustAsk, Policy, Rule, RuleEffect
from bot.models.question import Question
from bot.models.replacing import replace
from bot.models.requirement import Clause, Effect, Requirement
from bot.policy_index import index
from bot.requirements import Later, common, strictest

DEFAULT = "default"
TAINT = "untrusted text in the conversation"
_People: TypeAlias = tuple[frozenset[str], frozenset[str]]
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
        requirement = replace(merge(asks, question.at), channel=_channel(asks, policy.default_ask.channel))
        return MustAsk(_names(asking), _sentence(asking, "A rule asks people first."), requirement)
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

    An ask that names nobody cannot be met, so nobody can meet it together with others either: no clauses remain. Only
    who joins all of them by escalation joins, at the latest of their moments.
    """
    clauses = _distinct(asks) if all(ask.clauses for ask in asks) else ()
    expires_at = at + timedelta(seconds=min(ask.expires for ask in asks))
    joining = common([_later(ask, at) for ask in asks], expires_at)
    return Requirement(
        clauses=clauses,
        total=max([sum(clause.count for clause in clauses), *(ask.total for ask in asks)]),
        expires_at=expires_at,
        execute_by=expires_at + timedelta(seconds=min(ask.execute_within for ask in asks)),
        channel=next((ask.channel for ask in asks if ask.channel), ""),
        confirm=strictest([ask.confirm for ask in asks]),
        self_approval=all(ask.self_approval for ask in asks),
        reminders=_reminders(asks, at, expires_at),
        escalation=joining.people if joining else None,
        escalate_at=joining.at if joining else None,
        escalation_channel=joining.channel if joining else "",
        asked_at=at if joining else None,
        since=at,
    )


def _channel(asks: Sequence[Ask], otherwise: str) -> str:
    """One that a rule names itself, in whatever order they stand; `otherwise` is where the rest is asked about."""
    channels = {ask.channel for ask in asks}
    return min(channels - {"", otherwise}, default=otherwise if otherwise in channels else "")


def _later(ask: Ask, at: datetime) -> Later | None:
    if ask.escalation is None:
        return None
    one = ask.escalation
    return Later(Clause(one.groups, one.users), at + timedelta(seconds=one.after), one.channel)


def _reminders(asks: Sequence[Ask], at: datetime, expires_at: datetime) -> tuple[datetime, ...]:
    moments = {at + timedelta(seconds=seconds) for ask in asks for seconds in ask.reminders}
    return tuple(sorted(moment for moment in moments if moment < expires_at))


def _distinct(asks: Sequence[Ask]) -> tuple[Clause, ...]:
    """The same people asked for by two rules, in whatever order they stand there, are one clause with the larger count;
    within one rule they add up.
    """
    most: Counter[_People] = Counter()
    written: dict[_People, Clause] = {}
    for ask in asks:
        own: Counter[_People] = Counter()
        for clause in ask.clauses:
            people = (frozenset(clause.groups), frozenset(clause.users))
            own[people] += clause.count
            written.setdefault(people, clause)
        most |= own
    return tuple(replace(written[people], count=count) for people, count in most.items())


def _names(rules: Sequence[Rule]) -> tuple[str, ...]:
    return tuple(rule.name for rule in rules)


def _sentence(rules: Sequence[Rule], otherwise: str) -> str:
    return " ".join(rule.reason for rule in rules if rule.reason) or otherwise
