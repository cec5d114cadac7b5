"""The input schema of a tool: one spelling, bounded in size, depth and ways through it, and what in it is secret."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import BadInput

LONGEST_SCHEMA = 100_000
"""Characters: every schema is sent to the model with every turn."""
DEEPEST = 64
"""Levels, as for arguments."""
MOST_WAYS = 20_000
"""Parts of a schema when every reference is written out: who checks arguments goes through all of them."""
LONGEST_REFERENCE = 1_000
"""Characters: who follows a reference goes through all of them."""
# Anthropic docs, "Tool use": the keywords that a schema may not have at the top.
_NOT_AT_THE_TOP = ("anyOf", "allOf", "oneOf")
_DEEP = "the schema is nested too deeply"


@dataclass(slots=True)
class Allowance:
    """What the tools of one server may still cost together: whatever they cost, everybody else waits for.

    `ways` as MOST_WAYS; `characters` of descriptions and schemas, which all go to the model with every turn: these are
    about 75,000 tokens.
    """

    ways: int = 200_000
    characters: int = 300_000

    def take_characters(self, count: int) -> None:
        """Raises BadInput when they are used up."""
        if count > self.characters:
            raise BadInput("the server's tools before it have used up the room that there is for descriptions")
        self.characters -= count


def schema_text(schema: Mapping[str, Any], left: Allowance) -> str:
    """The schema as canonical JSON. Raises BadInput for one that cannot be sent, or that nobody could check."""
    try:
        text = json.dumps(schema, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        text.encode()
    except RecursionError as error:
        raise BadInput(_DEEP) from error
    except (ValueError, TypeError) as error:
        raise BadInput("the schema is no JSON") from error
    if len(text) > LONGEST_SCHEMA:
        raise BadInput(f"the schema has {len(text):,} characters")
    if schema.get("type") != "object" or any(name in schema for name in _NOT_AT_THE_TOP):
        raise BadInput("the model's API takes a plain object at the top of a schema only")
    if _depth(schema) > DEEPEST:
        raise BadInput(_DEEP)
    _demand_few_ways(schema, left)
    return text


def secrets(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The arguments that are secret, or hold something secret at any depth. The schema has passed `schema_text`."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return ()
    return tuple(sorted(name for name, value in properties.items() if _is_secret(value, schema, set())))


def _depth(value: Any) -> int:
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        level, depth = [inner for one in level for inner in _inner(one)], depth + 1
    return depth


def _inner(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value


def _demand_few_ways(schema: Mapping[str, Any], allowance: Allowance) -> None:
    left = most = min(MOST_WAYS, allowance.ways)

    def walk(node: Any, behind: frozenset[str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise BadInput("the schema is a labyrinth of references")
        for inner in _inner(node):
            walk(inner, behind)
        reference = node.get("$ref") if isinstance(node, dict) else None
        if isinstance(reference, str) and reference not in behind:
            _check_reference(reference)
            walk(_referred(reference, schema), behind | {reference})

    try:
        walk(schema, frozenset())
    except RecursionError as error:
        raise BadInput(_DEEP) from error
    finally:
        allowance.ways -= most - max(left, 0)


def _check_reference(reference: str) -> None:
    if len(reference) > LONGEST_REFERENCE:
        raise BadInput(f"a reference in the schema has {len(reference):,} characters")


def _is_secret(node: Any, schema: Mapping[str, Any], seen: set[str]) -> bool:
    """JSON Schema Validation 9.4 (writeOnly); OpenAPI 3 (format: password). Each reference is followed once."""
    if isinstance(node, list):
        return any(_is_secret(item, schema, seen) for item in node)
    if not isinstance(node, dict):
        return False
    if node.get("writeOnly") is True or node.get("format") == "password":
        return True
    reference = node.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        if _is_secret(_referred(reference, schema), schema, seen):
            return True
    return any(_is_secret(value, schema, seen) for value in node.values())


def _referred(reference: str, schema: Mapping[str, Any]) -> Any:
    """What a reference inside this schema points at, or nothing."""
    node: Any = schema
    for step in reference.removeprefix("#/").split("/"):
        node = node.get(step) if isinstance(node, dict) else None
    return node
