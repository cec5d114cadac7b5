"""The power goes at a random moment: what was acknowledged is there afterwards, and nothing is half there."""

import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random  # noqa: TID251 - a seeded one is handed in

import pytest

from bench.apsw_connection import opener_over
from bench.power_loss import power_losses
from bench.synced_disk import Disk, SyncedVfs
from bot.adapters.sqlite_connection import connect
from bot.adapters.sqlite_store import SqliteStore
from tests.factories import HandClock

ROUNDS = 60
SEED = 4


def test_no_acknowledged_write_is_lost_when_the_power_goes() -> None:
    losses = power_losses(ROUNDS, SEED)
    assert losses.violations == []
    count = losses.count
    assert count["power losses"] == ROUNDS
    assert count["in the middle of the work"] > ROUNDS / 4
    assert min(count["acknowledged writes"], count["writes under way"]) > ROUNDS


def test_the_same_power_losses_are_noticed_where_commits_are_not_synced() -> None:
    violations = power_losses(40, SEED, relaxed=True).violations
    assert any("acknowledged" in what for what in violations)


@pytest.mark.parametrize("through", ["the writer", "the reader"])
async def test_the_connections_of_an_open_store_sync_every_commit(tmp_path: Path, through: str) -> None:
    store = await SqliteStore.open(tmp_path / "store.db", HandClock())
    database = store._database
    use = database.write if through == "the writer" else database.look_up
    found = [await use(lambda of, name=name: of.execute(f"PRAGMA {name}").fetchone()[0]) for name in DURABLE]  # type: ignore[misc]
    await store.close()
    assert dict(zip(DURABLE, found, strict=True)) == DURABLE


DURABLE = {"journal_mode": "wal", "synchronous": 2, "fullfsync": 1, "checkpoint_fullfsync": 1}


def test_only_synced_bytes_are_left(tmp_path: Path) -> None:
    disk = Disk(tmp_path, Random(1))
    image = disk.create("file")
    disk.change(image, (0, b"lasts"))
    disk.sync(image, directory=True)
    disk.change(image, (0, b"gone!"))
    left = {disk.after_the_cut()["file"] for _ in range(50)}
    assert left == {b"lasts", b"gone!"}, "what was not synced may be there or not"


def test_a_new_file_is_left_once_its_directory_was_synced(tmp_path: Path) -> None:
    disk = Disk(tmp_path, Random(1))
    image = disk.create("file")
    disk.change(image, (0, b"bytes"))
    disk.sync(image, directory=False)
    assert {"file" in disk.after_the_cut() for _ in range(50)} == {True, False}
    disk.sync(image, directory=True)
    assert {"file" in disk.after_the_cut() for _ in range(50)} == {True}


def test_a_file_that_was_there_is_left_though_it_was_empty(tmp_path: Path) -> None:
    (tmp_path / "before").touch()
    disk = Disk(tmp_path, Random(1))
    (tmp_path / "since").touch()
    for name in ("before", "since"):
        disk.adopt(name)
    assert {"before" in disk.after_the_cut() for _ in range(50)} == {True}
    assert {"since" in disk.after_the_cut() for _ in range(50)} == {True, False}


def test_a_removed_file_may_come_back_until_its_directory_was_synced(tmp_path: Path) -> None:
    disk = Disk(tmp_path, Random(1))
    disk.sync(disk.create("file"), directory=True)
    disk.remove("file", directory=False)
    assert {"file" in disk.after_the_cut() for _ in range(50)} == {True, False}
    disk.remove("file", directory=True)
    assert disk.after_the_cut() == {}


def test_nothing_is_written_without_power(tmp_path: Path) -> None:
    disk = Disk(tmp_path, Random(1))
    vfs = SyncedVfs(disk)
    with closing(connect(tmp_path / "a.db", opener_over(vfs))) as to:
        to.execute("CREATE TABLE t (x)")
        disk.lasts = disk.count
        with pytest.raises(sqlite3.OperationalError, match="IOError"):
            to.execute("INSERT INTO t VALUES (1)")
    vfs.unregister()
