"""What `countersign policy` prints of decisions, for people and for programs."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from bot.approvers import wanted
from bot.models.policy import Decision, MustAsk
from bot.policy_explain import Difference, Explanation, Hearing, word
from bot.policy_words import demands
from bot.shadowing import Shadowed
from handlers.cli.output import local

ANSWERS = {True: "yes", False: "no", None: "cannot be told"}


def decision_json(decision: Decision) -> dict[str, Any]:
    """The decision for programs."""
    said: dict[str, Any] = {"says": word(decision), "rules": list(decision.rules), "why": decision.why}
    if isinstance(decision, MustAsk):
        said |= {"asks": wanted(decision.requirement), **demands(decision.requirement)}
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
    refused = {"refused": explained.refused} if explained.refused else {}
    return {**decision_json(explained.decision), "policy": rules, **refused}


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


def count_row(key: tuple[str, ...], count: int) -> tuple[str, ...]:
    """How often a shadow (by its identity) said what of a tool."""
    shadow, tool, live, said = key
    return (str(count), tool, live, said, shadow)


def shadowed_json(one: Shadowed) -> dict[str, Any]:
    """A call of which a shadow said otherwise."""
    return {**asdict(one), "at": one.at.isoformat(), "rules": list(one.rules)}


def shadowed_row(one: Shadowed) -> tuple[str, ...]:
    """The same for people."""
    return (local(one.at), one.tool, one.live, f"{one.shadow} {one.asks}".strip(), ", ".join(one.rules), one.call)


def _short(decision: Decision) -> str:
    people = f" {wanted(decision.requirement)}{also(decision)}" if isinstance(decision, MustAsk) else ""
    return f"{word(decision)}{people} ({', '.join(decision.rules)})"


def also(decision: Decision) -> str:
    """ ", confirm: totp, also @managers from 11:00 UTC"; nothing when nothing belongs to it."""
    found = demands(decision.requirement) if isinstance(decision, MustAsk) else {}
    said = [f", confirm: {found['confirm']}"] if "confirm" in found else []
    said += [f", {len(found['reminders'])} reminder(s)"] if "reminders" in found else []
    if isinstance(decision, MustAsk) and decision.requirement.escalate_at and "escalation" in found:
        named = ", ".join(found["escalation"]["approvers"])
        said.append(f", also {named} from {decision.requirement.escalate_at:%Y-%m-%d %H:%M} UTC")
    return "".join(said)


def _because(one: Hearing) -> str:
    if not one.readings:
        return "it speaks of everything"
    return "\n".join(f"{at.field} ({at.wanted}): {ANSWERS[at.answer]}" for at in one.because)
