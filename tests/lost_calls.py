"""A world in which every write is lost after it was sent, and what is then asked of it."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from bot.models.call import Call, CallStatus
from bot.models.requirement import Effect
from bot.models.tools import Probe, Tool
from bot.ports import ToolOutcome, ToolResult
from tests.engine import Engine
from tests.world import TOOLS, FakeToolbox, World, a_toolset, says, suspend, uses

LOST = ToolResult(ToolOutcome.UNKNOWN, "The connection broke.")
PROBE = Probe("get_user", (("user_key", "user_key"),), "suspended", "true")
READ, WRITE, UNDO = TOOLS


def probed(probe: Probe | None = PROBE, read: Tool = READ) -> Sequence[Tool]:
    """The tools, of which one write has this probe."""
    return (read, replace(WRITE, probe=probe), UNDO)


def seeing(structured: str, outcome: ToolOutcome = ToolOutcome.SUCCEEDED) -> Callable[[Tool, str], ToolResult]:
    """A server that loses writes, and answers reads like this."""
    return lambda tool, _: ToolResult(outcome, "read", structured) if tool.effect is Effect.READ else LOST


def a_losing_world() -> World:
    """One write is asked for and lost; a look says that it happened."""
    world = World(script=[uses(suspend()), says("Finished.")], toolset=a_toolset(probed()))
    world.answer = seeing('{"suspended":true}')
    return world


class Dies(FakeToolbox):
    """The process ends in the middle of the call."""

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        await super().call(tool, arguments)
        raise asyncio.CancelledError


async def the_call(engine: Engine, request: str) -> Call:
    """The one call of a request."""
    [call] = (await engine.record(request)).calls
    return call


async def asked(engine: Engine) -> str:
    """A request that waits for people."""
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


async def ended_by(engine: Engine, toolbox: FakeToolbox, request: str) -> None:
    """Drives the request until this toolbox ends the process; the next one has the plain toolbox again."""
    whole = engine.core
    engine.core = replace(whole, toolbox=toolbox)
    with pytest.raises(asyncio.CancelledError):
        await engine.drive(request)
    engine.core = whole


async def lost(engine: Engine) -> Call:
    """The call after it was approved, sent and lost."""
    request = await asked(engine)
    await engine.click()
    await engine.run()
    call = await the_call(engine, request)
    assert call.status is CallStatus.UNKNOWN
    return call
