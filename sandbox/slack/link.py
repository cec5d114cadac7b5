"""Socket Mode connections: tickets, hello, acks, disconnect (Slack docs: "Using Socket Mode")."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import WSMsgType, web

from sandbox.clock import Clock
from sandbox.payload import Json
from sandbox.slack.contract import limit
from sandbox.slack.ids import Ids
from sandbox.slack.tasks import Tasks
from sandbox.steps import StepLog

TICKET_LIFETIME = timedelta(seconds=30)
REASONS = ("warning", "refresh_requested", "link_disabled", "too_many_websockets")


@dataclass(frozen=True, slots=True)
class Ack:
    """An envelope the app acknowledged, with the payload it sent along."""

    envelope_id: str
    payload: Json | None


class Link:
    """The sockets of one app. An ack counts on whichever of them it arrives."""

    def __init__(self, app_id: str, clock: Clock, ids: Ids, log: StepLog) -> None:
        self._app_id = app_id
        self._clock = clock
        self._ids = ids
        self._log = log
        self._tickets: dict[str, datetime] = {}
        self._sockets: list[web.WebSocketResponse] = []
        self._ages: dict[web.WebSocketResponse, asyncio.Task[None]] = {}
        self._wires: dict[web.WebSocketResponse, asyncio.Transport] = {}
        self._closed_until: datetime | None = None
        self._refreshing: asyncio.Task[None] | None = None
        self._waiting: dict[str, asyncio.Future[Ack]] = {}
        self._tasks = Tasks()
        self.opened = asyncio.Event()

    @property
    def connections(self) -> int:
        return len(self._sockets)

    def new_ticket(self) -> str:
        """What makes the url of apps.connections.open good for one connection."""
        ticket = self._ids.uuid()
        self._tickets[ticket] = self._clock.now() + TICKET_LIFETIME
        return ticket

    def expect(self, envelope_id: str, acked: asyncio.Future[Ack]) -> None:
        """`acked` is fulfilled when the app acknowledges that envelope."""
        self._waiting[envelope_id] = acked

    def forget(self, envelope_ids: list[str]) -> None:
        for envelope_id in envelope_ids:
            self._waiting.pop(envelope_id, None)

    async def push(self, envelope: Json) -> bool:
        """Sends it on exactly one socket, by turns; False when none is open."""
        while self._sockets:
            socket = self._sockets.pop(0)
            self._sockets.append(socket)
            try:
                await socket.send_json(envelope)
            except ConnectionError:
                self._drop(socket)
            else:
                return True
        return False

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One socket, from its ticket to its end."""
        if self._closed_until is not None and self._clock.now() < self._closed_until:
            raise web.HTTPServiceUnavailable(text="No socket is taken at the moment.")
        expires = self._tickets.pop(request.query.get("ticket", ""), None)
        if expires is None or self._clock.now() > expires:
            raise web.HTTPForbidden(text="This url was used before, is too old or was never handed out.")
        socket = web.WebSocketResponse(autoping=True)
        await socket.prepare(request)
        if self.connections >= limit("socket.connections"):
            await socket.send_json(self._goodbye("too_many_websockets"))
            await socket.close()
            return socket
        assert request.transport is not None, "a socket that is open has a transport"
        self._wires[socket] = request.transport
        try:
            await self._greet(socket, debug=request.query.get("debug_reconnects") == "true")
            await self._listen(socket)
        finally:
            self._drop(socket)
        return socket

    async def disconnect(self, reason: str) -> None:
        """Tells every socket to go; those that stay are closed 10 seconds later."""
        for socket in list(self._sockets):
            await self._dismiss(socket, reason)

    def cut(self) -> None:
        """Ends every connection without a word, as when a network goes away."""
        for socket in list(self._sockets):
            self._wires[socket].abort()

    def close_for(self, seconds: float) -> None:
        """Cuts every connection and takes no new one for that time; 0 opens again."""
        self._closed_until = self._clock.now() + timedelta(seconds=seconds)
        if seconds:
            self.cut()

    def refresh_every(self, seconds: float) -> None:
        """Asks every socket to reconnect again and again, with that much time in between; 0 ends it."""
        if self._refreshing is not None:
            self._refreshing.cancel()
        self._refreshing = self._tasks.start(self._refresh(seconds)) if seconds else None

    async def close(self) -> None:
        """Ends all sockets at once, as when Slack's host goes away."""
        await self._tasks.close()
        for socket in list(self._sockets):
            await socket.close()

    async def _greet(self, socket: web.WebSocketResponse, *, debug: bool) -> None:
        seconds = limit("socket.debug_reconnects_lifetime") if debug else limit("socket.connection_time")
        self._sockets.append(socket)
        self._ages[socket] = self._tasks.start(self._grow_old(socket, seconds))
        await socket.send_json(
            {
                "type": "hello",
                "num_connections": self.connections,
                "connection_info": {"app_id": self._app_id},
                "debug_info": {"host": "applink-sandbox", "build_number": 1, "approximate_connection_time": seconds},
            }
        )
        self.opened.set()
        self._tell("The app connected")

    async def _listen(self, socket: web.WebSocketResponse) -> None:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self._receive(message.data)

    def _receive(self, text: str) -> None:
        try:
            frame = json.loads(text)
            ack = Ack(frame["envelope_id"], frame.get("payload") or None)
        except (ValueError, TypeError, KeyError, AttributeError):
            self._log.append("socket", "The app sent something that is no ack", text)
            return
        acked = self._waiting.get(ack.envelope_id)
        if acked is None or acked.done():
            self._log.append("ack", "The app acknowledged something nobody waits for", ack.envelope_id)
        else:
            acked.set_result(ack)

    async def _refresh(self, seconds: float) -> None:
        while True:
            await self._clock.sleep(seconds)
            await self.disconnect("refresh_requested")

    async def _grow_old(self, socket: web.WebSocketResponse, seconds: int) -> None:
        lead = limit("socket.disconnect_warning")
        await self._clock.sleep(seconds - lead)
        await self._dismiss(socket, "warning")

    async def _dismiss(self, socket: web.WebSocketResponse, reason: str) -> None:
        self._log.append("socket", f"Slack asked the app to reconnect ({reason})")
        with suppress(ConnectionError):
            await socket.send_json(self._goodbye(reason))
        self._tasks.start(self._close_later(socket, reason))

    async def _close_later(self, socket: web.WebSocketResponse, reason: str) -> None:
        await self._clock.sleep(limit("socket.disconnect_warning"))
        if reason == "warning" and not socket.closed:
            await socket.send_json(self._goodbye("refresh_requested"))
        await socket.close()

    def _goodbye(self, reason: str) -> Json:
        return {"type": "disconnect", "reason": reason, "debug_info": {"host": "applink-sandbox"}}

    def _drop(self, socket: web.WebSocketResponse) -> None:
        if socket not in self._sockets:
            return
        self._sockets.remove(socket)
        self._ages.pop(socket).cancel()
        self._wires.pop(socket)
        if not self._sockets:
            self.opened.clear()
        self._tell("The app's connection ended")

    def _tell(self, title: str) -> None:
        self._log.append("socket", title, {"connections": self.connections})
