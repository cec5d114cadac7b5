"""How many events Slack delivers in an hour (Slack docs: "The Events API", rate limiting)."""

from collections import deque
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.slack.contract import limit

HOUR = timedelta(hours=1)


class EventBudget:
    """30,000 deliveries per workspace and app in 60 minutes; beyond, the app is told once a minute."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._delivered: deque[datetime] = deque()
        self._told = 0

    def spend(self) -> bool:
        """Whether one more event may go out; it is counted."""
        now = self._clock.now()
        while self._delivered and now - self._delivered[0] >= HOUR:
            self._delivered.popleft()
        if len(self._delivered) >= limit("events.hourly"):
            return False
        self._delivered.append(now)
        return True

    def minute_to_tell(self) -> int:
        """The minute (epoch seconds) whose events are dropped, once; 0 when the app knows already."""
        now = int(self._clock.now().timestamp())
        minute = now - now % 60
        if minute == self._told:
            return 0
        self._told = minute
        return minute
