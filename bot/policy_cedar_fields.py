"""The fields of a rule as Cedar expressions about one tool. Unknown is read in the stricter way, as by ourselves."""

from collections.abc import Callable, Mapping
from math import ceil, floor
from types import MappingProxyType
from typing import Any, TypeAlias

from bot.models.policy import Condition, Operator, Requesters, Rule, RuleEffect
from bot.models.tools import Tool
from bot.policy_cedar_schema import SPACE, arguments_of, names_of, quoted, takes_more
from bot.policy_facts import AMOUNT, OTHER

SPOKEN = (
    *("effects", "categories", "risks", "requesters", "except_requesters"),
    *("environments", "resource_prefixes", "min_amount", "max_amount", "arguments", "windows"),
)
CASE = "Cedar cannot compare without regard to case"
KINDS = "only texts, whole numbers and true or false can be compared"
TEXTS = frozenset({Operator.EQUALS, Operator.IN, Operator.PREFIX, Operator.SUFFIX, Operator.GLOB})
TURNS = ("*./*", "*.\\\\*", "*/.", "*/..", "*\\\\.", "*\\\\..", ".", "..", "*%*")
"""Paths that may lead elsewhere than they look; ours is `policy_values.turns`."""
Term: TypeAlias = str
_Write: TypeAlias = Callable[[Rule, Tool], Term]


class Unsayable(Exception):
    """Cedar has no words for it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def condition(field: str, rule: Rule, tool: Tool) -> Term:
    """When this field of the rule matches, as Cedar; "true" and "false" when that is certain. Raises Unsayable."""
    return WRITERS[field](rule, tool)


def _certain(holds: bool) -> Term:
    return "true" if holds else "false"


def _given(rule: Rule, place: str, name: str, test: str) -> Term:
    """An attribute that may be missing: then an allow does not match, and anything else does."""
    return _if_given(place, name, test, otherwise=rule.effect is not RuleEffect.ALLOW)


def _if_given(place: str, name: str, test: str, *, otherwise: bool) -> Term:
    """In the form in which Cedar's validator sees that the attribute is there."""
    return f"(if {place} has {quoted(name)} then {test} else {_certain(otherwise)})"


def _among(values: list[str], what: str) -> Term:
    return f"[{', '.join(map(quoted, values))}].contains({what})"


def _risks(rule: Rule, _: Tool) -> Term:
    return _given(rule, "context", "risk", _among([risk.name for risk in rule.risks], "context.risk"))


def _requesters(rule: Rule, _: Tool) -> Term:
    assert rule.requesters is not None, "a field that is set"
    return _asks(rule.requesters, is_allow=rule.effect is RuleEffect.ALLOW)


def _except_requesters(rule: Rule, _: Tool) -> Term:
    """What is unknown of them is turned round with the rest."""
    assert rule.except_requesters is not None, "a field that is set"
    return f"!{_asks(rule.except_requesters, is_allow=rule.effect is not RuleEffect.ALLOW)}"


def _asks(who: Requesters, *, is_allow: bool) -> Term:
    terms = []
    if any("@" in user for user in who.users):
        raise Unsayable(f"{CASE}, and mail addresses are")
    people = [f"principal == {SPACE}::OAuthUser::{quoted(user)}" for user in who.users]
    people += [f"principal in {SPACE}::Group::{quoted(name)}" for name in who.groups]
    if people:
        test = f"(if context.people then ({' || '.join(people)}) else {_certain(not is_allow)})"
        terms.append(_if_given("context", "people", test, otherwise=not is_allow))
    if who.surfaces:
        test = _among([one.value for one in who.surfaces], "context.surface")
        terms.append(_if_given("context", "surface", test, otherwise=not is_allow))
    if who.channels:
        test = _among(list(who.channels), "context.channel")
        terms.append(_if_given("context", "channel", test, otherwise=not is_allow))
    return f"({' && '.join(terms)})"


def _resource_prefixes(rule: Rule, tool: Tool) -> Term:
    if rule.effect is not RuleEffect.ALLOW:
        raise Unsayable(CASE)
    if not tool.target:
        return "false"
    return _each_text(tool, tool.target, [_like(prefix, after="*") for prefix in rule.resource_prefixes])


def _each_text(tool: Tool, name: str, patterns: list[str], *, whole: bool = False) -> Term:
    """`whole`: the patterns are whole texts, so that a path that turns is that very one."""
    if arguments_of(tool).get(name) != "String":
        raise Unsayable(KINDS)
    place = _input(name)
    term = f"context.input has {quoted(name)} && ({_one_of(place, patterns)})"
    turning = _one_of(place, [f'"{one}"' for one in TURNS])
    return f"({term})" if whole else f"({term} && !({turning}))"


def _one_of(place: str, patterns: list[str]) -> Term:
    return " || ".join(f"{place} like {one}" for one in patterns)


