"""The same model by three ways: InvokeModel, Bedrock's Messages API (Mantle) and Anthropic's own."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.adapters.anthropic_client import RETRIES, Kind, claude_client, client_of, mantle_client
from bot.adapters.anthropic_prompt import Asking
from bot.adapters.anthropic_stream import INTERVENED
from bot.errors import BadInput, ModelUnavailable
from bot.ports import Prompt
from sandbox.bedrock.guardrails import Guardrail
from sandbox.bedrock.turns import Fault, Turn, broken_stream, hung_up, throttled, unavailable
from tests.bot.adapters.anthropic_stand_in import MODEL, World, asking, model_world

RAW = '{"user_key": "léa@example.com", "n": 1.0, "user_key": "sam@example.com"}'
SOON = 0.001
GUARDRAIL = ("gr4rd9qkzv0u", "1")
HEADERS = {"x-amzn-bedrock-guardrailidentifier": "gr4rd9qkzv0u", "x-amzn-bedrock-guardrailversion": "1"}

pytestmark = pytest.mark.usefixtures("aws_keys")


@pytest.fixture(params=list(Kind))
async def any_kind(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with model_world(Asking(request.param, effort="low", thinking="adaptive")) as world:
        yield world


@pytest.fixture(params=[Kind.MANTLE, Kind.CLAUDE])
async def messages_api(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    async with model_world(Asking(request.param)) as world:
        yield world


@pytest.fixture
async def guarded() -> AsyncIterator[World]:
    async with model_world(Asking(guardrail=GUARDRAIL)) as world:
        world.switch.guardrails["gr4rd9qkzv0u"] = Guardrail(("salary", "Gehalt"))
        yield world


async def test_a_turn_brings_text_raw_arguments_and_usage(any_kind: World) -> None:
    any_kind.switch.say(Turn("She left.", [("google__suspend_user", RAW, "t1")]))
    reply = await any_kind.model.turn(asking())
    assert (reply.text, reply.stop_reason) == ("She left.", "tool_use")
    assert [(use.id, use.name, use.arguments) for use in reply.tool_uses] == [("t1", "google__suspend_user", RAW)]
    assert (reply.input_tokens > 50, reply.output_tokens > 10) == (True, True)


async def test_effort_and_thinking_go_out_as_they_are_set(any_kind: World) -> None:
    any_kind.switch.say(Turn("Hello."))
    await any_kind.model.turn(asking())
    body = any_kind.switch.requests[0].body
    assert (body["output_config"], body["thinking"]) == ({"effort": "low"}, {"type": "adaptive"})


async def test_each_kind_speaks_its_own_dialect(any_kind: World) -> None:
    any_kind.switch.say(Turn("Hello."))
    await any_kind.model.turn(asking())
    asked = any_kind.switch.requests[0]
    assert asked.model == MODEL
    if asked.operation == "messages":
        assert (asked.body["model"], asked.body["stream"], "anthropic_version" in asked.body) == (MODEL, True, False)
        assert asked.headers["anthropic-version"] == "2023-06-01"
    else:
        assert asked.body["anthropic_version"] == "bedrock-2023-05-31"


async def test_thoughts_go_back_to_the_letter(any_kind: World) -> None:
    thoughts = ("First: léa 🙂\n ", "redacted:")
    any_kind.switch.say(Turn("Looking.", [("google__get_user", "{}", "t1")], thinking=thoughts), Turn("Done."))
    first = await any_kind.model.turn(asking())
    content = json.loads(first.content)
    assert [block["type"] for block in content] == ["thinking", "redacted_thinking", "text", "tool_use"]
    assert (content[0]["thinking"], len(content[0]["signature"]), len(content[1]["data"])) == (thoughts[0], 64, 64)
    assert first.text == "Looking."
    assert (await any_kind.model.turn(_with_result(first.content))).text == "Done."
    assert any_kind.switch.requests[-1].body["messages"][1]["content"] == content


async def test_thoughts_that_are_no_longer_taken_are_left_out(any_kind: World) -> None:
    any_kind.switch.say(Turn(calls=[("google__get_user", "{}", "t1")], thinking=("Hm.",)), Turn("Done."))
    first = await any_kind.model.turn(asking())
    later = replace(_with_result(first.content), system="You are careful, since the update.")
    assert (await any_kind.model.turn(later)).text == "Done."
    assert any_kind.switch.count == 3
    assert [block["type"] for block in any_kind.switch.requests[-1].body["messages"][1]["content"]] == ["tool_use"]


async def test_another_refusal_is_not_tried_again_without_thoughts(any_kind: World) -> None:
    any_kind.switch.faults.append(Fault("ValidationException", "thinking: no signature of yours", 403))
    any_kind.switch.faults.append(Fault("ValidationException", "messages: too many", 400))
    for _ in range(2):
        with pytest.raises((BadInput, ModelUnavailable)):
            await any_kind.model.turn(asking())
    assert any_kind.switch.count == 2


def _with_result(content: str) -> Prompt:
    result = {"type": "tool_result", "tool_use_id": "t1", "content": "no such account"}
    said = {"role": "assistant", "content": json.loads(content)}
    return asking("Look up sam@example.com", said, {"role": "user", "content": [result]})


async def test_a_paused_turn_may_go_back_as_it_is(any_kind: World) -> None:
    any_kind.switch.say(Turn("One moment.", stop_reason="pause_turn", thinking=("Hm.",)), Turn("Here."))
    paused = await any_kind.model.turn(asking())
    assert paused.stop_reason == "pause_turn"
    said = {"role": "assistant", "content": json.loads(paused.content)}
    assert (await any_kind.model.turn(asking("Look up sam@example.com", said))).text == "Here."


async def test_throttling_is_waited_out_by_every_kind(messages_api: World) -> None:
    messages_api.switch.say(Turn("Hello."))
    messages_api.switch.faults.extend(
        [throttled(SOON), unavailable(SOON), Fault("overloaded_error", "Overloaded", 529, SOON)]
    )
    assert (await messages_api.model.turn(asking())).text == "Hello."
    assert messages_api.switch.count == 1 + RETRIES


async def test_a_long_wait_is_handed_to_the_workflow_by_every_kind(messages_api: World) -> None:
    messages_api.switch.faults.append(throttled(3600))
    with pytest.raises(ModelUnavailable, match="asks to wait 3600 seconds") as told:
        await messages_api.model.turn(asking())
    assert (told.value.retry_after, messages_api.switch.count) == (3600, 1)


async def test_a_prompt_that_is_refused_is_bad_input_with_the_services_own_sentence(messages_api: World) -> None:
    with pytest.raises(BadInput, match="refused the prompt: messages: text content blocks must contain") as told:
        await messages_api.model.turn(asking(""))
    assert told.value.where == "model"


@pytest.mark.parametrize(
    ("type_", "status", "words"),
    [
        ("authentication_error", 401, "refused our credentials"),
        ("permission_error", 403, "refused our credentials or our access"),
        ("not_found_error", 404, "knows no such model"),
        ("billing_error", 402, "could not answer"),
    ],
)
async def test_what_is_not_the_prompts_fault_is_unavailable_by_every_kind(
    messages_api: World, type_: str, status: int, words: str
) -> None:
    messages_api.switch.faults.append(Fault(type_, "Because.", status))
    with pytest.raises(ModelUnavailable, match=rf"{words}.*\({type_}: Because\)"):
        await messages_api.model.turn(asking())


async def test_a_stream_that_breaks_keeps_nothing(messages_api: World) -> None:
    messages_api.switch.say(Turn("Hello.", [("google__get_user", "{}")]))
    for fault in (broken_stream(3), hung_up(3)):
        messages_api.switch.faults.append(fault)
        with pytest.raises(ModelUnavailable):
            await messages_api.model.turn(asking())
    assert (await messages_api.model.turn(asking())).text == "Hello."


async def test_anthropic_is_called_by_its_name() -> None:
    async with model_world(Asking(Kind.CLAUDE)) as world:
        world.switch.faults.append(Fault("authentication_error", "invalid x-api-key", 401))
        with pytest.raises(ModelUnavailable, match=r"^Claude's API refused our credentials"):
            await world.model.turn(asking())
        sent = {name.lower(): value for name, value in world.switch.requests[0].headers.items()}
        assert sent["authorization"] == "Bearer sk-ant-synthetic"


def test_the_address_is_the_services_own_unless_it_is_given() -> None:
    assert str(mantle_client("eu-west-3").base_url) == "https://bedrock-mantle.eu-west-3.api.aws/anthropic/"
    assert str(claude_client("k").base_url) == "https://api.anthropic.com"
    for kind in Kind:
        assert str(client_of(kind, "eu-west-3", "http://127.0.0.1:1/x", "k").base_url) == "http://127.0.0.1:1/x/"


async def test_a_guardrail_is_named_by_both_headers_and_they_are_signed(guarded: World) -> None:
    guarded.switch.say(Turn("Hello."))
    assert (await guarded.model.turn(asking())).stop_reason == "end_turn"
    headers = guarded.switch.requests[0].headers
    assert HEADERS.items() <= headers.items()
    assert "x-amzn-bedrock-guardrailidentifier;x-amzn-bedrock-guardrailversion" in headers["Authorization"]


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What is her salary?", Turn("I look.", [("google__get_user", "{}")])),
        ("Wer ist das?", Turn("Ihr Gehalt ist hoch.")),
        ("Wer ist das?", Turn("Ich sehe nach.", [("google__get_user", '{"user_key": "Gehalt"}')])),
        ("Wer ist das?", Turn("Blocked.", stop_reason=INTERVENED)),
    ],
)
async def test_what_a_guardrail_stopped_is_told_as_that(guarded: World, asked: str, answer: Turn) -> None:
    guarded.switch.say(answer)
    reply = await guarded.model.turn(asking(asked))
    assert (reply.stop_reason, reply.tool_uses) == ("guardrail_intervened", ())


async def test_a_guardrail_that_is_not_there_is_bad_input(guarded: World) -> None:
    guarded.switch.guardrails.clear()
    with pytest.raises(BadInput, match="guardrail identifier or version provided in the request does not exist"):
        await guarded.model.turn(asking())
