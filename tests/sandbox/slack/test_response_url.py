"""Answers through response_url."""

import asyncio

import pytest
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sandbox.seed import ALEX, IT_HELP, ROBIN
from tests.sandbox.slack.cards import card
from tests.sandbox.slack.stage import Peer, Stage


@pytest.fixture
async def reply(stage: Stage, peer: Peer) -> AsyncWebhookClient:
    """Slack's own client for the response_url of a click by Alex."""
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="Card", blocks=card())
    await peer.acked()
    place = {"channel": IT_HELP, "ts": posted["ts"]}
    clicking = asyncio.ensure_future(stage.click(ALEX, place, "choice", "approve"))
    payload = (await peer.acked())["payload"]
    await clicking
    return AsyncWebhookClient(payload["response_url"])


async def seen_by(stage: Stage, user: str) -> list[str]:
    _, listed = await stage.control("GET", f"channels/{IT_HELP}/messages?as={user}")
    return [message["text"] for message in listed["messages"]]


async def test_an_answer_is_private_unless_it_says_otherwise(stage: Stage, reply: AsyncWebhookClient) -> None:
    assert (await reply.send(text="Only you")).body == "ok"
    await reply.send(text="Everybody", response_type="in_channel")
    assert await seen_by(stage, ALEX) == ["Card", "Only you", "Everybody"]
    assert await seen_by(stage, ROBIN) == ["Card", "Everybody"]


async def test_the_original_can_be_replaced_and_deleted(stage: Stage, reply: AsyncWebhookClient) -> None:
    await reply.send(text="Replaced", replace_original=True)
    assert await seen_by(stage, ROBIN) == ["Replaced"]
    await reply.send(text="", delete_original=True)
    assert await seen_by(stage, ROBIN) == []
    assert "message_not_found" in (await reply.send(text="x", replace_original=True)).body


async def test_five_answers_and_no_more(reply: AsyncWebhookClient) -> None:
    codes = [(await reply.send(text="x")).status_code for _ in range(6)]
    assert codes == [200] * 5 + [404]


async def test_it_ends_after_half_an_hour(stage: Stage, reply: AsyncWebhookClient) -> None:
    stage.clock.advance(30 * 60 + 1)
    late = await reply.send(text="x")
    assert (late.status_code, "expired_url" in late.body) == (404, True)


async def test_an_answer_needs_content_that_slack_can_show(stage: Stage, reply: AsyncWebhookClient) -> None:
    assert "no_text" in (await reply.send(text="")).body
    assert "invalid_blocks" in (await reply.send(text="x", blocks=[{"type": "sektion"}])).body
    async with stage.http.post(reply.url, data="{") as response:
        assert (await response.json())["error"] == "invalid_payload"
