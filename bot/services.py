"""The use cases that surfaces call. Wiring fills them in; a listener sees nothing else of the bot."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.models.inbound import Mention
from bot.models.people import Actor
from bot.models.request import Approval, Record


@dataclass(frozen=True, slots=True)
class Ballot:
    """A click on a card. No `call_ids` means every row that is still pending. `key` is the same for a redelivery.

    `at` (UTC) is when the surface says that it was clicked, here and below; None when it does not say. `typed` is what
    the approver typed for each call (id, text), `code` their one-time code: both are checked before anything is stored.
    `asked`: their surface asked a question before it sent the click.
    """

    approval_id: str
    call_ids: tuple[str, ...]
    actor: Actor
    yes: bool
    key: str
    channel: str
    message_ts: str
    reason: str = ""
    at: datetime | None = None
    typed: tuple[tuple[str, str], ...] = ()
    code: str = field(default="", repr=False)
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The requester takes a request back: `request_id`, or if that is empty the one of this card."""

    approval_id: str
    actor: Actor
    key: str
    channel: str
    request_id: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A person says what became of a call whose outcome is unknown."""

    approval_id: str
    call_id: str
    actor: Actor
    happened: bool
    key: str
    channel: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """Each returns after its input is durable, and raises StoreUnavailable when it is not.

    `may_decide` tells whether a person's vote on this card would count, as far as the directory says now.
    `vote`, `withdraw`, `verdict` and `details` raise NotFound for an unknown approval or request. `vote` raises
    NotConfirmed. `receive` returns the
    request's id. `reply` takes a thread message without a mention and tells whether it was queued for an open request.
    """

    receive: Callable[[Mention], Awaitable[str]]
    reply: Callable[[Mention], Awaitable[bool]]
    vote: Callable[[Ballot], Awaitable[None]]
    withdraw: Callable[[Withdrawal], Awaitable[None]]
    verdict: Callable[[Verdict], Awaitable[None]]
    details: Callable[[str], Awaitable[tuple[Record, Approval]]]
    may_decide: Callable[[str, Actor], Awaitable[bool]]
