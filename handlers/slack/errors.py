"""The error edge: what a listener raised becomes an answer to Slack, a sentence to the person, a line in the log."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt import BoltResponse
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_bolt.error import BoltUnhandledRequestError
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BadInput
from bot.ports import NewId
from handlers.slack import payloads
from handlers.slack.payloads import Means
from handlers.slack.sentences import NOT_SENT, alarm, sentence

log = logging.getLogger(__name__)

Edge = Callable[[Exception, dict[str, Any], AsyncRespond, AsyncWebClient], Awaitable[BoltResponse]]

ACK = 200
NO_ACK = 500


def error_edge(new_id: NewId) -> Edge:
    """The handler for `AsyncApp.error`. Slack delivers an event again that was not acknowledged, a click never."""

    async def edge(
        error: Exception, body: dict[str, Any], respond: AsyncRespond, client: AsyncWebClient
    ) -> BoltResponse:
        if isinstance(error, BoltUnhandledRequestError):
            return BoltResponse(status=ACK)
        incident = new_id()
        log.error("slack payload failed", exc_info=error, extra={"incident": incident})
        alarm(error)
        reach = payloads.reach(body)
        if reach.means is Means.EVENT:
            return BoltResponse(status=ACK if isinstance(error, BadInput) else NO_ACK)
        if reach.means is Means.SUBMISSION and reach.input_block:
            return refusal(reach.input_block, error, incident)
        await whisper(sentence(error, incident), reach, respond, client)
        return BoltResponse(status=ACK)

    return edge


def refusal(block: str, error: Exception, incident: str) -> BoltResponse:
    """Keeps the modal open, with the reason below its input (Slack docs, "Displaying errors in views")."""
    text = sentence(error, incident, not_saved=NOT_SENT)
    answer = {"response_action": "errors", "errors": {block: text}}
    return BoltResponse(status=ACK, body=json.dumps(answer), headers={"content-type": ["application/json"]})


async def whisper(text: str, reach: payloads.Reach, respond: AsyncRespond, client: AsyncWebClient) -> None:
    """Tells one person. Gives up after 1.5 s, because the click must still be acknowledged within 3 s."""
    try:
        async with asyncio.timeout(1.5):
            await say(text, reach, respond, client)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as silent:
        log.warning("person could not be told", exc_info=silent)


async def say(text: str, reach: payloads.Reach, respond: AsyncRespond, client: AsyncWebClient) -> None:
    if respond.response_url:
        await respond(text, response_type="ephemeral", replace_original=False)
    elif reach.channel:
        thread = reach.thread_ts or None
        await client.chat_postEphemeral(channel=reach.channel, user=reach.user, text=text, thread_ts=thread)
