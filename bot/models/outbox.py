"""What people must be told. A row is written with the change that it tells of, and shown afterwards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """Kinds of message, most urgent first."""

    CARD = "card"
    ANSWER = "answer"
    NOTICE = "notice"
    REMINDER = "reminder"
    SECRET = "secret"  # noqa: S105 - the name of a kind
    PRIVATE = "private"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One message that must show revision `wanted`; `shown` is the revision that people see (0: never posted).

    Cards, answers and progress are rendered from the saved record when they are sent; `subject` is the approval's id or
    the page's index. Notices and private messages carry their own `text`; a private one is seen by `user` only. A
    reminder of a card (`subject`) carries the moment it speaks of (ISO 8601) and the card's own message id, and is
    dropped once nothing waits.
    A secret carries, encrypted, what the call `subject` made for `user`; it is deleted once they have it.
    `tried_at` (UTC) was saved before the first attempt, so that after a crash the message can be looked for; `attempts`
    counts since it was last shown. `leased_until` (UTC) is the claim's own end: by it a late showing is recognised.
    `twins` are messages of ours that show the same and do not count: they are to be closed. `looks`: a twin may stand
    where nobody has noted it, since the first attempt; it is time to look for it.
    """

    id: str
    request_id: str
    kind: Kind
    channel: str
    thread_ts: str
    due_at: datetime
    subject: str = ""
    text: str = ""
    user: str = ""
    wanted: int = 1
    shown: int = 0
    posted_ts: str = ""
    tried_at: datetime | None = None
    attempts: int = 0
    error: str = ""
    gave_up: bool = False
    leased_until: datetime | None = None
    twins: tuple[str, ...] = ()
    looks: bool = False
