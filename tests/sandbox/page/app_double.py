"""A small Slack app over the official SDK: it confirms what it is told to confirm and keeps what arrived."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from tests.conftest import PATIENCE


@dataclass(slots=True)
class AppDouble:
    """`arrived` holds the payloads of each kind; `answers` the payload of the ack, None for no ack at all."""

    web: AsyncWebClient
    arrived: asyncio.Queue[dict[str, Any]] = field(default_factory=asyncio.Queue)
    answers: dict[str, dict[str, Any] | None] = field(default_factory=dict)

    async def next(self, kind: str) -> dict[str, Any]:
        """The next payload of that kind: an event's type, or an interaction's."""
        while True:
            payload = await asyncio.wait_for(self.arrived.get(), PATIENCE)
            if kind_of(payload) == kind:
                return payload

    async def receive(self, client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        answer = self.answers.get(kind_of(request.payload), {})
        if answer is not None:
            await client.send_socket_mode_response(SocketModeResponse(request.envelope_id, answer or None))
        self.arrived.put_nowait(request.payload)


def kind_of(payload: dict[str, Any]) -> str:
    """An event's type, an interaction's, or `slash_command`."""
    return "slash_command" if "command" in payload else str(payload.get("event", payload)["type"])


@asynccontextmanager
async def connected_app(address: str) -> AsyncIterator[AppDouble]:
    """The app, with its socket open."""
    web = AsyncWebClient("xoxb-sandbox-bot", base_url=f"{address}api/")
    app = AppDouble(web)
    client = SocketModeClient("xapp-sandbox-app", web_client=AsyncWebClient(base_url=f"{address}api/"))
    client.socket_mode_request_listeners.append(app.receive)
    await client.connect()  # type: ignore[no-untyped-call]  # the SDK gives no types here
    yield app
    await client.close()  # type: ignore[no-untyped-call]  # nor here
