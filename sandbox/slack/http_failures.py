"""When Slack stops delivering to a request URL (Slack docs: "The Events API", failure limits)."""

from collections import deque
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.slack.contract import limit


class Failures:
    """The attempts of the last 60 minutes. More than 95 % failed: subscriptions are disabled, until enabled again.

    Apps below 1,000 events an hour are exempt.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._attempts: deque[tuple[datetime, bool]] = deque()
        self._failed = 0
        self.disabled = False

    def note(self, *, failed: bool) -> None:
        """Counts one attempt."""
        now, window = self._clock.now(), timedelta(seconds=limit("events.failure_window"))
        self._attempts.append((now, failed))
        self._failed += failed
        while now - self._attempts[0][0] >= window:
            self._failed -= self._attempts.popleft()[1]
        enough = len(self._attempts) >= limit("events.failure_exempt_below")
        if enough and self._failed * 100 > len(self._attempts) * limit("events.failure_share"):
            self.disabled = True

    def enable(self) -> None:
        """Somebody switched them on again on the app's page; the count starts anew."""
        self._attempts.clear()
        self._failed = 0
        self.disabled = False
