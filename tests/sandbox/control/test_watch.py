"""Steps and server-sent events."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from sandbox.feed import Feed
from sandbox.payload import Json
from sandbox.seed import ALEX, IT_HELP, ROBIN
from tests.sandbox.slack.cards import home, modal
from tests.sandbox.slack.stage import Stage, eventually, open_stage


async def next_event(watching: aiohttp.ClientResponse, *names: str) -> tuple[str, Json]:
    """The next event with one of those names."""
    name, stream = "", watching.content
    async with asyncio.timeout(10):
        while line := (await stream.readline()).decode().rstrip("\n"):
            kind, _, rest = line.partition(": ")
            name = rest if kind == "event" else name
            if kind == "data" and name in names:
                await stream.readline()
                return name, json.loads(rest)
            if kind == "data":
                await stream.readline()
    raise AssertionError("the stream ended")


@asynccontextmanager
async def stream_of(stage: Stage, user: str) -> AsyncIterator[aiohttp.ClientResponse]:
    async with stage.http.get(f"{stage.address}/sandbox/events?as={user}") as response:
        assert response.content_type == "text/event-stream"
        assert await response.content.readline() == b": hello\n"
        await response.content.readline()
        yield response


async def test_a_watcher_sees_messages_changes_and_deletions() -> None:
    async with open_stage() as stage, stream_of(stage, ALEX) as alex:
        await stage.say("hello")
        name, data = await next_event(alex, "message")
        assert (name, data["channel"], data["message"]["text"]) == ("message", IT_HELP, "hello")
        assert (await next_event(alex, "unread"))[1]["ts"] == data["message"]["ts"]
        posted = await stage.web.chat_postMessage(channel=IT_HELP, text="one")
        await stage.web.chat_update(channel=IT_HELP, ts=posted["ts"], text="two")
        await stage.web.chat_delete(channel=IT_HELP, ts=posted["ts"])
        seen = [await next_event(alex, "message", "message_deleted") for _ in range(3)]
        assert [name for name, _ in seen] == ["message", "message", "message_deleted"]
        assert seen[1][1]["message"]["text"] == "two"


async def test_what_is_private_reaches_one_watcher_only() -> None:
    async with open_stage() as stage, stream_of(stage, ALEX) as alex, stream_of(stage, ROBIN) as robin:
        await stage.web.chat_postEphemeral(channel=IT_HELP, user=ALEX, text="psst")
        await stage.call("views.publish", {"user_id": ALEX, "view": home()})
        trigger_id = stage.sandbox.slack.triggers.issue(ALEX)
        opened = await stage.call("views.open", {"trigger_id": trigger_id, "view": modal()})
        await stage.control("POST", f"views/{opened['view']['id']}/close", {"as": ALEX})
        await stage.say("for all")
        private = ("ephemeral", "view", "views_closed")
        seen = [(await next_event(alex, *private))[0] for _ in range(4)]
        assert seen == ["ephemeral", "view", "view", "views_closed"]
        assert (await next_event(robin, "message", *private))[0] == "message"


async def test_every_step_is_sent_and_can_be_read_again() -> None:
    async with open_stage() as stage, stream_of(stage, ALEX) as alex:
        await stage.say("hello")
        _, step = await next_event(alex, "step")
        _, listed = await stage.control("GET", "steps?after=0")
        _, later = await stage.control("GET", f"steps?after={step['n']}")
        assert listed["steps"][0] == step
        assert (step["kind"], step["title"]) == ("person", "Robin Reyes wrote in #it-help")
        assert step not in later["steps"]


async def test_the_stream_ends_with_the_server() -> None:
    async with open_stage() as stage, stream_of(stage, ALEX) as alex:
        stage.sandbox.feed.close()
        assert await asyncio.wait_for(alex.content.read(), 10) == b""


async def test_a_watcher_that_went_away_is_forgotten(caplog: pytest.LogCaptureFixture) -> None:
    async with open_stage() as stage:
        async with stream_of(stage, ALEX):
            assert stage.sandbox.feed.watchers == 1
        await eventually(lambda: not published(stage.sandbox.feed))
        assert caplog.records == []


def published(feed: Feed) -> int:
    """Says something to whoever still watches, and how many those are."""
    feed.publish("typing", {})
    return feed.watchers
