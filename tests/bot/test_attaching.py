"""Two requests that want the same: one question, one execution, and each can be taken back by itself."""

from dataclasses import dataclass, replace
from typing import Any

from bot.models.call import CallStatus, Elsewhere
from bot.models.outbox import Kind
from bot.models.policy import Rule, RuleEffect
from bot.models.request import RequestStatus
from bot.ports import ToolOutcome, ToolResult
from bot.steps import drive
from tests.engine import Engine, a_policy
from tests.world import World, suspend, uses

S, R = CallStatus, RequestStatus


async def asked(engine: Engine, *, ts: str) -> str:
    request = await engine.mention("suspend them", ts=ts)
    await engine.run()
    return request


async def take_back(engine: Engine, request: str) -> None:
    await engine.take_back(request, key=f"withdraw:{request}")
    await engine.run()


async def status(engine: Engine, request: str) -> tuple[CallStatus, RequestStatus]:
    record = await engine.record(request)
    return record.calls[0].status, record.request.status


async def test_the_second_knows_where_the_first_was_asked(engine: Engine) -> None:
    first, second = await asked(engine, ts="100.0"), await asked(engine, ts="200.0")
    call = (await engine.record(second)).calls[0]
    assert call.elsewhere == Elsewhere(first, "C-it", "100.0", "100.0")
    assert (await engine.record(first)).calls[0].elsewhere is None


async def test_the_second_finds_the_first_before_it_is_saved(engine: Engine) -> None:
    await asked(engine, ts="100.0")
    second = await engine.mention("suspend them", ts="200.0")
    await engine.drive(second)
    assert [bool(call.attached_to) for call in (await engine.record(second)).calls] == [True]


async def test_the_second_is_withdrawn_alone(engine: Engine, world: World) -> None:
    first, second = await asked(engine, ts="100.0"), await asked(engine, ts="200.0")
    await take_back(engine, second)
    assert await status(engine, second) == (S.WITHDRAWN, R.CANCELLED)
    await engine.click()
    await engine.run()
    assert await status(engine, first) == (S.SUCCEEDED, R.DONE)
    assert len(world.effects) == 1


async def test_when_the_first_is_withdrawn_the_second_is_asked_for_itself(engine: Engine, world: World) -> None:
    first, second = await asked(engine, ts="100.0"), await asked(engine, ts="200.0")
    await take_back(engine, first)
    assert (await status(engine, first), await status(engine, second)) == (
        (S.WITHDRAWN, R.CANCELLED),
        (S.PENDING, R.WAITING),
    )
    record = await engine.record(second)
    assert (record.calls[0].attached_to, record.calls[0].elsewhere, record.calls[0].votes) == ("", None, ())
    [approval] = record.approvals
    assert (approval.why, len(world.posts(Kind.CARD))) == ("They left the company.", 2)
    await engine.click(approval=approval.id)
    await engine.run()
    assert (await status(engine, second), len(world.effects)) == ((S.SUCCEEDED, R.DONE), 1)


async def test_an_approval_of_the_first_is_none_of_the_second(engine: Engine, world: World) -> None:
    """Votes are for one call: what was approved there and taken back is asked anew here."""
    world.script[0] = uses(suspend("a@example.com"), suspend("b@example.com"))
    first = await asked(engine, ts="100.0")
    await engine.click(call_ids=((await engine.record(first)).calls[0].id,))
    await engine.run()
    world.script[0] = uses(suspend("a@example.com"))
    second = await asked(engine, ts="200.0")
    await take_back(engine, first)
    assert (await status(engine, second), world.effects) == ((S.PENDING, R.WAITING), [])


async def test_of_two_that_wait_for_the_first_one_takes_its_place(engine: Engine, world: World) -> None:
    first = await asked(engine, ts="100.0")
    others = [await asked(engine, ts="200.0"), await asked(engine, ts="300.0")]
    await take_back(engine, first)
    attached = [(await engine.record(other)).calls[0].attached_to for other in others]
    assert sorted(map(bool, attached)) == [False, True]
    assert len(world.posts(Kind.CARD)) == 2
    await engine.click()
    await engine.run()
    assert [await status(engine, other) for other in others] == [(S.SUCCEEDED, R.DONE)] * 2
    assert len(world.effects) == 1


@dataclass(frozen=True)
class Blind:
    """A store that was asked a moment too early: nobody else stands for the call yet."""

    store: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def find_open_call(self, fingerprint: str) -> None:
        return None


async def test_two_that_are_released_at_once_do_not_both_stand_for_themselves(engine: Engine) -> None:
    """In two processes each finds nobody to attach to; the store lets one of them through."""
    first = await asked(engine, ts="100.0")
    others = [await asked(engine, ts="200.0"), await asked(engine, ts="300.0")]
    await engine.take_back(first)
    await drive(engine.core, first)
    blind = replace(engine.core, store=Blind(engine.store))
    for other in others:
        await drive(blind, other)
    assert [bool((await engine.record(other)).calls[0].attached_to) for other in others] == [False, True]
    await engine.run()
    taken, waiting = [(await engine.record(other)).calls[0] for other in others]
    assert waiting.attached_to == taken.id


async def test_when_the_first_was_not_run_the_second_is_asked_for_itself(engine: Engine, world: World) -> None:
    world.script[0] = uses(("google__unsuspend_user", '{"user_key":"x@example.com"}'), suspend())
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.FAILED, "no such user")
    first = await asked(engine, ts="100.0")
    world.script[0] = uses(suspend())
    second = await asked(engine, ts="200.0")
    await engine.click(approval=(await engine.record(first)).approvals[0].id)
    await engine.run()
    assert [call.status for call in (await engine.record(first)).calls] == [S.FAILED, S.NOT_RUN]
    assert await status(engine, second) == (S.PENDING, R.WAITING)
    assert (await engine.record(second)).approvals


async def test_an_allowed_call_that_was_attached_runs_when_the_first_is_withdrawn(engine: Engine, world: World) -> None:
    first = await asked(engine, ts="100.0")
    await engine.store.publish(a_policy(Rule("free", RuleEffect.ALLOW, tools=("google__suspend_user",))))
    second = await asked(engine, ts="200.0")
    assert await status(engine, second) == (S.PENDING, R.WAITING)
    await take_back(engine, first)
    assert (await status(engine, second), len(world.effects)) == ((S.SUCCEEDED, R.DONE), 1)
