"""Showing what was saved: the pump takes due rows to the notifier, and saves what people see."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.errors import CHANGED_OUTSIDE, DAMAGED, ChangedOutside, DeliveryFailed, NotFound, StoreUnavailable, Unreadable
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Actor, Surface
from bot.models.replacing import replace
from bot.models.request import Origin, Record, Request, RequestStatus
from bot.ports import Clock, Notifier, ThreadMessage
from bot.store_ports import QUARANTINE, Store
from bot.trusting import trusted
from bot.untrusted import redact

log = logging.getLogger(__name__)

DEFECT = "defect"
TOO_LATE = "too late"
"""The error of progress that the answer has overtaken, and of a reminder that nobody needs any more."""
UNREADABLE = "unreadable"
"""The error of a message of which the record was damaged or edited; if it stands somewhere, it says so by now."""
OF_ITS_OWN = frozenset({Kind.NOTICE, Kind.PRIVATE})
"""These carry their own text: nothing of the record is shown in them."""
SAYS_SO = frozenset({Kind.CARD, Kind.PROGRESS})
"""These say so in their place when the record cannot be trusted, without buttons."""
DEFECTS = 5
"""So often a message is tried that breaks its renderer."""
UNDER_WAY = frozenset({RequestStatus.PLANNING, RequestStatus.WAITING, RequestStatus.EXECUTING})
LONGEST = timedelta(hours=24)
"""So long a message is tried that the surface does not take for now, and as long again after a restart."""
SECRET_KEPT = timedelta(hours=24)
"""So long after it was made a secret is kept for a requester who cannot be reached; then it is deleted."""
BATCH = 64
LEASE = timedelta(seconds=60)
"""Longer than any surface takes for one message; afterwards another process may try."""


@dataclass(slots=True)
class Pump:
    """Takes due rows to the notifier, each under a lease."""

    store: Store
    notifier: Notifier
    clock: Clock
    busy: set[asyncio.Task[None]] = field(default_factory=set)
    alarms: set[str] = field(default_factory=set)
    since: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.since = self.clock.now()

    async def start_due(self) -> int:
        """Begins to show what is due, in the background; returns how many were begun."""
        rows = await self._claim()
        for row in rows:
            task = asyncio.ensure_future(self.show(row))
            self.busy.add(task)
            task.add_done_callback(self.busy.discard)
        return len(rows)

    async def drain(self) -> None:
        """Shows what is due, one after the other, until nothing is."""
        while rows := await self._claim():
            for row in rows:
                await self.show(row)

    async def close(self) -> None:
        """Waits for what has begun."""
        await asyncio.gather(*self.busy, return_exceptions=True)

    async def show(self, row: OutboxRow) -> None:
        """Shows one row as the record stands now, and saves that it is seen.

        What the store does not tell or take is no fault of the message: it comes again when its lease has run out.
        """
        try:
            await self._show(row)
        except Unreadable as damaged:
            log.error("record.unreadable", extra={"row": row.id, **damaged.said})  # noqa: TRY400 - it says why
            await self._leave_alone(row, damaged)
        except StoreUnavailable as trouble:
            log.error("message.not_saved", extra={"row": row.id, **trouble.said})  # noqa: TRY400 - it says why

    async def _leave_alone(self, row: OutboxRow, damaged: Unreadable) -> None:
        """What people see of it says so, once. It is looked at again: what is put right is shown as it is."""
        error = UNREADABLE
        if row.kind in SAYS_SO and row.posted_ts and row.error != UNREADABLE:
            error = await self._say_so(row, CHANGED_OUTSIDE if isinstance(damaged, ChangedOutside) else DAMAGED)
        with suppress(StoreUnavailable):  # then the lease runs out
            await self.store.not_shown(row, error, self.clock.now() + QUARANTINE, sent=False)

    async def _say_so(self, row: OutboxRow, text: str) -> str:
        """From the row alone: nothing of what was edited is shown. The error to save."""
        origin = Origin(row.channel, row.thread_ts, row.thread_ts)
        nothing = Record(Request(row.request_id, Actor("", "", Surface.SLACK), origin, "", row.due_at))
        try:
            await self.notifier.show(replace(row, kind=Kind.NOTICE, text=text), nothing)
        except DeliveryFailed as failed:
            return failed.code
        return UNREADABLE

    async def _show(self, row: OutboxRow) -> None:
        try:
            record = await self._record(row)
        except NotFound:
            await self.store.not_shown(row, "no such request", None)
            return
        if _comes_too_late(row, record):
            await self.store.not_shown(row, TOO_LATE, None, sent=False)
            return
        try:
            ts = await self.notifier.show(row, record)
        except DeliveryFailed as failed:
            await self._failed(row, record, failed)
        except StoreUnavailable:
            raise
        except Exception:  # the edge of the pump: one message that breaks its renderer must not be tried without end
            log.exception("message.broke", extra={"row": row.id})
            await self._failed(row, record, DeliveryFailed(DEFECT))
        else:
            await self.store.shown(row, record.request.version, ts, _said(row, record, ts))
            self._calm()

    async def _record(self, row: OutboxRow) -> Record:
        load = self.store.load if row.kind in OF_ITS_OWN else partial(trusted, self.store)
        return await load(row.request_id)

    async def _claim(self) -> Sequence[OutboxRow]:
        now = self.clock.now()
        return await self.store.claim_rows(now, now + LEASE, BATCH)

    async def _failed(self, row: OutboxRow, record: Record, failed: DeliveryFailed) -> None:
        """It comes again, later and later, unless that can never help or has gone on for too long."""
        level = logging.WARNING if failed.sent or failed.alarm else logging.DEBUG
        told = {"row": row.id, "code": failed.code, "permanent": failed.permanent}
        log.log(level, "message.not_shown", extra=told)
        if failed.alarm:
            self._alarm(failed)
        now = self.clock.now()
        broken = failed.code == DEFECT and row.attempts >= DEFECTS
        too_old = failed.sent and row.tried_at is not None and now - max(row.tried_at, self.since) > LONGEST
        gives_up = failed.permanent or broken or (too_old and not failed.alarm) or _is_stale(row, record, now)
        wait = timedelta(seconds=failed.retry_after or min(2.0 ** min(row.attempts - 1, 6), 60.0))
        why = redact(f"{failed.code}: {failed.mend}" if failed.mend else failed.code)
        await self.store.not_shown(row, why, None if gives_up else now + wait, sent=failed.sent)

    def _alarm(self, failed: DeliveryFailed) -> None:
        """Said once, until a message gets through again."""
        if failed.code not in self.alarms:
            self.alarms.add(failed.code)
            log.error("messages.stopped", extra={"code": failed.code, "mend": failed.mend})

    def _calm(self) -> None:
        if self.alarms:
            log.info("messages.go_on", extra={"codes": sorted(self.alarms)})
            self.alarms.clear()


def _comes_too_late(row: OutboxRow, record: Record) -> bool:
    """Progress that nobody has seen yet says nothing once the answer is there, a reminder once nothing waits."""
    if row.kind is Kind.REMINDER and not row.posted_ts:
        return all(call.status is not CallStatus.PENDING for call in record.card_calls(row.subject))
    never_sent = not row.posted_ts and row.tried_at is None
    return row.kind is Kind.PROGRESS and never_sent and record.request.status not in UNDER_WAY


def _is_stale(row: OutboxRow, record: Record, now: datetime) -> bool:
    """A secret that nobody fetched is not kept for ever, whatever the reason."""
    made = [call.result.at for call in record.calls if call.id == row.subject and call.result]
    return row.kind is Kind.SECRET and (not made or now - made[0] > SECRET_KEPT)


def _said(row: OutboxRow, record: Record, ts: str) -> ThreadMessage | None:
    """A page of the answer belongs to what was said in the thread."""
    if row.kind is not Kind.ANSWER or not row.subject.isdecimal():
        return None
    return ThreadMessage(ts, "", record.request.pages[int(row.subject)], ours=True)
