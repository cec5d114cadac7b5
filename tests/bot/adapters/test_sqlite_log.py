"""A backup that was copied over the file of a killed store is not mixed with the log that was left there."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection

import pytest

from bot.adapters.sqlite_backup import backup, restore
from bot.adapters.sqlite_log import Gap, counted, gap, log_of
from bot.adapters.sqlite_mark import Mark, beside, read_mark
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import BadInput
from bot.inbox import take_in
from bot.models.call import CallStatus
from bot.ports import ThreadMessage
from bot.wiring import cli
from bot.wiring.doctor import store as doctor
from tests.crash import nobody
from tests.engine import Engine
from tests.factories import HandClock
from tests.world import TEAM, World, suspend, uses

NUMBERS = (1, 2, 127, 128, 255, 256, 32_767, 32_768, 2**23 - 1, 2**23, 2**31 - 1, 2**31, 2**40, 2**62)
"""Around the sizes in which SQLite keeps a number."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def counting(path: Path) -> Iterator[Connection]:
    """A file that counts in the table `store`, and empties its log only when it is told to."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        connection.execute("CREATE TABLE other (x)")
        connection.execute("CREATE TABLE store (id TEXT, epoch INTEGER, sequence INTEGER, started INTEGER) STRICT")
        connection.execute("INSERT INTO store VALUES ('an-id', 1, 0, 0)")
        yield connection


def commit(connection: Connection, sequence: int, epoch: int = 1, store: str = "an-id") -> None:
    connection.execute("UPDATE store SET sequence = ?, epoch = ?, id = ?", (sequence, epoch, store))


def mark(sequence: int, epoch: int = 1, store: str = "an-id") -> Mark:
    return Mark(store, epoch, sequence, 0)


def emptied(connection: Connection) -> None:
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@pytest.mark.parametrize("number", NUMBERS)
def test_a_log_that_goes_on_where_the_file_ends_has_no_gap(counting: Connection, path: Path, number: int) -> None:
    commit(counting, number - 1)
    emptied(counting)
    commit(counting, number)
    commit(counting, number + 1)
    assert gap(path) is None


@pytest.mark.parametrize("number", NUMBERS[1:])
def test_a_log_that_begins_later_is_told_by_its_numbers(counting: Connection, path: Path, number: int) -> None:
    commit(counting, number - 2, epoch=number - 2)
    emptied(counting)
    commit(counting, number, epoch=number)
    commit(counting, number + 1)
    assert gap(path) == Gap(mark(number - 2, number - 2), mark(number, number))


def test_a_file_that_is_ahead_of_where_its_log_begins_has_no_gap(counting: Connection, path: Path) -> None:
    emptied(counting)
    for number in range(1, 9):
        commit(counting, number)
    counting.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    assert gap(path) is None


def test_a_log_that_began_anew_counts_from_there(counting: Connection, path: Path) -> None:
    """What follows in the file of the log is left over from before."""
    for number in range(1, 9):
        commit(counting, number)
    counting.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
    counting.execute("INSERT INTO other VALUES (1)")
    assert gap(path) is None
    commit(counting, 9)
    assert gap(path) is None


def test_without_a_log_or_a_count_there_is_nothing_to_compare(path: Path) -> None:
    assert gap(path) is None
    path.touch()
    log_of(path).write_bytes(b"")
    assert gap(path) is None
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE other (x)")
    log_of(path).write_bytes(bytes(5_000))
    assert gap(path) is None


@pytest.mark.parametrize(
    "page", [bytes(4096), b"\x0d\x00\x00\x00\x01\x00\x00\x00\x0f\xff" + b"\xff" * 20, b"\x0d\x00\x00\x00\x01"]
)
def test_a_page_that_holds_no_count_says_nothing(page: bytes) -> None:
    assert counted(page) is None


@pytest.mark.parametrize("look", range(2))
def test_a_log_that_begins_an_epoch_goes_on_from_the_last_commit(counting: Connection, path: Path, look: int) -> None:
    commit(counting, 10)
    emptied(counting)
    commit(counting, 11, epoch=2, store="its-new-id")
    commit(counting, 12, epoch=2, store="its-new-id")
    if look:  # when what is in the log was written back already
        counting.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    assert gap(path) is None


OTHERS = {
    "a younger one": mark(3),
    "another store": mark(9, store="another"),
    "another store that has come as far": mark(11, store="another"),
    "another store that is one commit behind": mark(10, store="another"),
    "one that went on elsewhere": mark(60),
    "one restored elsewhere": mark(12, epoch=2, store="another"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_the_log_of_another_copy_is_told(counting: Connection, path: Path, tmp_path: Path, other: Mark) -> None:
    commit(counting, other.sequence, other.epoch, other.store)
    emptied(counting)
    shutil.copyfile(path, tmp_path / "other")
    commit(counting, 10)
    emptied(counting)
    for number in range(11, 15):
        commit(counting, number)
    left = log_of(path).read_bytes()
    counting.close()
    shutil.copyfile(tmp_path / "other", path)
    log_of(path).write_bytes(left)
    assert gap(path) == Gap(other, mark(11))


@pytest.fixture
async def mixed(path: Path, tmp_path: Path) -> tuple[World, Path, str]:
    """A change was approved, a backup was taken, the change ran, and later the bot was killed: its log is left. Then
    the backup is copied over the file. The world outside, the backup and the request.
    """
    world, old = World(script=[uses(suspend())]), tmp_path / "old"
    engine = await Engine.open(path, world)
    request = await engine.mention("suspend the leaver")
    await engine.run()
    await engine.click()
    await take_in(engine.core, await engine.record(request))
    backup(path, old, nobody)
    await engine.run()
    await engine.close()
    assert len(world.effects) == 1
    engine = await Engine.open(path, world)
    await engine.store.remember(TEAM, "C-it", "100.0", [ThreadMessage("300.0", "U-x", "thanks!")])
    left = log_of(path).read_bytes()
    await engine.close()
    shutil.copyfile(old, path)
    log_of(path).write_bytes(left)
    return world, old, request


def content(file: Path) -> bytes:
    return file.read_bytes()


async def test_such_a_store_is_not_opened_and_everybody_is_told_why(path: Path, mixed: tuple[World, Path, str]) -> None:
    before = content(path)
    with pytest.raises(BadInput, match="another copy: it ends at commit") as refused:
        await SqliteStore.open(path, HandClock())
    assert f"delete {log_of(path).name}" in refused.value.mend
    for look in (
        lambda: cli.inspect(path),
        lambda: cli.open_requests(path, 9),
        lambda: cli.verify(path, None),
        lambda: backup(path, path.with_name("new"), nobody),
    ):
        with pytest.raises(BadInput, match="another copy"):
            look()
    seen = doctor.looked_at(path)
    assert isinstance(seen, BadInput)
    assert "another copy" in seen.what
    assert content(path) == before


async def test_a_restore_over_it_keeps_what_is_there_and_runs_nothing_again(
    path: Path, mixed: tuple[World, Path, str]
) -> None:
    world, old, request = mixed
    before = content(path)
    _, kept = restore(path, old, nobody)
    assert kept is not None
    assert content(kept) == before
    assert await goes_on(path, world, request) == [CallStatus.UNKNOWN]


async def test_without_the_log_the_copy_counts_as_restored(path: Path, mixed: tuple[World, Path, str]) -> None:
    world, _, request = mixed
    log_of(path).unlink()
    assert await goes_on(path, world, request) == [CallStatus.UNKNOWN]


async def goes_on(path: Path, world: World, request: str) -> list[CallStatus]:
    """What becomes of the calls; nothing may have run again."""
    engine = await Engine.open(path, world)
    for _ in range(3):
        world.clock.advance(minutes=1)
        await engine.run()
    record = await engine.record(request)
    await engine.close()
    assert len(world.effects) == 1
    assert beside(path).exists()
    return [call.status for call in record.calls]


def killed(path: Path, to: Path) -> Path:
    """The files of a store as they are now, while it is open."""
    to.mkdir()
    for file in (path, log_of(path), beside(path)):
        shutil.copyfile(file, to / file.name)
    return to / path.name


@pytest.fixture
async def older(path: Path, tmp_path: Path) -> Path:
    """A copy that is older than the store, which is closed."""
    engine = await Engine.open(path, World(script=[uses(suspend())]))
    backup(path, tmp_path / "older", nobody)
    await engine.mention("suspend the leaver")
    await engine.run()
    await engine.close()
    return tmp_path / "older"


async def test_who_is_killed_right_after_an_old_copy_was_noticed_starts_again(
    path: Path, tmp_path: Path, older: Path
) -> None:
    shutil.copyfile(older, path)
    store = await SqliteStore.open(path, HandClock())
    left = killed(path, tmp_path / "left")
    await store.close()
    store = await SqliteStore.open(left, HandClock())
    await store.close()
    assert read_mark(left) is not None


async def test_a_restore_that_is_killed_right_after_the_second_place_knows_has_happened(
    path: Path, tmp_path: Path, older: Path
) -> None:
    """Over an older copy it counts on from what the second place knows, and not from what the file says."""

    def watch(step: str) -> None:
        if step.startswith("remembering"):
            killed(path, tmp_path / "left")

    shutil.copyfile(older, path)
    mark, _ = restore(path, older, watch)
    left = tmp_path / "left" / path.name
    shutil.copyfile(beside(path), beside(left))
    store = await SqliteStore.open(left, HandClock())
    await store.close()
    seen = read_mark(left)
    assert seen is not None
    assert seen.epoch == mark.epoch


async def test_somebody_who_reads_meanwhile_does_not_make_it_look_like_another_copy(
    path: Path, tmp_path: Path, older: Path
) -> None:
    shutil.copyfile(older, path)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("PRAGMA journal_mode=WAL")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM store").fetchall()
        store = await SqliteStore.open(path, HandClock())
        for number in range(3):
            await store.remember(TEAM, "C-it", "100.0", [ThreadMessage(f"{number}.0", "U-x", "thanks!")])
        left = killed(path, tmp_path / "left")
    await store.close()
    store = await SqliteStore.open(left, HandClock())
    await store.close()


@pytest.mark.parametrize("is_restored_here", [False, True])
async def test_a_copy_that_was_in_use_elsewhere_runs_nothing_again(
    path: Path, tmp_path: Path, is_restored_here: bool
) -> None:
    """Moved to another machine, used there, and an older backup of that one put back here by hand."""
    world, moved, old = World(script=[uses(suspend())]), tmp_path / "moved.sqlite3", tmp_path / "old"
    await (await Engine.open(path, world)).close()
    backup(path, tmp_path / "move", nobody)
    restore(moved, tmp_path / "move", nobody)
    if is_restored_here:
        restore(path, tmp_path / "move", nobody)
    engine = await Engine.open(moved, world)
    request = await engine.mention("suspend the leaver")
    await engine.run()
    await engine.click()
    await take_in(engine.core, await engine.record(request))
    backup(moved, old, nobody)
    await engine.run()
    await engine.close()
    shutil.copyfile(old, path)
    assert await goes_on(path, world, request) == [CallStatus.UNKNOWN]
