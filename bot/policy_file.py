"""Reads a policy file (YAML or JSON). Everything wrong with it is said with file and line, and nothing is guessed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

import yaml

from bot.errors import BadInput
from bot.models.policy import Ask, Policy, Rule, RuleEffect
from bot.models.requirement import Clause, Confirm, Effect

RULE_FIELDS = frozenset(
    {"name", "effect", "tools", "effects", "approvers", "count", "expires", "channel", "confirm", "self_approval"}
    | {"reason", "even_if_tainted", "execute_within"}
)
ASK_FIELDS = frozenset({"approvers", "count", "expires", "channel", "confirm", "self_approval", "execute_within"})
NOT_YET = frozenset(
    {"servers", "risks", "categories", "environments", "resource_prefixes", "min_amount", "max_amount", "arguments"}
    | {"requesters", "windows", "clauses", "total", "reminders", "escalation"}
)
CONFIRM_NOT_YET = frozenset({Confirm.TYPE_THE_TARGET, Confirm.TOTP})
_SPAN = re.compile(r"([0-9]{1,5})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
LONGEST = 30 * 86_400
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class _Node:
    """A YAML node with the file's name, to say where something stands."""

    file: str
    node: yaml.Node

    @property
    def where(self) -> str:
        return f"{self.file}, line {self.node.start_mark.line + 1}"

    def bad(self, what: str, mend: str = "") -> BadInput:
        return BadInput(what, where=self.where, mend=mend)

    def fields(self) -> dict[str, "_Node"]:
        if not isinstance(self.node, yaml.MappingNode):
            raise self.bad("here should be fields (name: value)")
        found: dict[str, _Node] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise _Node(self.file, key).bad("a field's name should be one word")
            if key.value in found:
                raise _Node(self.file, key).bad(f"the field {key.value!r} stands there twice")
            found[str(key.value)] = _Node(self.file, value)
        return found

    def items(self) -> list["_Node"]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.bad("here should be a list", "write [a, b]")
        return [_Node(self.file, item) for item in self.node.value]

    def value(self, kind: type) -> Any:
        wanted = self.bad(f"here should be {_WORDS[kind]}")
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != f"tag:yaml.org,2002:{kind.__name__}":
            raise wanted
        try:
            return yaml.safe_load(yaml.serialize(self.node))
        except (ValueError, KeyError) as error:
            raise wanted from error


_WORDS: Mapping[type, str] = {str: "a text", int: "a whole number", bool: "true or false"}


def parse(text: str, file: str) -> Policy:
    """The policy, as version 0: the store gives it its number.

    Raises:
        BadInput: with file, line, and what to write instead.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _not_yaml(text, file, error) from error
    if root is None:
        raise BadInput("the policy is empty", where=f"{file}, line 1", mend="it needs defaults.ask")
    fields = _known(_Node(file, root), frozenset({"defaults", "rules"}))
    default_ask = _default_ask(_Node(file, root), fields)
    rules = tuple(_rule(item, default_ask) for item in fields["rules"].items()) if "rules" in fields else ()
    _unique_names(fields.get("rules"), rules)
    return Policy(0, rules, default_ask)


def _not_yaml(text: str, file: str, error: yaml.YAMLError) -> BadInput:
    """Syntax errors come with a mark, characters that YAML does not allow with a position."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line if mark else text.count("\n", 0, getattr(error, "position", 0))
    why = getattr(error, "problem", "") or getattr(error, "reason", "")
    return BadInput("this is not YAML", where=f"{file}, line {line + 1}", mend=why)


def _default_ask(root: _Node, fields: dict[str, _Node]) -> Ask:
    if "defaults" not in fields:
        raise root.bad("defaults.ask is missing", "say whom to ask about writes that no rule speaks of")
    defaults = _known(fields["defaults"], frozenset({"ask"}))
    if "ask" not in defaults:
        raise fields["defaults"].bad("defaults.ask is missing", "say whom to ask about writes that no rule speaks of")
    return _ask(_known(defaults["ask"], ASK_FIELDS), None, defaults["ask"])


