"""What `countersign policy` prints of decisions, for people and for programs."""

from collections.abc import Iterator
from typing import Any

from bot.models.policy import Allow, Decision, Deny, MustAsk
from bot.people import wanted
from bot.policy_explain import Difference, Explanation, Hearing

ANSWERS = {True: "yes", False: "no", None: "cannot be told"}


def word(decision: Decision) -> str:
    """The decision in one word."""
    match decision:
        case Allow():
            return "allow"
        case Deny():
            return "deny"
        case MustAsk():
            return "ask"


def decision_json(decision: Decision) -> dict[str, Any]:
    """The decision for programs."""
    said: dict[str, Any] = {"says": word(decision), "rules": list(decision.rules), "why": decision.why}
    if isinstance(decision, MustAsk):
        said["asks"] = wanted(decision.requirement)
    return said


def explanation_json(explained: Explanation) -> dict[str, Any]:
    """The decision with what each rule made of the call."""
    rules = [
        {
            "rule": one.rule,
            "effect": one.effect.value,
            "speaks": one.speaks,
            "fields": [{"field": at.field, "wants": at.wanted, "matches": at.answer} for at in one.readings],
        }
        for one in explained.rules
    ]
    return {**decision_json(explained.decision), "policy": rules}


def rule_rows(explained: Explanation) -> Iterator[tuple[str, ...]]:
    """The rules that speak of the call first."""
    for one in sorted(explained.rules, key=lambda rule: not rule.speaks):
        yield ("✓" if one.speaks else "–", one.rule, one.effect.value, _because(one))


def difference_json(one: Difference) -> dict[str, Any]:
    """A call with what both policies say of it."""
    return {
        "call": one.call,
        "tool": one.question.tool,
        "turn": one.turn.value,
        "before": decision_json(one.before),
        "after": decision_json(one.after),
    }


def difference_row(one: Difference) -> tuple[str, ...]:
    """The same for people."""
    return (one.turn.value, one.question.tool, _short(one.before), _short(one.after), one.call)


def _short(decision: Decision) -> str:
    people = f" {wanted(decision.requirement)}" if isinstance(decision, MustAsk) else ""
    return f"{word(decision)}{people} ({', '.join(decision.rules)})"


def _because(one: Hearing) -> str:
    if not one.readings:
        return "it speaks of everything"
    return "\n".join(f"{at.field} ({at.wanted}): {ANSWERS[at.answer]}" for at in one.because)
