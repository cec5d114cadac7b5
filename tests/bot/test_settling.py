"""Waiting ends by people, by time, or by the identical call that stands for this one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.edit import Edit
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Rule, RuleEffect
from bot.models.request import RequestStatus
from bot.ports import ToolOutcome, ToolResult
from bot.services import Verdict
from bot.settling import conclude
from tests.engine import Engine, a_policy, an_actor
from tests.factories import LATER, NOW, a_call, a_record, a_request
from tests.world import SECOND, TEAM, World, suspend, uses

S = CallStatus
EXPIRES = timedelta(hours=4)
MOMENT = timedelta(microseconds=1)
UNKNOWN = ToolResult(ToolOutcome.UNKNOWN, "The connection broke.")


async def asked(engine: Engine, ts: str = "100.0") -> str:
    request = await engine.mention("suspend them", ts=ts)
    await engine.run()
    return request


async def statuses(engine: Engine, request: str) -> list[CallStatus]:
    return [call.status for call in (await engine.record(request)).calls]


async def test_a_card_waits_until_the_very_moment_it_expires(engine: Engine, world: World) -> None:
    request = await asked(engine)
    assert await engine.store.next_due() == world.clock.now() + EXPIRES
    world.clock.at += EXPIRES - MOMENT
    await engine.run()
    assert await statuses(engine, request) == [S.PENDING]
    world.clock.at += MOMENT
    await engine.run()
    assert await statuses(engine, request) == [S.EXPIRED]
    assert (await engine.record(request)).request.status is RequestStatus.DONE
    assert "Nobody decided in time" in world.prompts[-1].messages


@pytest.mark.parametrize(("before", "status"), [(MOMENT, S.PENDING), (timedelta(), S.EXPIRED)])
def test_a_row_expires_at_its_moment_and_not_before(before: timedelta, status: CallStatus) -> None:
    record = a_record(request=a_request(status=RequestStatus.WAITING), calls=(a_call(status=S.PENDING),))
    edit = Edit(record, LATER - before)
    conclude(edit)
    assert [call.status for call in edit.calls] == [status]


def test_nothing_of_a_turn_runs_while_one_of_its_rows_waits() -> None:
    rows = (a_call(status=S.APPROVED), a_call(id="c2", index=1, status=S.PENDING))
    edit = Edit(a_record(request=a_request(status=RequestStatus.WAITING), calls=rows), NOW)
    conclude(edit)
    assert edit.request.status is RequestStatus.WAITING


async def test_a_click_at_the_moment_of_expiry_is_too_late_and_is_told_so(engine: Engine, world: World) -> None:
    request = await asked(engine)
    world.clock.at += EXPIRES
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.EXPIRED]
    [(_, text)] = world.posts(Kind.PRIVATE)
    assert "expired before you clicked" in text
    assert world.effects == []


async def test_a_click_before_expiry_counts_however_late_it_is_looked_at(engine: Engine, world: World) -> None:
    request = await asked(engine)
    world.clock.at += EXPIRES - MOMENT
    await engine.click()
    world.clock.at += MOMENT
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED]


async def test_the_rows_nobody_decided_expire_and_the_approved_ones_run(engine: Engine, world: World) -> None:
    world.script[0] = uses(suspend("a@example.com"), suspend("b@example.com"))
    request = await asked(engine)
    second = (await engine.record(request)).calls[1]
    await engine.click(call_ids=(second.id,))
    await engine.run()
    assert world.effects == []
    world.clock.at += EXPIRES
    await engine.run()
    assert await statuses(engine, request) == [S.EXPIRED, S.SUCCEEDED]
    assert [arguments for _, arguments in world.effects] == ['{"user_key":"b@example.com"}']


async def test_nothing_of_a_card_runs_while_one_row_is_open(engine: Engine, world: World) -> None:
    world.script[0] = uses(suspend("a@example.com"), suspend("b@example.com"))
    request = await asked(engine)
    first = (await engine.record(request)).calls[0]
    await engine.click(call_ids=(first.id,))
    await engine.run()
    assert (await statuses(engine, request), world.effects) == ([S.APPROVED, S.PENDING], [])


@pytest.mark.parametrize(
    ("yes", "answer", "outcome"),
    [
        (True, ToolResult(ToolOutcome.SUCCEEDED, "done"), S.SUCCEEDED),
        (True, ToolResult(ToolOutcome.FAILED, "no such user"), S.FAILED),
        (False, UNKNOWN, S.DENIED),
    ],
)
async def test_an_attached_call_gets_the_outcome_of_the_one_that_stands_for_it(
    engine: Engine, world: World, yes: bool, answer: ToolResult, outcome: CallStatus
) -> None:
    world.answer = lambda tool, arguments: answer
    first, second = await asked(engine), await asked(engine, "200.0")
    await engine.click(yes=yes)
    await engine.run()
    assert await statuses(engine, first) == await statuses(engine, second) == [outcome]
    assert (await engine.record(second)).request.status is RequestStatus.DONE


async def test_an_attached_call_expires_with_the_one_that_stands_for_it(engine: Engine, world: World) -> None:
    first = await asked(engine)
    world.clock.advance(hours=1)
    second = await asked(engine, "200.0")
    world.clock.advance(hours=3)
    await engine.run()
    assert await statuses(engine, first) == await statuses(engine, second) == [S.EXPIRED]


async def test_an_attached_call_that_is_unknown_becomes_known_with_the_other(engine: Engine, world: World) -> None:
    world.answer = lambda tool, arguments: UNKNOWN
    first, second = await asked(engine), await asked(engine, "200.0")
    await engine.click()
    await engine.run()
    world.clock.advance(minutes=1)
    await engine.run()
    assert await statuses(engine, second) == [S.UNKNOWN]
    await engine.verdict((await engine.record(first)).calls[0].id, happened=True)
    await engine.run()
    world.clock.advance(minutes=1)
    await engine.run()
    assert await statuses(engine, second) == [S.SUCCEEDED]
    assert (await engine.record(second)).request.status is RequestStatus.DONE


@dataclass(frozen=True)
class Forgetful:
    """A store that tells nobody who is attached: every wake-up of theirs is lost."""

    store: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def attached(self, call_id: str) -> Sequence[str]:
        return ()


async def test_an_attached_call_finds_out_even_if_its_wake_up_was_lost(engine: Engine, world: World) -> None:
    engine.core = replace(engine.core, store=Forgetful(engine.store))
    await asked(engine)
    second = await asked(engine, "200.0")
    await engine.click()
    await engine.run()
    assert await statuses(engine, second) == [S.PENDING]
    world.clock.advance(seconds=30)
    await engine.run()
    assert await statuses(engine, second) == [S.SUCCEEDED]


@pytest.mark.parametrize(("team", "status"), [("T9", S.UNKNOWN), (TEAM, S.SUCCEEDED)])
async def test_a_stranger_cannot_tell_what_became_of_a_call_that_policy_allowed(
    tmp_path: Path, world: World, team: str, status: CallStatus
) -> None:
    free = Rule("restoring", RuleEffect.ALLOW, tools=("google__unsuspend_user",))
    engine = await Engine.open(tmp_path / "free.sqlite3", world, a_policy(free))
    world.script[0] = uses(suspend(), ("google__unsuspend_user", '{"user_key":"b@example.com"}'))
    answered = World().answer
    world.answer = lambda tool, arguments: UNKNOWN if "un" in tool.name else answered(tool, arguments)
    request = await asked(engine)
    await engine.click()
    await engine.run()
    record = await engine.record(request)
    told = Verdict(record.approvals[0].id, record.calls[1].id, an_actor(SECOND, team), True, "v", "C-approvals")
    await engine.orchestrator.verdict(told)
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED, status]
    await engine.close()