def _rule(node: _Node, default_ask: Ask) -> Rule:
    fields = _known(node, RULE_FIELDS)
    for needed in ("name", "effect"):
        if needed not in fields:
            raise node.bad(f"the rule has no {needed}")
    effect = _choice(fields["effect"], RuleEffect)
    asks = ASK_FIELDS & set(fields)
    if asks and effect is not RuleEffect.ASK:
        first = min(asks)
        raise fields[first].bad(f"{first} goes with effect: ask only", "leave it out, or change the effect")
    return Rule(
        name=fields["name"].value(str),
        effect=effect,
        tools=tuple(item.value(str) for item in _some(fields.get("tools"))),
        effects=tuple(_choice(item, Effect) for item in _some(fields.get("effects"))),
        ask=_ask(fields, default_ask, node) if effect is RuleEffect.ASK else None,
        reason=fields["reason"].value(str) if "reason" in fields else "",
        even_if_tainted=bool(fields["even_if_tainted"].value(bool)) if "even_if_tainted" in fields else False,
    )


def _ask(fields: dict[str, _Node], otherwise: Ask | None, node: _Node) -> Ask:
    if "approvers" not in fields and otherwise is None:
        raise node.bad("approvers are missing", "write approvers: ['@it-admins'], groups with @, or user ids")
    count = _count(fields.get("count"))
    clauses = _clauses(fields["approvers"], count) if "approvers" in fields else _recount(otherwise, fields, count)
    return Ask(
        clauses=clauses,
        total=sum(clause.count for clause in clauses),
        expires=_span(fields.get("expires"), otherwise.expires if otherwise else 4 * 3600),
        execute_within=_span(fields.get("execute_within"), otherwise.execute_within if otherwise else 3600),
        channel=fields["channel"].value(str) if "channel" in fields else (otherwise.channel if otherwise else ""),
        confirm=_confirm(fields.get("confirm"), otherwise.confirm if otherwise else Confirm.NONE),
        self_approval=bool(fields["self_approval"].value(bool)) if "self_approval" in fields else False,
    )


def _recount(otherwise: Ask | None, fields: dict[str, _Node], count: int) -> tuple[Clause, ...]:
    kept = otherwise.clauses if otherwise else ()
    return tuple(Clause(c.groups, c.users, count) for c in kept) if "count" in fields else kept


def _clauses(node: _Node, count: int) -> tuple[Clause, ...]:
    named = [item.value(str) for item in node.items()]
    groups = tuple(name for name in named if name.startswith("@"))
    users = tuple(name for name in named if not name.startswith("@"))
    return (Clause(groups, users, count),) if named else ()


def _count(node: _Node | None) -> int:
    if node is None:
        return 1
    count = int(node.value(int))
    if not 1 <= count <= 20:
        raise node.bad(f"count is {count}", "write a number from 1 to 20")
    return count


def _confirm(node: _Node | None, otherwise: Confirm) -> Confirm:
    if node is None:
        return otherwise
    confirm = _choice(node, Confirm)
    if confirm in CONFIRM_NOT_YET:
        raise node.bad(f"confirm: {confirm} is not supported yet", "write none or dialog")
    return confirm


def _span(node: _Node | None, otherwise: int) -> int:
    """A duration such as 90s, 15m, 4h, 2d, in seconds."""
    if node is None:
        return otherwise
    match = _SPAN.fullmatch(str(node.node.value))
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 1 <= seconds <= LONGEST:
        raise node.bad(f"{node.node.value!r} is not a duration", "write 90s, 15m, 4h or 2d; at most 30d")
    return seconds


def _choice(node: _Node, kind: type[_Choice]) -> _Choice:
    value = node.value(str)
    if value not in [choice.value for choice in kind]:
        raise node.bad(f"{value!r} is not known here", f"write {', '.join(choice.value for choice in kind)}")
    return kind(value)


def _some(node: _Node | None) -> list[_Node]:
    """The items of a list that narrows a rule. An empty one would match everything instead of nothing."""
    items = node.items() if node else []
    if node and not items:
        raise node.bad("the list is empty", "leave the field out to mean all of them, or remove the rule")
    return items


def _known(node: _Node, fields: frozenset[str]) -> dict[str, _Node]:
    found = node.fields()
    for name, value in found.items():
        if name in NOT_YET and name not in fields:
            raise value.bad(f"{name} is not supported yet", "remove it; nothing was loaded")
        if name not in fields:
            raise value.bad(f"there is no field {name!r}", f"there are {', '.join(sorted(fields))}")
    return found


def _unique_names(node: _Node | None, rules: tuple[Rule, ...]) -> None:
    names = [rule.name for rule in rules]
    twice = next((name for name in names if names.count(name) > 1), None)
    if node is not None and twice is not None:
        raise node.bad(f"two rules are named {twice!r}", "give each rule a name of its own")
