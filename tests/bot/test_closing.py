"""Whatever a tool does not name is refused, however deep it stands."""

import json
from typing import Any

import pytest

from bot.closing import closed
from bot.errors import BadInput
from bot.proposing import checked
from tests.factories import a_tool

ADDRESS = {"type": "object", "properties": {"city": {"type": "string"}}}
NODE = {"type": "object", "properties": {"name": {"type": "string"}, "child": {"$ref": "#/$defs/Node"}}}


def taken(member: dict[str, Any], value: Any, **schema: Any) -> str:
    """What is said of `{"it": value}` when the tool has one argument `it` with that schema; nothing if it is taken."""
    whole = {"type": "object", "properties": {"it": member}, **schema}
    try:
        checked(a_tool(schema=json.dumps(whole)), json.dumps({"it": value}), 10_000)
    except BadInput as refused:
        return str(refused)
    return ""


REFUSED: dict[str, tuple[dict[str, Any], Any]] = {
    "an object": (ADDRESS, {"city": "Oslo", "force": True}),
    "an object that is closed already": (ADDRESS | {"additionalProperties": False}, {"city": "Oslo", "force": True}),
    "in a list": ({"type": "array", "items": ADDRESS}, [{"city": "Oslo"}, {"force": True}]),
    "in a tuple": ({"type": "array", "prefixItems": [ADDRESS]}, [{"force": True}]),
    "in a map": ({"type": "object", "additionalProperties": ADDRESS}, {"home": {"force": True}}),
    "two levels down": ({"type": "object", "properties": {"home": ADDRESS}}, {"home": {"force": True}}),
    "optional": ({"anyOf": [ADDRESS, {"type": "null"}]}, {"force": True}),
    "one of two": ({"oneOf": [ADDRESS | {"required": ["city"]}, {"type": "string"}]}, {"city": "Oslo", "force": True}),
    "in parts": ({"allOf": [ADDRESS, {"properties": {"zip": {}}}]}, {"city": "Oslo", "zip": 1, "force": True}),
    "by reference": ({"$ref": "#/$defs/Node"}, {"name": "a", "force": True}),
    "deep in a tree": ({"$ref": "#/$defs/Node"}, {"child": {"child": {"force": True}}}),
    "beside a pattern": (ADDRESS | {"patternProperties": {"^x-": {}}}, {"x-a": 1, "force": True}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_unknown_member_is_refused_and_named(name: str) -> None:
    member, value = REFUSED[name]
    assert "'force' was unexpected" in taken(member, value, **{"$defs": {"Node": NODE}})


TAKEN: dict[str, tuple[dict[str, Any], Any]] = {
    "an object as it is": (ADDRESS, {"city": "Oslo"}),
    "one that says it takes more": (ADDRESS | {"additionalProperties": True}, {"force": True}),
    "a map": ({"type": "object"}, {"force": True}),
    "a map of numbers": ({"type": "object", "additionalProperties": {"type": "number"}}, {"force": 1}),
    "nothing": ({"anyOf": [ADDRESS, {"type": "null"}]}, None),
    "all of its parts": ({"allOf": [ADDRESS, {"properties": {"zip": {}}}]}, {"city": "Oslo", "zip": 1}),
    "a tree": ({"$ref": "#/$defs/Node"}, {"name": "a", "child": {"name": "b", "child": {}}}),
    "a pattern": (ADDRESS | {"patternProperties": {"^x-": {}}}, {"city": "Oslo", "x-a": 1}),
    "a condition": (ADDRESS | {"not": {"properties": {"city": {"const": "Rome"}}}}, {"city": "Oslo"}),
    "anything": ({}, {"force": {"more": True}}),
}


@pytest.mark.parametrize("name", TAKEN)
def test_what_the_tool_names_or_leaves_open_is_taken(name: str) -> None:
    member, value = TAKEN[name]
    assert taken(member, value, **{"$defs": {"Node": NODE}}) == ""


def test_where_it_stands_is_said() -> None:
    assert taken({"type": "array", "items": ADDRESS}, [{"city": "Oslo"}, {"force": True}]).startswith("it/1: the tool")


def test_a_reference_that_leads_nowhere_closes_nothing() -> None:
    for reference in ("#/$defs/Gone", "https://example.com/schema", "#anchor"):
        assert closed({"$ref": reference}) == {"$ref": reference}


def test_a_reference_that_leads_round_in_a_circle_ends() -> None:
    circle = {"$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}, "$ref": "#/$defs/A"}
    assert closed(circle) == circle
