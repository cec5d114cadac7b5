"""What Bedrock refuses, each with the sentence it would say."""

import json
from typing import Any

import pytest

from sandbox.bedrock.checks import read_body
from sandbox.bedrock.refused import Refused
from sandbox.bedrock.thoughts import signed
from tests.sandbox.bedrock.toolsets import tool

USER = {"role": "user", "content": "hello"}
USE = {"type": "tool_use", "id": "toolu_1", "name": "a__b", "input": {}}
RESULT = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "done"}
TEXT = {"type": "text", "text": "and now?"}
GOOD: dict[str, Any] = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 10, "messages": [USER]}


def assistant(*content: Any) -> dict[str, Any]:
    return {"role": "assistant", "content": list(content)}


def user(*content: Any) -> dict[str, Any]:
    return {"role": "user", "content": list(content)}


def refusal(body: Any) -> str:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(Refused) as refused:
        read_body(raw)
    assert (refused.value.status, refused.value.type) == (400, "ValidationException")
    return refused.value.message


@pytest.mark.parametrize(
    "messages",
    [
        [USER],
        [USER, assistant(TEXT), USER],
        [USER, assistant(TEXT, USE), user(RESULT, TEXT)],
        [USER, assistant(USE, USE | {"id": "toolu_2"}), user(RESULT | {"tool_use_id": "toolu_2"}, RESULT)],
        [
            USER,
            assistant(USE),
            user(RESULT),
            assistant(USE | {"id": "toolu_2"}),
            user(RESULT | {"tool_use_id": "toolu_2"}),
        ],
    ],
)
def test_a_sound_conversation_passes(messages: list[Any]) -> None:
    body = GOOD | {"messages": messages, "tools": [tool("a__b", "Does it.")]}
    assert read_body(json.dumps(body).encode()) == body


@pytest.mark.parametrize(
    ("messages", "said"),
    [
        ([], "at least one message"),
        ([assistant(TEXT)], "roles must alternate"),
        ([USER, USER], "roles must alternate"),
        ([USER, assistant(TEXT)], "prefill"),
        ([USER, assistant(), USER], "non-empty content"),
        ([USER, assistant({"type": "text", "text": " "}), USER], "non-whitespace text"),
        ([USER, assistant(USE), USER], "were found without `tool_result` blocks immediately after: toolu_1."),
        ([USER, assistant(USE), user(TEXT, RESULT)], "were found without `tool_result`"),
        ([USER, assistant(USE), user(RESULT, RESULT)], "each tool_use must have a single result"),
        ([user(RESULT)], "unexpected `tool_use_id`"),
        ([USER, assistant(USE), user(RESULT, RESULT | {"tool_use_id": "toolu_9"})], "unexpected `tool_use_id`"),
        ([USER, assistant(USE, USE), user(RESULT)], "ids must be unique"),
        ([USER, assistant(USE), user(RESULT), assistant(USE), user(RESULT)], "ids must be unique"),
        ([USER, assistant(USE | {"input": "{}"}), user(RESULT)], "valid dictionary"),
        (["hello"], "Malformed input request"),
    ],
)
def test_a_broken_conversation_is_refused(messages: list[Any], said: str) -> None:
    assert said in refusal(GOOD | {"messages": messages})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"anthropic_version": "2026-10-21"}, "anthropic_version: '2026-10-21' is not supported"),
        ({"max_tokens": 0}, "max_tokens"),
        ({"temperature": 0.5}, "`temperature` is not supported"),
        ({"top_p": 1}, "`top_p` is not supported"),
        ({"stream": True}, "stream: Extra inputs are not permitted"),
        ({"tools": [tool("a b", "")]}, "String should match pattern '^[a-zA-Z0-9_-]{1,64}$'"),
        ({"tools": [tool("a" * 65, "")]}, "String should match pattern"),
        ({"tools": [tool("a", ""), tool("a", "")]}, "Tool names must be unique"),
        ({"tools": [{"name": "a", "input_schema": {}}]}, "input_schema.type: Field required"),
        ({"tools": [{"name": "a", "input_schema": {"type": "object", "anyOf": []}}]}, "at the top level"),
    ],
)
def test_a_field_that_does_not_fit_is_refused(change: dict[str, Any], said: str) -> None:
    assert said in refusal(GOOD | change)


