"""Finds messages of ours again, by the row id in their metadata (Slack docs, "Message metadata")."""

from collections.abc import AsyncIterator
from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack_client import Json, answered
from bot.adapters.slack_queue import SlackQueue, Urgency
from bot.models.outbox import OutboxRow

EVENT_TYPE = "countersign_message"
CLOCKS_DIFFER_BY = timedelta(minutes=65)
"""So far ahead a clock may be when a message is posted: an hour, and what Slack allows."""
MOST_PAGES = 20
PAGE = 200


def metadata(row: OutboxRow) -> Json:
    """What every post carries."""
    return {"event_type": EVENT_TYPE, "event_payload": {"row": row.id}}


async def find(client: AsyncWebClient, queue: SlackQueue, row: OutboxRow, urgency: Urgency) -> list[str]:
    """The `ts` of all messages of the row posted since the first attempt, oldest first. Raises SlackRefused."""
    found = [str(message["ts"]) async for message in posted_since(client, queue, row, urgency) if _shows(message, row)]
    return sorted(found)


async def posted_since(
    client: AsyncWebClient, queue: SlackQueue, row: OutboxRow, urgency: Urgency
) -> AsyncIterator[Json]:
    """The messages of the row's thread or channel, from before `tried_at` on, by any clock that it may have been."""
    assert row.tried_at is not None, "nothing was posted before the first attempt"
    arguments: Json = {
        "channel": row.channel,
        "oldest": f"{(row.tried_at - CLOCKS_DIFFER_BY).timestamp():.6f}",
        "include_all_metadata": True,
        "limit": PAGE,
    }
    method = "conversations.replies" if row.thread_ts else "conversations.history"
    for _ in range(MOST_PAGES):
        async with queue.turn(method, row.channel, urgency):
            answer = await answered(
                client.conversations_replies(ts=row.thread_ts, **arguments)
                if row.thread_ts
                else client.conversations_history(**arguments)
            )
        for message in answer["messages"]:
            yield message
        cursor = (answer.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return
        arguments["cursor"] = cursor


def _shows(message: Json, row: OutboxRow) -> bool:
    known = message.get("metadata") or {}
    payload = known.get("event_payload") or {}
    return known.get("event_type") == EVENT_TYPE and payload.get("row") == row.id
