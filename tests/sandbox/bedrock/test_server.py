"""The stand-in through the official client, over a socket."""

import asyncio
import json

import pytest
from aiohttp import ClientSession
from anthropic import APIStatusError, AsyncAnthropicBedrock, BadRequestError, RateLimitError
from httpx2 import RemoteProtocolError

from sandbox.bedrock.switch import MODES, UnknownMode
from sandbox.bedrock.turns import Turn, broken_stream, hung_up, throttled, unavailable
from tests.sandbox.bedrock.client import MODEL, Bedrock, asking, streamed
from tests.sandbox.bedrock.toolsets import GOOGLE

RAW = '{"user_key": "léa@example.com", "reason": "she left \\ud83d\\ude00 on Friday, says \\"HR\\""}'


async def test_a_scripted_turn_streams_text_and_calls_in_awkward_pieces(world: Bedrock) -> None:
    world.switch.say(Turn("The requester says she left.", [("google__suspend_user", RAW), ("google__get_user", "{}")]))
    message, pieces = await streamed(world.client, **asking(tools=GOOGLE))
    text, suspend, get = message.content
    assert text.type == "text"
    assert text.text == "The requester says she left."
    assert (suspend.type, get.type, message.stop_reason) == ("tool_use", "tool_use", "tool_use")
    assert suspend.type == "tool_use"
    assert suspend.input == json.loads(RAW)
    assert "".join(pieces) == RAW + "{}"
    assert pieces[:4] == ["", RAW[:1], RAW[1:3], RAW[3:6]]
    assert message.usage.input_tokens > 100
    assert message.usage.output_tokens > 20
    assert message.model == MODEL


async def test_ids_differ_between_calls_turns_and_requests(world: Bedrock) -> None:
    world.switch.say(*[Turn(calls=[("a__b", "{}"), ("a__b", "{}")])] * 2)
    messages = [(await streamed(world.client, **asking()))[0] for _ in range(2)]
    ids = [block.id for message in messages for block in message.content if block.type == "tool_use"]
    assert len({*ids, *(message.id for message in messages)}) == 6


async def test_the_answer_also_comes_in_one_piece(world: Bedrock) -> None:
    world.switch.say(Turn("Why.", [("google__suspend_user", RAW)]))
    message = await world.client.messages.create(**asking())
    assert [block.type for block in message.content] == ["text", "tool_use"]
    assert message.content[1].type == "tool_use"
    assert message.content[1].input == json.loads(RAW)
    assert message.stop_reason == "tool_use"


async def test_the_client_tries_again_after_throttling_and_outage(world: Bedrock) -> None:
    world.switch.say(Turn("Here."))
    world.switch.faults += [throttled(retry_after=0.01), unavailable(retry_after=0.01)]
    message, _ = await streamed(world.client, **asking())
    assert [recorded.answer for recorded in world.switch.requests][:2] == [
        "ThrottlingException",
        "ServiceUnavailableException",
    ]
    assert message.content[0].type == "text"


async def test_throttling_that_does_not_end_is_an_error(world: Bedrock) -> None:
    world.switch.faults += [throttled(retry_after=0.01)] * 3
    with pytest.raises(RateLimitError) as limited:
        await streamed(world.client, **asking())
    assert limited.value.response.headers["x-amzn-errortype"].startswith("ThrottlingException")
    assert limited.value.body == {"message": "Too many requests, please wait before trying again."}


async def test_an_exception_frame_ends_the_stream_and_keeps_the_turn_for_the_next_attempt(world: Bedrock) -> None:
    world.switch.say(Turn("The requester says she left."))
    world.switch.faults.append(broken_stream(after_events=3))
    with pytest.raises(APIStatusError) as broken:
        await streamed(world.client, **asking())
    assert "modelStreamErrorException" in str(broken.value)
    message, _ = await streamed(world.client, **asking())
    assert message.stop_reason == "end_turn"


async def test_a_connection_that_closes_in_the_middle_is_noticed(world: Bedrock) -> None:
    world.switch.faults.append(hung_up(after_events=3))
    with pytest.raises(RemoteProtocolError):
        await streamed(world.client, **asking())
    assert world.switch.requests[-1].answer == "closed"


async def test_a_cut_call_ends_with_max_tokens_and_half_its_arguments(world: Bedrock) -> None:
    world.switch.select("cut")
    message, pieces = await streamed(world.client, **asking("suspend leaver@example.com", tools=GOOGLE))
    assert message.stop_reason == "max_tokens"
    with pytest.raises(ValueError, match="Unterminated"):
        json.loads("".join(pieces))


