"""The store family: what the core needs kept. Split from `bot/ports.py` for length only; the same rules hold."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from bot.models.audit import AuditEvent
from bot.models.call import Call
from bot.models.codes import Code, CodeAnswer, CodeRules
from bot.models.inbound import Inbound
from bot.models.outbox import Kind, OutboxRow
from bot.models.policy import Policy
from bot.models.request import Approval, Record, Request, Turn
from bot.models.servers import ServersBook, Sighting
from bot.models.spending import Spending, Used
from bot.models.tools import Toolset
from bot.ports import ThreadMessage

QUARANTINE = timedelta(minutes=5)
"""How long something is left alone of which the stored record is damaged, unless somebody wakes it. Others go on."""


@dataclass(frozen=True, slots=True)
class Change:
    """One transaction. Everything in it is saved, or nothing.

    `request.version` must be one more than the stored one (1 creates). Turns and calls are whole records, written over
    what is stored under the same key. `consumed` are ids of inbound events that this change has dealt with. `outbox`
    rows that exist already only have `wanted` and `due_at` raised. `wake` are other requests to make due now.
    `spending` is added to what was spent before.
    """

    request: Request
    turns: tuple[Turn, ...] = ()
    calls: tuple[Call, ...] = ()
    approvals: tuple[Approval, ...] = ()
    audit: tuple[AuditEvent, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    consumed: tuple[str, ...] = ()
    wake: tuple[str, ...] = ()
    spending: Spending | None = None


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to take the next steps of a request until `until` (UTC). `fence` grows with every lease given."""

    request_id: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True)
class CardRows:
    """The calls of a card, in call order, and those of them that wait for people."""

    request_id: str
    call_ids: tuple[str, ...]
    pending: tuple[str, ...]


class RequestStore(Protocol):
    """Requests with their turns, calls, approvals, inbound events and audit.

    Promises: when a write returns it is durable (survives power loss); of several writers that loaded the same version
    exactly one saves; a read after a write sees it. Every method may raise StoreUnavailable. A write whose caller is
    cancelled is still carried to its end.
    """

    async def receive(self, change: Change, keys: Sequence[str]) -> str:
        """Creates the request, due at once, and remembers `keys` for at least 15 minutes.

        If a key is known already nothing is created: the request that owns it is made due and its id returned. Its text
        is remembered as a message of its thread; a thread that begins with it needs no backfill.
        """
        ...

    async def load(self, request_id: str) -> Record:
        """Raises NotFound."""
        ...

    async def save(self, change: Change) -> None:
        """Raises VersionConflict when the stored version is not `change.request.version - 1`; then nothing changed.

        The same when the change opens a call of which another request has an identical open one: decide again.
        """
        ...

    async def append(self, events: Sequence[Inbound]) -> None:
        """Stores what people sent, all or nothing, and makes their requests due. The same id twice is stored once.

        Raises NotFound when a request does not exist.
        """
        ...

    async def inbox(self, request_id: str) -> Sequence[Inbound]:
        """What was appended and not yet consumed, oldest first."""
        ...

    async def card_rows(self, approval_id: str) -> CardRows:
        """What a click needs to know of a card; less than the whole record. Raises NotFound."""
        ...

    async def find_approval(self, approval_id: str) -> Record:
        """The record that an approval belongs to. Raises NotFound."""
        ...

    async def call(self, call_id: str) -> Call:
        """One call of any request. Raises NotFound."""
        ...

    async def open_in_thread(self, team: str, channel: str, thread_ts: str, user: str) -> str | None:
        """The newest request of this person in this thread that is still open, or None."""
        ...

    async def open_requests(self, limit: int) -> Sequence[Record]:
        """The newest requests that are still open, newest first. What is closed costs nothing."""
        ...

    async def find_open_call(self, fingerprint: str) -> Call | None:
        """The call with this fingerprint that may still run and is not attached itself, or None. Reads are left out."""
        ...

    async def attached(self, call_id: str) -> Sequence[str]:
        """Ids of the requests that have a call attached to this one and still without an outcome."""
        ...

    async def audit(self, request_id: str) -> Sequence[AuditEvent]:
        """The chain, first event first."""
        ...

    async def used(self, team: str, user: str, channel: str, day: date) -> Used:
        """The tokens of every change that was saved, by the accounts they come out of."""
        ...


class WorkQueue(Protocol):
    """Which requests are due. A lease keeps others away; when it runs out, somebody else may take over."""

    async def claim(self, now: datetime, until: datetime, limit: int) -> Sequence[Lease]:
        """Leases up to `limit` requests that are due and not leased, longest due first. Costs O(limit).

        What a clock that was ahead has put off is found within a minute: a lease that ends further ahead than twice as
        long as this one, or a due moment that was set in the future.
        """
        ...

    async def renew(self, lease: Lease, until: datetime) -> bool:
        """Prolongs the lease; False when somebody else has it by now."""
        ...

    async def release(self, lease: Lease, due_at: datetime | None) -> None:
        """Gives the lease back; the request is next due at `due_at` (None: only when woken).

        Was the request woken while it was leased, it is due at once instead.
        """
        ...

    async def wake(self, request_id: str, at: datetime) -> None:
        """Makes the request due at `at` if that is sooner than it is now."""
        ...

    async def next_due(self) -> datetime | None:
        """The earliest moment at which a request or an outbox row becomes due or loses its lease, or None."""
        ...

    async def changes(self) -> int:
        """A number that differs after any process has written to the store."""
        ...


