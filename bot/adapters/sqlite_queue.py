"""Which requests are due, and who has them."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection

from bot.adapters.sqlite_database import Database
from bot.adapters.sqlite_outbox import IS_DUE, first_due
from bot.adapters.sqlite_part import SqlitePart, micros, moment, wake
from bot.models.outbox import Kind
from bot.ports import Clock
from bot.store_ports import Lease

log = logging.getLogger(__name__)

DUE = "SELECT id, fence + 1 FROM requests WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?"
LEASE = """UPDATE requests SET leased = 1, fence = ?, due_at = ?, wake_at = CASE WHEN wake_at > ? THEN wake_at END
    WHERE id = ?"""
RENEW = "UPDATE requests SET due_at = ? WHERE id = ? AND fence = ? AND leased = 1"
RELEASE = """UPDATE requests SET leased = 0, wake_at = max(coalesce(wake_at, :now), :now),
    due_at = min(coalesce(:due_at, wake_at), coalesce(wake_at, :due_at))
    WHERE id = :id AND fence = :fence AND leased = 1"""
AHEAD = """UPDATE requests SET due_at = :now, wake_at = CASE WHEN leased THEN :now END
    WHERE due_at > :far AND (leased = 1 OR wake_at > :far)"""
"""Who holds the lease may live, and be about to release: what has woken the request meanwhile is kept."""
MESSAGES_AHEAD = f"""UPDATE outbox SET due_at = min(due_at, :now), leased_until = 0
    WHERE kind = :kind AND {IS_DUE} AND (due_at > :later OR leased_until > :later)"""  # noqa: S608 - a constant
LOOK_EVERY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(minutes=30)
"""Further ahead no message is put off; a request may wait for days."""
FIRST_DUE = "SELECT min(due_at) FROM requests WHERE due_at IS NOT NULL"


class SqliteQueue(SqlitePart):
    """The WorkQueue port. While a request is leased, `due_at` is the end of the lease."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._looked: datetime | None = None

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Lease]:
        await self._take_back_the_future(now, until)
        if await self._database.look_up(lambda of: of.execute(DUE, (micros(now), 1)).fetchone()) is None:
            return ()
        return await self._database.write(lambda to: _claim(to, now, until, limit))

    async def renew(self, lease: Lease, until: datetime) -> bool:
        values = (micros(until), lease.request_id, lease.fence)
        return await self._database.write(lambda to: to.execute(RENEW, values).rowcount == 1)

    async def release(self, lease: Lease, due_at: datetime | None) -> None:
        due = None if due_at is None else micros(due_at)
        values = {"id": lease.request_id, "fence": lease.fence, "due_at": due, "now": micros(self._clock.now())}
        await self._database.write(lambda to: to.execute(RELEASE, values).rowcount)

    async def wake(self, request_id: str, at: datetime) -> None:
        now = micros(self._clock.now())
        await self._database.write(lambda to: wake(to, request_id, micros(at), now))

    async def next_due(self) -> datetime | None:
        found = await self._database.read(_next_due)
        return None if found is None else moment(found)

    async def changes(self) -> int:
        return await self._database.data_version()

    async def _take_back_the_future(self, now: datetime, until: datetime) -> None:
        """Makes due what a clock that was ahead has put off: leases longer than any, moments set in the future.

        A lease is given for `until - now`; clocks may differ by as much again. Looks at the start, once a minute, and
        whenever time went back.
        """
        if self._looked is not None and self._looked <= now < self._looked + LOOK_EVERY:
            return
        self._looked = now
        values = {"now": micros(now), "far": micros(until + (until - now)), "later": micros(now + LONGEST_RETRY)}
        found = await self._database.write(lambda to: _take_back(to, values))
        if found:
            what = f"{found} requests or messages were put off by a clock that was ahead of this one; they go on now"
            log.error("clock.was_ahead", extra={"what": what, "mend": "set the clocks of all machines right (NTP)"})


def _take_back(to: Connection, values: dict[str, int]) -> int:
    messages = (to.execute(MESSAGES_AHEAD, values | {"kind": kind.value}).rowcount for kind in Kind)
    return to.execute(AHEAD, values).rowcount + sum(messages)


def _claim(to: Connection, now: datetime, until: datetime, limit: int) -> list[Lease]:
    # Not UPDATE ... RETURNING: it returns rows in any order and cannot name the old due_at. The transaction holds the
    # write lock from its first statement, so nobody can come between these two.
    due = to.execute(DUE, (micros(now), limit)).fetchall()
    ends, starts = micros(until), micros(now)
    to.executemany(LEASE, [(fence, ends, starts, request_id) for request_id, fence in due])
    return [Lease(request_id, fence, until) for request_id, fence in due]


def _next_due(of: Connection) -> int | None:
    (request_due,) = of.execute(FIRST_DUE).fetchone()
    return min((at for at in (request_due, first_due(of)) if at is not None), default=None)
