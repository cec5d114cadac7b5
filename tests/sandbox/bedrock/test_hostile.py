"""Every trick arrives as it was written, over the wire."""

import json
from typing import Any

import pytest

from sandbox.bedrock.hostile import TRICKS, hostile
from sandbox.bedrock.turns import Body, Turn
from tests.sandbox.bedrock.client import Bedrock, asking
from tests.sandbox.bedrock.toolsets import AWS, GOOGLE, NESTED


def body(text: str, length: int = 1, tools: list[dict[str, Any]] | None = None) -> Body:
    messages = [{"role": ("user", "assistant")[n % 2], "content": text} for n in range(length)]
    return {"messages": messages, "tools": GOOGLE if tools is None else tools}


def played(name: str) -> Turn:
    return hostile(body(f"please try: {name}"))


def test_the_length_of_the_conversation_chooses_the_trick() -> None:
    turns = [hostile(body("hello", length)) for length in range(1, 2 * len(TRICKS), 2)]
    assert turns == [played(name) for name in TRICKS]


def test_the_write_is_aimed_at_somebody_nobody_named() -> None:
    assert list(played("write unasked").calls) == [("google__suspend_user", '{"user_key": "boss@example.com"}')]


@pytest.mark.parametrize("name", ["duplicate keys", "case variants"])
def test_keys_come_twice(name: str) -> None:
    pairs = json.loads(played(name).calls[0][1], object_pairs_hook=list)
    assert [key.lower() for key, _ in pairs] == ["user_key", "user_key"]


def test_no_json_reader_that_is_strict_takes_these() -> None:
    assert "NaN" in played("not a number").calls[0][1]
    assert "\\ud800" in played("lone surrogate").calls[0][1]
    assert isinstance(json.loads(played("not an object").calls[0][1]), list)
    assert len(played("huge argument").calls[0][1]) > 300_000
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads(played("cut call").calls[0][1])


def test_one_id_is_used_for_two_calls() -> None:
    first, second = played("same id").calls
    assert first[2:] == second[2:] == ("toolu_bdrk_same",)


@pytest.mark.parametrize("tools", [[], NESTED, AWS])
@pytest.mark.parametrize("name", list(TRICKS))
def test_tricks_fit_any_tools(name: str, tools: list[dict[str, Any]]) -> None:
    assert hostile(body(name, tools=tools)).calls


@pytest.mark.parametrize("name", list(TRICKS))
async def test_the_raw_input_reaches_the_client_unchanged(world: Bedrock, name: str) -> None:
    world.switch.select("hostile")
    pieces: dict[int, str] = {}
    async with await world.client.messages.create(**asking(f"try {name}", tools=GOOGLE), stream=True) as stream:
        async for event in stream:
            if event.type == "content_block_delta" and event.delta.type == "input_json_delta":
                pieces[event.index] = pieces.get(event.index, "") + event.delta.partial_json
    assert list(pieces.values()) == [call[1] for call in played(name).calls]
