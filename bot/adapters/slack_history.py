"""Older messages of a Slack thread (Slack docs: conversations.replies, Tier 3; 15 at a time for some apps)."""

from collections.abc import Iterator, Sequence
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from blocks.typed import typed
from bot.adapters.slack_client import Json, SlackIdentity, SlackRefused, answered
from bot.errors import Unavailable
from bot.ports import ThreadMessage

MOST = 15


class SlackHistory:
    """The `History` of a workspace. Each call asks once, for at most 15 messages."""

    def __init__(self, client: AsyncWebClient, identity: SlackIdentity) -> None:
        self._client = client
        self._identity = identity

    async def replies(self, channel: str, thread_ts: str, limit: int) -> tuple[Sequence[ThreadMessage], bool]:
        """As the port says."""
        try:
            await self._identity.known()
            call = self._client.conversations_replies(channel=channel, ts=thread_ts, limit=min(limit, MOST))
            answer = await answered(call)
        except SlackRefused as refused:
            raise Unavailable(f"Slack: {refused.code}", retry_after=refused.retry_after) from refused
        messages = [self._message(message) for message in answer["messages"]]
        return messages, bool(answer.get("has_more"))

    def _message(self, message: Json) -> ThreadMessage:
        author = str(message.get("user") or message.get("bot_id") or "")
        ours = author in (self._identity.bot_user, self._identity.bot_id)
        return ThreadMessage(message["ts"], author, typed(text_of(message)), ours)


def text_of(message: Json) -> str:
    """The message's text; where it has none, the texts of its blocks, one block per line."""
    return str(message.get("text") or "") or "\n".join(" ".join(texts(block)) for block in message.get("blocks") or [])


def texts(value: Any) -> Iterator[str]:
    """Every string under a key `text`, in the order in which a reader meets them."""
    if isinstance(value, list):
        for part in value:
            yield from texts(part)
    elif isinstance(value, dict):
        if isinstance(value.get("text"), str):
            yield value["text"]
        yield from texts([part for part in value.values() if isinstance(part, list | dict)])
