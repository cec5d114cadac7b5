"""The demo workspace with the real bot behind it, and windows of a browser in which people use it."""

import asyncio
import base64
import json
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from playwright.async_api import Browser, Page

from bench.forked import forked
from handlers.socket_mode import main
from sandbox.__main__ import DATABASE, ROOT, bot_environment, listen, start_bot
from sandbox.bot_process import BotProcess, Command, Running
from sandbox.clock import SystemClock
from sandbox.manifest import granted
from sandbox.parts import Sandbox, open_sandbox
from sandbox.payload import Json
from sandbox.seed import APPROVALS, IT_HELP, PEOPLE, ROBIN
from sandbox.server import build_app
from sandbox.steps import Step
from tests.conftest import PATIENCE
from tests.stories.window import Window

UNHURRIED = {"COUNTERSIGN_WRITE_TIMEOUT": "20"}
"""As outside the demo, for busy machines."""
KEY = {"COUNTERSIGN_SECRET_KEY": base64.b64encode(bytes(range(32))).decode()}
"""The same after a restart."""


class Warm(Command):
    """The bot in a process of its own, as always, but one that need not load its libraries first."""

    async def start(self) -> Running:
        return await forked(main, self.environment, self.folder)


@dataclass(slots=True)
class World:
    """One sandbox, its bot, and everybody's windows. `folder` holds the bot's database."""

    sandbox: Sandbox
    address: str
    folder: Path
    browser: Browser | None
    pages: dict[str, Page] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    @property
    def bot(self) -> BotProcess:
        assert self.sandbox.bot is not None, "the bot was started"
        return self.sandbox.bot

    async def start_bot(self, changes: Mapping[str, str] | None = None) -> None:
        """Starts the bot as the demo does, and waits until it is connected. `changes` are to its environment."""
        environment = bot_environment({}, self.address, self.folder) | UNHURRIED | KEY | dict(changes or {})
        command = Warm(("app.py",), environment, ROOT)
        connected = await start_bot(self.sandbox, command, asyncio.Event())
        assert connected, "\n".join(step.title for step in self.sandbox.log.after(0)[-10:])

    async def window(self, user: str = ROBIN, channel: str = IT_HELP, drawer: str = "") -> Window:
        """That person's browser, at a channel. It is opened once and then goes from place to place."""
        page = self.pages.get(user) or await self._new_page()
        self.pages[user] = page
        await page.goto(f"{self.address}/#/c/{channel}?as={user}{drawer and f'&drawer={drawer}'}")
        await page.get_by_test_id("act-as").wait_for()
        return Window(page)

    async def _new_page(self) -> Page:
        """Somebody's first look. A script that breaks in it fails the story."""
        assert self.browser is not None, "this world has no browser"
        context = await self.browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce")
        context.set_default_timeout(PATIENCE * 1000)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.broken.append(str(error)))
        await page.set_viewport_size({"width": 1280, "height": 900})
        return page

    async def close_windows(self) -> None:
        """Closes every browser."""
        while self.pages:
            _, page = self.pages.popitem()
            await page.context.close()

    async def tidy(self) -> None:
        """After a story: no faults, the ordinary model, no modal left open; and no script may have broken."""
        await self.control("PUT", "faults", {})
        await self.control("PUT", "model", {"mode": "planner"})
        for user in PEOPLE:
            self.sandbox.slack.views.clear(user)
        broken = self.broken.copy()
        self.broken.clear()
        assert broken == []

    async def control(self, method: str, path: str, body: Json | None = None) -> Json:
        """One request to the control API."""
        address = f"{self.address}/sandbox/{path}"
        async with aiohttp.ClientSession() as http, http.request(method, address, json=body) as response:
            answer: Json = await response.json()
            assert response.status == 200, answer
            return answer

    async def say(self, text: str, user: str = ROBIN, channel: str = IT_HELP) -> str:
        """Somebody writes, without a browser; returns the ts."""
        answer = await self.control("POST", "messages", {"as": user, "channel": channel, "text": text})
        return str(answer["ts"])

    async def press(self, user: str, message: Json, action_id: str) -> Json:
        """Somebody presses a button of a message of #approvals, without a browser; how it was taken."""
        [row] = [block for block in message["blocks"] if action_id in str(block)]
        where = {"channel": APPROVALS, "ts": message["ts"], "block_id": row["block_id"], "action_id": action_id}
        return await self.control("POST", "actions", {"as": user, **where})

    @property
    def now(self) -> int:
        """The number of the last step."""
        return max((step.n for step in self.sandbox.log.after(0)), default=0)

    def steps(self, kind: str, part: str = "", since: int = 0) -> list[Step]:
        """What happened after step `since`, of one kind, with `part` in its title."""
        return [step for step in self.sandbox.log.after(since) if step.kind == kind and part in step.title]

    def writes(self, mail: str = "") -> list[str]:
        """Which accounts Google changed, or how often that one."""
        return [effect.user for effect in self.sandbox.directory.effects if mail in ("", effect.user)]

    def posts(self, channel: str) -> list[Json]:
        """What the app has said there to everybody, threads included."""
        app = self.sandbox.slack.workspace.app.bot_user
        listed = self.sandbox.slack.messages.in_channel(channel, app)
        return [message.body for message in listed if message.body.get("user") == app]

    def whispers(self, user: str, channel: str, words: str = "") -> list[str]:
        """What only that person sees there."""
        listed = self.sandbox.slack.messages.in_channel(channel, user)
        said = [message.body["text"] for message in listed if message.only_for == user]
        return [text for text in said if words in text]

    def join(self, user: str, channel: str) -> None:
        """Makes somebody a member; windows that are opened later know."""
        members = self.sandbox.slack.workspace.channels[channel].members
        if user not in members:
            members.append(user)

    def states(self) -> list[str]:
        """The state of every request that the bot has taken, as its database has it."""
        return [json.loads(body)["status"] for (body,) in self._stored("SELECT body FROM requests")]

    def rests(self) -> bool:
        """Whether the bot has nothing at hand: no request that it works on, no message that is not shown yet."""
        busy = "SELECT 1 FROM requests WHERE leased UNION SELECT 1 FROM outbox WHERE shown < wanted AND NOT gave_up"
        return self._stored(busy) == []

    def is_shown(self) -> bool:
        """Whether people see all that the bot has to say. What it was just saying when it is killed waits a minute."""
        return self._stored("SELECT 1 FROM outbox WHERE shown < wanted AND NOT gave_up") == []

    def _stored(self, question: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.folder / DATABASE}?mode=ro", uri=True)) as database:
            return database.execute(question).fetchall()

    async def until(self, holds: Callable[[], object]) -> None:
        """Waits for something to become true."""
        async with asyncio.timeout(PATIENCE):
            while not holds():
                await a_moment()


async def a_moment() -> None:
    await asyncio.sleep(0.02)


@asynccontextmanager
async def open_world(folder: Path, browser: Browser | None = None) -> AsyncIterator[World]:
    """The sandbox as the demo serves it, without its bot; a bot that was started is killed in the end."""
    sandbox = open_sandbox(SystemClock(), app=granted(ROOT / "manifest.yml"))
    runner, address = await listen(build_app(sandbox), 0)
    world = World(sandbox, address, folder, browser)
    try:
        yield world
        await world.tidy()
    finally:
        await world.close_windows()
        if sandbox.bot is not None:
            await sandbox.bot.kill()
            await sandbox.bot.ended()
        await runner.cleanup()
