"""Bringing events and interactions to the app: ack within 3 seconds, else again or a warning to the person.

Slack docs, "Using Socket Mode" and "The Events API: Error handling": a failed event is sent again at once, after one
minute and after five. What was produced while no socket was open comes as a retry when one opens.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from sandbox.clock import Clock
from sandbox.payload import Json
from sandbox.slack.contract import limit
from sandbox.slack.faults import DeliveryFaults
from sandbox.slack.parcels import COMMANDS, EVENTS, INTERACTIVE, Line, Parcel, Result, Retry
from sandbox.slack.tasks import Tasks, happens_within
from sandbox.steps import StepLog

TIMED_OUT = ("timeout", "http_timeout")


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of an interaction. `payload` is what the app sent along with its ack."""

    delivered: bool
    acked: bool
    ms: float
    payload: Json | None = None


class Delivery:
    """Sends payloads over the line that is in use at that moment, and minds their acks."""

    def __init__(self, line: Callable[[], Line], clock: Clock, log: StepLog, faults: DeliveryFaults) -> None:
        self._line = line
        self._clock = clock
        self._log = log
        self._faults = faults
        self._tasks = Tasks()

    def event(self, title: str, payload: Json) -> None:
        """Starts to deliver an Events API payload; returns at once."""
        self._tasks.start(self._persist(Parcel(EVENTS, title, payload)))
        if self._faults.take_duplicate():
            self._tasks.start(self._persist(Parcel(EVENTS, f"{title}, a second time", payload)))

    async def interaction(self, title: str, payload: Json) -> Reply:
        """Sends it once. Without an ack in 3 seconds the person sees a warning sign."""
        return await self._once(Parcel(INTERACTIVE, title, payload))

    async def command(self, title: str, form: Json) -> Reply:
        """Sends a slash command once. Without an ack in 3 seconds the person is told that it failed."""
        return await self._once(Parcel(COMMANDS, title, form))

    async def close(self) -> None:
        await self._tasks.close()

    async def _once(self, parcel: Parcel) -> Reply:
        started, line = self._clock.now(), self._line()
        result = await line.carry(parcel, Retry())
        line.forget(parcel)
        if not result.delivered:
            return Reply(delivered=False, acked=False, ms=0)
        ms = (self._clock.now() - started) / timedelta(milliseconds=1)
        if result.acked:
            self._log.append("ack", f"Acknowledged: {parcel.title}", result.payload, ms)
        else:
            why = "No ack" if result.reason in TIMED_OUT else f"No ack ({result.reason})"
            self._log.append("ack", f"{why} for {parcel.title}: the person sees a warning sign", ms=ms)
        return Reply(delivered=True, acked=result.acked, ms=ms, payload=result.payload)

    async def _persist(self, parcel: Parcel) -> None:
        """Tries an event four times: 0, 0, 60 and 300 seconds after the one before."""
        pauses = [0, *(limit(f"retry.{n}.delay") for n in range(1, limit("retry.count") + 1))]
        gives_up = self._clock.now() + timedelta(seconds=sum(pauses))
        attempt, reason, line = 0, "timeout", self._line()
        while attempt < len(pauses):
            if attempt and await happens_within(self._clock, parcel.acked, pauses[attempt]):
                break
            if not line.ready:
                attempt = max(attempt, 1)
                left = (gives_up - self._clock.now()).total_seconds()
                if not await happens_within(self._clock, line.opened(), left):
                    break
            result = await self._attempt(line, parcel, Retry(attempt, reason if attempt else ""))
            if result.no_retry:
                break
            attempt, reason = attempt + 1, result.reason or reason
        line.forget(parcel)
        if not parcel.acked.done():
            self._log.append("event", f"Slack gave up on {parcel.title}")

    async def _attempt(self, line: Line, parcel: Parcel, retry: Retry) -> Result:
        started = self._clock.now()
        result = await line.carry(parcel, retry)
        if result.acked:
            ms = (self._clock.now() - started) / timedelta(milliseconds=1)
            self._log.append("ack", f"Acknowledged: {parcel.title}", ms=ms)
        elif result.delivered:
            why = "No ack in 3 seconds" if result.reason in TIMED_OUT else f"No ack ({result.reason})"
            self._log.append("ack", f"{why}: {parcel.title}")
        return result
