"""The bot behind Slack's request URL: signed HTTP instead of Socket Mode (Slack docs: "Using HTTP request URLs")."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest

from bot.errors import BadInput
from handlers.slack.shapes import is_payload
from handlers.slack.signature import Claim, Replays, Signatures, Unsigned

log = logging.getLogger(__name__)

PATH, HEALTH = "/slack/events", "/healthz"
MOST_BYTES = 2**20
"""Of one body. Slack's own are far below."""
READ_SECONDS = 10
"""For one body to arrive."""
FINISH_SECONDS = 5
"""For what was begun when the process is told to end."""
LINGER_SECONDS = 1
"""For the rest of a body that was refused."""


@dataclass(frozen=True, slots=True)
class Door:
    """The one address for events, interactions and commands. 401 before anything of the body is looked at."""

    app: AsyncApp
    signatures: Signatures
    replays: Replays
    read_seconds: float = READ_SECONDS

    async def receive(self, request: web.Request) -> web.Response:
        try:
            claim, body = await self._signed(request)
        except Unsigned as refused:
            log.warning("http.refused", extra={"why": refused.why})
            return web.Response(status=401)
        done = False
        try:
            answer = await self._dispatch(request, body)
            done = answer.status < 300
        finally:
            if not done:
                self.replays.forget(claim)
        return answer

    async def _signed(self, request: web.Request) -> tuple[Claim, bytes]:
        """The request's body, once it is proven. Raises Unsigned, HTTPRequestEntityTooLarge, HTTPRequestTimeout."""
        headers = request.headers
        timestamps = headers.getall("X-Slack-Request-Timestamp", [])
        claim = self.signatures.claimed(timestamps, headers.getall("X-Slack-Signature", []))
        try:
            async with asyncio.timeout(self.read_seconds):
                body = await request.read()
        except TimeoutError:
            raise web.HTTPRequestTimeout from None
        self.signatures.check(claim, body)
        self.replays.begin(claim)
        return claim, body

    async def _dispatch(self, request: web.Request, body: bytes) -> web.Response:
        query = request.query_string
        try:
            parsed = AsyncBoltRequest(body=body.decode(), query=query, headers=dict(request.headers))
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError):  # Bolt trusts that it is Slack's
            return web.Response(status=400)
        if not is_payload(parsed.body):
            return web.Response(status=400)
        answer = await self.app.async_dispatch(parsed)
        return await to_aiohttp_response(answer)


async def healthy(_request: web.Request) -> web.Response:
    """For whoever watches the process: it answers as long as it runs."""
    return web.json_response({"ok": True})


def web_app(door: Door) -> web.Application:
    """The two addresses. A longer body than 1 MiB is answered with 413."""
    app = web.Application(client_max_size=MOST_BYTES)
    app.router.add_post(PATH, door.receive)
    app.router.add_get(HEALTH, healthy)
    return app


@asynccontextmanager
async def listening(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serves; gives the port, which is another one for 0. In the end it finishes what it had begun.

    Raises:
        BadInput: nothing can listen there.
    """
    # Bodies stay as they came: the signature is over those bytes, and nothing unpacks what nobody has proven.
    runner = web.AppRunner(
        app, auto_decompress=False, access_log=None, shutdown_timeout=FINISH_SECONDS, lingering_time=LINGER_SECONDS
    )
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as taken:
            where = "COUNTERSIGN_HTTP_BIND, COUNTERSIGN_HTTP_PORT"
            raise BadInput(f"nothing can listen at {host}:{port}", where=where, mend=str(taken.strerror)) from taken
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
