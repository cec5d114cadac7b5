"""The last look before a call leaves."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.call_states import Revoked
from bot.claiming import Claimable, claim
from bot.inbox import take_in
from bot.models.call import CallStatus
from bot.models.policy import Rule, RuleEffect
from bot.models.requirement import Effect
from tests.engine import ASK, Engine, a_policy
from tests.world import World, says, suspend, uses

S = CallStatus
FREE = Rule("free", RuleEffect.ALLOW, tools=("google__unsuspend_user",))
UNASKED = ("google__unsuspend_user", '{"user_key":"back@example.com"}')


@pytest.fixture
async def engine(tmp_path: Path, world: World) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world, a_policy(FREE))
    yield engine
    await engine.close()


@pytest.mark.parametrize(
    "other",
    [{"name": "unsuspend_user"}, {"schema_digest": "another"}, {"server_digest": "another"}, {"effect": Effect.READ}],
    ids=["name", "schema", "server", "effect"],
)
async def test_the_tool_is_the_one_that_was_decided_about(engine: Engine, other: dict[str, Any]) -> None:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    record = await take_in(engine.core, await engine.record(request))
    [call] = record.calls
    tool = (await engine.store.tools(record.request.tools)).find(call.name)
    assert tool is not None
    assert await claim(engine.core, record.request, call, tool) == Claimable()
    stopped = await claim(engine.core, record.request, call, replace(tool, **other))
    assert isinstance(stopped, Revoked)
    assert stopped.rules == ("binding",)


@pytest.mark.parametrize(("within", "status"), [(1800, S.EXPIRED), (3600, S.SUCCEEDED)])
async def test_a_shorter_time_of_a_tighter_policy_counts_from_when_people_were_asked(
    engine: Engine, world: World, within: int, status: CallStatus
) -> None:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.store.publish(a_policy(ask=replace(ASK, expires=3600, execute_within=within)))
    world.clock.advance(minutes=100)
    await engine.click()
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [status]
    assert len(world.effects) == (status is S.SUCCEEDED)


async def test_an_approval_keeps_its_time_where_policy_asks_nobody_any_more(engine: Engine, world: World) -> None:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    await take_in(engine.core, await engine.record(request))
    await engine.store.publish(a_policy(replace(FREE, tools=("google__*",))))
    world.clock.advance(hours=5)
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.EXPIRED]
    assert world.effects == []


async def test_what_policy_allowed_does_not_leave_once_it_asks_people(engine: Engine, world: World) -> None:
    world.script = [uses(UNASKED, suspend()), says("Finished.")]
    request = await engine.mention("let one in and the other out")
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.ALLOWED, S.PENDING]
    await engine.store.publish(a_policy())
    await engine.click()
    await engine.run()
    allowed, _ = (await engine.record(request)).calls
    assert (allowed.status, world.effects) == (S.REVOKED, [])
    assert "Policy v2 now asks people first." in allowed.reason
