"""Who must agree to a call, and until when."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class Effect(StrEnum):
    """What a tool does to the world. `outbound` is a read that carries data to a place the caller chose."""

    READ = "read"
    WRITE = "write"
    OUTBOUND = "outbound"


class Risk(IntEnum):
    """An input to policy; ordered."""

    LOW = 0
    MEDIUM = 1
    HIGH = 2
    CRITICAL = 3


class Confirm(StrEnum):
    """What an approver does besides clicking, weakest first."""

    NONE = "none"
    DIALOG = "dialog"
    TYPE_THE_TARGET = "type_the_target"
    TOTP = "totp"


@dataclass(frozen=True, slots=True)
class Clause:
    """`count` distinct people out of these groups and users. Nobody is named: nobody can agree."""

    groups: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    count: int = 1


@dataclass(frozen=True, slots=True)
class Requirement:
    """All clauses, and `total` distinct people in all. A person counts for one clause only.

    `expires_at` ends the voting, `execute_by` the claim; both UTC. `reminders` are moments, UTC. The people of
    `escalation` join those of every clause at `escalate_at`; its count means nothing. They get a card of their own in
    `escalation_channel` if there is one. `asked_at` is set beside an escalation: from then on its time is counted.
    `since` is when these people were asked: from then on the other times are counted; None in what is older than that.
    """

    clauses: tuple[Clause, ...]
    total: int
    expires_at: datetime
    execute_by: datetime
    channel: str = ""
    confirm: Confirm = Confirm.NONE
    self_approval: bool = False
    reminders: tuple[datetime, ...] = ()
    escalation: Clause | None = None
    escalate_at: datetime | None = None
    escalation_channel: str = ""
    asked_at: datetime | None = None
    since: datetime | None = None
