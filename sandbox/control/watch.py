"""/sandbox/steps and /sandbox/events: what happened, and what happens now."""

import asyncio
import json
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from sandbox.control.body import acting_user
from sandbox.feed import Change, Feed
from sandbox.slack.people import Refused
from sandbox.steps import StepLog

HEARTBEAT_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Watch:
    """The routes that only look."""

    log: StepLog
    feed: Feed

    def routes(self) -> list[web.RouteDef]:
        return [web.get("/sandbox/steps", self.steps), web.get("/sandbox/events", self.events)]

    async def steps(self, request: web.Request) -> web.Response:
        after = request.query.get("after", "0")
        if not after.isdecimal():
            raise Refused("invalid_arguments", "after must be the number of a step", 400)
        return web.json_response({"steps": [step.to_dict() for step in self.log.after(int(after))]})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events (WHATWG HTML, "Server-sent events") with a comment every 15 seconds."""
        user = acting_user(request)
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        with self.feed.watch(user) as changes, suppress(ConnectionError):
            await stream.prepare(request)
            await stream.write(b": hello\n\n")
            await pass_on(changes, stream)
        return stream


async def pass_on(changes: asyncio.Queue[Change | None], stream: web.StreamResponse) -> None:
    """Until the server ends. Raises ConnectionError when the watcher is gone."""
    while True:
        try:
            change = await asyncio.wait_for(changes.get(), HEARTBEAT_SECONDS)
        except TimeoutError:
            await stream.write(b": still here\n\n")
            continue
        if change is None:
            return
        await stream.write(frame(change))


def frame(change: Change) -> bytes:
    return f"event: {change.name}\ndata: {json.dumps(change.data)}\n\n".encode()
