"""One-time codes, among the keys that are remembered for a while: taken ones, wrong ones, and who is locked."""

from datetime import timedelta
from sqlite3 import Connection

from bot.adapters.sqlite_part import MICROSECOND, SqlitePart, micros
from bot.models.codes import Code, CodeAnswer, CodeRules

IS_LOCKED = "SELECT 1 FROM keys WHERE key = ? AND expires_at > ?"
TAKEN_BY = "SELECT request_id FROM keys WHERE key = ?"
MISSES = "SELECT count(*) FROM keys WHERE key >= ? AND key < ? AND expires_at > ?"
FORGET = "DELETE FROM keys WHERE key >= ? AND key < ? AND expires_at <= ?"
KEEP = "INSERT INTO keys (key, request_id, expires_at) VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET expires_at = ?3"


class SqliteCodes(SqlitePart):
    """The CodeStore port."""

    async def take_code(self, code: Code, rules: CodeRules) -> CodeAnswer:
        now = micros(self._clock.now())
        return await self._database.write(lambda to: _take(to, code, rules, now))


def _take(to: Connection, code: Code, rules: CodeRules, now: int) -> CodeAnswer:
    who = f"{code.team}:{code.user}"
    lock = f"code lock {who}"
    if to.execute(IS_LOCKED, (lock, now)).fetchone():
        return CodeAnswer.LOCKED
    if code.step is not None:
        return _spend(to, f"code {who} {code.step}", code.by, now + _micros(rules.kept))
    missed = f"code miss {who} "
    to.execute(FORGET, (missed, f"{missed}~", now))
    (before,) = to.execute(MISSES, (missed, f"{missed}~", now)).fetchone()
    to.execute(KEEP, (f"{missed}{now}.{before}", code.by, now + _micros(rules.window)))
    if before + 1 < rules.misses:
        return CodeAnswer.WRONG
    to.execute(KEEP, (lock, code.by, now + _micros(rules.locked)))
    return CodeAnswer.LOCKED


def _spend(to: Connection, key: str, by: str, until: int) -> CodeAnswer:
    owner = to.execute(TAKEN_BY, (key,)).fetchone()
    if owner is not None:
        return CodeAnswer.TAKEN if owner[0] == by else CodeAnswer.USED
    to.execute(KEEP, (key, by, until))
    return CodeAnswer.TAKEN


def _micros(span: timedelta) -> int:
    return span // MICROSECOND
