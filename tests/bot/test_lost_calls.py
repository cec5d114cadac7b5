"""A call was lost: everybody is told, somebody who may says what became of it, or its answer comes late."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from bot.executor import record_outcome
from bot.models.audit import AuditEvent
from bot.models.call import Call, CallStatus, Look
from bot.models.outbox import Kind
from bot.models.policy import Rule, RuleEffect
from bot.models.request import RequestStatus
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.ports import ToolOutcome, ToolResult
from bot.results import finished
from bot.unsaved import Unsaved
from tests.engine import ASK, Engine, a_policy
from tests.lost_calls import WRITE, Dies, a_losing_world, asked, ended_by, lost, the_call
from tests.world import OUTSIDER, FakeToolbox, World, suspend, uses

S = CallStatus
ALLOWING = Rule("trusted", RuleEffect.ALLOW, tools=("google__suspend_user",))


@pytest.fixture
def world() -> World:
    return a_losing_world()


async def test_the_thread_hears_of_the_doubt_at_once_and_of_its_end(engine: Engine, world: World) -> None:
    call = await lost(engine)
    doubt = (
        "❓ We do not know whether this happened: suspend user leaver@example.com. Nothing is tried again. "
        "The card asks people to check; what they find is told here."
    )
    assert [text for _, text in world.posts(Kind.NOTICE)] == [doubt]
    await engine.verdict(call.id, happened=False)
    await engine.run()
    end = "❌ It did not happen: suspend user leaver@example.com. approver checked."
    assert [text for _, text in world.posts(Kind.NOTICE)] == [doubt, end]
    assert {row.thread_ts for row, _ in world.posts(Kind.NOTICE)} == {"100.0"}


async def test_who_told_and_when_is_kept_beside_who_approved(engine: Engine, world: World) -> None:
    call = await lost(engine)
    at = world.clock.advance(minutes=3)
    await engine.verdict(call.id, happened=True)
    await engine.run()
    known = await the_call(engine, call.request_id)
    assert known.told is not None
    assert (known.told.by, known.told.name, known.told.at) == ("U-approver", "approver", at)
    assert (known.decided_by, known.decided_at) == (call.decided_by, call.decided_at)
    told = (await audited(engine, call, "call.succeeded"))[-1]
    assert told.actor == "U-approver"
    assert json.loads(told.detail)["happened"] is True


async def audited(engine: Engine, call: Call, kind: str) -> list[AuditEvent]:
    return [event for event in await engine.store.audit(call.request_id) if event.kind == kind]


@pytest.mark.parametrize("user", ["U-requester", OUTSIDER])
async def test_only_who_could_have_approved_it_may_tell(engine: Engine, world: World, user: str) -> None:
    call = await lost(engine)
    await engine.verdict(call.id, happened=True, user=user)
    await engine.run()
    assert (await the_call(engine, call.request_id)).status is S.UNKNOWN
    [(row, text)] = world.posts(Kind.PRIVATE)
    assert row.user == user
    assert text.startswith("You can't settle this: ")
    assert text.endswith("These people can: @it-admins.")
    assert [event.actor for event in await audited(engine, call, "verdict.refused")] == [user]


@pytest.mark.parametrize(
    ("user", "status"), [("U-requester", S.SUCCEEDED), ("U-approver", S.SUCCEEDED), (OUTSIDER, S.UNKNOWN)]
)
async def test_of_a_call_that_policy_allowed_the_requester_may_tell_too(
    tmp_path: Path, world: World, user: str, status: CallStatus
) -> None:
    engine = await Engine.open(tmp_path / "allow.sqlite3", world, a_policy(ALLOWING))
    request = await asked(engine)
    call = await the_call(engine, request)
    await engine.verdict(call.id, happened=True, user=user)
    await engine.run()
    assert (await the_call(engine, request)).status is status
    await engine.close()


async def test_a_requester_who_has_left_may_not_tell(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "allow.sqlite3", world, a_policy(ALLOWING))
    request = await asked(engine)
    call = await the_call(engine, request)
    world.gone.add("U-requester")
    await engine.verdict(call.id, happened=True, user="U-requester")
    await engine.run()
    assert (await the_call(engine, request)).status is S.UNKNOWN
    await engine.close()


async def test_a_requester_who_may_approve_may_tell(tmp_path: Path, world: World) -> None:
    policy = a_policy(ask=replace(ASK, self_approval=True))
    world.groups["@it-admins"] = ("U-requester",)
    engine = await Engine.open(tmp_path / "own.sqlite3", world, policy)
    request = await asked(engine)
    await engine.click(user="U-requester")
    await engine.run()
    call = await the_call(engine, request)
    await engine.verdict(call.id, happened=True, user="U-requester")
    await engine.run()
    assert (await the_call(engine, request)).status is S.SUCCEEDED
    await engine.close()


async def test_a_second_verdict_changes_nothing(engine: Engine, world: World) -> None:
    call = await lost(engine)
    await engine.verdict(call.id, happened=True)
    await engine.run()
    await engine.verdict(call.id, happened=False, user="U-second")
    await engine.run()
    assert (await the_call(engine, call.request_id)).status is S.SUCCEEDED
    [(row, text)] = world.posts(Kind.PRIVATE)
    assert (row.user, "known already" in text) == ("U-second", True)


async def test_writes_after_a_lost_one_are_not_run(engine: Engine, world: World) -> None:
    world.script[0] = uses(suspend("a@example.com"), suspend("b@example.com"))
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.UNKNOWN, S.NOT_RUN]
    assert [arguments for _, arguments in world.effects] == ['{"user_key":"a@example.com"}']


async def cut_short(engine: Engine, world: World) -> str:
    """A request whose process died in the middle of its write."""
    request = await asked(engine)
    await engine.click()
    await ended_by(engine, Dies(world), request)
    return request


async def test_a_card_says_that_the_work_was_interrupted_and_asks_when_its_time_is_over(
    engine: Engine, world: World
) -> None:
    request = await cut_short(engine, world)
    due = await engine.drive(request)
    call = await the_call(engine, request)
    assert call.attempt is not None
    assert (call.status, call.attempt.interrupted) == (S.STARTED, True)
    assert due == call.attempt.over
    version = (await engine.record(request)).request.version
    await engine.drive(request)
    assert (await engine.record(request)).request.version == version
    world.clock.at = call.attempt.over
    await engine.drive(request)
    call = await the_call(engine, request)
    assert (call.status, call.look) == (S.UNKNOWN, Look(world.clock.now(), "suspended", "true"))
    assert len(world.effects) == 1


async def test_the_grace_is_the_operators_and_stays_with_the_attempt(engine: Engine, world: World) -> None:
    engine.core = replace(engine.core, operator=replace(engine.core.operator, grace=1.0))
    request = await cut_short(engine, world)
    call = await the_call(engine, request)
    assert call.attempt is not None
    assert (call.attempt.over - call.attempt.at).total_seconds() == WRITE.timeout + 1.0


async def test_the_late_answer_of_a_stalled_process_ends_the_doubt(tmp_path: Path, world: World) -> None:
    stalled, answers = asyncio.Event(), asyncio.Event()

    class Stalls(FakeToolbox):
        async def call(self, tool: Tool, arguments: str) -> ToolResult:
            await super().call(tool, arguments)
            if tool.effect is not Effect.READ:
                stalled.set()
                await answers.wait()
                return ToolResult(ToolOutcome.SUCCEEDED, "suspended")
            return self.world.answer(tool, arguments)

    first = await Engine.open(tmp_path / "both.sqlite3", world)
    other = await Engine.open(tmp_path / "both.sqlite3", world)
    first.core = replace(first.core, toolbox=Stalls(world))
    request = await first.mention("suspend leaver@example.com")
    await other.run()
    await other.click()
    zombie = asyncio.ensure_future(first.drive(request))
    await stalled.wait()
    world.clock.advance(seconds=120)
    await other.drive(request)
    call = await the_call(other, request)
    assert (call.status, call.look is not None) == (S.UNKNOWN, True)
    answers.set()
    await zombie
    await other.run()
    record = await other.record(request)
    assert (record.calls[0].status, record.calls[0].told) == (S.SUCCEEDED, None)
    assert record.request.status is RequestStatus.DONE
    assert [text for _, text in world.posts(Kind.CARD)] == ["suspend_user:succeeded"]
    end = "☑️ It happened: suspend user leaver@example.com. The answer came late."
    assert world.posts(Kind.NOTICE)[-1][1] == end
    await other.verdict(call.id, happened=False)
    await other.run()
    assert (await the_call(other, request)).status is S.SUCCEEDED
    assert len(world.effects) == 1
    await first.close()
    await other.close()


async def test_a_late_answer_whose_bringer_ends_at_once_is_gone_on_with(engine: Engine) -> None:
    call = await lost(engine)
    assert call.attempt is not None
    answer = finished(call.attempt.id, ToolResult(ToolOutcome.SUCCEEDED, "suspended"), engine.world.clock.now(), 1000)
    await record_outcome(
        engine.core, await engine.record(call.request_id), Unsaved(call.request_id, call.id, answer, "")
    )
    await engine.run()
    assert (await engine.record(call.request_id)).request.status is RequestStatus.DONE
