"""What a rule of a policy file speaks of: the fields that narrow it."""

import re
from typing import Any, TypeAlias

from bot.models.people import Surface
from bot.models.policy import Condition, Operator, Requesters, Scalar, Window
from bot.models.requirement import Effect, Risk
from bot.policy_nodes import Node, choice, known, number, scalar, some, text, texts
from bot.policy_windows import zone_of

LISTS = frozenset({"tools", "servers", "categories", "environments", "resource_prefixes"})
NARROWING = (
    LISTS
    | {"effects", "risks", "min_amount", "max_amount", "arguments", "windows"}
    | {
        "requesters",
        "except_requesters",
    }
)
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
REQUESTER_FIELDS = frozenset({"users", "groups", "surfaces", "channels"})
WINDOW_FIELDS = frozenset({"days", "from", "to", "zone"})
CONDITION_FIELDS = frozenset({"at", *Operator})
_TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])|24:00")
_POINTER = re.compile(r"(/([^~/]|~[01])*)+")
_Fields: TypeAlias = dict[str, Node]


def narrowing(fields: _Fields) -> dict[str, Any]:
    """The narrowing fields of a Rule, by name."""
    least, most = _amount(fields.get("min_amount")), _amount(fields.get("max_amount"))
    if least is not None and most is not None and least > most:
        raise fields["min_amount"].bad("min_amount is larger than max_amount", "no amount is both")
    return {
        **{name: texts(fields.get(name)) for name in LISTS},
        "effects": tuple(choice(item, Effect) for item in some(fields.get("effects"))),
        "risks": tuple(_risk(item) for item in some(fields.get("risks"))),
        "min_amount": least,
        "max_amount": most,
        "arguments": tuple(_condition(item) for item in some(fields.get("arguments"))),
        "requesters": _requesters(fields.get("requesters")),
        "except_requesters": _requesters(fields.get("except_requesters")),
        "windows": tuple(_window(item) for item in some(fields.get("windows"))),
    }


def _amount(node: Node | None) -> float | None:
    return None if node is None else float(number(node))


def _risk(node: Node) -> Risk:
    value = node.value(str)
    if value not in Risk.__members__:
        raise node.bad(f"{value!r} is not known here", f"write {', '.join(Risk.__members__)}")
    return Risk[value]


def _condition(node: Node) -> Condition:
    fields = known(node, CONDITION_FIELDS)
    operators = [Operator(name) for name in fields if name != "at"]
    if "at" not in fields or len(operators) != 1:
        raise node.bad("a condition has at, and one way to compare", 'write {at: /email, suffix: "@example.com"}')
    pointer = fields["at"].value(str)
    if not _POINTER.fullmatch(pointer):
        raise fields["at"].bad(f"{pointer!r} is not a JSON pointer", "write /email, or /to/0 for the first of a list")
    return Condition(pointer, operators[0], _values(operators[0], fields[operators[0]]))


def _values(operator: Operator, node: Node) -> tuple[Scalar, ...]:
    match operator:
        case Operator.EXISTS | Operator.ABSENT:
            if node.value(bool) is not True:
                raise node.bad(f"{operator} is true or left out", "exists and absent are opposites")
            return ()
        case Operator.IN:
            return tuple(scalar(item) for item in some(node))
        case Operator.LESS | Operator.MORE:
            return (number(node),)
        case Operator.EQUALS:
            return (scalar(node),)
        case Operator.PREFIX | Operator.SUFFIX | Operator.GLOB:
            return (text(node),)


def _requesters(node: Node | None) -> Requesters | None:
    if node is None:
        return None
    fields = known(node, REQUESTER_FIELDS)
    if not fields:
        raise node.bad("nobody is named here", "write users, groups, surfaces or channels, or leave it out")
    for item in some(fields.get("groups")):
        if not item.value(str).startswith("@"):
            raise item.bad("a group stands with an @", "write '@it-admins'")
    surfaces = tuple(choice(item, Surface) for item in some(fields.get("surfaces")))
    users, groups, channels = (texts(fields.get(name)) for name in ("users", "groups", "channels"))
    return Requesters(users, groups, surfaces, channels)


def _window(node: Node) -> Window:
    fields = known(node, WINDOW_FIELDS)
    if "zone" not in fields:
        raise node.bad("the window has no zone", "write zone: Europe/Oslo, or zone: UTC")
    zone = fields["zone"].value(str)
    if zone_of(zone) is None:
        raise fields["zone"].bad(f"{zone!r} is not a time zone that this machine knows", "write one as Europe/Oslo")
    days = tuple(sorted({_day(item) for item in some(fields.get("days"))}))
    start, end = _minutes(fields.get("from"), 0), _minutes(fields.get("to"), 1440)
    if start == 1440:
        raise fields["from"].bad("a day begins at 00:00", "write 00:00")
    return Window(zone, days or tuple(range(7)), start, end)


def _day(node: Node) -> int:
    value = node.value(str)
    if value not in DAYS:
        raise node.bad(f"{value!r} is not a day", f"write {', '.join(DAYS)}")
    return DAYS.index(value)


def _minutes(node: Node | None, otherwise: int) -> int:
    if node is None:
        return otherwise
    written = str(node.node.value)
    if not _TIME.fullmatch(written):
        raise node.bad(f"{written!r} is not a time of day", "write 09:00, in 24 hours")
    hours, minutes = written.split(":")
    return int(hours) * 60 + int(minutes)
