"""The fields of a rule in words, for people who want to know what it speaks of."""

import json
from enum import Enum
from typing import Any

from bot.models.policy import Ask, Condition, Requesters, Rule, Window
from bot.models.requirement import Clause
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
    """Whom to ask, and for how long."""
    people = " and ".join(_clause(clause) for clause in ask.clauses) or "nobody"
    more = f" ({ask.total} people in all)" if ask.total > sum(clause.count for clause in ask.clauses) else ""
    return f"{people}{more}, for {_span(ask.expires)}"


def _clause(clause: Clause) -> str:
    return f"{clause.count} of {', '.join((*clause.groups, *clause.users)) or 'nobody'}"


def _span(seconds: int) -> str:
    """As it is written in a policy file."""
    units = (("d", 86_400), ("h", 3600), ("m", 60), ("s", 1))
    return next(f"{seconds // size}{unit}" for unit, size in units if seconds % size == 0 and seconds <= LONGEST)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
