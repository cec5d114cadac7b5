"""Ways in which other bots lost clicks, runs and results (docs/incidents.md, the second table), tried on this one."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import handlers
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import DeliveryFailed, StoreUnavailable
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from tests.engine import Engine
from tests.world import APPROVER, OUTSIDER, World, says, suspend, uses

S = CallStatus
LOOK = ("google__get_user", '{"user_key":"leaver@example.com"}')


@pytest.fixture
def world() -> World:
    return World(script=[uses(suspend()), says("Finished.")])


@asynccontextmanager
async def process(path: Path, world: World) -> AsyncIterator[Engine]:
    """One life of a process on the file."""
    engine = await Engine.open(path, world)
    try:
        yield engine
    finally:
        await engine.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


async def test_fifty_cards_outlive_a_restart_and_each_first_click_counts(path: Path, world: World) -> None:
    async with process(path, world) as before:
        for number in range(50):
            world.script = [uses(suspend(f"leaver-{number}@example.com"))]
            await before.mention("suspend them", ts=f"{number}.0")
            await before.run()
        cards = await before.approvals()
    async with process(path, world) as after:
        for card in cards:
            await after.click(approval=card)
        await after.run()
    assert len(cards) == 50
    assert sorted(world.effects) == sorted(
        ("google__suspend_user", json.dumps({"user_key": f"leaver-{number}@example.com"}, separators=(",", ":")))
        for number in range(50)
    )


async def test_after_a_restart_every_click_is_answered_also_one_that_does_not_count(path: Path, world: World) -> None:
    async with process(path, world) as before:
        await before.mention("suspend them")
        await before.run()
    async with process(path, world) as after:
        await after.click(user=OUTSIDER)
        await after.click(user=APPROVER)
        await after.run()
    assert len(world.posts(Kind.PRIVATE)) == 1
    assert len(world.effects) == 1


class Stumbling:
    """A store whose next `failing` saves fail."""

    def __init__(self, store: SqliteStore) -> None:
        self.store = store
        self.failing = 0

    async def save(self, change: Any) -> None:
        if self.failing:
            self.failing -= 1
            raise StoreUnavailable("the disk is away")
        await self.store.save(change)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)


async def test_an_approval_whose_start_fails_three_times_is_neither_lost_nor_run_twice(
    path: Path, world: World
) -> None:
    store = await SqliteStore.open(path, world.clock)
    engine = await Engine.open(path, world)
    stumbling = Stumbling(store)
    engine.core = replace(engine.core, store=stumbling)
    request = await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    for _ in range(3):
        stumbling.failing = 1
        with pytest.raises(StoreUnavailable):
            await engine.drive(request)
        assert world.effects == []
    await engine.drive(request)
    assert [call.status for call in (await engine.record(request)).calls] == [S.SUCCEEDED]
    assert len(world.effects) == 1
    await engine.close()
    await store.close()


async def test_a_result_reaches_people_though_nobody_could_be_told_for_hours(path: Path, world: World) -> None:
    away = [True]

    def refuses(row: Any) -> str:
        if row.kind is Kind.ANSWER and away[-1]:
            raise DeliveryFailed("service_unavailable", sent=False)
        return ""

    world.refuse_delivery = refuses
    async with process(path, world) as engine:
        request = await engine.mention("suspend them")
        await engine.run()
        await engine.click()
        await engine.run()
        assert world.posts(Kind.ANSWER) == []
    away.append(False)
    world.clock.advance(hours=3)
    async with process(path, world) as engine:
        await engine.run()
        assert [text for _, text in world.posts(Kind.ANSWER)] == ["Finished."]
        assert not (await engine.record(request)).request.is_open


@pytest.mark.parametrize("minutes", [0, 1, 5, 14])
async def test_a_mention_that_is_delivered_again_opens_nothing_new(path: Path, world: World, minutes: int) -> None:
    async with process(path, world) as before:
        first = await before.mention("suspend them")
        await before.run()
    world.clock.advance(minutes=minutes)
    async with process(path, world) as after:
        assert await after.mention("suspend them") == first
        await after.run()
    assert len(world.posts(Kind.CARD)) == 1


async def test_a_mention_of_which_only_the_retry_arrives_is_taken(path: Path, world: World) -> None:
    async with process(path, world) as engine:
        world.clock.advance(minutes=5)
        await engine.mention("suspend them")
        await engine.run()
    assert len(world.posts(Kind.CARD)) == 1


def test_nothing_that_hears_slack_looks_at_whether_it_is_a_retry() -> None:
    [folder] = handlers.__path__
    code = {path.name: path.read_text(encoding="utf-8").lower() for path in Path(folder).rglob("*.py")}
    assert "mentions.py" in code
    assert [name for name, text in code.items() if "retry_num" in text or "retry-num" in text] == []


async def test_one_click_that_arrives_at_two_processes_is_one_decision(path: Path, world: World) -> None:
    async with process(path, world) as one, process(path, world) as two:
        request = await one.mention("suspend them")
        await one.run()
        await asyncio.gather(one.click(key="the same"), two.click(key="the same"))
        await asyncio.gather(one.run(), two.run())
        [call] = (await one.record(request)).calls
    assert (call.status, len(call.votes), len(world.effects)) == (S.SUCCEEDED, 1, 1)
    assert world.posts(Kind.PRIVATE) == []


async def test_a_click_that_was_acted_on_before_a_crash_is_not_acted_on_again(path: Path, world: World) -> None:
    async with process(path, world) as before:
        await before.mention("suspend them")
        await before.run()
        await before.click(key="the same")
        await before.run()
    async with process(path, world) as after:
        await after.click(key="the same")
        await after.run()
    assert len(world.effects) == 1


async def test_a_request_that_goes_on_repeats_nothing_of_what_came_before_the_card(path: Path, world: World) -> None:
    world.script = [uses(LOOK), uses(suspend()), says("Finished.")]
    async with process(path, world) as before:
        await before.mention("suspend them")
        await before.run()
    asked, read = len(world.prompts), list(world.reads)
    async with process(path, world) as after:
        await after.run()
        await after.click()
        await after.run()
    assert (len(world.prompts) - asked, world.reads) == (1, read)
    assert len(world.effects) == 1


HOSTILE = ("'; DROP TABLE requests; --", '" OR 1=1 --', "\\'; --", "%_%", "\u0000", '{"py/object":"os.system"}')


@pytest.mark.parametrize("text", HOSTILE)
async def test_text_that_looks_like_sql_or_like_an_object_stays_text(path: Path, world: World, text: str) -> None:
    world.script = [uses(("google__suspend_user", json.dumps({"user_key": text})))]
    async with process(path, world) as engine:
        request = await engine.mention(f"suspend {text}", user=f"U{text}", ts=f"1{text}", thread=f"1{text}")
        other = await engine.mention("suspend them", user="U-other", ts="2.0")
        await engine.run()
    async with process(path, world) as engine:
        record = await engine.record(request)
        assert (record.request.text, record.request.actor.user) == (f"suspend {text}", f"U{text}")
        assert {call.status for call in record.calls} <= {S.PENDING, S.DENIED}
        assert await engine.store.inbox(f"{request}{text}") == ()
        assert (await engine.record(other)).request.id == other
    assert world.effects == []
