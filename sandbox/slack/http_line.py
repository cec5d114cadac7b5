"""Signed HTTP as a way to the app (Slack docs: "Using HTTP request URLs", "The Events API").

One attempt is one POST with 3 seconds for a 2xx. A late answer counts for nothing.
"""

import asyncio
import json
from collections.abc import Awaitable
from dataclasses import dataclass, replace
from typing import Any

import aiohttp

from sandbox.clock import Clock
from sandbox.payload import Json
from sandbox.slack.contract import limit
from sandbox.slack.faults import DeliveryFaults
from sandbox.slack.http_failures import Failures
from sandbox.slack.http_signing import JSON, Signed, body_of, compact, retry_headers, signed
from sandbox.slack.ids import Ids
from sandbox.slack.parcels import COMMANDS, EVENTS, Parcel, Result, Retry
from sandbox.slack.socket_line import settle
from sandbox.slack.tasks import happens_within
from sandbox.slack.workspace import Workspace
from sandbox.steps import StepLog

NO_RETRY = "x-slack-no-retry"


@dataclass(frozen=True, slots=True)
class RequestUrls:
    """Where the app listens, as its page says."""

    events: str
    interactivity: str
    commands: str

    def of(self, parcel: Parcel) -> str:
        return {EVENTS: self.events, COMMANDS: self.commands}.get(parcel.kind, self.interactivity)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the app's server said; `failure` is Slack's word for what went wrong, empty when nothing did."""

    status: int = 0
    body: bytes = b""
    no_retry: bool = False
    failure: str = ""


class HttpLine:
    """Posts to the request URLs. `urls` is None while the app uses Socket Mode; `last` is the last request that was
    answered.
    """

    def __init__(self, workspace: Workspace, clock: Clock, ids: Ids, log: StepLog, faults: DeliveryFaults) -> None:
        self._workspace = workspace
        self._clock = clock
        self._ids = ids
        self._log = log
        self._faults = faults
        self._http: aiohttp.ClientSession | None = None
        self.failures = Failures(clock)
        self.urls: RequestUrls | None = None
        self.last: Signed | None = None

    @property
    def ready(self) -> bool:
        return True

    def opened(self) -> Awaitable[object]:
        return asyncio.sleep(0)

    def forget(self, parcel: Parcel) -> None:
        """Nothing to forget: an answer comes on its own connection or never."""

    async def carry(self, parcel: Parcel, retry: Retry) -> Result:
        if self._faults.delay_ms:
            await self._clock.sleep(self._faults.delay_ms / 1000)
        request = self._request(parcel, retry)
        again = f", attempt {retry.number + 1}" if retry.number else ""
        detail = {"url": request.url, "headers": dict(request.headers), "payload": parcel.payload}
        self._log.append(
            "event" if parcel.kind == EVENTS else "interaction", f"To the app: {parcel.title}{again}", detail
        )
        answer = await self.answer(request)
        self.last = request
        if self._faults.take_ack():
            answer = replace(answer, failure=answer.failure or "http_timeout")
        if parcel.kind == EVENTS:
            self._count(failed=bool(answer.failure))
        if answer.failure:
            return Result(delivered=True, acked=False, reason=answer.failure, no_retry=answer.no_retry)
        payload = payload_of(parcel, answer)
        settle(parcel, payload)
        return Result(delivered=True, acked=True, payload=payload)

    async def answer(self, request: Signed) -> Answer:
        """What the app's server says within 3 seconds on the clock."""
        asked = asyncio.ensure_future(self._post(request))
        if await happens_within(self._clock, asked, limit("ack.deadline")):
            return asked.result()
        asked.cancel()
        await asyncio.wait({asked})
        return Answer(failure="http_timeout")

    async def verify(self, url: str) -> str:
        """Sends `url_verification`; empty when the challenge came back, else what came instead."""
        challenge = self._ids.uuid()
        asked = {"token": "sandbox-verification", "challenge": challenge, "type": "url_verification"}
        answer = await self.answer(self.sign(url, compact(asked), {"Content-Type": JSON}))
        if answer.failure:
            return f"{answer.failure} (HTTP status {answer.status})"
        return "" if challenge in challenges(answer) else "the answer does not hold the challenge"

    def sign(self, url: str, body: bytes, headers: dict[str, str]) -> Signed:
        """A request as Slack would sign it now."""
        secret, now = self._workspace.app.signing_secret, int(self._clock.now().timestamp())
        return signed(secret, now, url, body, headers)

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    def _request(self, parcel: Parcel, retry: Retry) -> Signed:
        assert self.urls is not None, "this line is taken only with request urls"
        kind, body = body_of(parcel)
        return self.sign(self.urls.of(parcel), body, {"Content-Type": kind} | retry_headers(retry))

    def _count(self, *, failed: bool) -> None:
        before = self.failures.disabled
        self.failures.note(failed=failed)
        if self.failures.disabled and not before:
            self._log.append("event", "Slack disabled the app's event subscriptions: more than 95 % failed")

    async def _post(self, request: Signed) -> Answer:
        if self._http is None:
            self._http = aiohttp.ClientSession(auto_decompress=False)
        most = limit("http.redirects") + 1  # aiohttp gives up when it has met that many
        try:
            async with self._http.post(
                request.url, data=request.body, headers=request.headers, max_redirects=most
            ) as response:
                no_retry = response.headers.get(NO_RETRY) == "1"
                answer = Answer(response.status, await response.read(), no_retry)
                answer = answer if response.status < 300 else replace(answer, failure="http_error")
        except (aiohttp.ClientError, OSError, ValueError) as away:
            return Answer(failure=failure_of(away))
        if self._faults.delay_acks_ms:
            await self._clock.sleep(self._faults.delay_acks_ms / 1000)
        return answer


REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiohttp.TooManyRedirects, "too_many_redirects"),
    (aiohttp.ClientSSLError, "ssl_error"),
    (aiohttp.ClientConnectionError, "connection_failed"),
    (OSError, "connection_failed"),
)


def failure_of(error: Exception) -> str:
    """Slack's word for `x-slack-retry-reason`."""
    return next((reason for kind, reason in REASONS if isinstance(error, kind)), "unknown_error")


def payload_of(parcel: Parcel, answer: Answer) -> Json | None:
    """What came with the ack: a JSON object; for a command also plain text, which is then the message."""
    if parcel.kind == EVENTS:
        return None
    found = read_json(answer.body)
    if isinstance(found, dict):
        return found or None
    text = answer.body.decode("utf-8", "replace").strip()
    return {"text": text} if text and parcel.kind == COMMANDS else None


def challenges(answer: Answer) -> tuple[str, ...]:
    """What may be the challenge: the whole text, or the value of a JSON object or of a form."""
    text = answer.body.decode("utf-8", "replace").strip()
    found = read_json(answer.body)
    inside = str(found.get("challenge", "")) if isinstance(found, dict) else ""
    return (text, inside, text.removeprefix("challenge="))


def read_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
