"""Our clock is hours from the directory's: nothing runs or expires by it, and all goes on once it is right."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.slack_clock import SlackClock
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.people import Membership, Person
from bot.models.policy import Escalation, Policy, Rule, RuleEffect
from tests.engine import ASK, Engine, a_policy
from tests.factories import HandClock
from tests.lost_calls import Dies, ended_by
from tests.world import SECOND, FakeDirectory, World, suspend, uses

UNSUSPEND = ("google__unsuspend_user", '{"user_key":"second@example.com"}')
FREE = a_policy(Rule("free", RuleEffect.ALLOW, tools=("google__unsuspend_user",)))
LATER = Escalation(3600, users=(SECOND,), channel="C-joining")
JOINING = a_policy(ask=replace(ASK, reminders=(1800,), escalation=LATER))
AHEAD = timedelta(hours=5)
SUSPENDED = [("google__suspend_user", '{"user_key":"leaver@example.com"}')]


@dataclass(frozen=True)
class Dated:
    """A directory that dates its answers by a clock of its own, as Slack does."""

    inner: FakeDirectory
    right: HandClock
    compared: SlackClock

    async def person(self, *who: Any, **how: Any) -> Person:
        self._demand()
        return await self.inner.person(*who, **how)

    async def members(self, *who: Any, **how: Any) -> Membership:
        self._demand()
        return await self.inner.members(*who, **how)

    def _demand(self) -> None:
        self.compared.demand({"Date": format_datetime(self.right.now(), usegmt=True)})


@dataclass
class Scene:
    """An engine with a clock of its own, and the right one."""

    engine: Engine
    right: HandClock
    request: str = ""

    def goes_wrong(self, by: timedelta) -> None:
        self.engine.world.clock.at = self.right.at + by

    def is_set_right(self) -> None:
        self.right.advance(minutes=1)
        self.engine.world.clock.at = self.right.at

    async def ask(self) -> None:
        self.request = await self.engine.mention("suspend the leaver")
        await self.engine.run()

    async def has_run(self) -> bool:
        """The one call was carried out, once."""
        return (await self.statuses(), self.engine.world.effects) == ([CallStatus.SUCCEEDED], SUSPENDED)

    async def statuses(self) -> list[CallStatus]:
        return [call.status for call in (await self.engine.record(self.request)).calls]


async def scene(path: Path, world: World, policy: Policy | None = None) -> Scene:
    right = HandClock()
    right.at = world.clock.at

    def wrap(name: str, port: Any) -> Any:
        return Dated(port, right, SlackClock(world.clock)) if name == "Directory" else port

    return Scene(await Engine.open(path, world, policy, wrap), right)


@pytest.fixture
def world() -> World:
    return World(script=[uses(suspend())])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


async def test_nothing_expires_by_it(path: Path, world: World, caplog: pytest.LogCaptureFixture) -> None:
    here = await scene(path, world)
    await here.ask()
    before = await here.engine.record(here.request)
    here.goes_wrong(AHEAD)
    with caplog.at_level(logging.ERROR):
        await here.engine.run()
    assert [line.getMessage() for line in caplog.records] == ["clock.differs"]
    assert await here.engine.record(here.request) == before
    here.is_set_right()
    await here.engine.click()
    await here.engine.run()
    assert await here.has_run()
    await here.engine.close()


async def test_nobody_is_told_anything_by_it_and_a_click_stays_as_it_came(path: Path, world: World) -> None:
    here = await scene(path, world)
    await here.ask()
    before = await here.engine.record(here.request)
    here.goes_wrong(timedelta(hours=2))
    await here.engine.click(at=here.right.at)
    await here.engine.run()
    assert await here.engine.record(here.request) == before
    here.is_set_right()
    await here.engine.run()
    assert await here.has_run()
    await here.engine.close()


async def test_a_call_that_was_cut_short_is_not_given_up_by_it(path: Path, world: World) -> None:
    here = await scene(path, world)
    await here.ask()
    await here.engine.click()
    await ended_by(here.engine, Dies(world), here.request)
    here.goes_wrong(AHEAD)
    before = await here.engine.record(here.request)
    await here.engine.run()
    assert await here.engine.record(here.request) == before
    here.is_set_right()
    await here.engine.run()
    [call] = (await here.engine.record(here.request)).calls
    assert call.attempt is not None
    assert (call.status, call.attempt.interrupted) == (CallStatus.STARTED, True)
    await here.engine.close()


async def test_a_click_that_really_comes_too_late_is_told_so(path: Path, world: World) -> None:
    here = await scene(path, world)
    await here.ask()
    here.right.advance(hours=4, minutes=1)
    here.is_set_right()
    await here.engine.click()
    await here.engine.run()
    assert (await here.statuses(), world.effects) == ([CallStatus.EXPIRED], [])
    await here.engine.close()


async def test_another_click_lets_nothing_expire_by_it(path: Path, world: World) -> None:
    """The second call's own click is all that comes in; who clicked is not asked for any more."""
    world.script[0] = uses(suspend(), suspend("second@example.com"))
    here = await scene(path, world)
    await here.ask()
    first, _ = (await here.engine.record(here.request)).calls
    await here.engine.click(call_ids=(first.id,), yes=False)
    await here.engine.run()
    here.goes_wrong(AHEAD)
    await here.engine.click(call_ids=(first.id,))
    await here.engine.run()
    assert await here.statuses() == [CallStatus.DENIED, CallStatus.PENDING]
    here.is_set_right()
    await here.engine.run()
    assert await here.statuses() == [CallStatus.DENIED, CallStatus.PENDING]
    await here.engine.close()


async def test_what_policy_allows_does_not_run_by_it_either(path: Path, world: World) -> None:
    world.script.append(uses(UNSUSPEND))
    here = await scene(path, world, FREE)
    await here.ask()
    answer = world.answer

    def wrong_from_now_on(tool: Any, arguments: Any) -> Any:
        here.goes_wrong(-timedelta(hours=1))
        return answer(tool, arguments)

    world.answer = wrong_from_now_on
    await here.engine.click()
    await here.engine.run()
    assert (await here.statuses(), world.effects) == ([CallStatus.SUCCEEDED, CallStatus.ALLOWED], SUSPENDED)
    world.answer = answer
    here.is_set_right()
    await here.engine.run()
    assert await here.statuses() == [CallStatus.SUCCEEDED, CallStatus.SUCCEEDED]
    await here.engine.close()


async def test_nobody_is_reminded_or_joins_by_it(path: Path, world: World) -> None:
    here = await scene(path, world, JOINING)
    await here.ask()
    here.goes_wrong(timedelta(hours=2))
    await here.engine.run()
    assert await told(here) == []
    here.is_set_right()
    await here.engine.run()
    assert await told(here) == []
    here.right.advance(minutes=61)
    here.is_set_right()
    await here.engine.run()
    assert await told(here) == ["C-approvals", "C-joining"]
    await here.engine.close()


async def told(here: Scene) -> list[str]:
    """Where a reminder was written, and where the card stands besides."""
    record = await here.engine.record(here.request)
    rows = await here.engine.store.rows(here.request)
    return [row.channel for row in rows if row.kind is Kind.REMINDER] + [*record.approvals[0].also]
