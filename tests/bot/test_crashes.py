"""Every single crash point: no approval lost, no write run twice, no result lost, nothing stuck."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.models.audit import first_bad
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.request import Record, RequestStatus
from bot.ports import Reply
from bot.store_ports import Store
from tests.crash import READS, WRITES, Crash, CrashingStore, FaultPlan
from tests.engine import Engine
from tests.world import APPROVER, SECOND, World, says, suspend, uses

Act = Callable[[Engine], Awaitable[None]]
LIVES = 8


async def _mention(engine: Engine) -> None:
    await engine.mention("suspend leaver@example.com")


def _click(user: str = APPROVER, *, yes: bool = True) -> Act:
    async def act(engine: Engine) -> None:
        await engine.click(user=user, yes=yes, key=f"click:{user}", reason="" if yes else "wrong person")

    return act


async def _four_hours(engine: Engine) -> None:
    engine.world.clock.advance(hours=4)


async def _withdraw(engine: Engine) -> None:
    await engine.withdraw()


@dataclass(frozen=True)
class Script:
    """What people do, what the model says, and which outcomes are right when nothing goes wrong."""

    name: str
    acts: tuple[Act, ...]
    model: tuple[Reply, ...]
    outcomes: tuple[CallStatus, ...]
    ends: RequestStatus = RequestStatus.DONE


ONE = (uses(suspend()), says("Finished."))
TWO = (uses(suspend(), suspend("other@example.com")), says("Finished."))
MIXED = (uses(("google__get_user", '{"user_key":"leaver@example.com"}'), suspend()), says("Finished."))
DONE, DENIED = CallStatus.SUCCEEDED, CallStatus.DENIED
SCRIPTS = (
    Script("approve", (_mention, _click()), ONE, (DONE,)),
    Script("deny", (_mention, _click(yes=False)), ONE, (DENIED,)),
    Script("expire", (_mention, _four_hours), ONE, (CallStatus.EXPIRED,)),
    Script("withdraw", (_mention, _withdraw), ONE, (CallStatus.WITHDRAWN,), RequestStatus.CANCELLED),
    Script("two calls", (_mention, _click()), TWO, (DONE, DONE)),
    Script("read and write", (_mention, _click()), MIXED, (DONE, DONE)),
    Script("two clicks", (_mention, _click(), _click(SECOND)), ONE, (DONE,)),
)


class Life:
    """One schedule: the process is started again after each crash, and people repeat what was not acknowledged."""

    def __init__(self, path: Path, script: Script, plan: FaultPlan) -> None:
        self.path = path
        self.script = script
        self.plan = plan
        self.world = World(script=list(script.model), point=plan.point)
        self.told: set[str] = set()

    async def live(self) -> Record:
        """Plays the script to its end and gives the request as it is then stored."""
        todo = list(self.script.acts)
        for _ in range(LIVES):
            engine = await Engine.open(self.path, self.world, wrap=lambda store: CrashingStore(store, self.plan))
            try:
                await self._play(engine, todo)
                return await self._settled(engine)
            except Crash:
                self.world.clock.advance(minutes=2)
            finally:
                await engine.close()
        raise AssertionError("the request never came to rest")

    async def _play(self, engine: Engine, todo: list[Act]) -> None:
        await engine.run()
        while todo:
            await todo[0](engine)
            self.plan.point("ack")
            todo.pop(0)
            await engine.run()

    async def _settled(self, engine: Engine) -> Record:
        """Time passes; whatever is unknown is told by a person who looks at the world."""
        for _ in range(4):
            self.world.clock.advance(minutes=2)
            await engine.run()
            [request_id] = {row.request_id for row, _ in self.world.messages.values()}
            record = await engine.record(request_id)
            for call in record.calls:
                if call.status is CallStatus.UNKNOWN:
                    happened = (call.name, call.arguments) in self.world.effects
                    self.told.add(call.id)
                    await engine.verdict(call.id, happened=happened)
            await engine.run()
        assert first_bad(tuple(await engine.store.audit(record.request.id))) is None
        return await engine.record(record.request.id)


def right(life: Life, record: Record) -> None:
    """The invariants of reliability_security.md section 3."""
    effects = life.world.effects
    assert len(effects) == len(set(effects)), "a write ran twice"
    assert record.request.status is life.script.ends
    for call, expected in zip(record.calls, life.script.outcomes, strict=True):
        happened = (call.name, call.arguments) in effects
        if call.id in life.told:
            assert call.status is (CallStatus.SUCCEEDED if happened else CallStatus.FAILED)
        elif not life.told:
            assert call.status is expected
        if call.effect != "read":
            assert happened == (call.status is CallStatus.SUCCEEDED)
            assert not happened or any(vote.yes for vote in call.votes), "an effect without an approval"
    assert _seen(life, record), "people do not see how it ended"


def _seen(life: Life, record: Record) -> bool:
    cards = [text for _, text in life.world.posts(Kind.CARD)]
    statuses = " ".join(f"{call.tool}:{call.status}" for call in record.calls if call.approval_id)
    said = [*life.world.posts(Kind.ANSWER), *life.world.posts(Kind.NOTICE)]
    return cards == [statuses] and len({row.id for row, _ in said}) == len(said) > 0


async def schedule(path: Path, script: Script, crashes: Sequence[int]) -> FaultPlan:
    """One run with these crashes; raises AssertionError with the places in its text."""
    plan = FaultPlan(frozenset(crashes))
    life = Life(path, script, plan)
    try:
        right(life, await life.live())
    except AssertionError as error:
        places = [plan.seen[number] for number in crashes if number < len(plan.seen)]
        raise AssertionError(f"{script.name}: crashed at {places}: {error}") from error
    return plan


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
async def test_every_single_crash_leaves_the_story_right(tmp_path: Path, script: Script) -> None:
    points = len((await schedule(tmp_path / "calm.sqlite3", script, ())).seen)
    assert points > 30
    for number in range(points):
        await schedule(tmp_path / f"{number}.sqlite3", script, (number,))


def test_every_write_of_the_store_is_a_crash_point() -> None:
    methods = {name for name in dir(Store) if not name.startswith("_")}
    assert methods == WRITES | (READS - {"close"})
