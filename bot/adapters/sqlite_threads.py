"""What was said in threads."""

from collections.abc import Sequence

from bot.adapters.sqlite_part import SET_BACKFILLED, SqlitePart, remember
from bot.codec import decode
from bot.ports import ThreadMessage

MESSAGES = "SELECT ts, body FROM messages WHERE team = ? AND channel = ? AND thread_ts = ? ORDER BY ts"
BACKFILLED = "SELECT 1 FROM backfilled WHERE team = ? AND channel = ? AND thread_ts = ?"


class SqliteThreads(SqlitePart):
    """The ThreadStore port. Slack's `ts` sorts as text."""

    async def remember(self, team: str, channel: str, thread_ts: str, messages: Sequence[ThreadMessage]) -> None:
        await self._database.write(lambda to: remember(to, (team, channel, thread_ts), messages))

    async def thread(self, team: str, channel: str, thread_ts: str) -> Sequence[ThreadMessage]:
        where = (team, channel, thread_ts)
        rows = await self._database.look_up(lambda of: of.execute(MESSAGES, where).fetchall())
        return tuple(decode(body, ThreadMessage, f"messages {channel} {ts}") for ts, body in rows)

    async def is_backfilled(self, team: str, channel: str, thread_ts: str) -> bool:
        where = (team, channel, thread_ts)
        return await self._database.look_up(lambda of: of.execute(BACKFILLED, where).fetchone()) is not None

    async def set_backfilled(self, team: str, channel: str, thread_ts: str) -> None:
        where = (team, channel, thread_ts)
        await self._database.write(lambda to: to.execute(SET_BACKFILLED, where).rowcount)
