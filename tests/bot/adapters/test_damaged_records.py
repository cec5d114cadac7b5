"""A stored record is damaged: it is named and left alone, nobody else is held up, and nothing wrong runs."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from random import Random  # noqa: TID251 - a seeded one is handed in

import pytest

from bot.adapters.sqlite_store import SqliteStore
from bot.codec import decode, encode
from bot.errors import StoreUnavailable
from bot.models.outbox import Kind
from bot.models.policy import Policy
from bot.store_ports import QUARANTINE
from tests.engine import Engine, a_policy
from tests.factories import NOW, HandClock, a_toolset
from tests.world import World, suspend, uses

BAD, GOOD = "bad@example.com", "good@example.com"
TABLES = {
    "requests": "id = :bad",
    "turns": "request_id = :bad",
    "calls": "request_id = :bad",
    "approvals": "request_id = :bad",
    "inbox": "request_id = :bad",
}
MESSAGE = "id = 'progress:' || :bad"


def effect(user: str) -> tuple[str, str]:
    return "google__suspend_user", f'{{"user_key":"{user}"}}'


@asynccontextmanager
async def two_approved(path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[tuple[Engine, str]]:
    """Two requests whose cards were clicked on; nothing of that is worked on yet. Tells which is to be damaged."""
    world = World()
    engine = await Engine.open(path, world)
    try:
        ids = []
        for number, user in enumerate((BAD, GOOD)):
            world.script = [uses(suspend(user))]
            ids.append(await engine.mention(f"suspend {user}", ts=f"{number}00.0"))
            await engine.run()
        for approval in await engine.approvals():
            await engine.click(approval=approval)
        world.script = []
        caplog.clear()
        yield engine, ids[0]
    finally:
        await engine.close()


def put(path: Path, table: str, which: str, bad: str, body: bytes | None) -> list[bytes]:
    """What was there; `body` None only reads."""
    with closing(sqlite3.connect(path, isolation_level=None)) as outside:
        found = outside.execute(f"SELECT body FROM {table} WHERE {which}", {"bad": bad}).fetchall()
        if body is not None:
            outside.execute(f"UPDATE {table} SET body = :body WHERE {which}", {"bad": bad, "body": body})
        return [row[0] for row in found]


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [vars(log)["where"] for log in caplog.records if log.getMessage() == "record.unreadable"]


@pytest.mark.parametrize("table", TABLES)
async def test_only_the_request_with_the_damaged_record_waits_until_it_is_put_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, table: str
) -> None:
    path = tmp_path / "store.db"
    async with two_approved(path, caplog) as (engine, bad):
        (whole, *_) = put(path, table, TABLES[table], bad, b'{"id":')
        await engine.run()
        assert engine.world.effects == [effect(GOOD)]
        assert [text for _, text in engine.world.posts(Kind.ANSWER)] == ["Done."]
        assert alarms(caplog)
        assert all(where.startswith(f"{table} ") for where in alarms(caplog))
        once = len(alarms(caplog))
        await engine.run()
        assert len(alarms(caplog)) == once, "it is left alone for a while"
        put(path, table, TABLES[table], bad, whole)
        engine.world.clock.at += QUARANTINE
        await engine.run()
        assert sorted(engine.world.effects) == [effect(BAD), effect(GOOD)]
        assert len(engine.world.posts(Kind.ANSWER)) == 2


async def test_a_damaged_policy_stops_everything_and_the_next_start_puts_it_right(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "store.db"
    async with two_approved(path, caplog) as (engine, bad):
        put(path, "policies", "version = 1", bad, b"\xff")
        await engine.run()
        assert engine.world.effects == []
        assert set(alarms(caplog)) == {"policies 1"}
        world = engine.world
    again = await Engine.open(path, world)
    assert (await again.store.policy()).version == 2
    world.clock.at += QUARANTINE
    await again.run()
    assert sorted(world.effects) == [effect(BAD), effect(GOOD)]
    await again.close()


async def test_a_damaged_tool_list_is_put_right_when_it_is_saved_again(tmp_path: Path) -> None:
    path, tools = tmp_path / "store.db", a_toolset()
    for _ in range(2):
        store = await SqliteStore.open(path, HandClock())
        await store.save_tools(tools)
        await store.close()
        put(path, "toolsets", "true", "", b"{")
    store = await SqliteStore.open(path, HandClock())
    await store.save_tools(tools)
    await store.close()
    fresh = await SqliteStore.open(path, HandClock())
    assert await fresh.tools(tools.digest) == tools
    await fresh.close()


async def test_a_damaged_message_is_left_alone_and_the_others_are_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "store.db"
    async with two_approved(path, caplog) as (engine, bad):
        await engine.workflow.drain()
        put(path, "outbox", MESSAGE, bad, b"")
        claimed = await engine.store.claim_rows(NOW, NOW + QUARANTINE, 99)
        assert f"progress:{bad}" not in {row.id for row in claimed}
        assert len(claimed) > 2
        assert alarms(caplog) == [f"outbox progress:{bad}"]
        assert await engine.store.claim_rows(NOW, NOW + QUARANTINE, 99) == ()
        assert len(alarms(caplog)) == 1


@pytest.mark.parametrize("seed", range(40))
async def test_flipped_bytes_run_nothing_that_was_not_approved(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    """Any table, any byte: the damaged call runs as it was approved or not at all, and the other one runs."""
    path, chance = tmp_path / "store.db", Random(seed)
    async with two_approved(path, caplog) as (engine, bad):
        for table, which in (TABLES | {"outbox": MESSAGE}).items():
            (body,) = put(path, table, which, bad, None)[:1]
            at = chance.randrange(len(body))
            flipped = body[:at] + bytes([body[at] ^ (1 << chance.randrange(8))]) + body[at + 1 :]
            put(path, table, which, bad, flipped)
            if chance.random() < 0.5:
                break
        await engine.run()
        assert engine.world.effects.count(effect(GOOD)) == 1
        assert engine.world.effects.count(effect(BAD)) <= 1
        assert set(engine.world.effects) <= {effect(BAD), effect(GOOD)}


async def test_a_destroyed_page_stops_what_is_on_it_and_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "store.db"
    async with two_approved(path, caplog) as (engine, _):
        world, card = engine.world, (await engine.approvals())[-1]
    with closing(sqlite3.connect(path)) as outside:
        (size,) = outside.execute("PRAGMA page_size").fetchone()
        (page,) = outside.execute("SELECT rootpage FROM sqlite_master WHERE name = 'calls_of_request'").fetchone()
    data = bytearray(path.read_bytes())
    data[(page - 1) * size : page * size] = bytes([0x5A]) * size
    path.write_bytes(data)
    caplog.clear()
    damaged = await Engine.open(path, world)
    await damaged.run()
    assert world.effects == []
    assert set(alarms(caplog)) == {str(path)}
    with pytest.raises(StoreUnavailable, match="restore the newest backup"):
        await damaged.click(user="U-second", approval=card)
    await damaged.close()


def test_a_policy_is_the_same_after_it_was_stored() -> None:
    assert decode(encode(a_policy()), Policy, "policies 1") == a_policy()