async def test_a_cut_answer_ends_with_max_tokens(world: Bedrock) -> None:
    world.switch.select("cut")
    message, _ = await streamed(world.client, **asking("hello", tools=GOOGLE))
    assert message.stop_reason == "max_tokens"
    assert [block.type for block in message.content] == ["text"]


async def test_a_refusal_says_its_category(world: Bedrock) -> None:
    world.switch.select("refuse")
    message, _ = await streamed(world.client, **asking())
    assert message.stop_reason == "refusal"
    assert message.stop_details is not None
    assert message.stop_details.category == "cyber"
    assert message.content == []


async def test_an_empty_turn_has_no_content(world: Bedrock) -> None:
    world.switch.select("empty")
    message, _ = await streamed(world.client, **asking())
    assert (message.content, message.stop_reason) == ([], "end_turn")


async def test_the_planner_works_over_the_wire(world: Bedrock) -> None:
    message, pieces = await streamed(world.client, **asking("suspend leaver@example.com", tools=GOOGLE))
    assert message.stop_reason == "tool_use"
    assert json.loads("".join(pieces)) == {"user_key": "leaver@example.com"}


async def test_the_loop_reads_the_same_again_and_again(world: Bedrock) -> None:
    world.switch.select("loop")
    said = [await streamed(world.client, **asking(text, tools=GOOGLE)) for text in ("hello", "suspend a@example.com")]
    assert said[0][1] == said[1][1]
    assert all(message.stop_reason == "tool_use" for message, _ in said)


async def test_a_slow_stream_can_be_left_in_the_middle(world: Bedrock) -> None:
    world.switch.select("slow")
    world.switch.slow_s = 0.05
    told: asyncio.Queue[str] = asyncio.Queue()
    world.log.listen(lambda step: told.put_nowait(step.title))
    async with world.client.messages.stream(**asking("hello", tools=GOOGLE)) as stream:
        await anext(aiter(stream))
    assert "the client hung up" in await asyncio.wait_for(told.get(), 10)


async def test_a_long_conversation_is_read_whole(world: Bedrock) -> None:
    await streamed(world.client, **asking("x" * 3_000_000))
    assert len(world.switch.requests[0].body["messages"][0]["content"]) == 3_000_000


async def test_a_script_that_ran_out_says_so_without_a_retry(world: Bedrock) -> None:
    world.switch.say(lambda body: Turn(body["messages"][0]["content"]))
    message, _ = await streamed(world.client, **asking("echo"))
    assert message.content[0].type == "text"
    assert message.content[0].text == "echo"
    with pytest.raises(BadRequestError, match="no scripted turn left"):
        await streamed(world.client, **asking())
    assert len(world.switch.requests) == 2


async def test_every_attempt_is_recorded_and_told(world: Bedrock) -> None:
    await streamed(world.client, **asking("suspend leaver@example.com", tools=GOOGLE, extra_headers={"x-trace": "1"}))
    (recorded,), (step,) = world.switch.requests, world.log.after(0)
    assert (recorded.n, recorded.model, recorded.operation) == (1, MODEL, "invoke-with-response-stream")
    assert recorded.body["messages"][0]["content"] == "suspend leaver@example.com"
    assert recorded.headers["x-trace"] == "1"
    assert isinstance(recorded.answer, Turn)
    assert step.kind == "model"
    assert step.title.startswith("Bedrock: invoke-with-response-stream → 1 call, tool_use in ")
    assert step.detail["calls"] == [{"tool": "google__suspend_user", "input": '{"user_key": "leaver@example.com"}'}]


async def test_a_bearer_key_is_good_and_no_key_is_not(world: Bedrock) -> None:
    async with AsyncAnthropicBedrock(base_url=world.url, api_key="key", aws_region="eu-west-1") as client:
        await streamed(client, **asking())
    async with ClientSession() as http:
        unsigned = await http.post(f"{world.url}/model/{MODEL}/invoke", data=b"{}")
        assert (unsigned.status, await unsigned.json()) == (403, {"message": "Missing Authentication Token"})
        bad = await http.post(f"{world.url}/model/{MODEL}/invoke", headers={"Authorization": "AWS4-HMAC-SHA256 x"})
        assert bad.headers["x-amzn-errortype"].startswith("IncompleteSignatureException")


async def test_the_clients_own_api_version_is_refused(world: Bedrock) -> None:
    with pytest.raises(BadRequestError, match="anthropic_version"):
        await streamed(world.client, **(asking() | {"extra_body": {}}))


def test_an_unknown_mode_changes_nothing(world: Bedrock) -> None:
    with pytest.raises(UnknownMode) as unknown:
        world.switch.select("genius")
    assert (unknown.value.mode, world.switch.mode) == ("genius", "planner")
    assert "planner" in MODES
