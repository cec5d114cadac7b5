"""A process that was held up: what it still sends, and what it hears after people have told the outcome."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.tools import Tool
from bot.ports import ToolOutcome, ToolResult
from tests.engine import Engine
from tests.world import FakeToolbox, World

TOLD = "The tool's own answer came late"


@dataclass(frozen=True)
class Slow(FakeToolbox):
    """The change is made at once; who asked for it hears of it only when `heard` is set."""

    sent: asyncio.Event = field(default_factory=asyncio.Event)
    heard: asyncio.Event = field(default_factory=asyncio.Event)

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        result = await super().call(tool, arguments)
        self.sent.set()
        await self.heard.wait()
        return result


@dataclass(frozen=True)
class SlowDisk:
    """A store whose save of a started call takes `seconds`."""

    store: Any
    world: World
    seconds: float

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def save(self, change: Any) -> Any:
        saved = await self.store.save(change)
        if any(call.status is CallStatus.STARTED for call in change.calls):
            self.world.clock.advance(seconds=self.seconds)
        return saved


@asynccontextmanager
async def after_all(path: Path, world: World, told: CallStatus) -> AsyncIterator[tuple[Engine, str]]:
    """A call is under way for so long that another process takes it over and a person tells its outcome."""
    toolbox = Slow(world)
    first = await Engine.open(path, world, wrap=lambda name, port: toolbox if name == "Toolbox" else port)
    second = await Engine.open(path, world)
    request = await first.mention("suspend leaver@example.com")
    await first.run()
    await first.click()
    running = asyncio.ensure_future(first.run())
    await toolbox.sent.wait()
    world.clock.advance(minutes=30)
    await second.run()
    world.clock.advance(minutes=2)
    await second.run()
    [call] = (await second.record(request)).calls
    assert call.status is CallStatus.UNKNOWN
    await second.verdict(call.id, happened=told is CallStatus.SUCCEEDED)
    await second.run()
    toolbox.heard.set()
    await running
    await second.run()
    yield second, request
    await first.close()
    await second.close()


def notices(world: World) -> list[tuple[str, str]]:
    """The channel and the text of each."""
    return [(row.channel, text) for row, text in world.posts(Kind.NOTICE) if TOLD in text]


@pytest.mark.parametrize(
    ("told", "answer", "words"),
    [
        (CallStatus.FAILED, ToolOutcome.SUCCEEDED, "this happened after all: suspend user leaver@example.com"),
        (CallStatus.SUCCEEDED, ToolOutcome.FAILED, "this did not happen: suspend user leaver@example.com"),
    ],
)
async def test_an_answer_that_contradicts_what_a_person_told_is_told_once(
    tmp_path: Path, world: World, told: CallStatus, answer: ToolOutcome, words: str
) -> None:
    world.answer = lambda tool, arguments: ToolResult(answer, "The tool's own words.")
    async with after_all(tmp_path / "store", world, told) as (engine, request):
        [call] = (await engine.record(request)).calls
        assert call.status is told
        (asked, notice), (approved, same) = notices(world)
        assert (asked, approved, same) == ("C-it", "C-approvals", notice)
        assert words in notice
        assert "Please check." in notice
        kinds = [event.kind for event in await engine.store.audit(request)]
        assert kinds.count("call.contradicted") == 1


@pytest.mark.parametrize(
    ("told", "answer"),
    [(CallStatus.SUCCEEDED, ToolOutcome.SUCCEEDED), (CallStatus.FAILED, ToolOutcome.UNKNOWN)],
)
async def test_an_answer_that_contradicts_nobody_is_not_told(
    tmp_path: Path, world: World, told: CallStatus, answer: ToolOutcome
) -> None:
    world.answer = lambda tool, arguments: ToolResult(answer, "")
    async with after_all(tmp_path / "store", world, told):
        assert notices(world) == []


async def test_a_process_that_was_held_up_before_it_sent_sends_nothing(tmp_path: Path, world: World) -> None:
    request, engine = await approved_on_a_slow_disk(tmp_path, world, 1800)
    [call] = (await engine.record(request)).calls
    assert world.effects == []
    assert call.status is CallStatus.FAILED
    assert call.result is not None
    assert "nothing was sent" in call.result.text
    await engine.close()


async def test_a_short_delay_is_taken_from_the_time_that_the_call_may_take(tmp_path: Path, world: World) -> None:
    timeouts: list[float] = []

    def noted(tool: Tool, arguments: str) -> ToolResult:
        timeouts.append(tool.timeout)
        return ToolResult(ToolOutcome.SUCCEEDED, arguments)

    world.answer = noted
    request, engine = await approved_on_a_slow_disk(tmp_path, world, 1)
    [call] = (await engine.record(request)).calls
    assert call.attempt is not None
    assert timeouts == [call.attempt.timeout - 1]
    await engine.close()


async def approved_on_a_slow_disk(folder: Path, world: World, seconds: float) -> tuple[str, Engine]:
    engine = await Engine.open(
        folder / "store", world, wrap=lambda name, port: SlowDisk(port, world, seconds) if name == "Store" else port
    )
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    await engine.run()
    return request, engine
