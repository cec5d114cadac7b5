"""A look at what became of a lost call: a read, once, pinned by the operator; people decide all the same."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.models.call import CallStatus, Look
from bot.models.inbound import StoreRestored
from bot.models.policy import Rule, RuleEffect
from bot.models.request import RequestStatus
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.ports import ToolOutcome, ToolResult
from tests.engine import Engine, a_policy
from tests.lost_calls import PROBE, a_losing_world, asked, ended_by, lost, probed, seeing, the_call
from tests.world import FakeToolbox, World, a_text_tool, a_toolset

S = CallStatus


@pytest.fixture
def world() -> World:
    return a_losing_world()


class Halts(FakeToolbox):
    """The process ends before anything has left."""

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        raise asyncio.CancelledError


async def test_it_reads_what_the_call_was_about_once_and_leaves_the_decision_to_people(
    engine: Engine, world: World
) -> None:
    call = await lost(engine)
    assert call.look == Look(world.clock.now(), "suspended", "true")
    assert world.reads == ['{"user_key":"leaver@example.com"}']
    for _ in range(3):
        await engine.drive(call.request_id)
    record = await engine.record(call.request_id)
    assert (record.calls[0].status, record.request.status) == (S.UNKNOWN, RequestStatus.WAITING)
    assert len(world.reads) == len(world.effects) == 1


@pytest.mark.parametrize(
    ("structured", "outcome", "trouble"),
    [
        ("", ToolOutcome.FAILED, "get_user gave no answer"),
        ("", ToolOutcome.UNKNOWN, "get_user gave no answer"),
        ("", ToolOutcome.SUCCEEDED, "get_user did not say suspended"),
        ("[1]", ToolOutcome.SUCCEEDED, "get_user did not say suspended"),
        ('{"suspended":{"a":1}}', ToolOutcome.SUCCEEDED, "get_user did not say suspended"),
        (json.dumps({"suspended": "x" * 300}), ToolOutcome.SUCCEEDED, "get_user did not say suspended"),
    ],
)
async def test_a_look_that_shows_nothing_says_so(
    engine: Engine, world: World, structured: str, outcome: ToolOutcome, trouble: str
) -> None:
    world.answer = seeing(structured, outcome)
    assert (await lost(engine)).look == Look(world.clock.now(), trouble=trouble)


async def test_a_secret_that_the_look_shows_is_redacted(engine: Engine, world: World) -> None:
    world.answer = seeing('{"suspended":"xoxb-123456789012-abcdef"}')
    call = await lost(engine)
    assert call.look is not None
    assert call.look.value == '"‹redacted›"'


@pytest.mark.parametrize(
    ("tools", "trouble"),
    [
        (probed(replace(PROBE, tool="unsuspend_user")), "there is no tool unsuspend_user that only reads"),
        (probed(replace(PROBE, tool="gone")), "there is no tool gone that only reads"),
        (probed(read=a_text_tool("get_user", Effect.OUTBOUND)), "there is no tool get_user that only reads"),
        (probed(replace(PROBE, arguments=(("userKey", "user_key"),))), "get_user does not take these arguments"),
        (probed(replace(PROBE, arguments=(("user_key", "absent"),))), "get_user does not take these arguments"),
    ],
)
async def test_a_probe_that_is_no_fitting_read_is_not_sent(
    engine: Engine, world: World, tools: Sequence[Tool], trouble: str
) -> None:
    world.toolset = a_toolset(tools)
    call = await lost(engine)
    assert call.look == Look(world.clock.now(), trouble=trouble)
    assert world.reads == []
    assert len(world.effects) == 1


@pytest.mark.parametrize("effect", [RuleEffect.DENY, RuleEffect.ASK])
async def test_a_read_that_policy_does_not_simply_allow_is_not_sent(
    tmp_path: Path, world: World, effect: RuleEffect
) -> None:
    policy = a_policy(Rule("private", effect, tools=("google__get_user",)))
    engine = await Engine.open(tmp_path / "strict.sqlite3", world, policy)
    call = await lost(engine)
    assert call.look == Look(world.clock.now(), trouble="policy does not allow get_user without asking")
    assert world.reads == []
    await engine.close()


async def test_a_tool_without_a_probe_is_left_to_people(engine: Engine, world: World) -> None:
    world.toolset = a_toolset(probed(None))
    assert (await lost(engine)).look is None
    assert world.reads == []


async def test_a_look_is_taken_after_a_crash_in_the_middle_of_it(engine: Engine, world: World) -> None:
    class Dies(FakeToolbox):
        async def call(self, tool: Tool, arguments: str) -> ToolResult:
            if tool.effect is Effect.READ:
                raise asyncio.CancelledError
            return await super().call(tool, arguments)

    request = await asked(engine)
    await engine.click()
    await ended_by(engine, Dies(world), request)
    assert (await the_call(engine, request)).look is None
    await engine.drive(request)
    assert (await the_call(engine, request)).look == Look(world.clock.now(), "suspended", "true")
    assert len(world.effects) == 1


async def test_a_request_that_was_taken_back_meanwhile_is_looked_after_too(engine: Engine, world: World) -> None:
    class TakenBack(FakeToolbox):
        async def call(self, tool: Tool, arguments: str) -> ToolResult:
            if tool.effect is not Effect.READ:
                await engine.withdraw()
            return await super().call(tool, arguments)

    engine.core = replace(engine.core, toolbox=TakenBack(world))
    call = await lost(engine)
    record = await engine.record(call.request_id)
    assert record.request.status is RequestStatus.CANCELLED
    assert call.look == Look(world.clock.now(), "suspended", "true")
    await engine.verdict(call.id, happened=True)
    await engine.run()
    assert (await the_call(engine, call.request_id)).status is S.SUCCEEDED


async def test_a_call_that_waits_for_an_identical_one_is_looked_for_where_that_one_is(
    engine: Engine, world: World
) -> None:
    await asked(engine)
    second = await engine.mention("suspend leaver@example.com please", ts="200.0")
    await engine.run()
    await engine.click()
    await engine.run()
    shared = await the_call(engine, second)
    assert (shared.status, shared.attempt) == (S.UNKNOWN, None)
    assert shared.look == Look(world.clock.now(), "suspended", "true")
    assert len(world.reads) == 1


async def test_what_may_have_run_before_a_restore_is_looked_for_too(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.click()
    await ended_by(engine, Halts(world), request)
    await engine.store.append([StoreRestored("restored:1", request, 1)])
    await engine.drive(request)
    call = await the_call(engine, request)
    assert (call.status, call.look) == (S.UNKNOWN, Look(world.clock.now(), "suspended", "true"))
    assert world.effects == []
