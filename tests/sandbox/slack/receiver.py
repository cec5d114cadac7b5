"""An app behind a request URL: it keeps what arrives and answers as it is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web
from slack_sdk.signature import Clock, SignatureVerifier

from sandbox.payload import Json
from tests.sandbox.slack.stage import DEADLINE, Stage

SECRET = "sandbox-signing-secret"


@dataclass(frozen=True, slots=True)
class Arrived:
    """One request as it came over the wire."""

    headers: dict[str, str]
    body: bytes

    @property
    def signed(self) -> bool:
        """Whether Slack's own library accepts it, at the moment that it names."""
        at = float(self.headers["X-Slack-Request-Timestamp"])
        verifier = SignatureVerifier(SECRET, StoppedClock(at))
        return verifier.is_valid_request(self.body, {key.lower(): value for key, value in self.headers.items()})

    @property
    def retry(self) -> tuple[str, str]:
        return self.headers.get("X-Slack-Retry-Num", ""), self.headers.get("X-Slack-Retry-Reason", "")


class StoppedClock(Clock):
    def __init__(self, at: float) -> None:
        self.at = at

    def now(self) -> float:
        return self.at


@dataclass(slots=True)
class Receiver:
    """`answers` are given in turn, then 200; None means no answer at all."""

    address: str = ""
    arrived: asyncio.Queue[Arrived] = field(default_factory=asyncio.Queue)
    answers: list[web.Response | None] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        body = await request.read()
        if b"url_verification" in body:
            return web.json_response({"challenge": (await request.json())["challenge"]})
        self.arrived.put_nowait(Arrived(dict(request.headers), body))
        answer = self.answers.pop(0) if self.answers else web.Response()
        if answer is None:
            await self.over.wait()
        return answer or web.Response()

    async def next(self) -> Arrived:
        return await asyncio.wait_for(self.arrived.get(), DEADLINE)


@asynccontextmanager
async def behind_url(stage: Stage) -> AsyncIterator[Receiver]:
    """The app at a verified url."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/slack/events", receiver.serve)
    app.router.add_get("/slack/events", receiver.serve)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.address = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    status, shown = await stage.control("PUT", "app/request_urls", urls(receiver))
    assert (status, shown["request_urls"]["commands"]) == (200, receiver.address), shown
    try:
        yield receiver
    finally:
        receiver.over.set()
        await runner.cleanup()


def urls(receiver: Receiver) -> Json:
    return {"events": receiver.address}
