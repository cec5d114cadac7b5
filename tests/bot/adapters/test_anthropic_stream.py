"""Streams that the stand-in does not make: thinking, halves of characters, other counters, garbage."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.canonical import canonical
from bot.errors import BadInput, ModelUnavailable
from sandbox.bedrock.frames import chunk
from tests.bot.adapters.anthropic_stand_in import Event, asking, message, playing, stalling
from tests.sandbox.slack.stage import eventually

TOOL = {"type": "tool_use", "id": "t1", "name": "google__get_user", "input": {}}


pytestmark = pytest.mark.usefixtures("aws_keys")


def written(*pieces: str) -> Sequence[Event]:
    return [TOOL, *({"type": "input_json_delta", "partial_json": piece} for piece in pieces)]


def spoken(*pieces: str) -> Sequence[Event]:
    return [{"type": "text", "text": ""}, *({"type": "text_delta", "text": piece} for piece in pieces)]


async def test_thinking_goes_back_verbatim_and_is_no_text() -> None:
    thinking = [
        {"type": "thinking", "thinking": "", "signature": ""},
        {"type": "thinking_delta", "thinking": "She "},
        {"type": "thinking_delta", "thinking": "left."},
        {"type": "signature_delta", "signature": "c2lnbmVk"},
    ]
    hidden = {"type": "redacted_thinking", "data": "b3BhcXVl"}
    async with playing(*message(thinking, [hidden], spoken("Done."))) as model:
        reply = await model.turn(asking())
    assert json.loads(reply.content) == [
        {"type": "thinking", "thinking": "She left.", "signature": "c2lnbmVk"},
        hidden,
        {"type": "text", "text": "Done."},
    ]
    assert reply.text == "Done."


async def test_a_character_cut_in_two_is_whole_again() -> None:
    async with playing(*message(spoken("\ud83d", "\ude00"), written('{"a":"\ud83d', '\ude00"}'))) as model:
        reply = await model.turn(asking())
    assert reply.text == "😀"
    assert canonical(reply.tool_uses[0].arguments) == '{"a":"😀"}'
    assert json.loads(reply.content)[1]["input"] == {"a": "😀"}


async def test_half_a_character_stays_visible_in_the_arguments_and_is_replaced_in_what_is_stored() -> None:
    async with playing(*message(spoken("so \ud83d!"), written('{"a":"\ud83d"}'))) as model:
        reply = await model.turn(asking())
    assert reply.text == "so \N{REPLACEMENT CHARACTER}!"
    assert json.loads(reply.content)[1]["input"] == {}
    assert reply.content.encode()
    with pytest.raises(BadInput, match="half of a character"):
        canonical(reply.tool_uses[0].arguments)


async def test_blank_text_is_left_out_because_the_api_does_not_take_it_back() -> None:
    async with playing(*message(spoken(" ", "\n"), spoken(), written("{}"), stop_reason="tool_use")) as model:
        reply = await model.turn(asking())
    assert json.loads(reply.content) == [TOOL]
    assert reply.text == ""


async def test_tokens_from_and_for_the_cache_count_as_input() -> None:
    usage = {"input_tokens": 3, "cache_creation_input_tokens": 20, "cache_read_input_tokens": 100, "output_tokens": 1}
    async with playing(*message(spoken("Hello."), usage=usage)) as model:
        reply = await model.turn(asking())
    assert (reply.input_tokens, reply.output_tokens) == (123, 7)


async def test_a_tool_input_that_was_not_streamed_is_not_trusted() -> None:
    parsed = {**TOOL, "input": {"user_key": "boss@example.com"}}
    async with playing(*message([parsed], stop_reason="tool_use")) as model:
        with pytest.raises(ModelUnavailable, match="raw text"):
            await model.turn(asking())


@pytest.mark.parametrize("kept", range(7))
async def test_a_stream_that_ends_early_brings_nothing(kept: int) -> None:
    whole = message(spoken("Hello."))
    frames = whole[:kept] if kept < len(whole) else [*whole[:-1], whole[-1][:-3]]
    async with playing(*frames) as model:
        with pytest.raises(ModelUnavailable):
            await model.turn(asking())


@pytest.mark.parametrize(
    "garbage",
    [
        b"<html>a proxy says hello</html>" * 20,
        chunk({"type": "message_stop"})[:-4] + b"\0\0\0\0",
        chunk({"type": "content_block_delta", "index": 3, "delta": {"type": "text_delta", "text": "?"}}),
        chunk({"type": "content_block_start", "index": 0}),
        chunk({"type": "message_start"}),
    ],
    ids=["no frames", "wrong checksum", "delta of no block", "block without content", "no message"],
)
async def test_a_stream_that_is_none_is_unavailable(garbage: bytes) -> None:
    async with playing(garbage, *message(spoken("Hello."))) as model:
        with pytest.raises(ModelUnavailable, match="could not be read"):
            await model.turn(asking())


async def test_events_of_unknown_kinds_are_passed_over() -> None:
    news = chunk({"type": "weather", "sun": True})
    cited = [*spoken("Hello."), {"type": "citations_delta", "citation": {"type": "char_location"}}]
    async with playing(news, *message(cited)) as model:
        reply = await model.turn(asking())
    assert json.loads(reply.content) == [{"type": "text", "text": "Hello."}]


@pytest.mark.parametrize("told", [1, 90])
async def test_what_had_come_of_a_stream_that_broke_off_is_counted(told: int) -> None:
    usage = {"input_tokens": 3, "cache_read_input_tokens": 100, "output_tokens": told}
    frames = message(spoken("Hello there,", " и"), written('{"a":1}'), usage=usage)
    prompt = asking()
    async with playing(*frames[:-2]) as model:
        with pytest.raises(ModelUnavailable):
            await model.turn(prompt)
    assert (prompt.meter.input_tokens, prompt.meter.output_tokens) == (103, max(told, 6))


async def test_a_message_that_is_cut_short_was_counted_until_then() -> None:
    frames = message(spoken("Hello. " * 100))
    async with stalling(*frames[:-2]) as stalled:
        prompt = asking()
        turn = asyncio.ensure_future(stalled.model.turn(prompt))
        await eventually(lambda: prompt.meter.output_tokens == 175)
        turn.cancel()
        await asyncio.wait({turn})
    assert prompt.meter.input_tokens == 1


@pytest.mark.parametrize("count", [-5, 2**62])
async def test_what_is_no_count_gives_no_budget_anything_back(count: int) -> None:
    usage = {"input_tokens": 3, "cache_read_input_tokens": count, "output_tokens": count}
    async with playing(*message(spoken("Hello."), usage=usage)) as model:
        reply = await model.turn(asking())
    assert (reply.input_tokens, reply.output_tokens) == (3, 7)


async def test_a_service_that_does_not_count_is_counted_for() -> None:
    prompt = replace(asking(), system="s" * 4000)
    async with playing(*message(spoken("Hello."), usage={"input_tokens": 0, "output_tokens": 0})) as model:
        reply = await model.turn(prompt)
    assert reply.input_tokens > 1000
    assert reply.output_tokens == 7
