"""Socket Mode as a way to the app: one envelope for each attempt (Slack docs: "Using Socket Mode")."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field

from sandbox.clock import Clock
from sandbox.payload import Json
from sandbox.slack.contract import limit
from sandbox.slack.faults import DeliveryFaults
from sandbox.slack.ids import Ids
from sandbox.slack.link import Ack, Link
from sandbox.slack.parcels import EVENTS, Parcel, Result, Retry
from sandbox.slack.tasks import Tasks, happens_within
from sandbox.steps import StepLog


@dataclass(frozen=True, slots=True)
class SocketLine:
    """Sends envelopes through the link. An ack of any of them counts, on whichever socket and however late."""

    link: Link
    clock: Clock
    ids: Ids
    log: StepLog
    faults: DeliveryFaults
    late: Tasks = field(default_factory=Tasks)

    @property
    def ready(self) -> bool:
        return self.link.opened.is_set()

    def opened(self) -> Awaitable[object]:
        return self.link.opened.wait()

    def forget(self, parcel: Parcel) -> None:
        self.link.forget(parcel.envelopes)

    async def carry(self, parcel: Parcel, retry: Retry) -> Result:
        if self.faults.delay_ms:
            await self.clock.sleep(self.faults.delay_ms / 1000)
        envelope = self._envelope(parcel, retry)
        self.link.expect(envelope["envelope_id"], self._expected(parcel))
        sent = await self.link.push(envelope)
        again = f", attempt {retry.number + 1}" if retry.number else ""
        title = f"To the app: {parcel.title}{again}" if sent else f"No connection to the app for {parcel.title}"
        self.log.append("event" if parcel.kind == EVENTS else "interaction", title, envelope)
        if not sent:
            return Result(delivered=False, acked=False, reason="timeout")
        if not await happens_within(self.clock, parcel.acked, limit("ack.deadline")):
            return Result(delivered=True, acked=False, reason="timeout")
        return Result(delivered=True, acked=True, payload=parcel.acked.result())

    async def close(self) -> None:
        await self.late.close()

    def _envelope(self, parcel: Parcel, retry: Retry) -> Json:
        envelope_id = self.ids.uuid()
        parcel.envelopes.append(envelope_id)
        envelope: Json = {"envelope_id": envelope_id, "type": parcel.kind, "payload": parcel.payload}
        if parcel.kind != EVENTS:
            return envelope | {"accepts_response_payload": True}
        retried = {"retry_attempt": retry.number, "retry_reason": retry.reason}
        return envelope | {"accepts_response_payload": False} | retried

    def _expected(self, parcel: Parcel) -> asyncio.Future[Ack]:
        """What the ack of one envelope fulfils: the parcel at once, later, or never, as the faults have it."""
        arrived: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        lost, delay = self.faults.take_ack(), self.faults.delay_acks_ms / 1000

        def count(ack: asyncio.Future[Ack]) -> None:
            if lost or ack.cancelled():
                return
            if delay:
                self.late.start(self._count_later(parcel, ack.result(), delay))
            else:
                settle(parcel, ack.result().payload)

        arrived.add_done_callback(count)
        return arrived

    async def _count_later(self, parcel: Parcel, ack: Ack, seconds: float) -> None:
        await self.clock.sleep(seconds)
        settle(parcel, ack.payload)


def settle(parcel: Parcel, payload: Json | None) -> None:
    """The first ack counts."""
    if not parcel.acked.done():
        parcel.acked.set_result(payload)
