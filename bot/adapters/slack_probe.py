"""What Slack tells of an app without anything being changed (Slack docs: auth.test, bots.info, Socket Mode)."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack_client import SILENT, SlackRefused, answered, heard
from bot.adapters.slack_clock import dated

CLOSING = 1.0
"""Seconds that Slack has to say goodbye on a socket."""


@dataclass(frozen=True, slots=True)
class Signed:
    """Who a bot token signs in as. `scopes` is None when Slack did not name them; `date` is Slack's own time."""

    team: str
    team_name: str
    name: str
    user: str
    bot_id: str
    scopes: frozenset[str] | None
    date: datetime | None


@dataclass(frozen=True, slots=True)
class Hello:
    """The first frame of a socket: how many are open for the app, this one included; for which app.

    `refused` is the reason when Slack said goodbye instead.
    """

    connections: int
    app_id: str
    host: str = ""
    lifetime: int = 0
    refused: str = ""


async def signed_in(client: AsyncWebClient) -> Signed:
    """auth.test, with the scopes of `x-oauth-scopes`. Raises SlackRefused."""
    answer = await heard(client.auth_test())
    headers = {key.lower(): str(value) for key, value in dict(answer.headers).items()}
    scopes = headers.get("x-oauth-scopes")
    said = {key: str(answer.get(key) or "") for key in ("team_id", "team", "user", "user_id", "bot_id")}
    return Signed(
        team=said["team_id"],
        team_name=said["team"],
        name=said["user"],
        user=said["user_id"],
        bot_id=said["bot_id"],
        scopes=None if scopes is None else frozenset(one.strip() for one in scopes.split(",") if one.strip()),
        date=dated(headers),
    )


async def app_of(client: AsyncWebClient, bot_id: str) -> str:
    """The id of the app behind a bot. Raises SlackRefused."""
    answer = await answered(client.bots_info(bot=bot_id))
    return str(answer["bot"].get("app_id") or "")


async def may_read(client: AsyncWebClient, channel: str) -> None:
    """Asks for one message of a channel, which only a member gets: needs no scope that the bot has not anyhow.

    Raises SlackRefused: channel_not_found, not_in_channel and others.
    """
    await answered(client.conversations_history(channel=channel, limit=1))


async def socket_url(client: AsyncWebClient, app_token: str) -> str:
    """apps.connections.open: an address that is good for one socket; nothing is connected. Raises SlackRefused."""
    return str((await answered(client.apps_connections_open(app_token=app_token)))["url"])


async def greeting(url: str, patience: float) -> Hello:
    """Connects, reads the first frame, closes. Raises SlackRefused with code `no_answer` after `patience` seconds."""
    try:
        async with asyncio.timeout(patience):
            frame = await _first_frame(url)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError, TypeError) as silent:
        raise SlackRefused(SILENT) from silent
    debug = frame.get("debug_info") or {}
    return Hello(
        connections=int(frame.get("num_connections") or 0),
        app_id=str((frame.get("connection_info") or {}).get("app_id") or ""),
        host=str(debug.get("host") or ""),
        lifetime=int(debug.get("approximate_connection_time") or 0),
        refused="" if frame.get("type") == "hello" else str(frame.get("reason") or frame.get("type")),
    )


async def _first_frame(url: str) -> dict[str, Any]:
    closing = aiohttp.ClientWSTimeout(ws_close=CLOSING)
    async with aiohttp.ClientSession() as session, session.ws_connect(url, timeout=closing) as socket:
        frame: dict[str, Any] = await socket.receive_json()
        return frame
