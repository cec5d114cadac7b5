"""One turn, over a socket, from Bedrock's frames to a Reply."""

import asyncio
import json
import logging

import pytest

from bot.errors import ModelUnavailable
from sandbox.bedrock.turns import Turn
from tests.bot.adapters.anthropic_stand_in import MODEL, World, asking, bedrock_world, message, stalling

RAW = '{"user_key": "léa@example.com", "reason": "she left \\ud83d\\ude00 on Friday 🙂, says \\"HR\\""}'
TWICE = '{ "user_key": "sam@example.com", "user_key": "boss@example.com" }'


pytestmark = pytest.mark.usefixtures("aws_keys")


async def test_a_turn_brings_text_calls_and_usage(claude: World) -> None:
    claude.switch.say(Turn("She left.", [("google__suspend_user", RAW, "t1"), ("google__get_user", "{}", "t2")]))
    reply = await claude.model.turn(asking())
    assert reply.text == "She left."
    assert [(use.id, use.name) for use in reply.tool_uses] == [
        ("t1", "google__suspend_user"),
        ("t2", "google__get_user"),
    ]
    assert reply.stop_reason == "tool_use"
    assert reply.input_tokens > 50
    assert reply.output_tokens > 20


@pytest.mark.parametrize(
    "raw",
    [RAW, TWICE, '{"a": NaN}', '{"a": "\\ud800"}', '{"a": 1e400}', '[{"a": 1}]', '{"a": 1', "  ", '{"a":1.0,"A":10e2}'],
)
async def test_the_arguments_are_the_text_that_was_streamed_character_by_character(claude: World, raw: str) -> None:
    claude.switch.say(Turn(calls=[("google__suspend_user", raw)]))
    reply = await claude.model.turn(asking())
    assert reply.tool_uses[0].arguments == raw


async def test_what_cannot_be_sent_back_as_an_object_goes_back_as_an_empty_one(claude: World) -> None:
    raws = [RAW, TWICE, '{"a": NaN}', '{"a": "\\ud800"}', '{"a": 1e400}', '[{"a": 1}]', '{"a": 1']
    claude.switch.say(Turn(calls=[("google__suspend_user", raw) for raw in raws]))
    reply = await claude.model.turn(asking())
    sent_back = [block["input"] for block in json.loads(reply.content)]
    assert sent_back == [json.loads(RAW), {"user_key": "boss@example.com"}, {}, {}, {}, {}, {}]


async def test_the_content_is_accepted_when_it_is_sent_back(claude: World) -> None:
    claude.switch.say(Turn("Looking.", [("google__get_user", RAW, "t1")]), Turn("Done."))
    first = await claude.model.turn(asking())
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "no such account"}
    said = {"role": "assistant", "content": json.loads(first.content)}
    second = await claude.model.turn(asking("Look", said, {"role": "user", "content": [result]}))
    assert second.text == "Done."
    assert claude.switch.requests[-1].body["messages"][1] == said


async def test_a_call_without_any_input_has_no_text(claude: World) -> None:
    claude.switch.say(Turn(calls=[("google__get_user", "")]))
    reply = await claude.model.turn(asking())
    assert reply.tool_uses[0].arguments == ""
    assert json.loads(reply.content)[0]["input"] == {}


async def test_the_prompt_goes_out_as_it_was_given(claude: World) -> None:
    claude.switch.say(Turn("Hello."))
    await claude.model.turn(asking("Grüße 🙂"))
    asked = claude.switch.requests[0]
    assert asked.model == MODEL
    assert asked.body["anthropic_version"] == "bedrock-2023-05-31"
    assert asked.body["max_tokens"] == 1000
    assert asked.body["system"] == [
        {"type": "text", "text": "You are careful.", "cache_control": {"type": "ephemeral"}}
    ]
    assert not {"output_config", "thinking"} & set(asked.body)
    assert asked.body["messages"] == [{"role": "user", "content": "Grüße 🙂"}]
    assert [tool["name"] for tool in asked.body["tools"]] == ["google__suspend_user", "google__get_user"]
    assert asked.body["tools"][0]["input_schema"]["properties"] == {"user_key": {"type": "string"}}
    assert "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/" in asked.headers["Authorization"]


async def test_without_tools_none_are_named(claude: World) -> None:
    claude.switch.say(Turn("Hello."))
    await claude.model.turn(asking(tools=()))
    assert "tools" not in claude.switch.requests[0].body


async def test_a_refusal_is_told_as_the_provider_says_it(claude: World) -> None:
    claude.switch.select("refuse")
    reply = await claude.model.turn(asking())
    assert (reply.stop_reason, reply.content, reply.tool_uses) == ("refusal", "[]", ())


async def test_a_call_cut_by_max_tokens_keeps_its_half_text(claude: World) -> None:
    claude.switch.say(Turn("I will.", [("google__suspend_user", RAW[:30])], stop_reason="max_tokens"))
    reply = await claude.model.turn(asking())
    assert reply.stop_reason == "max_tokens"
    assert reply.tool_uses[0].arguments == RAW[:30]
    assert json.loads(reply.content)[1]["input"] == {}


async def test_an_empty_turn_is_an_empty_reply(claude: World) -> None:
    claude.switch.select("empty")
    reply = await claude.model.turn(asking())
    assert (reply.text, reply.content, reply.tool_uses, reply.stop_reason) == ("", "[]", (), "end_turn")


async def test_several_turns_run_at_the_same_time(claude: World) -> None:
    claude.switch.say(*[lambda body: Turn(body["messages"][0]["content"])] * 8)
    replies = await asyncio.gather(*(claude.model.turn(asking(f"number {n}")) for n in range(8)))
    assert [reply.text for reply in replies] == [f"number {n}" for n in range(8)]


async def test_cancelling_the_task_closes_the_stream() -> None:
    async with stalling(*message()[:1]) as stalled:
        turn = asyncio.ensure_future(stalled.model.turn(asking()))
        await stalled.begun.wait()
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        async with asyncio.timeout(5):
            await stalled.left.wait()


async def test_a_turn_that_takes_too_long_is_given_up() -> None:
    async with bedrock_world(longest=0.3) as claude:
        claude.switch.select("slow")
        with pytest.raises(ModelUnavailable, match=r"more than 0\.3 seconds"):
            await claude.model.turn(asking("suspend sam@example.com"))


async def test_a_silent_stream_is_given_up_and_closed() -> None:
    async with stalling(*message()[:1], silence=0.3) as stalled:
        with pytest.raises(ModelUnavailable, match="ReadTimeout"):
            await stalled.model.turn(asking())
        async with asyncio.timeout(5):
            await stalled.left.wait()


async def test_one_line_is_logged_for_a_turn_and_nothing_that_was_said(
    claude: World, caplog: pytest.LogCaptureFixture
) -> None:
    claude.switch.say(Turn("She left.", [("google__suspend_user", RAW)]))
    with caplog.at_level(logging.INFO, logger="bot"):
        reply = await claude.model.turn(asking())
    (line,) = [record for record in caplog.records if record.name.startswith("bot.")]
    assert line.getMessage() == "model.turn"
    told = vars(line)
    assert (told["model"], told["stop_reason"], told["calls"]) == (MODEL, "tool_use", 1)
    assert (told["input_tokens"], told["output_tokens"]) == (reply.input_tokens, reply.output_tokens)
    assert len(told["reference"]) == 24
    assert "example.com" not in str(told)
    assert "She left" not in str(told)
