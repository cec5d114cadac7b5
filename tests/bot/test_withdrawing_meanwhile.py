"""Taking a request back while the model speaks or a tool works, from another process on the same store."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from bot.models.tools import Tool
from bot.planner import CANCEL_CHECK
from bot.ports import Prompt, Reply, ToolResult
from tests.engine import Engine
from tests.world import OUTSIDER, FakeModel, FakeToolbox, World, suspend, uses

S, R = CallStatus, RequestStatus


@dataclass
class Held:
    """Something that begins and goes on until it is let go."""

    begun: asyncio.Event = field(default_factory=asyncio.Event)
    go: asyncio.Event = field(default_factory=asyncio.Event)
    cut: asyncio.Event = field(default_factory=asyncio.Event)
    times: int = 0

    async def __call__(self) -> None:
        self.times += 1
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cut.set()
            raise


@dataclass(frozen=True)
class Streaming:
    """A model that streams for as long as it is held."""

    inner: FakeModel
    held: Held

    async def turn(self, prompt: Prompt) -> Reply:
        await self.held()
        return await self.inner.turn(prompt)


@dataclass(frozen=True)
class Working:
    """A tool that works for as long as it is held."""

    inner: FakeToolbox
    held: Held

    async def tools(self) -> Any:
        return await self.inner.tools()

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        await self.held()
        return await self.inner.call(tool, arguments)


@dataclass(frozen=True)
class Watched:
    """A store that tells when its inbox was looked at."""

    store: Any
    looked: asyncio.Event

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def inbox(self, request_id: str) -> Any:
        found = await self.store.inbox(request_id)
        self.looked.set()
        return found


@pytest.fixture
async def other(tmp_path: Path, engine: Engine, world: World) -> AsyncIterator[Engine]:
    """Another process on the same file."""
    assert engine.world is world
    other = await Engine.open(tmp_path / "store.sqlite3", world)
    yield other
    await other.close()


async def within(seconds: float, what: Any) -> Any:
    async with asyncio.timeout(seconds):
        return await what


def test_the_inbox_is_looked_at_often_enough() -> None:
    assert CANCEL_CHECK * 2 <= 2.0, "one look may just have missed it, and the next must still be in time"


async def test_a_withdrawal_in_another_process_ends_the_model_turn(engine: Engine, other: Engine, world: World) -> None:
    held = Held()
    engine.core = replace(engine.core, model=Streaming(FakeModel(world), held))
    request_id = await engine.mention("suspend them")
    running = asyncio.ensure_future(engine.run())
    await within(20, held.begun.wait())
    await other.take_back(request_id)
    await within(20, held.cut.wait())
    await within(20, running)
    record = await other.record(request_id)
    assert (record.request.status, record.turns, held.times) == (R.CANCELLED, (), 1)
    assert [text for _, text in world.posts(Kind.NOTICE)] == ["Withdrawn by the requester. Nothing was done."]


async def test_somebody_elses_click_does_not_cut_the_model_short(engine: Engine, other: Engine, world: World) -> None:
    held, looked = Held(), asyncio.Event()
    watched = Watched(engine.store, looked)
    engine.core = replace(engine.core, store=watched, model=Streaming(FakeModel(world), held))
    request_id = await engine.mention("suspend them")
    running = asyncio.ensure_future(engine.run())
    await within(20, held.begun.wait())
    await other.take_back(request_id, OUTSIDER)
    looked.clear()
    await within(20, looked.wait())
    held.go.set()
    await within(20, running)
    assert (held.cut.is_set(), len((await other.record(request_id)).turns)) == (False, 1)


async def test_a_turn_that_comes_back_after_the_withdrawal_is_dropped(engine: Engine, world: World) -> None:
    class Overtaken(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            reply = await super().turn(prompt)
            await engine.take_back(request_id)
            return reply

    request_id = await engine.mention("suspend them")
    engine.core = replace(engine.core, model=Overtaken(world))
    await engine.run()
    record = await engine.record(request_id)
    assert (record.request.status, record.turns, record.calls, len(world.prompts)) == (R.CANCELLED, (), (), 1)
    assert world.posts(Kind.CARD) == []


async def test_what_has_started_is_finished_and_recorded_and_nothing_comes_after_it(
    engine: Engine, other: Engine, world: World
) -> None:
    held = Held()
    world.script[0] = uses(suspend("a@example.com"), suspend("b@example.com"))
    engine.core = replace(engine.core, toolbox=Working(FakeToolbox(world), held))
    request_id = await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    running = asyncio.ensure_future(engine.run())
    await within(20, held.begun.wait())
    await other.take_back(request_id)
    held.go.set()
    await within(20, running)
    record = await other.record(request_id)
    assert record.request.status is R.CANCELLED
    assert [call.status for call in record.calls] == [S.SUCCEEDED, S.WITHDRAWN]
    assert [arguments for _, arguments in world.effects] == ['{"user_key":"a@example.com"}']
    assert len(world.prompts) == 1
    assert world.posts(Kind.NOTICE)[-1][1] == (
        "Withdrawn by the requester. Of its actions: 1 done before, and not undone. The rest was not done."
    )


async def test_reads_that_run_are_the_last_that_happens(engine: Engine, other: Engine, world: World) -> None:
    held = Held()
    world.script[0] = uses(("google__get_user", '{"user_key":"a@example.com"}'))
    engine.core = replace(engine.core, toolbox=Working(FakeToolbox(world), held))
    request_id = await engine.mention("who is it?")
    running = asyncio.ensure_future(engine.run())
    await within(20, held.begun.wait())
    await other.take_back(request_id)
    held.go.set()
    await within(20, running)
    record = await other.record(request_id)
    assert (record.request.status, [call.status for call in record.calls]) == (R.CANCELLED, [S.SUCCEEDED])
    assert len(world.prompts) == 1