@pytest.mark.parametrize("name", ["anthropic_version", "max_tokens", "messages"])
def test_a_missing_field_is_named(name: str) -> None:
    assert refusal({key: value for key, value in GOOD.items() if key != name}) == f"{name}: Field required"


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b'{"a": NaN}', b'{"a": "\\ud800"}'])
def test_what_is_no_strict_json_is_refused(raw: bytes) -> None:
    assert refusal(raw).startswith("The request body is not valid JSON")


def test_a_list_is_no_request() -> None:
    assert refusal([]).startswith("Malformed input request")


MARK = {"cache_control": {"type": "ephemeral"}}
THOUGHT = {"type": "thinking", "thinking": "Hm.", "signature": "0" * 64}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"messages": [user(*[TEXT | MARK] * 5)]},
            "A maximum of 4 blocks with cache_control may be provided. Found 5.",
        ),
        ({"messages": [user(*[TEXT | MARK] * 4)], **MARK}, "Found 5."),
        ({"messages": [user(TEXT | {"cache_control": {"type": "forever"}})]}, "{'type': 'ephemeral'}"),
        ({"messages": [user(TEXT | {"cache_control": {"type": "ephemeral", "ttl": "1d"}})]}, "'5m' or '1h'"),
        ({"messages": [USER, assistant(THOUGHT | MARK, TEXT), USER]}, "cannot be set for thinking blocks"),
        ({"messages": [USER, assistant(THOUGHT, TEXT), USER]}, "Invalid `signature` in `thinking` block"),
        ({"output_config": {"effort": "huge"}}, "output_config.effort: Input should be one of low, medium"),
        ({"thinking": {"type": "disabled"}}, "thinking.type: this model takes adaptive, between_tools"),
    ],
)
def test_marks_thoughts_and_effort_are_looked_at(change: dict[str, Any], said: str) -> None:
    assert said in refusal(GOOD | change)


def test_four_marks_are_taken() -> None:
    body = GOOD | {"messages": [user(*[TEXT | MARK] * 3)], **MARK}
    assert read_body(json.dumps(body).encode()) == body


def test_a_thought_comes_back_to_the_letter_and_behind_what_was_before_it() -> None:
    asked = GOOD | {"messages": [USER]}
    (thought,) = signed(asked, [{"type": "thinking", "thinking": "Hm.", "signature": ""}])
    back = GOOD | {"messages": [USER, assistant(thought, TEXT), USER]}
    assert read_body(json.dumps(back).encode()) == back
    for changed in (
        back | {"system": "other"},
        back | {"messages": [USER | {"content": "hello!"}, assistant(thought, TEXT), USER]},
        back | {"messages": [USER, assistant(thought | {"thinking": "Hm!"}, TEXT), USER]},
    ):
        assert "bound to a different conversation" in refusal(changed)


def test_only_a_turn_that_was_paused_may_stand_last() -> None:
    body = GOOD | {"messages": [USER, assistant(TEXT)]}
    assert read_body(json.dumps(body).encode(), [[TEXT]]) == body
    with pytest.raises(Refused, match="prefill"):
        read_body(json.dumps(GOOD | {"messages": [USER, assistant(TEXT | {"text": "other"})]}).encode(), [[TEXT]])


def test_the_messages_api_names_its_model_in_the_body() -> None:
    body = {"model": "m", "max_tokens": 1, "messages": [USER], "stream": True}
    assert read_body(json.dumps(body).encode(), invoke=False) == body
    with pytest.raises(Refused, match="model: Field required"):
        read_body(json.dumps({"max_tokens": 1, "messages": [USER]}).encode(), invoke=False)