class OutboxStore(Protocol):
    """Messages to be shown. A row is due while `shown < wanted` and it has not failed for good."""

    async def claim_rows(self, now: datetime, until: datetime, limit: int) -> Sequence[OutboxRow]:
        """Leases rows to show now, most urgent kind first, then oldest; nobody else gets them before `until`.

        Counts as an attempt of each, durably: `attempts` includes it, and `tried_at` is the first attempt before it, or
        None. The pages of one answer are given one after the other.
        """
        ...

    async def shown(self, row: OutboxRow, revision: int, posted_ts: str, said: ThreadMessage | None = None) -> None:
        """Saves that people see this revision, and gives the row, as it was claimed, back.

        If the claim had run out meanwhile, an older revision may have been put over a newer one: then the row is due
        again; if it was another message than the one that is known, that one is noted among the row's `twins`. Those
        that the row had when it was claimed are closed now. A card that was posted after an attempt of which nobody
        knows the end is due once more two minutes later, with `looks`. The text of a private message is deleted.
        `said` is remembered as a message of the row's thread, and the request is made due.
        """
        ...

    async def not_shown(self, row: OutboxRow, error: str, retry_at: datetime | None, *, sent: bool = True) -> None:
        """Saves why not, and gives the row, as it was claimed, back; `retry_at` None gives up and wakes the request.

        With `sent` False nothing had left, and the claim does not count as an attempt. Nothing changes if the claim had
        run out meanwhile. The text of a private message that is given up is deleted.
        """
        ...

    async def show_again(self, request_id: str) -> None:
        """Makes the cards and the progress of a request that people see due again, as if they were out of date."""
        ...

    async def rows(self, request_id: str, kind: Kind | None = None) -> Sequence[OutboxRow]:
        """All rows of a request, or those of one kind, oldest first."""
        ...


class CodeStore(Protocol):
    """One-time codes: each is taken once for each person, whoever asks first, in whatever process."""

    async def take_code(self, code: Code, rules: CodeRules) -> CodeAnswer:
        """Takes the code, or counts it as wrong, in one step. The same one `by` the same form is taken again.

        While somebody is locked their right code is refused as well, and not taken.
        """
        ...


class ThreadStore(Protocol):
    """What was said in threads we take part in."""

    async def remember(self, team: str, channel: str, thread_ts: str, messages: Sequence[ThreadMessage]) -> None:
        """Stores messages; the same `ts` again replaces the text."""
        ...

    async def thread(self, team: str, channel: str, thread_ts: str) -> Sequence[ThreadMessage]:
        """What is remembered, oldest first."""
        ...

    async def is_backfilled(self, team: str, channel: str, thread_ts: str) -> bool:
        """Whether the older messages were fetched already."""
        ...

    async def set_backfilled(self, team: str, channel: str, thread_ts: str) -> None:
        """Remembers that they were."""
        ...


class ConfigStore(Protocol):
    """Policy versions and tool snapshots."""

    async def policy(self) -> Policy:
        """The current policy. Raises NotFound when none was published yet."""
        ...

    async def publish(self, policy: Policy) -> Policy:
        """Stores the policy under the next version number and makes it current; the same rules again change nothing."""
        ...

    async def save_tools(self, tools: Toolset) -> None:
        """Stores a snapshot under its digest."""
        ...

    async def tools(self, digest: str) -> Toolset:
        """Raises NotFound; ChangedOutside when what is stored is not what this digest (`tools_digest`) was made of."""
        ...


class ServerStore(Protocol):
    """Configured tool servers. What changes here is one transaction with an event in a hash chain of its own."""

    async def servers(self) -> ServersBook:
        """What is set now."""
        ...

    async def publish_servers(self, text: str, by: str) -> int:
        """Stores the configuration under the next version and makes it current; the same again changes nothing."""
        ...

    async def see(self, alias: str, offered: Sequence[Sighting], refused: Mapping[str, str]) -> frozenset[str]:
        """Remembers what a server offers and why other tools were refused; returns the tools that are accepted.

        The first time everything is accepted. Afterwards a tool that is new, or not as it was accepted, is kept aside
        until `accept`.
        """
        ...

    async def accept(self, alias: str, tool: str, digest: str, by: str) -> bool:
        """Accepts a tool as it was seen last; False when that is not what has this digest."""
        ...

    async def set_disabled(self, name: str, by: str, *, disabled: bool) -> None:
        """Switches a server (`alias`) or a tool (`alias.tool`) off or on again."""
        ...


class Store(RequestStore, WorkQueue, OutboxStore, ThreadStore, ConfigStore, ServerStore, CodeStore, Protocol):
    """Everything that is kept."""
