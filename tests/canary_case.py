"""A workspace in which one secret stands in every field that comes from outside, and all that can be read of it."""

import io
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from blocks.deny import deny_view
from blocks.details import details_view
from blocks.twin import apart_message
from bot.adapters.slack_client import SlackIdentity
from bot.adapters.slack_render import Renderer
from bot.files import file_of, is_file
from bot.logs import JsonLines
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Membership, Person
from bot.models.policy import Rule, RuleEffect
from bot.models.request import Record
from bot.models.requirement import Clause, Effect
from bot.models.tools import Probe, Tool
from bot.ports import ThreadMessage
from tests.canaries import Canary
from tests.direct_store import direct_store, fresh_image
from tests.engine import ASK, Engine, a_policy
from tests.world import (
    OUTSIDER,
    REQUESTER,
    TEAM,
    TOOLS,
    FakeDirectory,
    FakeHistory,
    FakeNotifier,
    World,
    a_toolset,
)

PROBE = Probe("get_user", (("user_key", "user_key"),), "suspended", "true")


@dataclass
class Sinks:
    """Everything that anybody can read."""

    logs: io.StringIO = field(default_factory=io.StringIO)
    read: list[str] = field(default_factory=list)

    def add(self, *values: object) -> None:
        self.read += [json.dumps(value, ensure_ascii=False, default=str) for value in values]

    def leaks(self, canary: Canary) -> list[str]:
        """Where a part of it stands, with what is around."""
        everything = (*self.read, *self.logs.getvalue().splitlines())
        return [canary.excerpt(text) for text in everything if canary.leaked(text)]


@dataclass(frozen=True)
class Telling(FakeDirectory):
    """Every name and group holds the canary."""

    canary: str = ""

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:
        return replace(await super().person(team, user, newer_than=newer_than), name=f"Ada {self.canary}")

    async def members(self, team: str, group: str, *, newer_than: datetime | None = None) -> Membership:
        known = "@it-admins" if self.canary in group else group
        return replace(await super().members(team, known, newer_than=newer_than), group=group)


@dataclass(frozen=True)
class Drawing(FakeNotifier):
    """Draws every message as Slack gets it, at every size."""

    renderer: Renderer
    sinks: Sinks

    async def show(self, row: OutboxRow, record: Record) -> str:
        if file := file_of(row, record) if is_file(row) else None:
            self.sinks.add(file.name, file.title, file.content.decode(), file.alt)
        for level in () if is_file(row) else (0, 1):
            message = await self.renderer.render(row, record, level)
            self.sinks.add(message.text, message.blocks)
        if row.kind is Kind.PRIVATE:
            apart = apart_message(row.text, row.channel)
            self.sinks.add(apart.text, apart.blocks)
        return await super().show(row, record)


@dataclass
class Case:
    """A workspace in which one secret stands everywhere."""

    canary: Canary
    engine: Engine
    sinks: Sinks

    @property
    def text(self) -> str:
        return f"note {self.canary.text} end"

    async def ask(self) -> str:
        """In a thread in which others have written it, too."""
        said = [ThreadMessage(f"{number}.0", who, self.text) for number, who in enumerate((OUTSIDER, REQUESTER), 90)]
        self.engine.world.history[:] = [*said, ThreadMessage("93.0", "", self.text, ours=True)]
        return await self.engine.mention(f"suspend leaver@example.com, {self.text}", thread="90.0")

    async def look(self, request: str) -> Record:
        """Reads all that is shown, stored as trouble, or exported."""
        await self.engine.run()
        record = await self.engine.record(request)
        tools = await self.engine.store.tools(record.request.tools) if record.request.tools else a_toolset(())
        for approval in record.approvals:
            pages = [details_view(record, approval, tools, page) for page in range(3)]
            self.sinks.add(*pages, deny_view(record, approval, tools))
        for row in await self.engine.store.rows(request):
            self.sinks.add(row.text, row.error)
        for event in await self.engine.store.audit(request):
            detail = json.loads(event.detail)
            self.sinks.add(event.kind, event.actor, {name: detail[name] for name in detail if name != "arguments"})
        self.sinks.add([[call.result, call.look, call.reason] for call in record.calls])
        self.sinks.add(record.request.pages, [approval.why for approval in record.approvals])
        return record


@asynccontextmanager
async def opened(canary: Canary) -> AsyncIterator[Case]:
    sinks, world = Sinks(), World()
    handler = logging.StreamHandler(sinks.logs)
    handler.setFormatter(JsonLines())
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    identity = SlackIdentity(AsyncWebClient(), _never)
    identity.team, identity.url = TEAM, "https://example.slack.com/"
    named = (Clause(("@it-admins", f"@{canary.text}")),)
    rule = Rule(
        "asks", RuleEffect.ASK, tools=("google__*suspend*",), ask=replace(ASK, clauses=named), reason="Why not."
    )
    image = await fresh_image(a_policy(rule), world.clock)
    store = direct_store(image, world.clock)

    def wrap(name: str, port: Any) -> Any:
        ports: dict[str, Callable[[], Any]] = {
            "Notifier": lambda: Drawing(world, Renderer(identity, store.tools), sinks),
            "Directory": lambda: Telling(world, canary.text),
            "History": lambda: FakeHistory(world.history),
        }
        return ports.get(name, lambda: port)()

    case = Case(canary, Engine(world, store, wrap), sinks)
    world.toolset = a_toolset([_told(tool, case.text) for tool in TOOLS])
    try:
        yield case
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
        await case.engine.close()


def _told(tool: Tool, text: str) -> Tool:
    schema = json.loads(tool.schema)
    schema["properties"]["user_key"] |= {"title": text, "description": text, "default": text}
    probe = PROBE if tool.effect is Effect.WRITE else None
    return replace(tool, description=text, schema=json.dumps(schema), probe=probe)


async def _never(_seconds: float) -> None:
    raise AssertionError("nothing is waited for")
