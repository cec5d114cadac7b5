"""Store files of every released version open, and their requests come to an end; what cannot be opened is refused."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.sqlite_audit import verify
from bot.adapters.sqlite_inspect import read_only
from bot.adapters.sqlite_schema import VERSION
from bot.adapters.sqlite_store import SqliteStore
from bot.canonical import canonical
from bot.errors import BadInput
from bot.models.call import Call, CallStatus
from bot.models.outbox import Kind
from bot.models.request import Record, RequestStatus
from tests.bot.adapters.make_store import Maker
from tests.crash_life import request_ids
from tests.engine import Engine
from tests.factories import NOW, HandClock
from tests.world import World, says, suspend, uses

STORES = sorted((Path(__file__).parent / "stores").glob("*.sqlite3"))
LATER = 6
"""Hours from the first story to the last."""
EVERY = set(RequestStatus)
MADE = {status.value for status in CallStatus} - {"proposed", "allowed", "revoked", "not_run", "superseded", "failed"}
RUNS = {CallStatus.PENDING, CallStatus.APPROVED}


@pytest.fixture(params=STORES, ids=lambda path: path.stem)
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of a released store, with what lies beside it."""
    source: Path = request.param
    for file in source.parent.glob(f"{source.name}*"):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path / source.name


def a_later_world() -> World:
    world = World(script=[uses(suspend("planned@example.com")), says("Finished.")])
    world.clock.at = NOW
    world.clock.advance(hours=LATER)
    return world


async def records(store: SqliteStore) -> list[Record]:
    return [await store.load(name) for name in await request_ids(store)]


def of(found: list[Record]) -> dict[str, Call]:
    return {call.arguments: call for record in found for call in record.calls}


async def decide(engine: Engine) -> None:
    """People approve what waits, and say of what is unknown that it happened."""
    for record in await records(engine.store):
        for call in record.calls:
            if call.status is CallStatus.PENDING:
                await engine.click(approval=call.approval_id, call_ids=(call.id,), key=f"yes:{call.id}")
            elif call.status is CallStatus.UNKNOWN:
                await engine.verdict(call.id, happened=True, approval=call.approval_id)
    await engine.run()


async def test_a_released_store_opens_and_is_driven_to_its_end(kept: Path) -> None:
    world = a_later_world()
    engine = await Engine.open(kept, world)
    before = of(await records(engine.store))
    assert {record.request.status for record in await records(engine.store)} == EVERY
    for _ in range(4):
        await engine.run()
        await decide(engine)
        world.clock.advance(minutes=2)
    after = await records(engine.store)
    assert all(not record.request.is_open for record in after)
    assert all(call.has_outcome for call in of(after).values())
    ran = {arguments for _, arguments in world.effects}
    assert ran == {name for name, call in before.items() if call.status in RUNS} | {
        canonical(suspend("planned@example.com")[1])
    }
    assert len(world.effects) == len(ran)
    assert "There is nothing to do." in {text for _, text in world.posts(Kind.ANSWER)}
    await engine.close()
    with read_only(kept) as connection:
        verified = verify(connection, None)
    assert (verified.flaws, verified.chains) == ((), len(after))


async def test_what_is_kept_shows_every_state(kept: Path) -> None:
    store = await SqliteStore.open(kept, HandClock())
    assert {call.status.value for call in of(await records(store)).values()} >= MADE
    assert not [event for name in await request_ids(store) for event in await store.inbox(name)]
    await store.close()


async def test_this_version_makes_such_a_file(tmp_path: Path) -> None:
    made = tmp_path / "now.sqlite3"
    await Maker(made).make()
    await test_a_released_store_opens_and_is_driven_to_its_end(made)


def test_there_are_released_stores_of_this_schema_and_those_before() -> None:
    found = set()
    for path in STORES:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as connection:
            found |= set(connection.execute("PRAGMA user_version").fetchone())
    assert found == set(range(1, VERSION + 1))


async def test_a_newer_store_is_refused_with_what_to_do(kept: Path) -> None:
    with closing(sqlite3.connect(kept)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(BadInput) as refused:
        await SqliteStore.open(kept, HandClock())
    assert refused.value.mend == "start the version of Countersign that wrote it, or a newer one"


@pytest.mark.parametrize("version", [0, 1, VERSION])
async def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path, version: int) -> None:
    path = tmp_path / "cats.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE cats (name TEXT)")
        connection.execute(f"PRAGMA user_version = {version}")
        connection.commit()
    with pytest.raises(BadInput, match="another program"):
        await SqliteStore.open(path, HandClock())
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("cats",)]


async def test_an_upgrade_is_no_restore(tmp_path: Path) -> None:
    for path in STORES:
        shutil.copy(path, tmp_path / path.name)
        if path.stem == "schema-1":
            store = await SqliteStore.open(tmp_path / path.name, HandClock())
            assert all([not await store.inbox(name) for name in await request_ids(store)])
            await store.close()
