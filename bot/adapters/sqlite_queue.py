"""Which requests are due, and who has them."""

from collections.abc import Sequence
from datetime import datetime
from sqlite3 import Connection

from bot.adapters.sqlite_outbox import first_due
from bot.adapters.sqlite_part import SqlitePart, micros, moment, wake
from bot.store_ports import Lease

DUE = "SELECT id, fence + 1 FROM requests WHERE due_at <= ? ORDER BY due_at, seq LIMIT ?"
LEASE = """UPDATE requests SET leased = 1, fence = ?, due_at = ?, wake_at = CASE WHEN wake_at > ? THEN wake_at END
    WHERE id = ?"""
RENEW = "UPDATE requests SET due_at = ? WHERE id = ? AND fence = ? AND leased = 1"
RELEASE = """UPDATE requests SET leased = 0, wake_at = NULL,
    due_at = min(coalesce(:due_at, wake_at), coalesce(wake_at, :due_at))
    WHERE id = :id AND fence = :fence AND leased = 1"""
FIRST_DUE = "SELECT min(due_at) FROM requests WHERE due_at IS NOT NULL"


class SqliteQueue(SqlitePart):
    """The WorkQueue port. While a request is leased, `due_at` is the end of the lease."""

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Lease]:
        if await self._database.look_up(lambda of: of.execute(DUE, (micros(now), 1)).fetchone()) is None:
            return ()
        return await self._database.write(lambda to: _claim(to, now, until, limit))

    async def renew(self, lease: Lease, until: datetime) -> bool:
        values = (micros(until), lease.request_id, lease.fence)
        return await self._database.write(lambda to: to.execute(RENEW, values).rowcount == 1)

    async def release(self, lease: Lease, due_at: datetime | None) -> None:
        due = None if due_at is None else micros(due_at)
        values = {"id": lease.request_id, "fence": lease.fence, "due_at": due}
        await self._database.write(lambda to: to.execute(RELEASE, values).rowcount)

    async def wake(self, request_id: str, at: datetime) -> None:
        await self._database.write(lambda to: wake(to, request_id, micros(at)))

    async def next_due(self) -> datetime | None:
        found = await self._database.read(_next_due)
        return None if found is None else moment(found)

    async def changes(self) -> int:
        return await self._database.data_version()


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
