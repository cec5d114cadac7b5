"""Bringing events and interactions to the app: ack within 3 seconds, else again or a warning to the person.

Slack docs, "Using Socket Mode" and "The Events API: Error handling": a failed event is sent again at once, after one
minute and after five. What was produced while no socket was open comes as a retry when one opens.
"""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sandbox.clock import Clock
from sandbox.payload import Json
from sandbox.slack.contract import limit
from sandbox.slack.faults import DeliveryFaults
from sandbox.slack.ids import Ids
from sandbox.slack.link import Ack, Link
from sandbox.slack.tasks import Tasks
from sandbox.steps import StepLog


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of an interaction. `payload` is what the app sent along with its ack."""

    delivered: bool
    acked: bool
    ms: float
    payload: Json | None = None


@dataclass(slots=True)
class Parcel:
    """One payload on its way, in as many envelopes as it takes."""

    kind: str
    title: str
    payload: Json
    acked: asyncio.Future[Ack] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    envelopes: list[str] = field(default_factory=list)


class Delivery:
    """Sends payloads through the link and minds their acks."""

    def __init__(self, link: Link, clock: Clock, ids: Ids, log: StepLog, faults: DeliveryFaults) -> None:
        self._link = link
        self._clock = clock
        self._ids = ids
        self._log = log
        self._faults = faults
        self._tasks = Tasks()

    def event(self, title: str, payload: Json) -> None:
        """Starts to deliver an Events API payload; returns at once."""
        self._tasks.start(self._persist(Parcel("events_api", title, payload)))
        if self._faults.take_duplicate():
            self._tasks.start(self._persist(Parcel("events_api", f"{title}, a second time", payload)))

    async def interaction(self, title: str, payload: Json) -> Reply:
        """Sends it once. Without an ack in 3 seconds the person sees a warning sign."""
        parcel = Parcel("interactive", title, payload)
        started = self._clock.now()
        if not await self._send(parcel, {"accepts_response_payload": True}):
            return Reply(delivered=False, acked=False, ms=0)
        acked = await self._before(parcel.acked, limit("ack.deadline"))
        self._link.forget(parcel.envelopes)
        ms = (self._clock.now() - started) / timedelta(milliseconds=1)
        if not acked:
            self._log.append("ack", f"No ack for {title}: the person sees a warning sign", ms=ms)
            return Reply(delivered=True, acked=False, ms=ms)
        answer = parcel.acked.result().payload
        self._log.append("ack", f"Acknowledged: {title}", answer, ms)
        return Reply(delivered=True, acked=True, ms=ms, payload=answer)

    async def close(self) -> None:
        await self._tasks.close()

    async def _persist(self, parcel: Parcel) -> None:
        """Tries an event four times: 0, 0, 60 and 300 seconds after the one before."""
        pauses = [0, *(limit(f"retry.{n}.delay") for n in range(1, limit("retry.count") + 1))]
        gives_up = self._clock.now() + timedelta(seconds=sum(pauses))
        attempt = 0
        while attempt < len(pauses):
            if attempt and await self._before(parcel.acked, pauses[attempt]):
                break
            if not self._link.opened.is_set():
                attempt = max(attempt, 1)
                left = (gives_up - self._clock.now()).total_seconds()
                if not await self._before(self._link.opened.wait(), left):
                    break
            await self._attempt(parcel, attempt)
            attempt += 1
        self._link.forget(parcel.envelopes)
        if not parcel.acked.done():
            self._log.append("event", f"Slack gave up on {parcel.title}")

    async def _attempt(self, parcel: Parcel, attempt: int) -> None:
        started = self._clock.now()
        retry = {"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""}
        if not await self._send(parcel, {"accepts_response_payload": False} | retry):
            return
        if await self._before(parcel.acked, limit("ack.deadline")):
            ms = (self._clock.now() - started) / timedelta(milliseconds=1)
            self._log.append("ack", f"Acknowledged: {parcel.title}", ms=ms)
        else:
            self._log.append("ack", f"No ack in 3 seconds: {parcel.title}")

    async def _send(self, parcel: Parcel, more: Json) -> bool:
        if self._faults.delay_ms:
            await self._clock.sleep(self._faults.delay_ms / 1000)
        envelope_id = self._ids.uuid()
        parcel.envelopes.append(envelope_id)
        expected = parcel.acked
        if self._faults.take_ack():
            expected = asyncio.get_running_loop().create_future()
        self._link.expect(envelope_id, expected)
        envelope = {"envelope_id": envelope_id, "type": parcel.kind, "payload": parcel.payload} | more
        sent = await self._link.push(envelope)
        again = f", attempt {more['retry_attempt'] + 1}" if more.get("retry_attempt") else ""
        title = f"To the app: {parcel.title}{again}" if sent else f"No connection to the app for {parcel.title}"
        self._log.append("event" if parcel.kind == "events_api" else "interaction", title, envelope)
        return sent

    async def _before(self, happens: Awaitable[Any], seconds: float) -> bool:
        """Whether it happens within that time on the clock."""
        wanted = asyncio.ensure_future(happens)
        alarm = asyncio.ensure_future(self._clock.sleep(seconds))
        try:
            await asyncio.wait({wanted, alarm}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            alarm.cancel()
            if wanted is not happens:
                wanted.cancel()
        return wanted.done()
