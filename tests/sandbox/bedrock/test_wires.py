"""Who may ask which of the three, and what each says when it refuses."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import ClientSession

from sandbox.bedrock.guardrails import Guardrail
from sandbox.bedrock.switch import ModelSwitch
from sandbox.bedrock.turns import Turn
from tests.sandbox.bedrock.client import MODEL, Bedrock, bedrock

BODY: dict[str, Any] = {"model": MODEL, "max_tokens": 10, "messages": [{"role": "user", "content": "hello"}]}
INVOKED = {name: value for name, value in BODY.items() if name != "model"} | {"anthropic_version": "bedrock-2023-05-31"}
KEY = {"x-api-key": "sk-ant-synthetic", "anthropic-version": "2023-06-01"}
BEARER = {"Authorization": "Bearer key", "anthropic-version": "2023-06-01"}
SIGNED = (
    "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260105/eu-west-1/{}/aws4_request, SignedHeaders=host, Signature="
    + "0" * 64
)
GUARDRAIL = ("X-Amzn-Bedrock-GuardrailIdentifier", "X-Amzn-Bedrock-GuardrailVersion")


@pytest.fixture
async def world() -> AsyncIterator[Bedrock]:
    async with bedrock() as opened:
        opened.switch.say(*[Turn("Hello.")] * 5)
        yield opened


async def post(world: Bedrock, path: str, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
    async with ClientSession() as http:
        answer = await http.post(world.url.removesuffix("/bedrock") + path, json=body, headers=headers)
        return answer.status, await answer.json()


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/claude/v1/messages", KEY),
        ("/claude/v1/messages", BEARER),
        ("/mantle/anthropic/v1/messages", BEARER),
        ("/mantle/anthropic/v1/messages", BEARER | {"Authorization": SIGNED.format("bedrock-mantle")}),
    ],
)
async def test_whoever_shows_a_key_is_answered_in_one_piece(world: Bedrock, path: str, headers: dict[str, str]) -> None:
    status, message = await post(world, path, headers, BODY)
    assert (status, message["model"], message["content"]) == (200, MODEL, [{"type": "text", "text": "Hello."}])


@pytest.mark.parametrize(
    ("path", "headers", "status", "said"),
    [
        ("/claude/v1/messages", {}, 401, "x-api-key header is required"),
        ("/claude/v1/messages", {"x-api-key": "k"}, 400, "anthropic-version: header is required"),
        ("/claude/v1/messages", KEY | {"anthropic-version": "1"}, 400, "'1' is not a valid version"),
        ("/mantle/anthropic/v1/messages", KEY, 403, "Missing Authentication Token"),
        (
            "/mantle/anthropic/v1/messages",
            BEARER | {"Authorization": SIGNED.format("bedrock")},
            403,
            "The request signature does not conform to AWS standards.",
        ),
    ],
)
async def test_whoever_does_not_is_refused_in_the_words_of_the_messages_api(
    world: Bedrock, path: str, headers: dict[str, str], status: int, said: str
) -> None:
    got, answer = await post(world, path, headers, BODY)
    assert (got, answer["type"], said in answer["error"]["message"]) == (status, "error", True)
    assert answer["error"]["type"] in {"authentication_error", "invalid_request_error"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (("gr1", ""), "missing or malformed"),
        (("", "1"), "missing or malformed"),
        (("GR 1", "1"), "missing or malformed"),
        (("gr1", "0"), "missing or malformed"),
        (("gr2", "1"), "does not exist"),
        (("gr1", "7"), "does not exist"),
    ],
)
async def test_half_a_guardrail_or_an_unknown_one_is_refused(
    world: Bedrock, values: tuple[str, str], said: str
) -> None:
    world.switch.guardrails["gr1"] = Guardrail(("salary",))
    headers = BEARER | dict(zip(GUARDRAIL, values, strict=True))
    status, answer = await post(world, f"/bedrock/model/{MODEL}/invoke", headers, INVOKED)
    assert (status, said in answer["message"]) == (400, True)


@pytest.mark.parametrize(
    ("asked", "action", "says"),
    [("hello", "NONE", "Hello."), ("her salary?", "INTERVENED", "Sorry, this is not something I may talk about.")],
)
async def test_a_guardrail_tells_what_it_did(world: Bedrock, asked: str, action: str, says: str) -> None:
    world.switch.guardrails["gr1"] = Guardrail(("salary",))
    headers = BEARER | dict(zip(GUARDRAIL, ("gr1", "DRAFT"), strict=True))
    body = INVOKED | {"messages": [{"role": "user", "content": asked}]}
    status, message = await post(world, f"/bedrock/model/{MODEL}/invoke", headers, body)
    assert (status, message["amazon-bedrock-guardrailAction"]) == (200, action)
    assert message["content"] == [{"type": "text", "text": says}]


@pytest.mark.parametrize("mode", ["thoughtful", "pausing", "foreign"])
def test_each_way_to_answer_answers(mode: str) -> None:
    switch = ModelSwitch()
    switch.select(mode)
    turn = switch.answer({"messages": [{"role": "user", "content": "hello"}], "tools": []})
    assert turn.text
