"""Taking a request back, in whatever state it is: what is stopped, what is finished first, what everybody is told."""

import json
from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.edit import Edit
from bot.models.call import Attempt, Call, CallStatus
from bot.models.outbox import Kind
from bot.models.request import Approval, Record, RequestStatus, Turn
from bot.models.requirement import Effect
from bot.ports import ToolOutcome, ToolResult
from bot.services import Withdrawal
from bot.withdrawing import AGAIN, NOT_YOURS, TOO_LATE
from tests.engine import Engine, an_actor
from tests.factories import a_call, a_requirement
from tests.world import OUTSIDER, REQUESTER, World, says

S, R = CallStatus, RequestStatus
OPEN_CALLS = {S.PENDING: S.WITHDRAWN, S.ALLOWED: S.WITHDRAWN, S.APPROVED: S.WITHDRAWN, S.STARTED: S.UNKNOWN}
"""What is not started is taken back. What has started, and whose process is gone, is asked about."""
OUTCOMES = sorted(set(S) - set(OPEN_CALLS) - {S.PROPOSED})
STATES = {
    R.PLANNING: (S.ALLOWED, *OUTCOMES),
    R.WAITING: (S.PENDING, S.ALLOWED, S.APPROVED, *OUTCOMES),
    R.EXECUTING: (S.ALLOWED, S.APPROVED, S.STARTED, *OUTCOMES),
    R.ANSWERING: OUTCOMES,
    R.DONE: OUTCOMES,
    R.CANCELLED: OUTCOMES,
    R.FAILED: OUTCOMES,
}
"""Every status of a request with every status that its call can have then."""
PAIRS = [(request, call) for request, calls in STATES.items() for call in calls]
SAID: Mapping[CallStatus, str] = {
    S.SUCCEEDED: "1 done before, and not undone",
    S.FAILED: "1 tried before, and failed",
    S.UNKNOWN: "1 of which we do not know whether it happened",
    S.STARTED: "1 of which we do not know whether it happened",
}


async def put(engine: Engine, request: RequestStatus, call: CallStatus) -> str:
    """A stored request in that status, whose one call is in that one."""
    request_id = await engine.mention("suspend them")
    record = await engine.record(request_id)
    edit = Edit(record, engine.world.clock.now())
    await engine.store.save_tools(engine.world.toolset)
    pages = ("Finished.",) if request in {R.ANSWERING, R.DONE} else ()
    edit.request = replace(record.request, status=request, tools=engine.world.toolset.digest, pages=pages)
    edit.add_turn(Turn(request_id, 1, json.dumps([{"type": "text", "text": "They left."}]), "tool_use", edit.at))
    if call is not S.ALLOWED:
        edit.add_approval(Approval("a1", request_id, 1, "C-approvals", edit.at))
    edit.put(stored(request_id, call, engine))
    await engine.pump.drain()
    await engine.store.save(edit.change())
    return request_id


def stored(request_id: str, status: CallStatus, engine: Engine) -> Call:
    sent = status in {S.STARTED, S.SUCCEEDED, S.FAILED, S.UNKNOWN}
    return a_call(
        request_id=request_id,
        status=status,
        approval_id="" if status is S.ALLOWED else "a1",
        arguments='{"user_key":"leaver@example.com"}',
        requirement=None if status is S.ALLOWED else a_requirement(),
        attempt=Attempt("t1", engine.world.clock.now(), 60.0) if sent else None,
    )


async def kinds(engine: Engine, request_id: str) -> list[str]:
    return [event.kind for event in await engine.store.audit(request_id)]


@pytest.mark.parametrize(("status", "call"), PAIRS, ids=[f"{request}, {call}" for request, call in PAIRS])
async def test_in_every_state_it_is_known_what_happens(
    engine: Engine, world: World, status: RequestStatus, call: CallStatus
) -> None:
    request_id = await put(engine, status, call)
    before = len(await kinds(engine, request_id))
    await engine.take_back(request_id)
    await engine.run()
    world.clock.advance(minutes=2)
    await engine.run()
    record, audit = await engine.record(request_id), (await kinds(engine, request_id))[before:]
    whispers = [text for _, text in world.posts(Kind.PRIVATE)]
    notices = [text for _, text in world.posts(Kind.NOTICE)]
    assert (world.effects, world.prompts) == ([], [])
    if status in TOO_LATE:
        ends = R.DONE if status is R.ANSWERING else status
        assert (record.request.status, record.calls[0].status) == (ends, call)
        assert (whispers, notices, audit[0]) == ([TOO_LATE[status]], [], "withdraw.late")
        return
    after = OPEN_CALLS.get(call, call)
    assert (record.request.status, record.calls[0].status) == (R.CANCELLED, after)
    assert audit[0] == "request.cancel_requested"
    assert audit[-1] == "request.cancelled" if call is not S.STARTED else "call.unknown" in audit
    assert whispers == []
    assert f"Withdrawn by the requester. {_rest(call)}" in notices
    assert [text for _, text in world.posts(Kind.CARD)] == ([] if call is S.ALLOWED else [f"suspend_user:{after}"])
    assert [text for _, text in world.posts(Kind.PROGRESS)] == ["cancelled"]


