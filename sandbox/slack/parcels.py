"""What Slack brings to the app, and what came of one attempt, whichever way it went."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Protocol

from sandbox.payload import Json

EVENTS, INTERACTIVE, COMMANDS = "events_api", "interactive", "slash_commands"


@dataclass(slots=True)
class Parcel:
    """One payload on its way, in as many attempts as it takes. `kind` is Slack's word for the envelope."""

    kind: str
    title: str
    payload: Json
    acked: asyncio.Future[Json | None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    envelopes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Retry:
    """Which attempt this is: 0 is the first. `reason` says why the one before failed."""

    number: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one attempt. `payload` came with the ack; `no_retry`: the app asked not to be told again."""

    delivered: bool
    acked: bool
    payload: Json | None = None
    reason: str = ""
    no_retry: bool = False


class Line(Protocol):
    """A way to the app: Socket Mode, or signed HTTP."""

    @property
    def ready(self) -> bool:
        """Whether something can be sent now."""
        ...

    def opened(self) -> Awaitable[object]:
        """Done when something can be sent."""
        ...

    async def carry(self, parcel: Parcel, retry: Retry) -> Result:
        """One attempt, with 3 seconds for the ack."""
        ...

    def forget(self, parcel: Parcel) -> None:
        """No ack is expected any more."""
        ...
