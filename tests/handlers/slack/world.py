"""A sandbox workspace on a free port, the real Bolt app connected to it, and use cases that remember their input."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack_client import SlackIdentity, outgoing_client
from bot.errors import NotFound
from bot.models.inbound import Mention
from bot.models.people import Actor
from bot.models.request import Approval, Record
from bot.models.tools import Toolset
from bot.services import Ballot, Services, Verdict, Withdrawal
from handlers.slack.app import build_app
from sandbox.clock import SettableClock
from sandbox.parts import Sandbox, open_sandbox
from sandbox.seed import APPROVALS
from sandbox.server import build_app as sandbox_app
from sandbox.slack.messages import Message
from tests.factories import NOW, a_toolset

DEADLINE = 5.0


@dataclass
class Told:
    """Stands behind `Services`: keeps what it was told; `failing` is raised instead, once per entry."""

    record: Record | None = None
    inputs: list[Any] = field(default_factory=list)
    failing: list[Exception] = field(default_factory=list)
    failed: int = 0
    deciders: frozenset[str] = frozenset()
    tools: Toolset = field(default_factory=a_toolset)

    def services(self) -> Services:
        return Services(
            receive=self.receive,
            reply=self.reply,
            vote=self.keep,
            withdraw=self.keep,
            verdict=self.keep,
            details=self.details,
            may_decide=self.may_decide,
        )

    async def keep(self, value: Mention | Ballot | Withdrawal | Verdict | tuple[str, Mention]) -> None:
        if self.failing:
            self.failed += 1
            raise self.failing.pop(0)
        self.inputs.append(value)

    async def receive(self, mention: Mention) -> str:
        await self.keep(("asked", mention))
        return "r1"

    async def reply(self, mention: Mention) -> bool:
        await self.keep(("said", mention))
        return True

    async def may_decide(self, approval_id: str, actor: Actor) -> bool:
        return actor.user in self.deciders

    async def tools_of(self, digest: str) -> Toolset:
        return self.tools

    async def details(self, approval_id: str) -> tuple[Record, Approval]:
        if self.failing:
            self.failed += 1
            raise self.failing.pop(0)
        if self.record is None:
            raise NotFound(approval_id)
        return self.record, next(approval for approval in self.record.approvals if approval.id == approval_id)


async def tools_of(digest: str) -> Toolset:
    return a_toolset(digest=digest)


async def no_pause(_seconds: float) -> None:
    """A sleep that lets others run."""
    await asyncio.sleep(0)


async def until(happened: Callable[[], Any]) -> None:
    """Returns when it happened; fails after five seconds."""
    async with asyncio.timeout(DEADLINE):
        while not happened():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


@dataclass
class World:
    """People act through the same HTTP calls as the page; the bot sees nothing but Slack's protocol."""

    sandbox: Sandbox
    url: str
    http: aiohttp.ClientSession
    client: AsyncWebClient
    identity: SlackIdentity
    clock: SettableClock
    told: Told = field(default_factory=Told)

    @property
    def slack(self) -> Any:
        return self.sandbox.slack

    async def act(self, path: str, **body: Any) -> Any:
        async with self.http.post(f"{self.url}/sandbox/{path}", json=body) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    async def say(self, user: str, channel: str, text: str, thread_ts: str = "") -> str:
        answer = await self.act("messages", **{"as": user, "channel": channel, "text": text, "thread_ts": thread_ts})
        return str(answer["ts"])

    async def post_button(self, action_id: str, value: str = "a1:c1", channel: str = APPROVALS) -> str:
        """A card with one button."""
        button = {"type": "button", "action_id": action_id, "value": value}
        element = button | {"text": {"type": "plain_text", "text": "Click"}}
        blocks = [{"type": "actions", "block_id": "row", "elements": [element]}]
        answer = await self.client.chat_postMessage(channel=channel, text="A card", blocks=blocks)
        return str(answer["ts"])

    async def click(self, user: str, ts: str, action_id: str, channel: str = APPROVALS, block: str = "row") -> Any:
        what = {"as": user, "channel": channel, "ts": ts, "block_id": block, "action_id": action_id}
        return await self.act("actions", **what)

    async def click_in_view(self, user: str, view: dict[str, Any], action_id: str) -> Any:
        block = next(
            block["block_id"]
            for block in view["blocks"]
            if any(element.get("action_id") == action_id for element in block.get("elements", []))
        )
        return await self.act(
            "actions", **{"as": user, "view_id": view["id"], "block_id": block, "action_id": action_id}
        )

    def modal(self, user: str) -> dict[str, Any]:
        """The modal in front of that person."""
        found: dict[str, Any] = self.slack.views.stack(user)[-1]
        return found

    def messages(self, channel: str, reader: str = "") -> list[Message]:
        return list(self.slack.messages.in_channel(channel, reader))

    def whispers(self, channel: str, reader: str) -> list[str]:
        """What only that person sees."""
        return [str(one.body["text"]) for one in self.messages(channel, reader) if one.only_for == reader]

    def calls(self, method: str) -> list[Any]:
        """The arguments of the bot's calls of a Web API method."""
        steps = self.sandbox.log.after(0)
        return [
            step.detail["arguments"] for step in steps if step.kind == "api" and step.title.startswith(f"{method} ")
        ]

    def acked(self, what: str) -> bool:
        return any(step.kind == "ack" and step.title == f"Acknowledged: {what}" for step in self.sandbox.log.after(0))


@asynccontextmanager
async def open_world() -> AsyncIterator[World]:
    """The workspace, without a bot in it."""
    clock = SettableClock(NOW)
    sandbox = open_sandbox(clock, rate_limits=False)
    runner = web.AppRunner(sandbox_app(sandbox))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    client = outgoing_client(sandbox.slack.workspace.app.bot_token, f"{url}/api/")
    identity = SlackIdentity(client, no_pause, sandbox.slack.workspace.app.id)
    async with aiohttp.ClientSession() as http:
        yield World(sandbox, url, http, client, identity, clock)
    await runner.cleanup()


@asynccontextmanager
async def connected(world: World) -> AsyncIterator[None]:
    """The bot, over Socket Mode. Its incidents are numbered `incident-1`."""
    app = build_app(
        world.told.services(), world.client, world.identity, tools_of=world.told.tools_of, new_id=lambda: "incident-1"
    )
    app_token = world.slack.workspace.app.app_token
    opener = AsyncWebClient(token=app_token, base_url=f"{world.url}/api/")
    handler = AsyncSocketModeHandler(app, app_token, web_client=opener)
    await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt leaves it untyped
    await until(world.slack.link.opened.is_set)
    yield
    await handler.close_async()  # type: ignore[no-untyped-call] # as above
