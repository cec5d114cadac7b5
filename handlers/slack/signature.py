"""Who signed a request (Slack docs: "Verifying requests from Slack"): over the raw bytes, before anything is parsed."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.errors import BadInput
from bot.ports import Clock

VERSION = "v0"
SKEW = 300
"""Seconds by which Slack's time and ours may differ, either way."""
TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


class Unsigned(Exception):
    """The request is not Slack's, or not of now. `why` is for the log; the sender is told nothing."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Claim:
    """What the headers say; nothing of it is proven."""

    timestamp: str
    signature: str


@dataclass(frozen=True, slots=True)
class Signatures:
    """Checks requests with the app's signing secret. Raises BadInput when there is none: that must never pass."""

    secret: str = field(repr=False)
    clock: Clock

    def __post_init__(self) -> None:
        if not self.secret.strip():
            raise BadInput("the secret is missing", where="SLACK_SIGNING_SECRET", mend="copy it from Basic Information")

    def claimed(self, timestamps: Sequence[str], signatures: Sequence[str]) -> Claim:
        """What all headers of the two names say, before the body is read.

        Raises:
            Unsigned: one of them is absent, doubled or malformed, or the moment is more than 300 s from now.
        """
        if len(timestamps) != 1 or len(signatures) != 1:
            raise Unsigned("missing")
        claim = Claim(timestamps[0], signatures[0])
        if not TIMESTAMP.fullmatch(claim.timestamp):
            raise Unsigned("malformed")
        if abs(self.clock.now().timestamp() - int(claim.timestamp)) > SKEW:
            raise Unsigned("stale")
        return claim

    def check(self, claim: Claim, body: bytes) -> None:
        """Compares in constant time. Raises Unsigned."""
        base = f"{VERSION}:{claim.timestamp}:".encode() + body
        wanted = f"{VERSION}={hmac.new(self.secret.encode(), base, hashlib.sha256).hexdigest()}"
        if not hmac.compare_digest(wanted.encode(), claim.signature.encode("utf-8", "surrogateescape")):
            raise Unsigned("forged")


class Replays:
    """Remembers what was answered as long as its timestamp is good, so that the same bytes count once.

    Slack signs each of its own retries anew. A restart forgets; then the keys of events and clicks still hold.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, int] = {}

    def begin(self, claim: Claim) -> None:
        """Takes the request on. Raises Unsigned when it was taken on before."""
        now = self._clock.now().timestamp()
        while self._until and next(iter(self._until.values())) < now - SKEW:
            del self._until[next(iter(self._until))]
        if claim.signature in self._until:
            raise Unsigned("replayed")
        self._until[claim.signature] = int(claim.timestamp) + SKEW

    def forget(self, claim: Claim) -> None:
        """It failed: the same bytes may come again."""
        self._until.pop(claim.signature, None)