def _input(name: str) -> str:
    return f"context.input[{quoted(name)}]"


def _like(text: str, *, before: str = "", after: str = "") -> str:
    """A pattern that means this text (Cedar docs, "like": only `*` is special, and is escaped as `\\*`)."""
    inner = quoted(text)[1:-1].replace("*", "\\*")
    return f'"{before}{inner}{after}"'


def _min_amount(rule: Rule, tool: Tool) -> Term:
    assert rule.min_amount is not None, "a field that is set"
    return _amount(rule, tool, f">= {ceil(rule.min_amount)}")


def _max_amount(rule: Rule, tool: Tool) -> Term:
    assert rule.max_amount is not None, "a field that is set"
    return _amount(rule, tool, f"<= {floor(rule.max_amount)}")


def _amount(rule: Rule, tool: Tool, test: str) -> Term:
    found = [name for name in names_of(tool) if name.lower() == AMOUNT]
    if not found and not takes_more(tool):
        return "false"
    if len(found) != 1 or takes_more(tool) or arguments_of(tool).get(found[0]) != "Long":
        raise Unsayable(KINDS)
    return _given(rule, "context.input", found[0], f"{_input(found[0])} {test}")


def _arguments(rule: Rule, tool: Tool) -> Term:
    terms = [_argument(rule, tool, one) for one in rule.arguments]
    if "false" in terms:
        return "false"
    return " && ".join(term for term in terms if term != "true") or "true"


def _argument(rule: Rule, tool: Tool, one: Condition) -> Term:
    name = one.pointer[1:].replace("~1", "/").replace("~0", "~")
    if "/" in one.pointer[1:]:
        raise Unsayable("a pointer into an argument")
    if name not in names_of(tool):
        if takes_more(tool):
            raise Unsayable("the tool takes arguments that it does not name")
        return _certain(one.operator is Operator.ABSENT)
    kind = arguments_of(tool).get(name)
    if kind is None:
        raise Unsayable(KINDS)
    if one.operator in (Operator.EXISTS, Operator.ABSENT):
        there = f"(context.input has {quoted(name)})"
        return there if one.operator is Operator.EXISTS else f"!{there}"
    return _compared(rule, tool, one, name, kind)


def _compared(rule: Rule, tool: Tool, one: Condition, name: str, kind: str) -> Term:
    if kind == "String" and one.operator in TEXTS:
        if rule.effect is not RuleEffect.ALLOW:
            raise Unsayable(CASE)
        patterns = [_pattern(one.operator, value) for value in one.values if isinstance(value, str)]
        whole = one.operator in (Operator.EQUALS, Operator.IN)
        return _each_text(tool, name, patterns, whole=whole) if patterns else "false"
    tests = [_test(one.operator, value, kind) for value in one.values]
    joined = " || ".join(f"{_input(name)} {test}" for test in tests)
    return _given(rule, "context.input", name, f"({joined})")


def _pattern(operator: Operator, text: str) -> str:
    match operator:
        case Operator.PREFIX:
            return _like(text, after="*")
        case Operator.SUFFIX:
            return _like(text, before="*")
        case Operator.GLOB:
            if set(text) & {"?", "["}:
                raise Unsayable("of patterns Cedar has only *")
            parts = (_like(part)[1:-1] for part in text.split("*"))
            return f'"{"*".join(parts)}"'
        case _:
            return _like(text)


def _test(operator: Operator, value: Any, kind: str) -> str:
    """A number or a truth that the value is compared with. Raises Unsayable for one of another kind."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if kind == "Bool" and isinstance(value, bool) and operator in (Operator.EQUALS, Operator.IN):
        return f"== {_certain(value)}"
    if kind != "Long" or not is_number:
        raise Unsayable(KINDS)
    match operator:
        case Operator.LESS:
            return f"< {ceil(value)}"
        case Operator.MORE:
            return f"> {floor(value)}"
        case Operator.EQUALS | Operator.IN if float(value).is_integer():
            return f"== {int(value)}"
    raise Unsayable(KINDS)


def _never(why: str) -> _Write:
    def write(_rule: Rule, _tool: Tool) -> Term:
        raise Unsayable(why)

    return write


WRITERS: Mapping[str, _Write] = MappingProxyType(
    {
        "effects": lambda rule, tool: _certain(tool.effect in rule.effects),
        "categories": lambda rule, tool: _certain((tool.category or OTHER) in rule.categories),
        "risks": _risks,
        "requesters": _requesters,
        "except_requesters": _except_requesters,
        "environments": _never(CASE),
        "resource_prefixes": _resource_prefixes,
        "min_amount": _min_amount,
        "max_amount": _max_amount,
        "arguments": _arguments,
        "windows": _never("Cedar has no time zones and no days of the week"),
    }
)
