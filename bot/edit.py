"""Collects what one step changes, and makes one transaction of it: records, audit events and outbox rows together.

Whoever changes a call cannot forget to say so: its card and the progress message are marked for showing here.
"""

from collections.abc import Iterable
from datetime import datetime
from operator import attrgetter

from bot import call_states, request_states
from bot.core import Core
from bot.models.audit import AuditEvent, Entry, link
from bot.models.call import Call, CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.replacing import replace
from bot.models.request import Approval, Record, Request, RequestStatus, Turn
from bot.models.spending import Spending
from bot.outcomes import doubt, stopped
from bot.sealing import seal, sealed
from bot.store_ports import Change
from bot.telling import tell
from bot.trusting import trusted
from bot.untrusted import redact, redacted

_ORDER = attrgetter("turn", "index")
STOPPED = frozenset({CallStatus.EXPIRED, CallStatus.REVOKED})
"""Outcomes that come by themselves: nobody of the requester's side heard of them."""


class Edit:
    """The changes to one record at one moment (`at`, UTC), which is never before the last one of this record."""

    def __init__(self, record: Record, at: datetime) -> None:
        self.at = record.request.moment(at)
        self._due_at = at
        self.request: Request = record.request
        self._before = record
        self._calls: dict[str, Call] = {call.id: call for call in record.calls}
        self._approvals: dict[str, Approval] = {approval.id: approval for approval in record.approvals}
        self._turns: list[Turn] = []
        self._changed: dict[str, None] = {}
        self._entries: list[Entry] = []
        self._rows: dict[str, OutboxRow] = {}
        self._consumed: list[str] = []
        self._wake: list[str] = []
        self._tokens = 0
        self._shows = False

    @property
    def is_empty(self) -> bool:
        """Nothing would be saved."""
        said = self._entries or self._rows or self._consumed or self._wake
        return self.request == self._before.request and not (self._changed or self._turns or said)

    @property
    def last_turn(self) -> int:
        """The number of the newest turn."""
        return len(self._before.turns) + len(self._turns)

    @property
    def calls(self) -> tuple[Call, ...]:
        """All calls as they stand after the changes so far, in call order."""
        return tuple(sorted(self._calls.values(), key=_ORDER))

    @property
    def approvals(self) -> tuple[Approval, ...]:
        """All cards, oldest first."""
        return tuple(self._approvals.values())

    def calls_of(self, turn: int) -> tuple[Call, ...]:
        """The calls of one turn as they stand now."""
        return tuple(call for call in self.calls if call.turn == turn)

    def put(self, call: Call) -> None:
        """Adds a call, or replaces it."""
        self._calls[call.id] = call
        self._changed[call.id] = None

    def apply(self, call_id: str, event: call_states.Event, *, actor: str = "", **detail: object) -> Call:
        """Moves a call along its table and audits it. Raises IllegalTransition."""
        before = self._calls[call_id]
        after = call_states.apply(before, event)
        self.put(after)
        said = {"call": call_id, "from": before.status, "to": after.status, "digest": after.digest, **detail}
        self.note(f"call.{after.status}", actor, **said)
        return after

    def move(self, status: RequestStatus) -> None:
        """Moves the request along its table. Raises IllegalTransition."""
        before = self.request.status
        self.request = request_states.apply(self.request, status)
        if status is not before:
            self.note(f"request.{status}", "", **{"from": before})

    def add_turn(self, turn: Turn) -> None:
        """Keeps one complete assistant message."""
        self._turns.append(turn)

    def add_approval(self, approval: Approval) -> None:
        """Opens a card, or replaces what is known of it."""
        self._approvals[approval.id] = approval

    def note(self, kind: str, actor: str, **detail: object) -> None:
        """Adds an audit event, without secrets; only `arguments` stand there exactly (DESIGN, rule 8)."""
        kept = {name: value if name == "arguments" else redacted(value) for name, value in detail.items()}
        self._entries.append(Entry(actor, kind, kept))

    def say(self, row: OutboxRow) -> None:
        """Has a message shown, without secrets."""
        self._rows[row.id] = replace(row, text=redact(row.text))

    def entrust(self, row: OutboxRow) -> None:
        """Has a secret sent, which is encrypted: nothing in it is to be redacted."""
        self._rows[row.id] = row

    def consume(self, event_ids: Iterable[str]) -> None:
        """Marks inbound events as dealt with."""
        self._consumed.extend(event_ids)

    def wake(self, request_ids: Iterable[str]) -> None:
        """Makes other requests due."""
        self._wake.extend(request_ids)

    def spend(self, tokens: int) -> None:
        """Counts tokens of the model against the budgets that they come out of."""
        self._tokens += tokens

    def new_outcomes(self) -> tuple[Call, ...]:
        """The calls that got their outcome by this edit, be it that an unknown one became known."""
        before = {call.id: call.status for call in self._before.calls}
        return tuple(call for call in self._calls.values() if call.has_outcome and before.get(call.id) != call.status)

    def doubts(self) -> tuple[Call, ...]:
        """The calls of which it became unknown what happened, or known after that."""
        lost = {call.id for call in self._before.calls if call.status is CallStatus.UNKNOWN}
        return tuple(call for call in self.new_outcomes() if call.status is CallStatus.UNKNOWN or call.id in lost)

    def stops(self) -> tuple[Call, ...]:
        """The calls that time, policy or a lost vote stopped by this edit."""
        before = {call.id: call.status for call in self._before.calls}
        again = (call for call in self._calls.values() if before.get(call.id) is CallStatus.APPROVED)
        waiting = tuple(call for call in again if call.status is CallStatus.PENDING)
        return waiting + tuple(call for call in self.new_outcomes() if call.status in STOPPED)

    def show(self) -> None:
        """Has the cards of the last turn and the progress shown anew, though no call changed."""
        self._shows = True

    def change(self) -> Change:
        """The transaction. Afterwards this edit is spent."""
        version = self._before.request.version + 1
        events = self._chain()
        head = events[-1] if events else None
        self.request = replace(
            self.request,
            version=version,
            audit_seq=head.seq if head else self.request.audit_seq,
            audit_hash=head.hash if head else self.request.audit_hash,
            changed_at=self.at,
        )
        said = [replace(row, wanted=version, due_at=self._due(row.due_at)) for row in self._rows.values()]
        return Change(
            request=self.request,
            turns=tuple(self._turns),
            calls=tuple(self._calls[call_id] for call_id in self._changed),
            approvals=tuple(a for a in self._approvals.values() if a not in self._before.approvals),
            audit=events,
            outbox=(*said, *self._cards(version), *self._progress(version)),
            consumed=tuple(self._consumed),
            wake=tuple(dict.fromkeys(self._wake)),
            spending=self._spending(),
        )

    def record(self) -> Record:
        """The record as it stands after the changes."""
        turns = (*self._before.turns, *self._turns)
        return Record(self.request, turns, self.calls, tuple(self._approvals.values()))

    def _spending(self) -> Spending | None:
        actor, channel = self.request.actor, self.request.origin.channel
        return Spending(actor.team, actor.user, channel, self._due_at.date(), self._tokens) if self._tokens else None

    def _chain(self) -> tuple[AuditEvent, ...]:
        """The last row vouches for the whole record; what was changed without a word gets a row for that."""
        events: list[AuditEvent] = []
        prev, seq = self.request.audit_hash or "0" * 64, self.request.audit_seq
        after = self.record()
        if not self._entries and seal(after) != seal(self._before):
            self.note("record.changed", "")
        entries = [*self._entries[:-1], *(sealed(last, after) for last in self._entries[-1:])]
        for number, entry in enumerate(entries, start=seq + 1):
            event = link(prev, self.request.id, number, self.at, entry)
            events.append(event)
            prev = event.hash
        return tuple(events)

    def _due(self, at: datetime) -> datetime:
        """What is to be shown at once is due by the clock as it goes, though it may have been set back."""
        return self._due_at if at == self.at else at

    def _cards(self, wanted: int) -> Iterable[OutboxRow]:
        changed_turns = {self._calls[call_id].turn for call_id in self._changed}
        changed_turns |= {self.last_turn} if self._shows else set()
        for approval in self._approvals.values():
            if approval.turn in changed_turns:
                yield from card_rows(self.request, approval, self._due_at, wanted)

    def _progress(self, wanted: int) -> Iterable[OutboxRow]:
        if self._shows or self._changed or self._turns or self.request.status is not self._before.request.status:
            yield progress_row(self.request, self._due_at, wanted)


