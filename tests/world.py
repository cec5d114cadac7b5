"""The world outside the process: what survives a crash. Fakes stand behind our own ports only."""

import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.canonical import digest
from bot.errors import DeliveryFailed, DirectoryUnavailable
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Membership, Person
from bot.models.request import Record
from bot.models.requirement import Effect
from bot.models.tools import Tool, Toolset
from bot.ports import Clock, Prompt, Reply, ThreadMessage, ToolOutcome, ToolResult, ToolUse
from tests.factories import HandClock, named

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""Of one-time codes."""
TEAM, REQUESTER, APPROVER, SECOND, OUTSIDER = "T1", "U-requester", "U-approver", "U-second", "U-outsider"


def a_text_tool(name: str, effect: Effect, *, server: str = "google", timeout: float = 60.0) -> Tool:
    """A tool with one text argument, `user_key`."""
    schema = json.dumps({"type": "object", "properties": {"user_key": {"type": "string"}}, "required": ["user_key"]})
    return Tool(
        server,
        name,
        f"{name} of a user",
        schema,
        digest(name, schema),
        digest(server),
        effect,
        category="user_account_access",
        verb=name.replace("_", " ").capitalize(),
        target="user_key",
        system="Google Workspace",
        timeout=timeout,
    )


TOOLS = (
    a_text_tool("get_user", Effect.READ),
    a_text_tool("suspend_user", Effect.WRITE),
    a_text_tool("unsuspend_user", Effect.WRITE),
)


def a_toolset(tools: Sequence[Tool] = TOOLS) -> Toolset:
    return named(Toolset("", tuple(tools)))


def uses(*calls: tuple[str, str], text: str = "They left the company.") -> Reply:
    """An assistant message that wants these (name, raw arguments)."""
    tool_uses = tuple(ToolUse(f"toolu_{index}_{name}", name, raw) for index, (name, raw) in enumerate(calls))
    blocks = [{"type": "tool_use", "id": use.id, "name": use.name, "input": {}} for use in tool_uses]
    return Reply(json.dumps([{"type": "text", "text": text}, *blocks]), text, tool_uses, "tool_use", 10, 5)


def says(text: str, stop_reason: str = "end_turn") -> Reply:
    """An assistant message without calls."""
    return Reply(json.dumps([{"type": "text", "text": text}]), text, (), stop_reason, 10, 5)


def suspend(user: str = "leaver@example.com") -> tuple[str, str]:
    return "google__suspend_user", json.dumps({"user_key": user})


@dataclass
class World:
    """Effects, messages, people and a script for the model. Nothing in here is rolled back by a crash."""

    clock: HandClock = field(default_factory=HandClock)
    script: list[Reply] = field(default_factory=list)
    effects: list[tuple[str, str]] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    messages: dict[str, tuple[OutboxRow, str]] = field(default_factory=dict)
    prompts: list[Prompt] = field(default_factory=list)
    groups: dict[str, tuple[str, ...]] = field(default_factory=lambda: {"@it-admins": (APPROVER, SECOND)})
    gone: set[str] = field(default_factory=set)
    guests: set[str] = field(default_factory=set)
    same_human: dict[str, str] = field(default_factory=dict)
    answer: Callable[[Tool, str], ToolResult] = lambda tool, arguments: ToolResult(
        ToolOutcome.SUCCEEDED, f"{tool.name} done: {arguments}", reference="req-1"
    )
    refuse_delivery: Callable[[OutboxRow], str] = lambda _row: ""
    toolset: Toolset = field(default_factory=a_toolset)
    acks: list[str] = field(default_factory=list)
    history: list[ThreadMessage] = field(default_factory=list)
    reaches: Callable[[Tool], bool] = lambda _tool: True
    busy_until: dict[Kind, datetime] = field(default_factory=dict)
    silent: bool = False
    has_key: bool = False
    privately: list[str] = field(default_factory=list)
    ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def new_id(self) -> str:
        return f"id{next(self.ids):05d}"

    def posts(self, kind: Kind) -> list[tuple[OutboxRow, str]]:
        """What people see of one kind, oldest first."""
        return [post for post in self.messages.values() if post[0].kind is kind]


@dataclass(frozen=True)
class FakeModel:
    """Answers the conversation by its length: a restart asks the same again and hears the same."""

    world: World

    async def turn(self, prompt: Prompt) -> Reply:
        self.world.prompts.append(prompt)
        said = sum(message["role"] == "assistant" for message in json.loads(prompt.messages))
        return self.world.script[said] if said < len(self.world.script) else says("Done.")


@dataclass(frozen=True)
class FakeToolbox:
    """Keeps every effect, outside the process. `private`: the one that tells tools what to seal to."""

    world: World
    private: bool = False

    async def tools(self) -> Toolset:
        return self.world.toolset

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        if self.private:
            self.world.privately.append(tool.full_name)
        if tool.effect is Effect.READ:
            self.world.reads.append(arguments)
        elif self.world.reaches(tool):
            self.world.effects.append((tool.full_name, arguments))
        return self.world.answer(tool, arguments)


@dataclass(frozen=True)
class FakeDirectory:
    """Answers at once, with the world's people and groups, unless it is silent."""

    world: World

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:
        self._speak()
        identity = self.world.same_human.get(user, user)
        return Person(
            team,
            user,
            identity,
            user.removeprefix("U-"),
            self.world.clock.now(),
            email=f"{user.removeprefix('U-')}@example.com",
            is_guest=user in self.world.guests,
            is_stranger=team != TEAM,
            is_active=user not in self.world.gone,
        )

    async def members(self, team: str, group: str, *, newer_than: datetime | None = None) -> Membership:
        self._speak()
        users = self.world.groups.get(group)
        return Membership(group, users or (), self.world.clock.now(), exists=users is not None)

    def _speak(self) -> None:
        if self.world.silent:
            raise DirectoryUnavailable("silent")


