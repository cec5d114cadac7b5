"""One thing somebody asked for, and the conversation with the model that it owns."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.models.call import Call
from bot.models.people import Actor


class RequestStatus(StrEnum):
    """Where a request stands; `bot/request_states.py` says what follows what."""

    PLANNING = "planning"
    WAITING = "waiting"
    EXECUTING = "executing"
    ANSWERING = "answering"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


CLOSED = frozenset({RequestStatus.DONE, RequestStatus.CANCELLED, RequestStatus.FAILED})


@dataclass(frozen=True, slots=True)
class Origin:
    """The thread in which the answer belongs. For Slack: channel, the thread's root `ts`, the message's own `ts`."""

    channel: str
    thread_ts: str
    message_ts: str


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request has used of its budget. Tokens as the model's provider counts them."""

    turns: int = 0
    calls: int = 0
    cards: int = 0
    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What stood in the thread before, as marked text; `cut` says that older messages were left out."""

    text: str = ""
    cut: bool = False
    untrusted: bool = False


@dataclass(frozen=True, slots=True)
class Silence:
    """The directory has not answered since `since` (UTC). `told`: it lasts so long that people are told."""

    since: datetime
    told: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """`version` grows by one with every saved change. `tools` is the digest of the tool list it started with.

    `audit_seq` and `audit_hash` are the head of its audit chain. `failures` counts steps that broke without progress.
    """

    id: str
    actor: Actor
    origin: Origin
    text: str
    created_at: datetime
    status: RequestStatus = RequestStatus.PLANNING
    version: int = 0
    context: Context | None = None
    tools: str = ""
    tainted_by: tuple[str, ...] = ()
    spent: Spent = Spent()
    pages: tuple[str, ...] = ()
    incident: str = ""
    cancelled_by: str = ""
    failures: int = 0
    silence: Silence | None = None
    audit_seq: int = 0
    audit_hash: str = ""
    changed_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Something will still happen."""
        return self.status not in CLOSED

    def moment(self, now: datetime) -> datetime:
        """The time as it is for this request: never before its last change, whatever a clock says that was set back."""
        return now if self.changed_at is None else max(now, self.changed_at)


@dataclass(frozen=True, slots=True)
class Turn:
    """One complete assistant message, verbatim: `content` is the JSON text of its content blocks."""

    request_id: str
    number: int
    content: str
    stop_reason: str
    at: datetime
    input_tokens: int = 0
    output_tokens: int = 0
    replies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approval:
    """The calls of one turn that go to the same approver channel: one card. Closed when all its calls are decided.

    `why` is what the model wrote, and shown as such. The same card stands in the channels of `also`.
    """

    id: str
    request_id: str
    turn: int
    channel: str
    created_at: datetime
    why: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Everything stored about one request, as one consistent reading."""

    request: Request
    turns: tuple[Turn, ...] = ()
    calls: tuple[Call, ...] = ()
    approvals: tuple[Approval, ...] = ()

    def calls_of(self, turn: int) -> tuple[Call, ...]:
        """The calls of a turn, in call order."""
        return tuple(call for call in self.calls if call.turn == turn)

    def card_calls(self, approval_id: str) -> tuple[Call, ...]:
        """The rows of a card, in call order."""
        return tuple(call for call in self.calls if call.approval_id == approval_id)
