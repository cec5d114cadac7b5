"""trigger_id and response_url: what an interaction lends the app for a while."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.clock import Clock
from sandbox.slack.contract import limit
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids


@dataclass(slots=True)
class Trigger:
    user: str
    at: datetime
    used: bool = False


class Triggers:
    """Each trigger_id is good for 3 seconds and one exchange (Slack docs: "Handling user interaction")."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str) -> str:
        now = self._clock.now()
        trigger_id = f"{int(now.timestamp() * 1000)}.{int(now.timestamp())}.{self._ids.new('').lower()}"
        self._issued[trigger_id] = Trigger(user, now)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """The user whose click it came from.

        Raises:
            SlackError: invalid_trigger_id, expired_trigger_id, exchanged_trigger_id.
        """
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if self._clock.now() - trigger.at > timedelta(seconds=limit("trigger_id.lifetime")):
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        trigger.used = True
        return trigger.user


@dataclass(slots=True)
class ResponseUrl:
    """Where an answer may go: the channel and message of the click, and the person who clicked."""

    channel: str
    ts: str
    user: str
    issued_at: datetime
    uses: int = 0


class ResponseUrls:
    """Each is good for 5 posts within 30 minutes (Slack docs: "Handling user interaction")."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, channel: str, ts: str, user: str) -> str:
        """The token that stands at the end of the url."""
        token = self._ids.new("R")
        self._issued[token] = ResponseUrl(channel, ts, user, self._clock.now())
        return token

    def use(self, token: str) -> ResponseUrl | None:
        """The url's place, one use spent; None when it is unknown, used up or too old."""
        found = self._issued.get(token)
        if found is None or found.uses >= limit("response_url.uses"):
            return None
        if self._clock.now() - found.issued_at > timedelta(seconds=limit("response_url.lifetime")):
            return None
        found.uses += 1
        return found
