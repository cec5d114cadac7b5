"""Whether our clock goes as Slack's does: each answer of its Web API says when it was given (RFC 9110, 6.6.1)."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from bot.errors import ClockDiffers
from bot.ports import Clock

log = logging.getLogger(__name__)

APART = timedelta(minutes=5)
"""So far apart clocks may be for Slack itself (Slack docs, "Verifying requests from Slack")."""
MEND = "set the clock of this machine right (NTP); what waits goes on by itself"


class SlackClock:
    """Compares our clock with Slack's. An alarm tells that they differ, once for as long as they do."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._differs = False

    def demand(self, headers: Mapping[str, str]) -> None:
        """Raises ClockDiffers when the clocks are too far apart; an answer without a date says nothing.

        By a clock that is wrong nobody can say whether an approval still holds.
        """
        theirs = dated(headers)
        if theirs is None:
            return
        apart = self._clock.now() - theirs
        if abs(apart) <= APART:
            self._differs = False
            return
        what = f"the clock here is {_minutes(apart)} Slack's, so nothing is decided or run"
        if not self._differs:
            log.error("clock.differs", extra={"what": what, "mend": MEND})
        self._differs = True
        raise ClockDiffers(what)


def dated(headers: Mapping[str, str]) -> datetime | None:
    """When an answer was given, or None when it does not say (RFC 9110, 5.6.7)."""
    found = {name.lower(): value for name, value in headers.items()}
    try:
        moment = parsedate_to_datetime(str(found.get("date", "")))
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _minutes(apart: timedelta) -> str:
    return f"{abs(apart) // timedelta(minutes=1)} minutes {'ahead of' if apart > timedelta() else 'behind'}"
