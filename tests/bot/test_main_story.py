"""From a mention to the answer, in the core, over a real SQLite file."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.models.audit import first_bad
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from tests.engine import Engine
from tests.world import OUTSIDER, REQUESTER, World, says, suspend, uses


@pytest.fixture
async def engine(tmp_path: Path) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", World(script=[uses(suspend()), says("Suspended.")]))
    yield engine
    await engine.close()


async def test_nothing_runs_before_somebody_approves(engine: Engine) -> None:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    record = await engine.record(request)
    assert record.request.status is RequestStatus.WAITING
    assert [call.status for call in record.calls] == [CallStatus.PENDING]
    assert engine.world.effects == []
    assert [text for _, text in engine.world.posts(Kind.CARD)] == ["suspend_user:pending"]


async def test_the_approved_call_runs_once_and_the_answer_comes_back(engine: Engine) -> None:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    await engine.run()
    assert engine.world.effects == [("google__suspend_user", '{"user_key":"leaver@example.com"}')]
    assert [text for _, text in engine.world.posts(Kind.ANSWER)] == ["Suspended."]
    assert [text for _, text in engine.world.posts(Kind.CARD)] == ["suspend_user:succeeded"]
    assert (await engine.record(request)).request.status is RequestStatus.DONE
    assert first_bad(tuple(await engine.store.audit(request))) is None


async def test_a_denial_reaches_the_model_with_its_reason(engine: Engine) -> None:
    await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click(yes=False, reason="ask HR first")
    await engine.run()
    assert engine.world.effects == []
    assert "ask HR first" in engine.world.prompts[-1].messages
    assert [text for _, text in engine.world.posts(Kind.CARD)] == ["suspend_user:denied"]


@pytest.mark.parametrize(
    ("user", "why"),
    [(REQUESTER, "you asked for it yourself"), (OUTSIDER, "you are not one of the approvers")],
)
async def test_the_wrong_people_are_told_privately_and_change_nothing(engine: Engine, user: str, why: str) -> None:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click(user=user)
    await engine.run()
    [(row, text)] = engine.world.posts(Kind.PRIVATE)
    assert row.user == user
    assert why in text
    assert "@it-admins" in text
    assert (await engine.record(request)).calls[0].status is CallStatus.PENDING
    assert engine.world.effects == []
