"""Buttons and modals of another version of the app, or of nobody."""

from typing import Any

from slack_bolt.async_app import AsyncAck

from bot.errors import NotFound


async def out_of_date(body: dict[str, Any]) -> None:
    """Tells the person so."""
    raise NotFound(body.get("type"))


async def ignored(ack: AsyncAck) -> None:
    """Acknowledged, and nothing else."""
    await ack()
