"""A database that is older than what was done with it is noticed when it is opened, however it came there."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.adapters.sqlite_backup import backup
from bot.adapters.sqlite_epoch import mark_of
from bot.adapters.sqlite_mark import Mark, MarkFile, beside, read_mark
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import NotFound, StoreUnavailable
from bot.models.call import CallStatus
from bot.models.inbound import StoreRestored
from bot.models.requirement import Effect
from bot.store_ports import Change
from tests.crash import Crashing, FaultPlan, nobody
from tests.engine import Engine
from tests.factories import HandClock, a_call, a_request
from tests.world import World, says, suspend, uses


def remove(file: Path) -> None:
    file.unlink()


def own(path: Path) -> Mark:
    with closing(sqlite3.connect(path)) as connection:
        return mark_of(connection)


async def used(path: Path, *requests: str) -> None:
    """One life of the store; closing the last connection folds the log into the file."""
    store = await SqliteStore.open(path, HandClock())
    for name in requests:
        await store.receive(Change(a_request(id=name)), [name])
    await store.close()


async def told(path: Path, request_id: str) -> list[str]:
    store = await SqliteStore.open(path, HandClock())
    events = [event.id for event in await store.inbox(request_id) if isinstance(event, StoreRestored)]
    await store.close()
    return events


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
async def older(path: Path, tmp_path: Path) -> Path:
    """A copy that is older than the store."""
    copy = tmp_path / "older"
    await used(path, "r1")
    shutil.copy(path, copy)
    await used(path, "r2")
    return copy


async def test_a_restart_raises_no_epoch(path: Path) -> None:
    await used(path, "r1")
    await used(path, "r2")
    await used(path)
    assert own(path).epoch == 1
    assert own(path) == read_mark(path)
    assert await told(path, "r1") == []


async def test_an_old_copy_put_in_place_by_hand_is_noticed_once(path: Path, older: Path) -> None:
    shutil.copy(older, path)
    assert await told(path, "r1") == ["restored:2:r1"]
    assert await told(path, "r1") == ["restored:2:r1"]
    assert own(path).epoch == 2
    assert own(path) == read_mark(path)


async def test_the_present_copy_put_back_is_no_restore(path: Path, tmp_path: Path) -> None:
    await used(path, "r1")
    shutil.copy(path, tmp_path / "copy")
    shutil.copy(tmp_path / "copy", path)
    assert await told(path, "r1") == []


async def test_a_copy_of_an_earlier_epoch_is_noticed_however_much_was_written_to_it(path: Path, older: Path) -> None:
    shutil.copy(older, path)
    await used(path)
    with closing(sqlite3.connect(older)) as connection:
        connection.execute("UPDATE store SET sequence = 1000000")
        connection.commit()
    shutil.copy(older, path)
    assert await told(path, "r1") == ["restored:3:r1"]


def spoil(mark: Path) -> None:
    mark.write_bytes(b"?" * 256)


@pytest.mark.parametrize("lose", [remove, spoil])
async def test_a_store_whose_age_nobody_knows_counts_as_restored(path: Path, lose: Callable[[Path], None]) -> None:
    await used(path, "r1")
    lose(beside(path))
    assert await told(path, "r1") == ["restored:2:r1"]
    assert own(path) == read_mark(path)


async def test_a_store_from_elsewhere_counts_as_restored(path: Path, tmp_path: Path) -> None:
    await used(path, "r1")
    await used(tmp_path / "other", "r9")
    shutil.copy(tmp_path / "other", path)
    assert await told(path, "r9") == ["restored:2:r9"]


async def test_a_new_store_whose_mark_went_with_the_old_one_is_just_new(path: Path) -> None:
    await used(path, "r1")
    remove(path)
    remove(beside(path))
    await used(path, "r2")
    assert await told(path, "r2") == []
    assert own(path).epoch == 1


async def test_a_store_without_content_from_elsewhere_counts_as_restored(path: Path, tmp_path: Path) -> None:
    await used(path, "r1")
    await used(tmp_path / "other")
    shutil.copy(tmp_path / "other", path)
    await used(path)
    assert own(path).epoch == 2


async def test_a_crash_between_the_two_places_leaves_a_store_that_is_behind(path: Path, older: Path) -> None:
    shutil.copy(older, path)
    await used(path)
    shutil.copy(older, path)
    assert await told(path, "r1") == ["restored:3:r1"]
    assert own(path) == read_mark(path)


async def test_a_store_that_is_ahead_of_the_second_place_was_in_use_elsewhere(path: Path, older: Path) -> None:
    behind = beside(path).read_bytes()
    shutil.copy(older, path)
    await used(path)
    beside(path).write_bytes(behind)
    assert await told(path, "r1") == ["restored:2:r1", "restored:3:r1"]
    assert own(path) == read_mark(path)


async def test_a_damaged_row_does_not_keep_a_restored_store_closed(path: Path) -> None:
    await used(path, "r1", "r2")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE requests SET body = x'7b' WHERE id = 'r2'")
        connection.commit()
    remove(beside(path))
    assert await told(path, "r1") == ["restored:2:r1"]


async def test_a_crash_after_the_first_tables_is_just_a_new_store(path: Path) -> None:
    await used(path)
    beside(path).unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE store SET sequence = 0")
        connection.commit()
    await used(path, "r1")
    assert own(path).epoch == 1


async def test_a_process_whose_store_was_replaced_saves_nothing_it_could_act_on(path: Path, older: Path) -> None:
    late = await SqliteStore.open(path, HandClock())
    for suffix in ("", "-wal", "-shm"):
        shutil.move(path.with_name(path.name + suffix), path.with_name("gone" + suffix))
    shutil.copy(older, path)
    await used(path)
    started = a_call(request_id="r1", status=CallStatus.STARTED)
    with pytest.raises(StoreUnavailable, match="replaced or restored"):
        await late.save(Change(a_request(id="r1", version=2), calls=(started,)))
    await late.close()


@dataclass(frozen=True)
class Watched:
    """The second place, and which of its marks were synced."""

    marks: MarkFile
    synced: list[tuple[int, bool]]

    def raise_to(self, mark: Mark, *, sync: bool) -> None:
        self.synced.append((mark.started, sync))
        self.marks.raise_to(mark, sync=sync)

    def close(self) -> None:
        self.marks.close()


async def test_the_second_place_is_synced_before_a_change_leaves_and_only_then(path: Path) -> None:
    store = await SqliteStore.open(path, HandClock())
    await store.receive(Change(a_request()), [])
    watched = Watched(store._database._marks, [])
    store._database._marks = watched  # type: ignore[assignment] # stands in front of it
    pending = a_call(status=CallStatus.PENDING)
    await store.save(Change(a_request(version=2), calls=(pending,)))
    await store.save(Change(a_request(version=3), calls=(replace(pending, status=CallStatus.STARTED),)))
    read = a_call(id="c2", status=CallStatus.STARTED, effect=Effect.READ)
    await store.save(Change(a_request(version=4), calls=(read,)))
    assert watched.synced == [(0, False), (1, True), (1, False)]
    mark = read_mark(path)
    assert mark is not None
    assert mark.started == 1
    await store.close()


async def test_a_second_place_that_cannot_be_written_stops_every_call(path: Path) -> None:
    store = await SqliteStore.open(path, HandClock())
    store._database._marks.close()
    store._database._marks = MarkFile(os.open(beside(path), os.O_RDONLY), path.parent, os.fsync)
    with pytest.raises(StoreUnavailable):
        await store.receive(Change(a_request()), [])
    await store.close()


async def test_a_copy_of_any_moment_put_in_place_by_hand_runs_nothing_again(path: Path, tmp_path: Path) -> None:
    copies: dict[int, Path] = {}

    def take(_point: str) -> None:
        copy = tmp_path / f"copy{len(copies)}"
        mark = backup(path, copy, lambda _step: None)
        if mark.sequence in copies:
            copy.unlink()
        copies.setdefault(mark.sequence, copy)

    world = World(script=[uses(suspend()), says("Finished.")])
    engine = await Engine.open(
        path, world, wrap=lambda name, port: Crashing(name, port, FaultPlan(notice=take), nobody)
    )
    await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    await engine.run()
    await engine.close()
    latest, known = own(path).sequence, beside(path).read_bytes()
    assert len(copies) > 15
    for sequence, copy in copies.items():
        shutil.copy(copy, path)
        beside(path).write_bytes(known)
        engine = await Engine.open(path, world)
        await engine.run()
        with suppress(NotFound):  # the copy is older than the card
            await engine.click(key=f"again:{sequence}")
        await engine.run()
        assert own(path).epoch == (1 if sequence == latest else 2)
        assert await engine.store.open_requests(9) == ()
        assert len(world.effects) == 1
        await engine.close()
