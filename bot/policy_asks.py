"""Whom a policy file asks: the fields that go with `effect: ask`, and with `defaults.ask`."""

from dataclasses import dataclass
from typing import TypeAlias

from bot.models.policy import Ask
from bot.models.requirement import Clause, Confirm
from bot.policy_nodes import Node, choice, flag, known, some, span

ASK_FIELDS = frozenset(
    {"approvers", "count", "clauses", "total", "expires", "channel", "confirm", "self_approval", "execute_within"}
)
CLAUSE_FIELDS = frozenset({"approvers", "count"})
CONFIRM_NOT_YET = frozenset({Confirm.TYPE_THE_TARGET, Confirm.TOTP})
MOST = 20
"""People that can be asked for."""
_Fields: TypeAlias = dict[str, Node]


@dataclass(frozen=True, slots=True)
class _People:
    clauses: tuple[Clause, ...]
    total: int


def ask(fields: _Fields, otherwise: Ask | None, node: Node) -> Ask:
    """Whom to ask. What is left out is taken from `otherwise`, but for counts of named people and self-approval."""
    people = _people(fields, otherwise, node)
    return Ask(
        clauses=people.clauses,
        total=people.total,
        expires=span(fields.get("expires"), otherwise.expires if otherwise else 4 * 3600),
        execute_within=span(fields.get("execute_within"), otherwise.execute_within if otherwise else 3600),
        channel=fields["channel"].value(str) if "channel" in fields else (otherwise.channel if otherwise else ""),
        confirm=_confirm(fields.get("confirm"), otherwise.confirm if otherwise else Confirm.NONE),
        self_approval=flag(fields.get("self_approval")),
    )


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
    named = [item.value(str) for item in node.items()]
    groups = tuple(name for name in named if name.startswith("@"))
    users = tuple(name for name in named if not name.startswith("@"))
    return (Clause(groups, users, count),) if named else ()


def _count(node: Node | None) -> int:
    if node is None:
        return 1
    count = int(node.value(int))
    if not 1 <= count <= MOST:
        raise node.bad(f"count is {count}", f"write a number from 1 to {MOST}")
    return count


def _confirm(node: Node | None, otherwise: Confirm) -> Confirm:
    if node is None:
        return otherwise
    confirm = choice(node, Confirm)
    if confirm in CONFIRM_NOT_YET:
        raise node.bad(f"confirm: {confirm} is not supported yet", "write none or dialog")
    return confirm
