"""A message below a card that still waits: what, for whom, until when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from blocks.buttons import is_pending
from blocks.calls import Row, rows
from blocks.message import Message
from blocks.parts import Parts, bold, line, link, rich, say, spoken, when
from blocks.people import actor, asked_of, candidates
from blocks.text import counted, escape
from bot.models.request import Approval, Record
from bot.models.requirement import Clause, Requirement
from bot.models.tools import Toolset

_NAMED = 3


def reminder_message(
    record: Record, approval: Approval, tools: Toolset, at: datetime, ids: Mapping[str, str], *, address: str = ""
) -> Message:
    """The reminder of the moment `at`. `ids` maps a group's name to the id by which its people are notified, where it
    is known. `address` leads to the card (empty: no link).
    """
    waiting = [row for row in rows(record, approval, tools) if is_pending(row)]
    needed = [row.call.requirement for row in waiting if row.call.requirement]
    said = [_what(waiting), *_for_whom(record, needed, at)]
    notifying = [_what(waiting), *_for_whom(record, [_notifying(each, ids) for each in needed], at)]
    way = [link(address, "open the card")] if address else []
    return Message("\n".join(escape(spoken(parts)) for parts in said), [rich(*map(line, [*notifying, *way])).to_dict()])


def _what(waiting: list[Row]) -> Parts:
    named = "; ".join(row.title for row in waiting[:_NAMED])
    more = len(waiting) - _NAMED
    rest = f" and {counted(more, 'more action')}" if more > 0 else ""
    return [bold(f"🔔 Still waiting: {named}{rest}")]


def _for_whom(record: Record, needed: list[Requirement], at: datetime) -> list[Parts]:
    """Those who can decide now, by name, so that they hear of it; and until when."""
    if not needed:
        return []
    first = min(needed, key=lambda each: each.expires_at)
    asked: Parts = [say("Asked by "), *actor(record.request.actor), say(" · needs "), *asked_of(needed)]
    lines = [[*asked, say(" · until "), when(first.expires_at)]]
    joined = [each for each in needed if each.escalate_at is not None and each.escalate_at <= at]
    groups = dict.fromkeys(name for each in joined if each.escalation for name in each.escalation.groups)
    users = dict.fromkeys(name for each in joined if each.escalation for name in each.escalation.users)
    if groups or users:
        lines.append([say("Nobody has decided in time, so now "), *candidates(Clause(tuple(groups), tuple(users)))])
        lines[-1].append(say(" can, too."))
    return lines


def _notifying(requirement: Requirement, ids: Mapping[str, str]) -> Requirement:
    """With ids in the place of names: the name alone would notify nobody."""
    joining = requirement.escalation
    clauses = tuple(_by_id(clause, ids) for clause in requirement.clauses)
    return replace(requirement, clauses=clauses, escalation=_by_id(joining, ids) if joining else None)


def _by_id(clause: Clause, ids: Mapping[str, str]) -> Clause:
    return replace(clause, groups=tuple(ids.get(name) or name for name in clause.groups))
