"""The fields of a rule in words, for people who want to know what it speaks of."""

import json
from collections.abc import Iterator
from enum import Enum
from typing import Any

from bot.models.policy import Ask, Condition, Requesters, Rule, Window
from bot.models.requirement import Clause, Confirm, Requirement
from bot.policy_fields import DAYS, NARROWING
from bot.policy_nodes import LONGEST

FIELDS = ("tools", "servers", *sorted(NARROWING - {"tools", "servers"}))


def narrowed(rule: Rule) -> dict[str, str]:
    """What the rule narrows itself to, field by field; empty: it speaks of everything."""
    return {name: written(getattr(rule, name)) for name in FIELDS if getattr(rule, name) not in (None, ())}


def written(value: Any) -> str:
    """A field as a person would write it."""
    match value:
        case tuple():
            return ", ".join(written(one) for one in value)
        case Condition():
            compared = " ".join(json.dumps(one, ensure_ascii=False) for one in value.values)
            return f"{value.pointer} {value.operator}{f' {compared}' if compared else ''}"
        case Requesters():
            parts = (value.users, value.groups, value.surfaces, value.channels)
            return "; ".join(written(part) for part in parts if part)
        case Window():
            days = "every day" if len(value.days) == 7 else " ".join(DAYS[day] for day in value.days)
            return f"{days} {_clock(value.start)}–{_clock(value.end)} {value.zone}"
        case Enum():
            return value.name if isinstance(value, int) else str(value.value)
        case _:
            return f"{value:g}" if isinstance(value, float) else str(value)


def asked(ask: Ask) -> str:
    """Whom to ask, for how long, and what else belongs to it."""
    people = " and ".join(_clause(clause) for clause in ask.clauses) or "nobody"
    more = f" ({ask.total} people in all)" if ask.total > sum(clause.count for clause in ask.clauses) else ""
    return ", ".join([f"{people}{more}", f"for {_span(ask.expires)}", *_extras(ask)])


def _extras(ask: Ask) -> Iterator[str]:
    if ask.confirm is not Confirm.NONE:
        yield f"confirm: {ask.confirm}"
    if ask.reminders:
        yield f"reminded after {' and '.join(map(_span, ask.reminders))}"
    if ask.escalation:
        named = ", ".join((*ask.escalation.groups, *ask.escalation.users))
        yield f"also {named} after {_span(ask.escalation.after)}"


def demands(requirement: Requirement) -> dict[str, Any]:
    """What belongs to a requirement beside its people and times, for programs; what it does not have is left out."""
    found: dict[str, Any] = {}
    if requirement.confirm is not Confirm.NONE:
        found["confirm"] = requirement.confirm.value
    if requirement.reminders:
        found["reminders"] = [at.isoformat() for at in requirement.reminders]
    if requirement.escalation and requirement.escalate_at:
        people = [*requirement.escalation.groups, *requirement.escalation.users]
        found["escalation"] = {"at": requirement.escalate_at.isoformat(), "approvers": people}
    return found


def _clause(clause: Clause) -> str:
    return f"{clause.count} of {', '.join((*clause.groups, *clause.users)) or 'nobody'}"


def _span(seconds: int) -> str:
    """As it is written in a policy file."""
    units = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
    return next(f"{seconds // size}{unit}" for unit, size in units if seconds % size == 0 and seconds <= LONGEST)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