def _rest(call: CallStatus) -> str:
    """What the thread is told of the call."""
    if call not in SAID:
        return "Nothing was done."
    check = " (please check on the card)" if SAID[call].startswith("1 of which") else ""
    return f"Of its actions: {SAID[call]}{check}. The rest was not done."


@pytest.mark.parametrize("status", sorted(STATES))
async def test_nobody_else_can_withdraw_it(engine: Engine, world: World, status: RequestStatus) -> None:
    request_id = await put(engine, status, S.DENIED)
    world.script = [says("Finished.")] * 3
    await engine.take_back(request_id, OUTSIDER)
    await engine.run()
    assert [text for _, text in world.posts(Kind.PRIVATE)] == [NOT_YOURS]
    assert "withdraw.refused" in await kinds(engine, request_id)
    assert not (await engine.record(request_id)).request.cancelled_by


async def test_the_same_user_id_of_another_workspace_cannot_withdraw_it(engine: Engine, world: World) -> None:
    request_id = await put(engine, R.WAITING, S.PENDING)
    stranger = an_actor(REQUESTER, "T-elsewhere")
    await engine.services.withdraw(Withdrawal("", stranger, "withdraw:request", "C-it", request_id))
    await engine.run()
    assert [text for _, text in world.posts(Kind.PRIVATE)] == [NOT_YOURS]
    assert not (await engine.record(request_id)).request.cancelled_by


async def test_a_second_click_while_something_is_finished_says_so(engine: Engine, world: World) -> None:
    request_id = await put(engine, R.EXECUTING, S.STARTED)
    await engine.take_back(request_id)
    await engine.run()
    waiting = await engine.record(request_id)
    assert (waiting.request.status, waiting.request.cancelled_by) == (R.EXECUTING, REQUESTER)
    await engine.take_back(request_id, key="withdraw:2")
    await engine.run()
    assert [text for _, text in world.posts(Kind.PRIVATE)] == [AGAIN]
    assert (await kinds(engine, request_id)).count("request.cancel_requested") == 1


async def test_what_has_not_started_is_taken_back_before_the_rest_has_finished(engine: Engine) -> None:
    request_id = await put(engine, R.EXECUTING, S.STARTED)
    edit = Edit(await engine.record(request_id), engine.world.clock.now())
    edit.put(replace(stored(request_id, S.APPROVED, engine), id="c2", index=1))
    await engine.store.save(edit.change())
    await engine.take_back(request_id)
    await engine.run()
    record = await engine.record(request_id)
    assert [call.status for call in record.calls] == [S.STARTED, S.WITHDRAWN]


async def test_the_same_click_delivered_twice_is_one(engine: Engine, world: World) -> None:
    request_id = await put(engine, R.WAITING, S.PENDING)
    for _ in range(2):
        await engine.take_back(request_id)
        await engine.run()
    assert world.posts(Kind.PRIVATE) == []


async def test_an_outcome_that_was_lost_before_can_still_be_told_afterwards(engine: Engine, world: World) -> None:
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.UNKNOWN, "The connection broke.")
    request_id = await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    await engine.run()
    await engine.take_back(request_id)
    await engine.run()
    record: Record = await engine.record(request_id)
    assert (record.request.status, record.calls[0].status) == (R.CANCELLED, S.UNKNOWN)
    await engine.verdict(record.calls[0].id, happened=True)
    await engine.run()
    record = await engine.record(request_id)
    assert (record.request.status, record.calls[0].status) == (R.CANCELLED, S.SUCCEEDED)
    assert record.calls[0].effect is Effect.WRITE
    assert len(world.prompts) == 1
