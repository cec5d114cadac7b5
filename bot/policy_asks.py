"""Whom a policy file asks: the fields that go with `effect: ask`, and with `defaults.ask`."""

from dataclasses import dataclass
from typing import TypeAlias

import yaml

from bot.models.policy import Ask, Escalation
from bot.models.requirement import Clause, Confirm
from bot.policy_nodes import Node, choice, flag, known, some, span, text

ASK_FIELDS = frozenset(
    {"approvers", "count", "clauses", "total", "expires", "channel", "confirm", "self_approval", "execute_within"}
    | {"reminders", "escalation"}
)
CLAUSE_FIELDS = frozenset({"approvers", "count"})
ESCALATION_FIELDS = frozenset({"after", "approvers", "channel"})
MOST = 20
"""People that can be asked for."""
MOST_REMINDERS = 5
_Fields: TypeAlias = dict[str, Node]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known where a policy is loaded; None: nothing. `groups` are those of the directory, each with its @.

    `totp`: whether there is a file of secrets for one-time codes.
    """

    groups: frozenset[str] | None = None
    totp: bool | None = None


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class _People:
    clauses: tuple[Clause, ...]
    total: int


def ask(fields: _Fields, otherwise: Ask | None, node: Node, given: Known = NOTHING) -> Ask:
    """Whom to ask. What is left out is taken from `otherwise`, but for counts of named people and self-approval.

    Who joins others by escalation joins those others alone: it is not taken over where people are named.
    """
    people = _people(fields, otherwise, node)
    expires = span(fields.get("expires"), otherwise.expires if otherwise else 4 * 3600)
    names_people = bool({"approvers", "clauses"} & set(fields))
    inherited = None if names_people or otherwise is None else _in_time(otherwise.escalation, expires)
    return Ask(
        clauses=people.clauses,
        total=people.total,
        expires=expires,
        execute_within=span(fields.get("execute_within"), otherwise.execute_within if otherwise else 3600),
        channel=fields["channel"].value(str) if "channel" in fields else (otherwise.channel if otherwise else ""),
        confirm=_confirm(fields.get("confirm"), otherwise.confirm if otherwise else Confirm.NONE, given),
        self_approval=flag(fields.get("self_approval")),
        reminders=_reminders(fields.get("reminders"), otherwise.reminders if otherwise else (), expires),
        escalation=_escalation(fields["escalation"], expires, given) if "escalation" in fields else inherited,
    )


def _reminders(node: Node | None, otherwise: tuple[int, ...], expires: int) -> tuple[int, ...]:
    """One span or several. An empty list: none."""
    if node is None:
        return tuple(after for after in otherwise if after < expires)
    items = node.items() if isinstance(node.node, yaml.SequenceNode) else [node]
    if len(items) > MOST_REMINDERS:
        raise node.bad(f"these are {len(items)} reminders", f"write at most {MOST_REMINDERS}")
    return tuple(sorted({_before(item, expires) for item in items}))


def _in_time(escalation: Escalation | None, expires: int) -> Escalation | None:
    return escalation if escalation and escalation.after < expires else None


def _before(node: Node, expires: int) -> int:
    after = span(node, 0)
    if after >= expires:
        raise node.bad(f"{node.node.value} is not before the expiry", "write a shorter time, or a longer expires")
    return after


def _escalation(node: Node, expires: int, given: Known) -> Escalation:
    fields = known(node, ESCALATION_FIELDS)
    if "after" not in fields or "approvers" not in fields:
        raise node.bad("an escalation has after and approvers", "write {after: 1h, approvers: ['@managers']}")
    people = next(iter(_named(fields["approvers"], 1)), None)
    if people is None:
        raise fields["approvers"].bad("the escalation names nobody", "leave it out, or write approvers")
    for item in fields["approvers"].items():
        name = item.value(str)
        if given.groups is not None and name.startswith("@") and name not in given.groups:
            raise item.bad(f"there is no group {name}", "write one of the directory's groups")
    channel = fields["channel"].value(str) if "channel" in fields else ""
    return Escalation(_before(fields["after"], expires), people.groups, people.users, channel)


def _people(fields: _Fields, otherwise: Ask | None, node: Node) -> _People:
    if "clauses" in fields:
        for other in CLAUSE_FIELDS & set(fields):
            raise fields[other].bad(f"{other} stands beside clauses", f"write {other} into the clauses")
        clauses = tuple(_clause(item) for item in some(fields["clauses"]))
        return _totalled(fields, clauses)
    if "approvers" in fields:
        return _totalled(fields, _named(fields["approvers"], _count(fields.get("count"))))
    if otherwise is None:
        raise node.bad("approvers are missing", "write approvers: ['@it-admins'], groups with @, or user ids")
    if "count" in fields:
        return _totalled(fields, _recount(otherwise, fields["count"]))
    kept = _totalled(fields, otherwise.clauses)
    return kept if "total" in fields else _People(otherwise.clauses, otherwise.total)


def _clause(node: Node) -> Clause:
    fields = known(node, CLAUSE_FIELDS)
    if "approvers" not in fields:
        raise node.bad("the clause has no approvers", "write {approvers: ['@it-admins'], count: 1}")
    count = _count(fields.get("count"))
    return next(iter(_named(fields["approvers"], count)), Clause(count=count))


def _totalled(fields: _Fields, clauses: tuple[Clause, ...]) -> _People:
    seats = sum(clause.count for clause in clauses)
    node = fields.get("total")
    if node is None:
        return _People(clauses, seats)
    total = int(node.value(int))
    if not max(1, seats) <= total <= MOST:
        raise node.bad(f"total is {total}", f"write a number from {max(1, seats)} (all counts together) to {MOST}")
    return _People(clauses, total)


def _recount(otherwise: Ask, node: Node) -> tuple[Clause, ...]:
    if len(otherwise.clauses) > 1:
        raise node.bad("count is not clear here, because defaults.ask has several clauses", "write approvers too")
    count = _count(node)
    return tuple(Clause(one.groups, one.users, count) for one in otherwise.clauses)


def _named(node: Node, count: int) -> tuple[Clause, ...]:
    """Nobody is named: there is no clause, and nobody can agree."""
    named = dict.fromkeys(_name(item) for item in node.items())
    groups = tuple(name for name in named if name.startswith("@"))
    users = tuple(name for name in named if not name.startswith("@"))
    return (Clause(groups, users, count),) if named else ()


def _name(node: Node) -> str:
    name = text(node)
    if name != name.strip() or name == "@":
        raise node.bad(f"{name!r} names nobody", "write a group as '@it-admins', a user id, or a mail address")
    return name


def _count(node: Node | None) -> int:
    if node is None:
        return 1
    count = int(node.value(int))
    if not 1 <= count <= MOST:
        raise node.bad(f"count is {count}", f"write a number from 1 to {MOST}")
    return count


def _confirm(node: Node | None, otherwise: Confirm, given: Known) -> Confirm:
    if node is None:
        return otherwise
    confirm = choice(node, Confirm)
    if confirm is Confirm.TOTP and given.totp is False:
        mend = "set COUNTERSIGN_TOTP_FILE and enrol people with countersign totp enroll, or write another confirm"
        raise node.bad("confirm: totp needs a file of secrets, and none is set", mend)
    return confirm
