"""Clocks that are an hour off, set right or set back: nothing runs too late or twice, nothing stalls for an hour."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - a seeded one is handed in

import pytest

from bot.inbox import take_in
from bot.models.audit import first_bad
from bot.models.call import CallStatus
from bot.models.inbound import VerdictReceived, WithdrawReceived
from bot.models.outbox import Kind
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.ports import ToolResult
from bot.services import Verdict, Withdrawal
from tests.crash import Crash
from tests.engine import Engine, an_actor
from tests.factories import NOW, HandClock
from tests.world import APPROVER, World, suspend, uses

HOUR = timedelta(hours=1)
SUSPENDED = [("google__suspend_user", '{"user_key":"leaver@example.com"}')]


def a_world() -> World:
    return World(script=[uses(suspend())])


async def ask(engine: Engine) -> None:
    await engine.mention("suspend the leaver")


async def click(engine: Engine) -> None:
    await engine.click(key="click")


async def work(engine: Engine) -> None:
    """Everything that is due within two minutes."""
    for _ in range(3):
        engine.world.clock.advance(seconds=40)
        await engine.run()


STORY: tuple[Callable[[Engine], Awaitable[None]], ...] = (ask, work, click, work)


@pytest.mark.parametrize("wrong", [HOUR, -HOUR], ids=["ahead", "behind"])
@pytest.mark.parametrize("right_after", range(len(STORY) + 1))
async def test_a_clock_that_is_set_right_holds_nothing_up(tmp_path: Path, wrong: timedelta, right_after: int) -> None:
    """The clock of the only process is an hour off, and right again when the process starts anew."""
    world, path = a_world(), tmp_path / "store.db"
    world.clock.at = NOW + wrong
    engine = await Engine.open(path, world)
    for number, act in enumerate((*STORY, work)):
        if number == right_after:
            await engine.close()
            world.clock.at -= wrong
            engine = await Engine.open(path, world)
        await act(engine)
    request_id = await engine.mention("suspend the leaver")
    assert world.effects == SUSPENDED
    assert [text for _, text in world.posts(Kind.ANSWER)] == ["Done."]
    chain = tuple(await engine.store.audit(request_id))
    assert first_bad(chain) is None
    assert [event.at for event in chain] == sorted(event.at for event in chain), "time never runs backwards in it"
    await engine.close()


@pytest.mark.parametrize("seed", range(12))
async def test_two_processes_an_hour_apart_run_an_action_once(tmp_path: Path, seed: int) -> None:
    world, chance = a_world(), Random(seed)
    ahead = replace(world, clock=HandClock(NOW + HOUR))
    engines = [await Engine.open(tmp_path / "store.db", one) for one in (world, ahead)]
    for act in (*STORY, work, work):
        await act(chance.choice(engines))
        if act is work:
            await chance.choice(engines).run()
    assert world.effects == SUSPENDED
    assert [text for _, text in world.posts(Kind.ANSWER)] == ["Done."]
    for engine in engines:
        await engine.close()


async def test_nothing_runs_after_its_time_because_a_clock_was_set_back(tmp_path: Path) -> None:
    world = a_world()
    engine = await Engine.open(tmp_path / "store.db", world)
    request_id = await engine.mention("suspend the leaver")
    await engine.run()
    await engine.click()
    record = await take_in(engine.core, await engine.record(request_id))
    (call,) = record.calls
    assert call.status is CallStatus.APPROVED
    assert call.requirement is not None
    world.clock.at = call.requirement.execute_by
    await engine.click(user="U-second")
    await take_in(engine.core, record)
    world.clock.at = NOW + timedelta(minutes=10)
    await engine.run()
    assert world.effects == []
    assert [call.status for call in (await engine.record(request_id)).calls] == [CallStatus.EXPIRED]
    await engine.close()


@pytest.mark.parametrize(
    ("clicked", "after"),
    [
        (HOUR * 4, CallStatus.EXPIRED),
        (HOUR * 4 - timedelta(seconds=1), CallStatus.APPROVED),
        (-HOUR, CallStatus.APPROVED),
        (timedelta(hours=24), CallStatus.EXPIRED),
        (timedelta(hours=24, seconds=1), CallStatus.APPROVED),
        (timedelta(days=90_000), CallStatus.APPROVED),
    ],
)
async def test_a_click_after_expiry_does_not_count_though_our_clock_is_behind(
    tmp_path: Path, clicked: timedelta, after: CallStatus
) -> None:
    """What the surface says of its time can only end a card; a moment that no clock can be behind is not believed."""
    engine = await Engine.open(tmp_path / "store.db", a_world())
    request_id = await engine.mention("suspend the leaver")
    await engine.run()
    await engine.click(at=NOW + clicked)
    record = await take_in(engine.core, await engine.record(request_id))
    assert [call.status for call in record.calls] == [after]
    await engine.close()


@pytest.mark.parametrize(("said", "kept"), [(HOUR, HOUR), (-HOUR, timedelta()), (30 * HOUR, timedelta())])
async def test_withdrawals_and_verdicts_are_stamped_like_votes(
    tmp_path: Path, said: timedelta, kept: timedelta
) -> None:
    engine = await Engine.open(tmp_path / "store.db", a_world())
    request_id = await engine.mention("suspend the leaver")
    await engine.run()
    (approval,) = await engine.approvals()
    actor, at = an_actor(APPROVER), NOW + said
    await engine.services.withdraw(Withdrawal(approval, actor, "withdraw", "C-approvals", at=at))
    await engine.services.verdict(Verdict(approval, "c", actor, True, "verdict", "C-approvals", at))
    events = await engine.store.inbox(request_id)
    assert [event.at for event in events if isinstance(event, WithdrawReceived | VerdictReceived)] == [NOW + kept] * 2
    await engine.close()


async def test_an_action_that_left_while_the_clock_was_ahead_is_asked_about_soon(tmp_path: Path) -> None:
    world, path = a_world(), tmp_path / "store.db"
    world.clock.at = NOW + HOUR
    engine = await Engine.open(path, world)
    request_id = await engine.mention("suspend the leaver")
    await engine.run()
    await engine.click()

    def die(tool: Tool, arguments: str) -> ToolResult:
        raise Crash(tool.name)

    world.answer = die
    with pytest.raises(Crash):
        await engine.run()
    await engine.close()
    world.clock.at = NOW
    engine = await Engine.open(path, world)
    await engine.run()
    (call,) = (await engine.record(request_id)).calls
    assert (call.status, call.effect) == (CallStatus.STARTED, Effect.WRITE)
    await work(engine)
    (call,) = (await engine.record(request_id)).calls
    assert call.status is CallStatus.UNKNOWN
    assert world.effects == SUSPENDED
    await engine.close()


async def test_a_mention_that_is_delivered_again_opens_nothing_though_a_clock_was_ahead_meanwhile(
    tmp_path: Path,
) -> None:
    world = a_world()
    engine = await Engine.open(tmp_path / "store.db", world)
    first = await engine.mention("suspend the leaver", ts="100.0")
    world.clock.at = NOW + HOUR + timedelta(minutes=5)
    await engine.mention("another", ts="200.0")
    world.clock.at = NOW + timedelta(minutes=5)
    assert await engine.mention("suspend the leaver", ts="100.0") == first
    await engine.close()
