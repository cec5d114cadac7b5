"""Spends few updates on states that pass: between the click and the outcome a card changes three times in a second."""

from datetime import datetime, timedelta

from bot.adapters.slack_queue import SlackQueue
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record

PASSING = frozenset({CallStatus.APPROVED, CallStatus.STARTED})
AGAIN_AFTER = timedelta(seconds=3)
"""Once the buttons are gone, the next state that passes may be seen so much later; an outcome is shown at once."""
WHEN_SCARCE = timedelta(seconds=1)
"""While updates are scarce, even the buttons wait so long for an outcome."""


class Passing:
    """Remembers, for each card, when a passing state may be shown next."""

    def __init__(self, queue: SlackQueue) -> None:
        self._queue = queue
        self._not_before: dict[str, datetime] = {}

    def wait(self, row: OutboxRow, record: Record) -> float:
        """Seconds that this state should wait for a better one."""
        if not _passes(row, record):
            return 0.0
        now = self._queue.now()
        if row.id not in self._not_before:
            scarce = self._queue.is_scarce("chat.update", row.channel)
            self._not_before[row.id] = now + WHEN_SCARCE if scarce else now
        return max(0.0, (self._not_before[row.id] - now).total_seconds())

    def shown(self, row: OutboxRow, record: Record) -> None:
        """People see this state now."""
        if _passes(row, record):
            self._not_before[row.id] = self._queue.now() + AGAIN_AFTER
        else:
            self._not_before.pop(row.id, None)


def _passes(row: OutboxRow, record: Record) -> bool:
    """Nobody is asked any more, and there is no outcome yet. A card that was never posted is not kept back."""
    statuses = {call.status for call in record.card_calls(row.subject)}
    decided = CallStatus.PENDING not in statuses and bool(statuses & PASSING)
    return row.kind is Kind.CARD and bool(row.posted_ts) and decided
