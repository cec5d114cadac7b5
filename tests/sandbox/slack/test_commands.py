"""Slash commands, over a socket and over HTTP."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import parse_qs

import pytest
from aiohttp import web
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.payload import Json
from sandbox.seed import ALEX, IT_HELP, ROBIN
from tests.sandbox.slack.receiver import behind_url
from tests.sandbox.slack.stage import Peer, Stage, eventually, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as running:
        workspace = running.sandbox.slack.workspace
        workspace.app = replace(workspace.app, commands=frozenset({"/countersign"}))
        yield running


def use(stage: Stage, command: str = "/countersign", text: str = "help me") -> asyncio.Future[tuple[int, Json]]:
    body = {"as": ROBIN, "channel": IT_HELP, "command": command, "text": text}
    return asyncio.ensure_future(stage.control("POST", "commands", body))


async def seen_by(stage: Stage, user: str) -> list[str]:
    _, listed = await stage.control("GET", f"channels/{IT_HELP}/messages?as={user}")
    return [message["text"] for message in listed["messages"]]


async def test_a_command_may_be_answered_with_its_ack(stage: Stage, peer: Peer) -> None:
    using = use(stage)
    envelope = await peer.acked({"text": "Here you are"})
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert (envelope["payload"]["command"], envelope["payload"]["text"]) == ("/countersign", "help me")
    assert (await using)[1]["acked"] is True
    assert (await seen_by(stage, ROBIN), await seen_by(stage, ALEX)) == (["Here you are"], [])


async def test_the_answer_may_be_for_everybody(stage: Stage, peer: Peer) -> None:
    using = use(stage)
    await peer.acked({"text": "All hear", "response_type": "in_channel"})
    await using
    assert await seen_by(stage, ALEX) == ["All hear"]


async def test_an_empty_ack_shows_nothing_and_the_response_url_works(stage: Stage, peer: Peer) -> None:
    using = use(stage)
    envelope = await peer.acked()
    await using
    assert await seen_by(stage, ROBIN) == []
    later = AsyncWebhookClient(envelope["payload"]["response_url"])
    assert (await later.send(text="Later")).status_code == 200
    assert await seen_by(stage, ROBIN) == ["Later"]
    assert "message_not_found" in (await later.send(text="x", replace_original=True)).body


async def test_an_answer_that_slack_cannot_show_is_noted(stage: Stage, peer: Peer) -> None:
    using = use(stage)
    await peer.acked({"text": "x", "blocks": [{"type": "sektion"}]})
    await using
    assert await seen_by(stage, ROBIN) == []
    titles = [step.title for step in stage.sandbox.log.after(0)]
    assert "The answer to the command is not valid: invalid_blocks" in titles


async def test_without_an_ack_the_person_is_told(stage: Stage, peer: Peer) -> None:
    using = use(stage)
    await peer.receive()
    await eventually(lambda: stage.clock.sleepers == 2)
    stage.clock.advance(3)
    assert (await using)[1]["warning"] == '/countersign failed with the error "operation_timeout"'


async def test_without_a_connection_the_person_is_told(stage: Stage) -> None:
    assert (await use(stage))[1]["warning"] == '/countersign failed with the error "dispatch_failed"'


async def test_a_command_that_nobody_offers_is_not_sent(stage: Stage, peer: Peer) -> None:
    status, answer = await use(stage, "/remind")
    assert (status, answer["error"]) == (404, "invalid_command")


async def test_over_http_it_is_a_plain_form_and_plain_text_is_an_answer(stage: Stage) -> None:
    async with behind_url(stage) as receiver:
        receiver.answers = [web.Response(text="Here you are")]
        assert (await use(stage))[1]["acked"] is True
        arrived = await receiver.next()
        form = parse_qs(arrived.body.decode())
        assert (arrived.signed, form["command"], form["user_id"]) == (True, ["/countersign"], [ROBIN])
    assert await seen_by(stage, ROBIN) == ["Here you are"]
