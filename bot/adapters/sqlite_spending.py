"""Counters of tokens: one row an account and day, raised in the transaction that saves the turn."""

from datetime import date
from sqlite3 import Connection

from bot.models.spending import Spending, Used

EVERYBODY = ("", "all")
"""Team and account of the whole deployment."""

SPEND = """INSERT INTO spending (team, account, day, tokens) VALUES (?, ?, ?, ?)
    ON CONFLICT (team, account, day) DO UPDATE SET tokens = tokens + excluded.tokens"""
USED = "SELECT coalesce(sum(tokens), 0) FROM spending WHERE team = ? AND account = ? AND day BETWEEN ? AND ?"


def accounts_of(spending: Spending) -> list[tuple[str, str, str, int]]:
    """What is added, for every account that the tokens come out of."""
    mine = [(spending.team, account) for account in _accounts(spending.user, spending.channel)]
    return [(*whose, spending.day.isoformat(), spending.tokens) for whose in (*mine, EVERYBODY)]


def used(of: Connection, team: str, user: str, channel: str, day: date) -> Used:
    """What was used up on that day, and in its month until then."""
    first = day.replace(day=1)
    asked = [*((team, account, day) for account in _accounts(user, channel)), (*EVERYBODY, day), (*EVERYBODY, first)]
    rows = (of.execute(USED, (whose, account, since.isoformat(), day.isoformat())) for whose, account, since in asked)
    return Used(*(int(row.fetchone()[0]) for row in rows))


def _accounts(user: str, channel: str) -> tuple[str, str]:
    return f"user {user}", f"channel {channel}"