def card_rows(request: Request, approval: Approval, at: datetime, wanted: int = 1) -> Iterable[OutboxRow]:
    """The message of a card in each of its channels; in the requester's own channel it stands in their thread."""
    for channel in (approval.channel, *approval.also):
        thread = request.origin.thread_ts if channel == request.origin.channel else ""
        row = OutboxRow(card_id(approval), request.id, Kind.CARD, channel, thread, at, approval.id, wanted=wanted)
        yield row if channel == approval.channel else replace(row, id=f"{row.id}:{channel}")


def card_id(approval: Approval) -> str:
    """The row of the card in its first channel."""
    return f"card:{approval.id}"


def progress_row(request: Request, at: datetime, wanted: int = 1) -> OutboxRow:
    """The one message that tells how the request is getting on."""
    origin = request.origin
    row_id = f"progress:{request.id}"
    return OutboxRow(row_id, request.id, Kind.PROGRESS, origin.channel, origin.thread_ts, at, wanted=wanted)


def answer_row(request: Request, subject: str, at: datetime, text: str = "") -> OutboxRow:
    """A part of the answer: a page, counted from 0, or what `bot.showing` and `bot.files` name."""
    return replace(_in_thread(request, f"answer:{request.id}:{subject}", Kind.ANSWER, at), subject=subject, text=text)


def notice_row(request: Request, key: str, text: str, at: datetime) -> OutboxRow:
    """A sentence in the thread."""
    return replace(_in_thread(request, f"notice:{key}", Kind.NOTICE, at), text=text)


def _in_thread(request: Request, row_id: str, kind: Kind, at: datetime) -> OutboxRow:
    return OutboxRow(row_id, request.id, kind, request.origin.channel, request.origin.thread_ts, at)


async def load(core: Core, request_id: str) -> Record:
    """The record to act upon. Raises NotFound, StoreUnavailable; ChangedOutside when somebody else edited it."""
    return await trusted(core.store, request_id)


async def save(core: Core, edit: Edit) -> Record:
    """Saves the edit and gives the record as it then stands. Raises VersionConflict, StoreUnavailable.

    Requests that share the outcome of a call are woken with it. That an outcome is not known, and what it was in the
    end, is said in the thread at once; so is what time, policy or a lost vote stopped.
    """
    for call in edit.new_outcomes():
        edit.wake(await core.store.attached(call.id))
    for call in edit.doubts():
        tool = (await core.store.tools(edit.request.tools)).find(call.name)
        edit.say(notice_row(edit.request, f"{call.status}:{call.id}", doubt(call, tool), edit.at))
    if stops := edit.stops():
        tools = await core.store.tools(edit.request.tools)
        for call_id, text in stopped([(call, tools.find(call.name)) for call in stops]).items():
            edit.say(notice_row(edit.request, f"stopped:{call_id}:{edit.request.version}", text, edit.at))
    change = edit.change()
    await core.store.save(change)
    tell(change.audit)
    return edit.record()
