"""Slack's rate limits as token buckets (Slack docs: "Rate limits"; numbers in contract/limits.json)."""

import math
from dataclasses import dataclass
from datetime import datetime

from sandbox.clock import Clock
from sandbox.slack.contract import limit, method

POST_BURST = 5
PER_WORKSPACE = 300


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` calls at once, then `per_minute`."""

    per_minute: float
    burst: float


@dataclass(slots=True)
class Bucket:
    tokens: float
    filled_at: datetime


class Limiter:
    """Counts calls per method, and posts per channel. Slack publishes "about one a second, with short bursts" for
    posts and "several hundred a minute" for a workspace; five and 300 are our reading of those words.
    """

    def __init__(self, clock: Clock, *, enabled: bool = True) -> None:
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}
        self.enabled = enabled

    def retry_after(self, name: str, channel: str) -> int:
        """0 when the call may pass (and is counted), else the seconds of the Retry-After header."""
        if not self.enabled:
            return 0
        waits = [self._wait(key, rate) for key, rate in rates(name, channel)]
        if any(waits):
            return math.ceil(max(waits))
        for key, _ in rates(name, channel):
            self._buckets[key].tokens -= 1
        return 0

    def _wait(self, key: str, rate: Rate) -> float:
        now = self._clock.now()
        bucket = self._buckets.setdefault(key, Bucket(rate.burst, now))
        gained = (now - bucket.filled_at).total_seconds() * rate.per_minute / 60
        bucket.tokens, bucket.filled_at = min(rate.burst, bucket.tokens + gained), now
        return 0.0 if bucket.tokens >= 1 else (1 - bucket.tokens) * 60 / rate.per_minute


def rates(name: str, channel: str) -> list[tuple[str, Rate]]:
    """The buckets a call draws from."""
    if name == "chat.postMessage":
        per_channel = Rate(limit("rate.chat.postMessage.channel") * 60, POST_BURST)
        return [(f"{name} {channel}", per_channel), (name, Rate(PER_WORKSPACE, PER_WORKSPACE))]
    fact = method(name)
    tier = fact["tier"] if fact else "Special"
    per_minute = PER_WORKSPACE if tier == "Special" else limit(f"rate.{tier.lower()}")
    return [(name, Rate(per_minute, per_minute))]
