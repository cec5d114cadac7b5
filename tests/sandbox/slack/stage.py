"""The stand-in on a free port with a clock the test sets, and hands to use it with."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import SettableClock
from sandbox.parts import Sandbox, open_sandbox
from sandbox.payload import Json
from sandbox.seed import IT_HELP, ROBIN
from sandbox.server import build_app
from tests.sandbox.slack.traffic import findings

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
DEADLINE = 10


async def eventually(holds: Callable[[], object]) -> None:
    """Waits until something holds; fails after ten seconds."""
    async with asyncio.timeout(DEADLINE):
        while not holds():
            await a_moment()


async def a_moment() -> None:
    await asyncio.sleep(0.002)


@dataclass(slots=True)
class Peer:
    """A bare Socket Mode client that acks only what the test tells it to."""

    socket: aiohttp.ClientWebSocketResponse
    hello: Json

    async def receive(self) -> Json:
        frame: Json = await self.socket.receive_json(timeout=DEADLINE)
        return frame

    async def ack(self, envelope: Json, payload: Json | None = None) -> None:
        answer = {"envelope_id": envelope["envelope_id"]}
        await self.socket.send_json(answer | ({"payload": payload} if payload is not None else {}))

    async def acked(self, payload: Json | None = None) -> Json:
        """The next envelope, acknowledged at once."""
        envelope = await self.receive()
        await self.ack(envelope, payload)
        return envelope

    async def events(self, count: int) -> dict[str, Json]:
        """The next `count` events by type, all acknowledged."""
        found = [(await self.acked())["payload"] for _ in range(count)]
        return {payload["event"].get("subtype") or payload["event"]["type"]: payload for payload in found}


@dataclass(slots=True)
class Stage:
    """The running stand-in."""

    sandbox: Sandbox
    clock: SettableClock
    address: str
    http: aiohttp.ClientSession
    web: AsyncWebClient

    async def control(self, method: str, path: str, body: Json | None = None) -> tuple[int, Json]:
        """One request to the control API."""
        async with self.http.request(method, f"{self.address}/sandbox/{path}", json=body) as response:
            return response.status, await response.json()

    async def say(self, text: str, *, user: str = ROBIN, channel: str = IT_HELP, **more: str) -> str:
        """A person writes; returns the ts."""
        status, body = await self.control(
            "POST", "messages", {"as": user, "channel": channel, "text": text} | dict(more)
        )
        assert status == 200, body
        return str(body["ts"])

    async def click(self, user: str, message: Json, block_id: str, action_id: str, **given: Any) -> tuple[int, Json]:
        """A person uses an element of a posted message (`{channel, ts}`) or of a view (`{view_id}`)."""
        body = {"as": user, **message, "block_id": block_id, "action_id": action_id, **given}
        return await self.control("POST", "actions", body)

    async def call(self, method: str, arguments: Json, *, token: str = "xoxb-sandbox-bot") -> Json:
        """A Web API call without the SDK's own handling of errors."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.post(f"{self.address}/api/{method}", json=arguments, headers=headers) as response:
            body: Json = await response.json()
            return body

    @staticmethod
    def patience(seconds: float) -> aiohttp.ClientTimeout:
        return aiohttp.ClientTimeout(total=seconds)

    async def connect(self) -> Peer:
        opened = await self.call("apps.connections.open", {}, token="xapp-sandbox-app")
        socket = await self.http.ws_connect(opened["url"])
        return Peer(socket, await socket.receive_json(timeout=DEADLINE))


@asynccontextmanager
async def open_stage(*, rate_limits: bool = False) -> AsyncIterator[Stage]:
    """Runs the whole server; at the end, all that Slack sent must have the shape of the real thing."""
    clock = SettableClock(NOON)
    sandbox = open_sandbox(clock, rate_limits=rate_limits)
    runner = web.AppRunner(build_app(sandbox), shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}"
    client = AsyncWebClient(token="xoxb-sandbox-bot", base_url=f"{address}/api/")
    try:
        async with aiohttp.ClientSession() as http:
            yield Stage(sandbox, clock, address, http, client)
    finally:
        await runner.cleanup()
    found = findings(sandbox.log)
    assert not found, "\n".join(found)
