"""What an approver types: the exact target, or the tool's name where there is none that can be typed."""

import json
from typing import Any

import pytest

from bot.models.call import Call
from bot.models.tools import Tool
from bot.targets import named, target, untypable
from tests.factories import a_call, a_tool


def a_pair(value: Any, **tool: Any) -> tuple[Call, Tool]:
    call = a_call(arguments=json.dumps({"email": value}, separators=(",", ":")))
    return call, a_tool(**{"target": "email"} | tool)


def of(value: Any, **tool: Any) -> tuple[str, str]:
    call, found = a_pair(value, **tool)
    return target(call, found), named(call, found)


def test_the_target_is_the_exact_value_of_its_argument() -> None:
    assert of("Sam+x@example.com") == ("Sam+x@example.com", "the value of email")


@pytest.mark.parametrize("value", ["", 7, None, ["a"], {"a": "b"}])
def test_what_is_no_text_is_named_by_its_tool(value: Any) -> None:
    assert of(value) == ("suspend_user", "the name of the tool, suspend_user")
    assert not untypable(*a_pair(value))


@pytest.mark.parametrize("value", [" ", " sam", "sam ", "a\nb", "a\u200bb", "sam\u202e", "sam\u00a0", "s" * 3001])
def test_a_text_that_nobody_can_type_confirms_nothing(value: str) -> None:
    assert untypable(*a_pair(value))
    assert not untypable(*a_pair("s" * 3000))
    assert not untypable(*a_pair(value, secrets=("email",)))


@pytest.mark.parametrize("tool", [{"target": ""}, {"target": "other"}, {"secrets": ("email",)}])
def test_without_a_target_that_may_be_shown_it_is_the_tool(tool: dict[str, Any]) -> None:
    assert of("sam@example.com", **tool)[0] == "suspend_user"


def test_a_tool_that_is_gone_leaves_its_name() -> None:
    assert target(a_call(), None) == "suspend_user"
