"""The whole story over signed HTTP, without a socket and without a browser."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from sandbox.__main__ import ROOT, bot_environment
from sandbox.bot_process import BotProcess, Command
from sandbox.payload import Json
from sandbox.seed import ALEX, APPROVALS, IT_HELP
from tests.stories.scene import World, open_world

SECRET = "sandbox-signing-secret"
BY_HTTP = {"SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": SECRET, "COUNTERSIGN_HTTP_PORT": "0"}


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


def listening(world: World) -> str:
    """Where the bot says that it listens; empty while it does not."""
    steps = [step for step in world.sandbox.log.after(0) if "http.open" in str(step.detail) + step.title]
    return f"http://127.0.0.1:{steps[-1].detail['port']}" if steps else ""


async def start(world: World) -> str:
    """Starts the bot behind a url, and tells Slack the url."""
    environment = bot_environment({}, world.address, world.folder) | BY_HTTP
    world.sandbox.bot = BotProcess(
        Command((sys.executable, "app.py"), environment, ROOT), world.sandbox.log, world.sandbox.feed
    )
    await world.sandbox.bot.start()
    await world.until(lambda: listening(world))
    await world.control("PUT", "app/request_urls", {"events": listening(world) + "/slack/events"})
    return listening(world)


def card(world: World, words: str) -> Json | None:
    """The app's message in #approvals that says so."""
    return next((one for one in world.posts(APPROVALS) if words in str(one)), None)


async def test_a_mention_is_approved_and_carried_out_over_http_alone(world: World) -> None:
    address = await start(world)
    await world.say("@Countersign suspend leaver@example.com, they left on Friday")
    await world.until(lambda: card(world, "approval.approve"))
    waiting = card(world, "approval.approve")
    assert waiting is not None
    answer = await world.press(ALEX, waiting, "approval.approve")
    assert answer["acked"] is True
    await world.until(lambda: any("is now suspended" in str(one) for one in world.posts(IT_HELP)))
    await world.until(lambda: card(world, "☑️ Done · Suspend user · leaver@example.com"))
    assert world.writes("leaver@example.com") == ["leaver@example.com"]
    replays = [await world.control("POST", "app/attack", {"kind": "replayed"}) for _ in range(3)]
    assert replays == [{"status": 401}] * 3
    assert world.sandbox.slack.link.connections == 0
    async with aiohttp.ClientSession() as http, http.get(f"{address}/healthz") as health:
        assert health.status == 200


async def test_without_a_secret_it_does_not_start(tmp_path: Path) -> None:
    environment = bot_environment({}, "http://127.0.0.1:9", tmp_path) | BY_HTTP | {"SLACK_SIGNING_SECRET": ""}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "app.py", cwd=ROOT, env=environment, stderr=asyncio.subprocess.PIPE
    )
    _, said = await asyncio.wait_for(process.communicate(), 60)
    assert (process.returncode, "SLACK_SIGNING_SECRET" in said.decode()) == (2, True)
