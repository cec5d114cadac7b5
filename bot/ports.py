"""What the core needs from the world. Each Protocol says what it promises; adapters keep it, suites prove it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from bot.models.call import Picture
from bot.models.outbox import OutboxRow
from bot.models.people import Membership, Person
from bot.models.request import Record
from bot.models.sealed import Sealed
from bot.models.tools import Tool, Toolset
from bot.tokens import estimated


class Clock(Protocol):
    """The only source of time."""

    def now(self) -> datetime:
        """The moment, aware, in UTC."""
        ...


NewId = Callable[[], str]
"""Gives a fresh random id that nobody can guess."""


class Directory(Protocol):
    """Who people are. Answers may be up to 30 s old, but are newer than `newer_than` when that is given.

    Raises DirectoryUnavailable when there is no such answer to be had, and ClockDiffers when it dates its answers
    otherwise than we do.
    """

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:
        """One person. A user whom the directory does not know comes back with `is_active` False."""
        ...

    async def members(self, team: str, group: str, *, newer_than: datetime | None = None) -> Membership:
        """The members of a group, by id or handle (`@it-admins`)."""
        ...


@dataclass(frozen=True, slots=True)
class ThreadMessage:
    """A message of a thread, as text. `author` is a user id; `ours` when the bot wrote it."""

    ts: str
    author: str
    text: str
    ours: bool = False


class History(Protocol):
    """Older messages of a thread, from the surface itself."""

    async def replies(self, channel: str, thread_ts: str, limit: int) -> tuple[Sequence[ThreadMessage], bool]:
        """Up to `limit` messages, oldest first, and whether there were more. Raises Unavailable."""
        ...


@dataclass(slots=True)
class Meter:
    """Tokens of a message that is under way: what the service has told, or more if more has come than it told."""

    input_tokens: int = 0
    output_tokens: int = 0


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to the model: system text, tools, and the conversation as JSON text of its messages.

    The model counts on `meter` while it answers, so that a message of which nothing is kept has cost something, too.
    """

    system: str
    tools: tuple[Tool, ...]
    messages: str
    meter: Meter = field(default_factory=Meter, compare=False, repr=False)

    @property
    def tokens(self) -> int:
        """How many they are, by estimate."""
        return estimated(self.system, self.messages, *(tool.description + tool.schema for tool in self.tools))


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call that the model wants. `arguments` is the raw text as it was streamed, never a parsed object."""

    id: str
    name: str
    arguments: str


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete assistant message. `content` is the JSON text of its blocks, to be sent back verbatim.

    `stop_reason` is the provider's own word: end_turn, tool_use, max_tokens, refusal, pause_turn, ...
    """

    content: str
    text: str
    tool_uses: tuple[ToolUse, ...]
    stop_reason: str
    input_tokens: int = 0
    output_tokens: int = 0


class Model(Protocol):
    """One turn of the conversation."""

    async def turn(self, prompt: Prompt) -> Reply:
        """The whole message. Cancelling the task ends the stream.

        Raises ModelUnavailable (after retries of throttling), and BadInput when the provider refuses the prompt itself.
        """
        ...


class ToolOutcome(StrEnum):
    """What is known after a tool call."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    """Refused before it was sent, or the system behind the tool said so explicitly."""
    UNKNOWN = "unknown"
    """Cut short after it may have been sent: timeout, disconnect, crash, 5xx."""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """`text` is for the model; `structured` is JSON text or empty; `reference` is the provider's request id.

    `sealed` is for the requester alone: nobody else gets to see it, encrypted as it is.
    """

    outcome: ToolOutcome
    text: str
    structured: str = ""
    reference: str = ""
    pictures: tuple[Picture, ...] = ()
    sealed: tuple[Sealed, ...] = ()


Unseal: TypeAlias = Callable[[str, Sealed], str]
"""The secret that a tool (by its full name) made for the requester. Raises SecretUnreadable."""


class Toolbox(Protocol):
    """The tools of all servers."""

    async def tools(self) -> Toolset:
        """What can be called now, ordered by name, with one digest over all of it."""
        ...

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        """Sends exactly these argument bytes, once, and waits at most `tool.timeout` seconds.

        Never raises for what the tool or its server did: that is the outcome.
        """
        ...


class Notifier(Protocol):
    """Shows messages to people."""

    async def show(self, row: OutboxRow, record: Record) -> str:
        """Posts the row, or updates the message if `row.posted_ts` is set; returns the message's id on the surface.

        If `row.tried_at` is set and no post is known, it looks for its own message first. Raises DeliveryFailed.
        """
        ...


class CodeSecrets(Protocol):
    """What people's one-time codes are made from (RFC 6238). Never logged, never stored elsewhere."""

    async def secret(self, user: str) -> str | None:
        """Base32 or an otpauth:// URL; None for somebody who was not enrolled. Raises Unavailable."""
        ...


class Workflow(Protocol):
    """Drives requests along `bot.steps`."""

    async def start(self, request_id: str) -> None:
        """A request was received."""
        ...

    async def wake(self, request_id: str) -> None:
        """Something was appended to a request."""
        ...