@dataclass(frozen=True)
class FakeCodeSecrets:
    """Everybody makes their one-time codes from the same secret."""

    async def secret(self, user: str) -> str | None:
        return SECRET


@dataclass(frozen=True)
class FakeHistory:
    """A surface whose threads hold these older messages."""

    said: Sequence[ThreadMessage] = ()

    async def replies(self, channel: str, thread_ts: str, limit: int) -> tuple[Sequence[ThreadMessage], bool]:
        return tuple(self.said), False


@dataclass(frozen=True)
class FakeNotifier:
    """A surface that keeps messages with our id in them, and can be asked for its own after a crash."""

    world: World

    async def show(self, row: OutboxRow, record: Record) -> str:
        code = self.world.refuse_delivery(row)
        if code:
            raise DeliveryFailed(code, permanent=True)
        if self.world.clock.now() < self.world.busy_until.get(row.kind, self.world.clock.now()):
            raise DeliveryFailed("ratelimited", retry_after=30.0, sent=False)
        ts = row.posted_ts or self._own(row) or f"{len(self.world.messages) + 1}.0"
        self.world.messages[ts] = (replace(row, posted_ts=ts), rendered(row, record))
        return ts

    def _own(self, row: OutboxRow) -> str:
        if row.tried_at is None:
            return ""
        return next((ts for ts, (posted, _) in self.world.messages.items() if posted.id == row.id), "")


def rendered(row: OutboxRow, record: Record) -> str:
    """What a person would read, reduced to what tests ask about."""
    match row.kind:
        case Kind.CARD:
            return " ".join(f"{call.tool}:{call.status}" for call in record.card_calls(row.subject))
        case Kind.ANSWER:
            return record.request.pages[int(row.subject)] if row.subject.isdecimal() else row.subject
        case Kind.PROGRESS:
            return record.request.status
        case _:
            return row.text


def later(clock: Clock) -> datetime:
    """The moment of a clock, for readability in tests."""
    return clock.now()
