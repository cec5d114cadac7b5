"""How urgent a message is, among all that wait for Slack (DESIGN, the Notifier)."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.adapters.slack_queue import Urgency
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record, RequestStatus

_CHATTER = frozenset({RequestStatus.PLANNING, RequestStatus.EXECUTING, RequestStatus.ANSWERING})
_URGENCIES: Mapping[Kind, Urgency] = MappingProxyType(
    {
        Kind.CARD: Urgency.CARD,
        Kind.ANSWER: Urgency.ANSWER,
        Kind.NOTICE: Urgency.NOTICE,
        Kind.REMINDER: Urgency.NOTICE,
        Kind.SECRET: Urgency.PRIVATE,
        Kind.PRIVATE: Urgency.PRIVATE,
        Kind.PROGRESS: Urgency.FIRST_SIGN,
    }
)


def urgency(row: OutboxRow, record: Record) -> Urgency:
    """A card that nobody waits for any more is a receipt; a progress message is urgent the first time only."""
    waits = any(call.status is CallStatus.PENDING for call in record.card_calls(row.subject))
    return Urgency.RECEIPT if row.kind is Kind.CARD and not waits else _URGENCIES[row.kind]


def matters(record: Record) -> bool:
    """Whether progress says for whom the request waits, or how it ended, rather than what is going on."""
    return record.request.status not in _CHATTER
