"""What says that a row was written by us: nobody without the key can make it (docs/adr/0009)."""

import hmac
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.errors import Unreadable

Sign: TypeAlias = Callable[[bytes], bytes]
"""Bytes that nobody can make for this text without the key (HMAC-SHA256, RFC 2104)."""
BY_PEOPLE = frozenset({"vote", "withdraw", "verdict", "reply"})
"""Kinds of inbound events that speak for somebody. What the store itself writes can only stop things."""
FORGED = "it carries no proof that we wrote it"
PUBLISH = "find out who wrote it; then start the bot again: it publishes the file that POLICY_PATH names anew"


@dataclass(frozen=True, slots=True)
class Proofs:
    """Without `sign` nothing is proven, and everything is taken as it is."""

    sign: Sign | None = field(default=None, repr=False)

    def of_event(self, event_id: str, request_id: str, kind: str, body: bytes) -> bytes | None:
        """What is stored beside an inbound event."""
        return self._of(b"inbox", event_id.encode(), request_id.encode(), kind.encode(), body)

    def has_event(self, proof: bytes | None, event_id: str, request_id: str, kind: str, body: bytes) -> bool:
        """Whether the row is as we wrote it."""
        return kind not in BY_PEOPLE or self._holds(proof, self.of_event(event_id, request_id, kind, body))

    def of_policy(self, version: int, body: bytes) -> bytes | None:
        """What is stored beside a policy."""
        return self._of(b"policies", str(version).encode(), body)

    def demand_policy(self, proof: bytes | None, version: int, body: bytes) -> None:
        """Raises Unreadable for a policy that we did not publish."""
        if not self._holds(proof, self.of_policy(version, body)):
            raise Unreadable(f"policies {version}", FORGED, mend=PUBLISH)

    def _of(self, *parts: bytes) -> bytes | None:
        """Each part with its length, so that nothing can move from one to the next."""
        return None if self.sign is None else self.sign(b"".join(len(part).to_bytes(8) + part for part in parts))

    @staticmethod
    def _holds(proof: bytes | None, wanted: bytes | None) -> bool:
        return wanted is None or (proof is not None and hmac.compare_digest(proof, wanted))
