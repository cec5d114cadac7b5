"""The icon and the word of every state; a state is never told by colour alone (LOOK, "States")."""

from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from bot.models.call import CallStatus
from bot.models.requirement import Risk

S = CallStatus

STATES: Mapping[CallStatus, tuple[str, str]] = MappingProxyType(
    {
        S.PROPOSED: ("📝", "Proposed"),
        S.PENDING: ("⏳", "Waiting"),
        S.ALLOWED: ("🆗", "Allowed"),
        S.APPROVED: ("✅", "Approved"),
        S.STARTED: ("⚙️", "Running"),
        S.SUCCEEDED: ("☑️", "Done"),
        S.FAILED: ("❌", "Failed"),
        S.UNKNOWN: ("❓", "Unknown"),
        S.DENIED: ("⛔", "Denied"),
        S.EXPIRED: ("⌛", "Expired"),
        S.WITHDRAWN: ("↩️", "Withdrawn"),
        S.REVOKED: ("🚫", "Revoked"),
        S.NOT_RUN: ("⏭️", "Not run"),
        S.SUPERSEDED: ("🔁", "Replaced"),
    }
)

RISKS: Mapping[Risk, str] = MappingProxyType(
    {Risk.LOW: "🟢 Low", Risk.MEDIUM: "🟡 Medium", Risk.HIGH: "🟠 High", Risk.CRITICAL: "🔴 Critical"}
)

_LOUDEST_FIRST = (
    S.PENDING,
    S.UNKNOWN,
    S.STARTED,
    S.FAILED,
    S.REVOKED,
    S.EXPIRED,
    S.DENIED,
    S.WITHDRAWN,
    S.NOT_RUN,
    S.SUPERSEDED,
    S.APPROVED,
    S.ALLOWED,
    S.PROPOSED,
    S.SUCCEEDED,
)


def icon(status: CallStatus) -> str:
    """The icon of a state."""
    return STATES[status][0]


def word(status: CallStatus) -> str:
    """The word of a state."""
    return STATES[status][1]


def loudest(statuses: Iterable[CallStatus]) -> CallStatus:
    """Of several states the one that the reader must see first."""
    return min(statuses, key=_LOUDEST_FIRST.index)


def tally(statuses: Iterable[CallStatus]) -> str:
    """ "1 denied, 2 done", loudest first."""
    counts = Counter(statuses)
    return ", ".join(f"{counts[status]} {word(status).lower()}" for status in _LOUDEST_FIRST if counts[status])
