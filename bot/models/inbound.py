"""What people send us. Stored before it is acknowledged, judged afterwards (DESIGN, rule 4)."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.models.people import Actor
from bot.models.requirement import Confirm


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody asks for something. `keys` find a redelivery: the event id, and (team, channel, message ts)."""

    actor: Actor
    channel: str
    thread_ts: str
    message_ts: str
    text: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VoteReceived:
    """A click on one call of a card. `id` is the same for a redelivery of the same click. `at` is UTC.

    `confirmed` was checked before this was stored.
    """

    id: str
    request_id: str
    call_id: str
    actor: Actor
    yes: bool
    at: datetime
    reason: str = ""
    channel: str = ""
    confirmed: Confirm = Confirm.NONE


@dataclass(frozen=True, slots=True)
class WithdrawReceived:
    """The requester takes the whole request back."""

    id: str
    request_id: str
    actor: Actor
    at: datetime
    channel: str = ""


@dataclass(frozen=True, slots=True)
class VerdictReceived:
    """A person tells what became of a call whose outcome is unknown."""

    id: str
    request_id: str
    call_id: str
    actor: Actor
    happened: bool
    at: datetime
    channel: str = ""


@dataclass(frozen=True, slots=True)
class ReplyReceived:
    """The requester wrote in the thread while the request was open. It never decides anything.

    `left_out`: what was written is not kept, being too much; `text` is what the model reads instead.
    """

    id: str
    request_id: str
    actor: Actor
    text: str
    at: datetime
    left_out: bool = False


@dataclass(frozen=True, slots=True)
class StoreRestored:
    """The store was found to be older than what was done with it. Written by the store itself, once for each epoch."""

    id: str
    request_id: str
    epoch: int


@dataclass(frozen=True, slots=True)
class SecretSettled:
    """What became of the secrets of a call: posted, or, with an `error`, deleted unread. Written by the store itself,
    in the transaction that deletes them.
    """

    id: str
    request_id: str
    call_id: str
    error: str = ""


@dataclass(frozen=True, slots=True)
class Unproven:
    """A stored event that speaks for somebody and that we did not write: nothing in it is believed. Never stored."""

    id: str
    request_id: str
    kind: str


Inbound: TypeAlias = (
    VoteReceived | WithdrawReceived | VerdictReceived | ReplyReceived | StoreRestored | SecretSettled | Unproven
)
