"""The least of Slack that a Socket Mode app needs, with a stopwatch: envelope sent → ack received.

It stands beside every app that is measured, so that what it costs is the same for all of them.
"""

import asyncio
import time
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Self, TypeAlias

from aiohttp import WSMsgType, web

IDENTITY = {
    "ok": True, "url": "https://acme.slack.example.com/", "team": "Acme", "team_id": "T0ACME01",
    "user": "countersign", "user_id": "U0BOT0001", "bot_id": "B0COUNT01", "app_id": "A0COUNT01",
}  # fmt: skip
REQUESTER = "U0ROBIN01"
APPROVERS = tuple(f"U0SASHA0{number}" for number in range(1, 6))

Answer: TypeAlias = Mapping[str, Any] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""A response, or what makes one of a call's arguments."""


class SlackPeer:
    """Web API under `/api/`, Socket Mode under `/link`. Several apps may connect: envelopes go to them in turn."""

    def __init__(self, answers: Mapping[str, Answer] | None = None) -> None:
        """`answers`: Web API method → response; a method without one gets `{"ok": true}`."""
        self._answers: dict[str, Answer] = {"auth.test": IDENTITY, **(answers or {})}
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
        app.add_routes([web.route("*", "/api/{method}", self._call), web.get("/link", self._link)])
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
        answer = self._answers.get(method, {"ok": True})
        if callable(answer):
            answer = answer(await _arguments(request))
        return web.json_response(answer)

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


async def _arguments(request: web.Request) -> Mapping[str, Any]:
    if request.content_type == "application/json":
        given: dict[str, Any] = await request.json()
        return given
    return {**request.query, **await request.post()}


def mention(number: int) -> dict[str, Any]:
    """The payload of an `app_mention` (Slack docs: "app_mention event"); `number` makes it one of its own."""
    ts = f"1767603600.{number:06d}"
    return {
        "token": "verification", "team_id": "T0ACME01", "api_app_id": "A0COUNT01", "type": "event_callback",
        "event_id": f"Ev{number:09d}", "event_time": 1767603600,
        "authorizations": [{"team_id": "T0ACME01", "user_id": "U0BOT0001", "is_bot": True}],
        "event": {
            "type": "app_mention", "user": REQUESTER, "team": "T0ACME01", "channel": "C0ITHELP1",
            "ts": ts, "event_ts": ts, "text": f"<@U0BOT0001> suspend leaver{number}@example.com, they left on Friday",
        },
    }  # fmt: skip


def approve(number: int, approval_id: str) -> dict[str, Any]:
    """The payload of a click on a card's Approve (Slack docs: "block_actions payload"); approvers click in turn."""
    ts = f"1767603700.{number:06d}"
    return {
        "type": "block_actions", "token": "verification", "api_app_id": "A0COUNT01", "trigger_id": f"1.2.{number}",
        "team": {"id": "T0ACME01", "domain": "acme"}, "channel": {"id": "C0APPROVE", "name": "approvals"},
        "user": {"id": APPROVERS[number % len(APPROVERS)], "team_id": "T0ACME01", "username": "approver"},
        "container": {"type": "message", "message_ts": ts, "channel_id": "C0APPROVE", "is_ephemeral": False},
        "actions": [{
            "action_id": "approval.approve", "block_id": f"card:{number}", "type": "button", "value": approval_id,
            "action_ts": ts,
        }],
    }  # fmt: skip


def workspace() -> dict[str, Answer]:
    """What Slack says of its people, and of messages that it was given."""
    posted = count()

    def user(given: Mapping[str, Any]) -> Mapping[str, Any]:
        profile = {"display_name": given["user"], "email": f"{given['user'].lower()}@example.com"}
        found = {"id": given["user"], "team_id": "T0ACME01", "is_email_confirmed": True, "profile": profile}
        return {"ok": True, "user": found}

    def message(given: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"ok": True, "channel": given["channel"], "ts": given.get("ts") or f"1767603800.{next(posted):06d}"}

    return {
        "users.info": user,
        "usergroups.list": {"ok": True, "usergroups": [{"id": "S0ITADMIN", "handle": "it-admins"}]},
        "usergroups.users.list": {"ok": True, "users": list(APPROVERS)},
        "conversations.history": {"ok": True, "messages": [], "has_more": False},
        "conversations.replies": {"ok": True, "messages": [], "has_more": False},
        "chat.postMessage": message,
        "chat.update": message,
    }
