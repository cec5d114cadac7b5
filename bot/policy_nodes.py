"""A YAML tree with places: everything that is read from it can be refused with file and line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

import yaml

from bot.canonical import MAX_SAFE_INTEGER
from bot.errors import BadInput
from bot.models.policy import Scalar

_SPAN = re.compile(r"([0-9]{1,5})\s*([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
KINDS = frozenset({"map", "seq", "str", "int", "float", "bool", "null", "timestamp", "merge", "value"})
"""What YAML takes a value to be by how it is written (YAML 1.1, "Language-Independent Types")."""
LONGEST = 30 * 86_400
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Node:
    """A YAML node with the file's name, to say where something stands."""

    file: str
    node: yaml.Node

    @property
    def where(self) -> str:
        """File and line."""
        return f"{self.file}, line {self.node.start_mark.line + 1}"

    def bad(self, what: str, mend: str = "") -> BadInput:
        """What is wrong here, to be raised."""
        return BadInput(what, where=self.where, mend=mend)

    def fields(self) -> dict[str, "Node"]:
        """Name and value of each field."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.bad("here should be fields (name: value)")
        found: dict[str, Node] = {}
        for key, value in self.node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise Node(self.file, key).bad("a field's name should be one word")
            if key.value in found:
                raise Node(self.file, key).bad(f"the field {key.value!r} stands there twice")
            found[str(key.value)] = Node(self.file, value)
        return found

    def items(self) -> list["Node"]:
        """The items of a list."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.bad("here should be a list", "write [a, b]")
        return [Node(self.file, item) for item in self.node.value]

    def value(self, kind: type) -> Any:
        """A plain value of exactly this kind."""
        if not isinstance(self.node, yaml.ScalarNode) or self.node.tag != f"tag:yaml.org,2002:{kind.__name__}":
            raise self.bad(f"here should be {_WORDS[kind]}")
        written = str(self.node.value)
        if kind is str:
            return written
        if not _PLAIN[kind].fullmatch(written):
            what = f"here should be {_WORDS[kind]}, and {written!r} is not written plainly"
            raise self.bad(what, "YAML could read it otherwise; a text stands in quotes")
        return written.lower() == "true" if kind is bool else kind(written)


_WORDS: Mapping[type, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
}
_PLAIN: Mapping[type, re.Pattern[str]] = {
    int: re.compile(r"-?(0|[1-9][0-9]{0,99})"),
    float: re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+([eE][+-]?[0-9]+)?"),
    bool: re.compile("true|false", re.IGNORECASE),
}
"""What is read as it looks. YAML knows more: 010 is eight to it, 1:30 ninety, no false, and nothing at all null."""


def refuse_tags(root: Node) -> None:
    """What YAML's own kinds of values are not would be read as something else than it says. Raises BadInput."""
    seen: set[int] = set()
    waiting = [root.node]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if node.tag.removeprefix("tag:yaml.org,2002:") not in KINDS:
            raise Node(root.file, node).bad(f"the tag {node.tag} means nothing here", "leave it out")
        if isinstance(node, yaml.MappingNode):
            waiting += [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            waiting += node.value


def span(node: Node | None, otherwise: int) -> int:
    """A duration such as 90s, 15m, 4h, 2d, in seconds."""
    if node is None:
        return otherwise
    match = _SPAN.fullmatch(str(node.node.value))
    seconds = int(match[1]) * _SECONDS[match[2]] if match else 0
    if not 1 <= seconds <= LONGEST:
        raise node.bad(f"{node.node.value!r} is not a duration", "write 90s, 15m, 4h or 2d; at most 30d")
    return seconds


def choice(node: Node, kind: type[_Choice]) -> _Choice:
    """One of the words of this kind."""
    value = node.value(str)
    if value not in [choice.value for choice in kind]:
        raise node.bad(f"{value!r} is not known here", f"write {', '.join(choice.value for choice in kind)}")
    return kind(value)


def some(node: Node | None) -> list[Node]:
    """The items of a list that narrows a rule. An empty one would match everything instead of nothing."""
    items = node.items() if node else []
    if node and not items:
        raise node.bad("the list is empty", "leave the field out to mean all of them, or remove the rule")
    return items


def known(node: Node, fields: frozenset[str]) -> dict[str, Node]:
    """The fields of a mapping, none of which may be another one."""
    found = node.fields()
    for name, value in found.items():
        if name not in fields:
            raise value.bad(f"there is no field {name!r}", f"there are {', '.join(sorted(fields))}")
    return found


def texts(node: Node | None) -> tuple[str, ...]:
    """A list of texts, none of them empty."""
    return tuple(text(item) for item in some(node))


def text(node: Node) -> str:
    """A text with something in it."""
    found: str = node.value(str)
    if not found.strip():
        raise node.bad("here should be a text", "this one is empty")
    return found


def flag(node: Node | None) -> bool:
    """True or false; false when it is left out."""
    return bool(node.value(bool)) if node else False


def number(node: Node) -> int | float:
    """A number that JSON can hold exactly."""
    found = scalar(node)
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise node.bad("here should be a number")
    return found


def scalar(node: Node) -> Scalar:
    """A plain value: text, number, true, false or null."""
    plain = isinstance(node.node, yaml.ScalarNode) and node.node.tag.removeprefix("tag:yaml.org,2002:")
    if plain not in {"str", "int", "float", "bool", "null"}:
        raise node.bad("here should be a plain value", "write a text in quotes, a number, true or false")
    if plain == "null":
        if node.node.value != "null":
            raise node.bad(f"{node.node.value!r} is not written plainly", "write null, or a text in quotes")
        return None
    found: Scalar = node.value({"str": str, "int": int, "float": float, "bool": bool}[plain])
    if isinstance(found, int | float) and not (isfinite(found) and abs(found) <= MAX_SAFE_INTEGER):
        raise node.bad("this number is too large to be exact", "write it as a text")
    return found
