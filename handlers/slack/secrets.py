"""The one button below a secret: its reader takes it away, since Slack lets nobody delete a bot's message by hand."""

from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack import payloads

GONE = frozenset({"message_not_found", "channel_not_found"})


async def delete(ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
    """Deletes the message that was clicked on, in a direct message only: there nobody else can have clicked."""
    click = payloads.click(body)
    if click.channel.startswith("D"):
        try:
            await client.chat_delete(channel=click.channel, ts=click.message_ts)
        except SlackApiError as refused:
            if refused.response.get("error") not in GONE:
                raise
    await ack()
