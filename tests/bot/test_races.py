"""Several people click at once and two processes work at once: one decision, one execution, and everybody is told."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from bot.models.audit import first_bad
from bot.models.call import Call, CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Policy
from bot.models.request import Record
from bot.services import Withdrawal
from tests.engine import ASK, Engine, a_policy
from tests.hostile import seeded
from tests.interleaving import Gated, Interleaving
from tests.world import APPROVER, OUTSIDER, SECOND, World, says, suspend, uses

S = CallStatus
SEEDS = 50
TWO_PEOPLE = a_policy(ask=replace(ASK, clauses=(replace(ASK.clauses[0], count=2),), total=2))


@dataclass(frozen=True)
class Click:
    """A vote, or the requester taking it all back (`yes` None)."""

    user: str
    yes: bool | None = True
    again: int = 0

    @property
    def key(self) -> str:
        return f"{self.user}:{self.yes}:{self.again}"


A, A_AGAIN, B = Click(APPROVER), Click(APPROVER, again=1), Click(SECOND)
NO, STRANGER, BACK = Click(SECOND, yes=False), Click(OUTSIDER), Click("", yes=None)
RACES = {
    "a double click": (A, A_AGAIN),
    "two approvers": (A, B),
    "approve and deny": (A, NO),
    "withdraw and approve": (BACK, A),
    "everybody": (A, A_AGAIN, NO, STRANGER, BACK),
}


@dataclass
class Race:
    """Two processes on one file. `order` decides who goes on, whenever a store or a tool is touched."""

    world: World
    engines: tuple[Engine, Engine]
    order: Interleaving

    async def run(self, number: int, clicks: tuple[Click, ...], seed: int) -> "Finish":
        """One new request, raced for with this seed, and worked to its rest afterwards."""
        self.world.effects.clear()
        first = self.engines[0]
        request = await first.mention("suspend them", user=f"U-{number}", ts=f"{number}.0")
        await first.drive(request)
        record = await first.record(request)
        self.order = Interleaving(seeded(seed))
        hands = (self._click(record, click, self.engines[at % 2]) for at, click in enumerate(clicks))
        workers = (self._work(engine, request) for engine in self.engines)
        await self.order.run(*hands, *workers)
        for _ in range(3):
            await first.drive(request)
        return Finish(await first.record(request), clicks, list(self.world.effects), await self._told(request))

    async def _click(self, record: Record, click: Click, engine: Engine) -> None:
        approval = record.approvals[0].id
        if click.yes is None:
            actor = record.request.actor
            await engine.orchestrator.withdraw(Withdrawal(approval, actor, _key(record, click), "C-approvals"))
        else:
            await engine.click(approval=approval, user=click.user, yes=click.yes, key=_key(record, click))

    async def _work(self, engine: Engine, request: str) -> None:
        for _ in range(3):
            await engine.drive(request)

    async def _told(self, request: str) -> set[str]:
        rows = await self.engines[1].store.rows(request)
        return {row.id for row in rows if row.kind is Kind.PRIVATE}


def _key(record: Record, click: Click) -> str:
    return f"{record.request.id}:{click.key}"


@dataclass(frozen=True)
class Finish:
    """How a race ended."""

    record: Record
    clicks: tuple[Click, ...]
    effects: list[tuple[str, str]]
    told: set[str]

    @property
    def call(self) -> Call:
        return self.record.calls[0]

    def right(self) -> None:
        """One decision, at most one execution, and whoever changed nothing was told so."""
        done = self.call.status is S.SUCCEEDED
        assert self.effects == ([(self.call.name, self.call.arguments)] if done else [])
        assert sum(not vote.yes for vote in self.call.votes) == (self.call.status is S.DENIED)
        counted = {vote.id for vote in self.call.votes}
        for click in self.clicks:
            assert self._counted(click, counted) != self._was_told(click), f"{click} got no answer, or two"

    def _counted(self, click: Click, votes: set[str]) -> bool:
        if click.yes is None:
            return bool(self.record.request.cancelled_by)
        return f"{_key(self.record, click)}:{self.call.id}" in votes

    def _was_told(self, click: Click) -> bool:
        event = _key(self.record, click) + ("" if click.yes is None else f":{self.call.id}")
        return f"private:{event}" in self.told


@asynccontextmanager
async def two_processes(path: Path, policy: Policy) -> AsyncIterator[Race]:
    world = World(script=[uses(suspend()), says("Finished.")])
    race: Race

    def order() -> Interleaving:
        return race.order

    def wrap(name: str, port: Any) -> Any:
        return Gated(port, order) if name in {"Store", "Toolbox"} else port

    engines = [await Engine.open(path, world, policy, wrap) for _ in range(2)]
    race = Race(world, (engines[0], engines[1]), Interleaving(seeded(0)))
    yield race
    for engine in engines:
        await engine.close()


async def raced(path: Path, clicks: tuple[Click, ...], policy: Policy) -> list[Finish]:
    """The race under every seed; what went wrong names its seed."""
    finished = []
    async with two_processes(path, policy) as race:
        for seed in range(SEEDS):
            finish = await race.run(seed + 1, clicks, seed)
            try:
                finish.right()
                assert first_bad(tuple(await race.engines[1].store.audit(finish.record.request.id))) is None
            except AssertionError as error:
                raise AssertionError(f"seed {seed}: {error}") from error
            finished.append(finish)
    return finished


@pytest.mark.parametrize(
    ("name", "outcomes"),
    [
        ("a double click", {S.SUCCEEDED}),
        ("two approvers", {S.SUCCEEDED}),
        ("approve and deny", {S.SUCCEEDED, S.DENIED}),
        ("withdraw and approve", {S.SUCCEEDED, S.WITHDRAWN}),
        ("everybody", {S.SUCCEEDED, S.DENIED, S.WITHDRAWN}),
    ],
)
async def test_a_race_has_one_winner_and_every_loser_is_told(
    tmp_path: Path, name: str, outcomes: set[CallStatus]
) -> None:
    finished = await raced(tmp_path / "store.sqlite3", RACES[name], a_policy())
    assert {finish.call.status for finish in finished} == outcomes


async def test_two_people_who_are_both_needed_never_miss_each_other(tmp_path: Path) -> None:
    finished = await raced(tmp_path / "store.sqlite3", RACES["two approvers"], TWO_PEOPLE)
    assert {finish.call.status for finish in finished} == {S.SUCCEEDED}
    assert {len(finish.call.votes) for finish in finished} == {2}
