"""One concrete tool call and everything that was said about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.models.people import Person, Surface
from bot.models.requirement import Confirm, Effect, Requirement, Risk


class CallStatus(StrEnum):
    """Where a call stands. The last nine are Outcomes: nothing more happens by itself."""

    PROPOSED = "proposed"
    PENDING = "pending"
    ALLOWED = "allowed"
    APPROVED = "approved"
    STARTED = "started"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DENIED = "denied"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"
    NOT_RUN = "not_run"


OUTCOMES = frozenset(CallStatus) - {
    CallStatus.PROPOSED,
    CallStatus.PENDING,
    CallStatus.ALLOWED,
    CallStatus.APPROVED,
    CallStatus.STARTED,
}


RESTORE = "restore"
"""Stands in `decided_by` when nobody decided: the store was restored from a backup."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a vote counts, by which directory answers. `why` is a sentence for the voter when it does not."""

    counts: bool
    why: str
    person: Person | None
    groups: tuple[str, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Vote:
    """One person's yes or no on one call, with what the directory said of them. `at` is UTC.

    `confirmed` is what they did besides clicking, as it was checked when it was sent; never the code itself.
    """

    id: str
    call_id: str
    team: str
    user: str
    yes: bool
    at: datetime
    surface: Surface
    judgement: Judgement
    reason: str = ""
    confirmed: Confirm = Confirm.NONE


@dataclass(frozen=True, slots=True)
class Attempt:
    """The one time a call may leave. Durable before it does.

    `timeout` and `grace` are in seconds. `interrupted`: the process that sent it is gone, and nobody has heard of it.
    """

    id: str
    at: datetime
    timeout: float
    grace: float = 5.0
    interrupted: bool = False

    @property
    def over(self) -> datetime:
        """From here on an attempt that nobody heard of counts as unknown (DESIGN, rule 2)."""
        return self.at + timedelta(seconds=self.timeout + self.grace)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image that a tool returned. `kind` is png, jpeg, gif or webp, `data` base64, `alt` what it shows, in words."""

    kind: str
    data: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """What came back. `text` is what the model reads, already cut and redacted; `structured` is JSON text or empty."""

    text: str
    at: datetime
    structured: str = ""
    cut: bool = False
    reference: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What a probe saw after the outcome of a call was lost: advice for people, which decides nothing.

    `value` is the JSON text of `field`. `trouble` says why nobody could look; then the others are empty.
    """

    at: datetime
    field: str = ""
    value: str = ""
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """Who said what became of a lost call: user id, name as the directory has it, and when (UTC)."""

    by: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The request whose call another one waits for, and the thread in which that was asked."""

    request_id: str
    channel: str
    thread_ts: str
    message_ts: str


@dataclass(frozen=True, slots=True)
class Call:
    """Server alias, tool, canonical argument bytes, digest, effect, risk, requirement, votes, status.

    `arguments` is canonical JSON: policy, card, digest and executor read this text and nothing else.
    `digest` binds an approval to it, `fingerprint` only finds a duplicate (DESIGN, rule 1).
    """

    id: str
    request_id: str
    turn: int
    index: int
    tool_use_id: str
    server: str
    server_digest: str
    tool: str
    schema_digest: str
    arguments: str
    effect: Effect
    digest: str
    fingerprint: str
    policy_version: int
    risk: Risk = Risk.MEDIUM
    risk_rule: str = ""
    account: str = ""
    region: str = ""
    tainted: bool = False
    status: CallStatus = CallStatus.PROPOSED
    rules: tuple[str, ...] = ()
    reason: str = ""
    requirement: Requirement | None = None
    approval_id: str = ""
    attached_to: str = ""
    votes: tuple[Vote, ...] = ()
    attempt: Attempt | None = None
    result: Result | None = None
    decided_at: datetime | None = None
    decided_by: str = ""
    look: Look | None = None
    told: Told | None = None
    elsewhere: Elsewhere | None = None

    @property
    def name(self) -> str:
        """The name that the model and the policy use: `alias__tool`."""
        return f"{self.server}__{self.tool}"

    @property
    def has_outcome(self) -> bool:
        """Nothing more happens to this call by itself."""
        return self.status in OUTCOMES
