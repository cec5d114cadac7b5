"""A schema is a server's, and hostile until it is checked: whatever stands in it, no check of it takes long."""

import json
import time
from itertools import chain, cycle, repeat
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bot.closing import closed
from bot.errors import BadInput
from bot.fitting import FITTING, LONGEST_PATTERN, MOST_VALUES, PREPARING, Unusable, Work, misfit, prepared
from bot.proposing import checked
from bot.schemas import SHAPE
from mcp_tools.google_admin import arguments as google
from tests.factories import a_tool

LETTERS = "a" * 5_000 + "!"
SLACK = 5
"""Seconds of processor time that a slow machine may need beyond what is allowed."""


def text_of(member: dict[str, Any] | bool, **more: Any) -> str:
    return json.dumps({"type": "object", "properties": {"it": member}, **more})


def nested(depth: int) -> Any:
    return [nested(depth - 1)] if depth else "leaf"


def either(ways: int, inner: Any) -> dict[str, Any]:
    return {"anyOf": [{"type": "array", "items": inner} for _ in range(ways)]}


def fans(depth: int) -> dict[str, Any]:
    return {f"a{n}": {"allOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(depth)} | {f"a{depth}": {}}


SLOW_PATTERNS = [
    "^(a+)+$",
    "^(a|a)*$",
    "^(a|aa)+$",
    "^(([a-z])+.)+[A-Z]([a-z])+$",
    "(a*)*(a*)*$x|(a|aa)+$",
]
HOSTILE: dict[str, tuple[str, Any]] = {
    **{pattern: (text_of({"pattern": pattern}), LETTERS) for pattern in SLOW_PATTERNS},
    "many patterns": (text_of({"allOf": [{"pattern": f"^(a+)+{n}$"} for n in range(400)]}), LETTERS),
    "a name": (text_of({"patternProperties": {"^(a+)+$": True}}), {LETTERS: 1}),
    "other names": (text_of({"patternProperties": {"^(a+)+$": True}, "additionalProperties": False}), {LETTERS: 1}),
    "names of parts": (
        text_of({"allOf": [{"patternProperties": {"^(a|a)*$": {}}}], "properties": {"b": {}}}),
        {LETTERS: 1},
    ),
    "the names of names": (text_of({"propertyNames": {"pattern": "^(a+)+$"}}), {LETTERS: 1}),
    "a long pattern": (text_of({"pattern": "(" * 1_200 + "a" + ")" * 1_200}), LETTERS),
    "2^n ways": (
        text_of({"$ref": "#/$defs/n"}, **{"$defs": {"n": either(2, {"$ref": "#/$defs/n"})}}),
        nested(60),
    ),
    "2^n references": (text_of({"$ref": "#/$defs/a0"}, **{"$defs": fans(60)}), {"a": 1}),
    "a loop": (text_of({"$ref": "#/$defs/a"}, **{"$defs": {"a": {"$ref": "#/$defs/a"}}}), 1),
    "two in a loop": (
        text_of({"$ref": "#/$defs/a"}, **{"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}),
        1,
    ),
    "a loop of choices": (text_of({"anyOf": [{"$ref": "#/properties/it"}, {"$ref": "#/properties/it"}]}), 1),
    "a loop in parts": (text_of({"properties": {"b": {}}, "allOf": [{"$ref": "#/properties/it"}]}), {"a": 1}),
    "many conditions": (text_of({"items": {"allOf": [{"not": {"const": n}} for n in range(3_000)]}}), ["a"] * 5_000),
    "deep": (text_of({"items": 5}).replace("5", '{"items":' * 2_000 + "{}" + "}" * 2_000), 1),
    "wide": (text_of({"properties": {f"p{n}": {"allOf": [{"type": "string"}] * 40} for n in range(2_000)}}), {}),
    "too many keywords": (text_of({"items": {f"x{n}": 1 for n in range(5_000)}}), [1] * 9_000),
    "no address": (text_of({"$id": "http://[", "properties": {"a": {"$ref": "http://["}}}), {"a": 1}),
    "a reference to no schema": (text_of({"$ref": "#/x"}, x={"required": 5}), {"a": 1}),
    "no schema behind it": (text_of({"$ref": "#/x"}, x=5), {"a": 1}),
    "a moving reference": (text_of({"$dynamicRef": "#it"}), {"a": 1}),
    "what is left of lists": (text_of({"unevaluatedItems": False}), [1]),
    "no object": ("true", 1),
    "no number at all": (text_of({"maximum": 10}).replace("10", "1" * 5_000), 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_schema_that_would_keep_us_busy_is_refused_in_time(name: str) -> None:
    schema, value = HOSTILE[name]
    began = time.thread_time()
    with pytest.raises(BadInput, match="the schema of this tool cannot be checked") as refused:
        checked(a_tool(schema=schema), json.dumps({"it": value}), 100_000)
    assert time.thread_time() - began < PREPARING + FITTING + SLACK
    assert refused.value.mend == "tell an admin"


HEAVY: dict[str, tuple[str, Any]] = {
    "10,000 of a choice": (text_of({"enum": [f"item-{n}" for n in range(10_000)]}), "item-9999"),
    "a wide object": (text_of({"properties": {f"p{n}": {} for n in range(800)}}), {f"p{n}": n for n in range(800)}),
    "a long list, each once": (text_of({"uniqueItems": True}), [{"n": n} for n in range(800)]),
    "a deep tree": (
        text_of({"$ref": "#/$defs/n"}, **{"$defs": {"n": {"properties": {"n": {"$ref": "#/$defs/n"}}}}}),
        json.loads('{"n":' * 50 + "{}" + "}" * 50),
    ),
    "a deep schema": (text_of(json.loads('{"items":' * 55 + "{}" + "}" * 55)), []),
    "a pattern that looks ahead": (
        text_of({"pattern": r"^(?!\.)(?!.*\.\.)([a-z.]*)[a-z]@([a-z]+\.)+[a-z]{2,}$"}),
        "sam@example.com",
    ),
    "a class of characters": (text_of({"pattern": r"^[^\x00-\x1f]{1,254}$"}), "x" * 254),
    "a step behind a list": (
        text_of({"$ref": "#/$defs/a/anyOf/0"}, **{"$defs": {"a": {"anyOf": [{"type": "string"}]}}}),
        "x",
    ),
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_large_schema_is_checked_all_the_same(name: str) -> None:
    schema, value = HEAVY[name]
    assert json.loads(checked(a_tool(schema=schema), json.dumps({"it": value}), 200_000)) == {"it": value}


@pytest.mark.parametrize("pattern", [google.USER_KEY, google.PERSON, google.GROUP_KEY, google.DOMAIN, google.ROLE_ARN])
def test_patterns_of_our_own_tools_still_refuse_what_does_not_fit(pattern: str) -> None:
    error = misfit(text_of({"type": "string", "pattern": pattern}), {"it": "\u0001!" + LETTERS})
    assert error is not None
    assert error.validator == "pattern"


def test_a_call_holds_so_many_values() -> None:
    few, many = [0] * (MOST_VALUES - 2), [0] * (MOST_VALUES - 1)
    assert checked(a_tool(schema=text_of(True)), json.dumps({"it": few}), 100_000)
    with pytest.raises(BadInput, match="the arguments hold 10,001 values"):
        checked(a_tool(schema=text_of(True)), json.dumps({"it": many}), 100_000)


def test_a_pattern_is_so_long() -> None:
    fits, long = "a" * LONGEST_PATTERN, "a" * (LONGEST_PATTERN + 1)
    assert misfit(text_of({"pattern": fits}), {"it": fits}) is None
    with pytest.raises(Unusable, match="too long"):
        misfit(text_of({"pattern": long}), {"it": long})


def test_a_pattern_is_stopped_in_the_middle() -> None:
    with pytest.raises(Unusable, match="a pattern cannot be used"):
        Work({}, FITTING).matches("^(a|a)*$", "a" * 22 + "!")


def test_the_time_of_one_check_is_counted_as_a_whole() -> None:
    seconds = iter([0.0, 0.1, 0.5, 1.0, 1.1])
    work = Work({}, 1.0, lambda: next(seconds))
    for _ in range(3):
        work.tick()
    with pytest.raises(Unusable, match="takes too long"):
        work.tick()


def test_a_check_that_was_held_up_is_tried_once_more() -> None:
    schema, late = text_of({"type": "string"}), FITTING + 1.0
    once, always = chain([0.0, late], repeat(0.0)), cycle([0.0, late])
    assert misfit(schema, {"it": "x"}, lambda: next(once)) is None
    with pytest.raises(Unusable, match="takes too long"):
        misfit(schema, {"it": "x"}, lambda: next(always))


def test_equal_values_are_equal_however_they_are_written() -> None:
    schema = text_of({"uniqueItems": True})
    assert misfit(schema, {"it": [1, 1.0]}) is not None
    assert misfit(schema, {"it": [{"a": [1, 2], "b": 1}, {"b": 1, "a": [1.0, 2]}]}) is not None
    assert misfit(schema, {"it": [1, True, "1", [1], {"1": 1}, None]}) is None


SAME: list[tuple[dict[str, Any], Any]] = [
    ({"additionalProperties": {"type": "integer"}, "properties": {"a": {}}}, {"a": "x", "b": 1}),
    ({"additionalProperties": {"type": "integer"}, "properties": {"a": {}}}, {"a": "x", "b": "y"}),
    ({"additionalProperties": False, "patternProperties": {"^x": {"type": "integer"}}}, {"x1": 1}),
    ({"additionalProperties": False, "patternProperties": {"^x": {"type": "integer"}}}, {"x1": "a"}),
    ({"additionalProperties": False, "patternProperties": {"^x": {}}}, {"y": 1}),
    ({"unevaluatedProperties": {"type": "string"}, "properties": {"a": {}}}, {"a": 1, "b": "x"}),
    ({"unevaluatedProperties": {"type": "string"}, "properties": {"a": {}}}, {"a": 1, "b": 2}),
    ({"unevaluatedProperties": False, "if": {"required": ["a"]}, "then": {"properties": {"a": {}}}}, {"a": 1}),
    ({"unevaluatedProperties": False, "if": {"required": ["a"]}, "else": {"properties": {"b": {}}}}, {"b": 1}),
    ({"unevaluatedProperties": False, "if": {"required": ["a"]}, "else": {"properties": {"b": {}}}}, {"a": 1}),
    ({"unevaluatedProperties": False, "if": {"properties": {"a": {"const": 1}}}}, {"a": 1}),
    ({"unevaluatedProperties": False, "dependentSchemas": {"a": {"properties": {"a": {}, "b": {}}}}}, {"a": 1, "b": 1}),
    ({"unevaluatedProperties": False, "dependentSchemas": {"a": {"properties": {"a": {}, "b": {}}}}}, {"b": 1}),
    ({"unevaluatedProperties": False, "anyOf": [{"properties": {"a": {"type": "null"}}}, {}]}, {"a": 1}),
    (
        {"unevaluatedProperties": False, "oneOf": [{"properties": {"a": {"type": "null"}}}, {"required": ["a"]}]},
        {"a": 1},
    ),
    ({"unevaluatedProperties": False, "allOf": [{"additionalProperties": True}]}, {"a": 1}),
    ({"unevaluatedProperties": False, "allOf": [{"unevaluatedProperties": {"type": "integer"}}]}, {"a": 1}),
    ({"unevaluatedProperties": False, "$ref": "#/$defs/a"}, {"a": 1}),
    ({"unevaluatedProperties": False, "$ref": "#/$defs/a"}, {"b": 1}),
    ({"unevaluatedProperties": False, "not": {"properties": {"a": {"const": 2}}, "required": ["a"]}}, {"a": 1}),
]


@pytest.mark.parametrize(("member", "value"), SAME, ids=map(str, range(len(SAME))))
def test_what_is_checked_here_says_what_the_library_says(member: dict[str, Any], value: Any) -> None:
    schema = {"properties": {"it": member}, "$defs": {"a": {"properties": {"a": {}}}}}
    theirs = Draft202012Validator(closed(schema)).is_valid({"it": value})
    assert (misfit(json.dumps(schema), {"it": value}) is None) == theirs


def test_the_flat_schema_knows_every_keyword_that_the_library_acts_upon() -> None:
    assert set(Draft202012Validator.VALIDATORS) <= set(SHAPE["properties"])


def test_a_schema_is_made_ready_once() -> None:
    assert prepared(text_of({"const": "once"})) is prepared(text_of({"const": "once"}))
