"""The second place never goes back, survives a torn write, and tells a process that its database was replaced."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from threading import Timer
from zlib import crc32

import pytest

from bot.adapters.sqlite_mark import SLOT, Mark, MarkFile, beside, read_mark
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import StoreUnavailable
from tests.engine import a_policy
from tests.factories import HandClock

MARK = Mark("a" * 32, 1, 10, 2)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


@pytest.fixture
def marks(database: Path) -> Iterator[MarkFile]:
    with closing(MarkFile.open(database)) as opened:
        opened.replace(MARK)
        yield opened


def test_a_new_file_is_private_and_knows_nothing(database: Path) -> None:
    assert read_mark(database) is None
    with closing(MarkFile.open(database)) as opened:
        assert opened.read() is None
    assert beside(database).stat().st_mode & 0o777 == 0o600


def test_a_new_mark_outlasts_a_power_cut_in_its_directory_too(database: Path) -> None:
    synced: list[int] = []
    with closing(MarkFile.open(database, lambda descriptor: synced.append(os.fstat(descriptor).st_ino))) as opened:
        opened.replace(MARK)
    assert synced == [beside(database).stat().st_ino, database.parent.stat().st_ino]


async def test_a_store_syncs_its_mark_before_anything_can_be_committed(database: Path) -> None:
    """Otherwise a power cut after the first commits would leave a store without a mark: as after a restore."""
    store = await SqliteStore.open(database, HandClock())
    mark = read_mark(database)
    await store.close()
    assert mark is not None
    assert mark.sequence == 0


def test_a_mark_is_read_as_it_was_written(marks: MarkFile, database: Path) -> None:
    for sequence in range(11, 40):
        mark = replace(MARK, sequence=sequence, started=sequence // 3)
        marks.raise_to(mark, sync=sequence % 2 == 0)
        assert marks.read() == read_mark(database) == mark


def test_who_keeps_the_lock_is_not_waited_for_without_end(marks: MarkFile, database: Path) -> None:
    other = os.open(beside(database), os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    in_the_end = Timer(3, lambda: fcntl.flock(other, fcntl.LOCK_UN))
    in_the_end.start()
    later = replace(MARK, sequence=11)
    with closing(hurried(database)) as waiting:
        with pytest.raises(OSError, match="another process has kept the lock"):
            waiting.raise_to(later, sync=True)
        assert marks.read() == MARK
        in_the_end.cancel()
        in_the_end.join()
        os.close(other)
        waiting.raise_to(later, sync=True)
    assert marks.read() == later


async def test_a_write_is_not_told_as_saved_while_another_process_keeps_the_lock(database: Path) -> None:
    store = await SqliteStore.open(database, HandClock())
    store._database._marks.close()
    store._database._marks = hurried(database)
    other = os.open(beside(database), os.O_RDWR)
    fcntl.flock(other, fcntl.LOCK_EX)
    with pytest.raises(StoreUnavailable, match="let it finish, or end it"):
        await store.publish(a_policy())
    os.close(other)
    await store.publish(a_policy())
    await store.close()


def hurried(database: Path) -> MarkFile:
    return MarkFile(os.open(beside(database), os.O_RDWR), database.parent, os.fsync, patience=0.05)


def test_an_older_mark_changes_nothing(marks: MarkFile) -> None:
    marks.raise_to(replace(MARK, sequence=9), sync=True)
    assert marks.read() == MARK


def test_who_opens_the_store_later_leaves_the_mark_of_who_is_at_work(marks: MarkFile, database: Path) -> None:
    first = Mark("a", 1, 0, 0)
    with closing(MarkFile.open(database)) as other:
        other.replace(first)
        other.raise_to(replace(first, sequence=3), sync=False)
    marks.replace(first)
    assert marks.read() == replace(first, sequence=3)
    marks.replace(Mark("b", 1, 0, 0))
    assert marks.read() == Mark("b", 1, 0, 0)


def test_two_processes_raise_the_same_mark(marks: MarkFile, database: Path) -> None:
    with closing(MarkFile.open(database)) as other:
        other.raise_to(replace(MARK, sequence=12), sync=False)
        marks.raise_to(replace(MARK, sequence=11), sync=False)
        assert other.read() == replace(MARK, sequence=12)


@pytest.mark.parametrize("now", [replace(MARK, epoch=2), replace(MARK, store="b" * 32)])
def test_a_process_whose_database_was_replaced_is_told(marks: MarkFile, database: Path, now: Mark) -> None:
    with closing(MarkFile.open(database)) as other:
        other.replace(now)
    with pytest.raises(OSError, match="replaced or restored"):
        marks.raise_to(replace(MARK, sequence=11), sync=True)
    assert marks.read() == now


@pytest.mark.parametrize("torn", range(1, SLOT))
def test_a_torn_write_leaves_the_mark_before_it(marks: MarkFile, database: Path, torn: int) -> None:
    last, newer = replace(MARK, sequence=11, started=3), replace(MARK, sequence=12, started=4)
    marks.raise_to(last, sync=True)
    before = beside(database).read_bytes()
    marks.raise_to(newer, sync=True)
    after = beside(database).read_bytes()
    start = next(place for place in (0, SLOT) if before[place : place + SLOT] != after[place : place + SLOT])
    cut = after[: start + torn] + before[start + torn :]
    beside(database).write_bytes(cut)
    assert read_mark(database) in {last, newer}


NO_NUMBERS = f"a b 10 2 {crc32(b'a b 10 2'):08x}".encode()
"""Its sum is right all the same."""


WRONG_SUM = b"a 1 10 2 00000000".ljust(SLOT)


@pytest.mark.parametrize("content", [b"", b"\n", b"\xff" * 2 * SLOT, WRONG_SUM, b"x" * 5000, NO_NUMBERS])
def test_a_file_that_is_no_mark_says_nothing(database: Path, content: bytes) -> None:
    beside(database).write_bytes(content)
    assert read_mark(database) is None
