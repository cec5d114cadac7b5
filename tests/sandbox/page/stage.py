"""A stand-in for the control API with canned answers, so that the page can be tested without a bot or a workspace.

Tests put messages and views on the stage, push events, and read what the page sent.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeAlias

from aiohttp import web

from tests.conftest import PATIENCE
from tests.sandbox.page.samples import WORKSPACE, ts

PAGE = Path(__file__).parents[3] / "sandbox" / "page"
Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]
ACKED = {"delivered": True, "acked": True, "ms": 12}


class Stage:
    """What the page is told and what it said."""

    def __init__(self) -> None:
        self.messages: dict[str, list[dict[str, Any]]] = {channel["id"]: [] for channel in WORKSPACE["channels"]}
        self.views: list[dict[str, Any]] = []
        self.steps: list[dict[str, Any]] = []
        self.google: list[dict[str, Any]] = []
        self.bot = {"state": "running", "pid": 4711}
        self.said: list[tuple[str, dict[str, Any]]] = []
        self.act_answer: dict[str, Any] = ACKED
        self.submit_answer: dict[str, Any] = {}
        self.send_status = 200
        self.gate = asyncio.Event()
        self.gate.set()
        self.late: asyncio.Event | None = None
        self.held = asyncio.Event()
        self._news = asyncio.Condition()
        self._watchers: list[tuple[str, asyncio.Queue[bytes]]] = []

    def told(self, what: str) -> list[dict[str, Any]]:
        """The bodies that the page posted to `what`, oldest first."""
        return [body for path, body in self.said if path == what]

    async def heard(self, what: str) -> list[dict[str, Any]]:
        """What `told` says as soon as there is something: the page sends after the click has returned."""
        async with asyncio.timeout(PATIENCE), self._news:
            await self._news.wait_for(lambda: self.told(what))
        return self.told(what)

    async def _hear(self, what: str, body: dict[str, Any]) -> None:
        async with self._news:
            self.said.append((what, body))
            self._news.notify_all()

    def push(self, event: str, data: dict[str, Any]) -> None:
        for _, queue in self._watchers:
            queue.put_nowait(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())

    def post(self, channel: str, message: dict[str, Any]) -> None:
        """A message that arrives, or replaces the one with its ts."""
        kept = [known for known in self.messages[channel] if known["ts"] != message["ts"]]
        self.messages[channel] = [*kept, message]
        self.push("message", {"channel": channel, "message": message})

    def show(self, *views: dict[str, Any]) -> None:
        self.views = list(views)
        self.push("view", {})

    def step(self, kind: str, title: str, detail: Any = None, ms: float | None = None) -> None:
        number = len(self.steps) + 1
        self.steps.append(
            {
                "n": number,
                "at": f"2026-11-19T10:42:{number % 60:02}.120+00:00",
                "kind": kind,
                "title": title,
                "detail": detail,
                "ms": ms,
            }
        )
        self.push("step", self.steps[-1])

    def application(self) -> web.Application:
        app = web.Application()
        app.add_routes(
            [
                web.get("/", self._page),
                web.get("/sandbox/workspace", self._shown(lambda: WORKSPACE)),
                web.get("/sandbox/channels/{id}/messages", self._messages),
                web.post("/sandbox/messages", self._send),
                web.get("/sandbox/views", self._stack),
                web.get("/sandbox/steps", self._steps),
                web.get("/sandbox/bot", self._shown(lambda: self.bot)),
                web.get("/sandbox/google/users", self._shown(lambda: {"users": self.google})),
                web.get("/sandbox/events", self._events),
                web.post("/sandbox/actions", self._noted("actions", lambda: self.act_answer)),
                web.post("/sandbox/views/{id}/submit", self._noted("submit", lambda: self.submit_answer)),
                web.post("/sandbox/views/{id}/close", self._close),
                web.post("/sandbox/{what:.+}", self._noted("", lambda: self.bot)),
                web.static("/", PAGE),
            ]
        )
        return app

    async def _json(self, body: Any) -> web.Response:
        return web.json_response(body)

    async def _page(self, _: web.Request) -> web.FileResponse:
        return web.FileResponse(PAGE / "index.html")

    async def _messages(self, request: web.Request) -> web.Response:
        return await self._json({"messages": self.messages[request.match_info["id"]]})

    async def _steps(self, request: web.Request) -> web.Response:
        after = int(request.query["after"])
        return await self._json({"steps": [step for step in self.steps if step["n"] > after]})

    async def _stack(self, _: web.Request) -> web.Response:
        """The next answer waits for `late` when there is one, and is then an old one; `held` says that it waits."""
        late, self.late, stack = self.late, None, self.views
        if late is not None:
            self.held.set()
            await late.wait()
        return await self._json({"stack": stack})

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        await self._hear("messages", body)
        if self.send_status != 200:
            return web.json_response(
                {"error": "is_archived", "detail": "The channel is archived."}, status=self.send_status
            )
        words = body["text"].replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        message = {"type": "message", "user": body["as"], "text": words, "ts": ts(1000 + len(self.said))}
        self.post(body["channel"], message | ({"thread_ts": body["thread_ts"]} if "thread_ts" in body else {}))
        return await self._json({"ts": message["ts"]})

    async def _close(self, request: web.Request) -> web.Response:
        await self._hear("close", {"view": request.match_info["id"], **await request.json()})
        self.show(*self.views[:-1])
        return await self._json({})

    def _shown(self, answer: Callable[[], dict[str, Any]]) -> Handler:
        async def handle(_: web.Request) -> web.StreamResponse:
            return await self._json(answer())

        return handle

    def _noted(self, what: str, answer: Callable[[], dict[str, Any]]) -> Handler:
        async def handle(request: web.Request) -> web.StreamResponse:
            await self._hear(what or request.match_info["what"], await request.json())
            await self.gate.wait()
            return await self._json(answer())

        return handle

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        queue: asyncio.Queue[bytes] = asyncio.Queue()
        self._watchers.append((request.query["as"], queue))
        await response.prepare(request)
        while True:
            await response.write(await queue.get())
