"""A target that nobody can type is refused; nothing else is typed in its place."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.errors import NotConfirmed
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Ask
from bot.models.requirement import Confirm
from tests.engine import ASK, Engine, a_policy
from tests.world import World, suspend, uses

S = CallStatus
TYPED = replace(ASK, confirm=Confirm.TYPE_THE_TARGET)


@pytest.fixture
async def engine(tmp_path: Path, world: World) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world)
    yield engine
    await engine.close()


async def asked(engine: Engine, ask: Ask) -> str:
    await engine.store.publish(a_policy(ask=ask))
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


@pytest.mark.parametrize("user", ["leaver@example.com\u200b", " leaver@example.com", "a" * 3001])
async def test_a_target_that_cannot_be_typed_is_refused_and_nothing_else_is_typed_for_it(
    engine: Engine, world: World, user: str
) -> None:
    world.script[0] = uses(suspend(user))
    request = await asked(engine, TYPED)
    [call] = (await engine.record(request)).calls
    assert (call.status, call.rules[-1], world.posts(Kind.CARD)) == (S.DENIED, "untypable target", [])


async def test_a_target_that_cannot_be_typed_is_not_confirmed_by_the_name_of_its_tool(
    engine: Engine, world: World
) -> None:
    world.script[0] = uses(suspend(" leaver@example.com"), ("google__unsuspend_user", '{"user_key":"b@example.com"}'))
    request = await asked(engine, ASK)
    first, second = [call.id for call in (await engine.record(request)).calls]
    await engine.click(call_ids=(first,))
    await engine.run()
    await engine.store.publish(a_policy(ask=TYPED))
    await engine.click(call_ids=(second,))
    await engine.run()
    with pytest.raises(NotConfirmed, match="cannot be typed"):
        await engine.click(call_ids=(first,), typed=((first, "suspend_user"),))
    assert world.effects == []
