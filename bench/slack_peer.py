"""The least of Slack that a Socket Mode app needs, with a stopwatch: envelope sent → ack received.

It stands beside every app that is measured, so that what it costs is the same for all of them.
"""

import asyncio
import time
from collections.abc import Mapping
from itertools import count
from typing import Any, Self

from aiohttp import WSMsgType, web

IDENTITY = {
    "ok": True, "url": "https://acme.slack.example.com/", "team": "Acme", "team_id": "T0ACME01",
    "user": "countersign", "user_id": "U0BOT0001", "bot_id": "B0COUNT01", "app_id": "A0COUNT01",
}  # fmt: skip


class SlackPeer:
    """Web API under `/api/`, Socket Mode under `/link`. Several apps may connect: envelopes go to them in turn."""

    def __init__(self, answers: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """`answers`: Web API method → response; a method without one gets `{"ok": true}`."""
        self._answers = {"auth.test": IDENTITY, **(answers or {})}
        self._sockets: list[web.WebSocketResponse] = []
        self._connected = asyncio.Condition()
        self._acks: dict[str, asyncio.Future[float]] = {}
        self._envelopes = count()
        self._runner: web.AppRunner | None = None
        self._base = ""

    @property
    def api_url(self) -> str:
        return f"{self._base}/api/"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.add_routes([web.post("/api/{method}", self._call), web.get("/link", self._link)])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def connected(self, apps: int = 1, *, seconds: float = 30) -> None:
        """Returns when `apps` sockets are open. Raises TimeoutError."""
        async with asyncio.timeout(seconds), self._connected:
            await self._connected.wait_for(lambda: len(self._sockets) >= apps)

    async def acked_after(self, kind: str, payload: Mapping[str, Any], *, seconds: float = 30) -> float:
        """Milliseconds until the app acknowledged the envelope. Raises TimeoutError."""
        number = next(self._envelopes)
        envelope = f"envelope-{number}"
        self._acks[envelope] = asyncio.get_running_loop().create_future()
        socket = self._sockets[number % len(self._sockets)]
        sent = time.perf_counter()
        await socket.send_json(
            {"type": kind, "envelope_id": envelope, "payload": payload, "accepts_response_payload": False}
        )
        async with asyncio.timeout(seconds):
            return 1000 * (await self._acks[envelope] - sent)

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        if method == "apps.connections.open":
            return web.json_response({"ok": True, "url": f"{self._base.replace('http', 'ws')}/link"})
        return web.json_response(self._answers.get(method, {"ok": True}))

    async def _link(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": len(self._sockets) + 1})
        async with self._connected:
            self._sockets.append(socket)
            self._connected.notify_all()
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acks[message.json()["envelope_id"]].set_result(time.perf_counter())
        finally:
            self._sockets.remove(socket)
        return socket


def mention(number: int) -> dict[str, Any]:
    """The payload of an `app_mention` (Slack docs: "app_mention event"); `number` makes it one of its own."""
    ts = f"1767603600.{number:06d}"
    return {
        "token": "verification", "team_id": "T0ACME01", "api_app_id": "A0COUNT01", "type": "event_callback",
        "event_id": f"Ev{number:09d}", "event_time": 1767603600,
        "authorizations": [{"team_id": "T0ACME01", "user_id": "U0BOT0001", "is_bot": True}],
        "event": {
            "type": "app_mention", "user": "U0ROBIN01", "team": "T0ACME01", "channel": "C0ITHELP1",
            "ts": ts, "event_ts": ts, "text": "<@U0BOT0001> suspend leaver@example.com, they left on Friday",
        },
    }  # fmt: skip
