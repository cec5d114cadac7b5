"""A store that cannot be read is kept as it is and replaced; what is kept is never another store; errors name the file
that has them.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.adapters.sqlite_backup import backup, restore
from bot.adapters.sqlite_mark import beside, read_mark
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import BadInput, StoreUnavailable, Unreadable
from bot.store_ports import Change
from bot.wiring import cli
from tests.bot.adapters.test_sqlite_backup import Ends, content, own, silent
from tests.crash import Crash
from tests.factories import HandClock, a_request

HOLDS = """import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM store").fetchall()
print("open", flush=True)
sys.stdin.read()"""
IS_KILLED = """import os, signal, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("UPDATE store SET sequence = sequence + 1")
os.kill(os.getpid(), signal.SIGKILL)"""
LIMIT = 50_000


def noise(path: Path) -> None:
    path.write_bytes(bytes(range(1, 251)) * 20)


def cut(path: Path) -> None:
    os.truncate(path, 60_000)


DAMAGES = pytest.mark.parametrize("spoil", [noise, cut])


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A store that was used and closed, and a copy of it."""
    path = tmp_path / "s.db"
    await begun(path)
    backup(path, tmp_path / "copy", silent)
    return path


async def begun(path: Path) -> None:
    store = await SqliteStore.open(path, HandClock())
    await store.receive(Change(a_request()), ["k1"])
    await store.close()


@contextmanager
def open_elsewhere(path: Path) -> Iterator[None]:
    command = [sys.executable, "-c", HOLDS, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        yield


@contextmanager
def full_disk() -> Iterator[None]:
    """No file grows beyond the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_store_that_no_longer_counts_is_damaged(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM store")
    for look in (lambda: cli.inspect(path), lambda: backup(path, tmp_path / "new", silent)):
        with pytest.raises(Unreadable, match="the table store has lost its row"):
            look()
    with pytest.raises(Unreadable, match="the table store has lost its row"):
        await SqliteStore.open(path, HandClock())
    spoiled = content(path)
    _, kept = restore(path, tmp_path / "copy", silent)
    assert kept is not None
    assert content(kept) == spoiled
    await (await SqliteStore.open(path, HandClock())).close()


@DAMAGES
async def test_a_damaged_store_is_kept_byte_for_byte_and_replaced(
    path: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    said: list[str] = []
    for name in ("s.db.before-damaged", "s.db.before-damaged-2"):
        spoil(path)
        path.with_name("s.db-wal").write_bytes(b"torn")
        spoiled, seen = content(path), read_mark(path)
        mark, kept = restore(path, tmp_path / "copy", said.append)
        assert kept == tmp_path / name
        assert (kept.read_bytes(), kept.with_name(f"{name}-wal").read_bytes()) == (spoiled, b"torn")
        assert any(str(kept) in line and "cannot be read" in line for line in said)
        assert seen is not None
        assert (mark.epoch, mark.sequence > seen.sequence) == (seen.epoch + 1, True)
        assert read_mark(path) == mark == own(path)
        assert not path.with_name("s.db.restoring").exists()
    store = await SqliteStore.open(path, HandClock())
    assert (await store.load("r1")).request.id == "r1"
    await store.close()


def test_a_log_with_commits_is_not_emptied_into_the_damaged_store(path: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", IS_KILLED, str(path)], check=False)
    cut(path)
    before = [content(path), content(path.with_name("s.db-wal"))]
    assert len(before[1]) > 4096
    _, kept = restore(path, tmp_path / "copy", silent)
    assert kept is not None
    assert [content(kept), content(kept.with_name(f"{kept.name}-wal"))] == before
    assert not path.with_name("s.db-wal").exists()


@DAMAGES
@pytest.mark.parametrize("where", ["same file", "another file"])
def test_a_damaged_store_that_is_open_is_not_replaced(
    path: Path, tmp_path: Path, spoil: Callable[[Path], None], where: str
) -> None:
    with open_elsewhere(path):
        if where == "another file":
            shutil.copy(path, tmp_path / "other")
            (tmp_path / "other").replace(path)
        spoil(path)
        before = path.read_bytes()
        with pytest.raises(StoreUnavailable, match="is in use"):
            restore(path, tmp_path / "copy", silent)
        assert path.read_bytes() == before
    assert not list(tmp_path.glob("*damaged*"))


@pytest.mark.parametrize("step", range(4))
def test_it_is_there_until_the_restored_one_is(path: Path, tmp_path: Path, step: int) -> None:
    noise(path)
    before = path.read_bytes()
    with pytest.raises(Crash):
        restore(path, tmp_path / "copy", Ends(step))
    if step < 3:
        assert path.read_bytes() == before
    mark, _ = restore(path, tmp_path / "copy", silent)
    assert (tmp_path / "s.db.before-damaged").read_bytes() == before
    assert own(path) == mark == read_mark(path)


def test_another_program_s_database_is_still_refused(path: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other")) as connection:
        connection.execute("CREATE TABLE cats (name TEXT)")
    with pytest.raises(BadInput, match="another program"):
        restore(tmp_path / "other", tmp_path / "copy", silent)
    assert path.exists()


async def test_a_kept_copy_of_another_store_does_not_stand_for_this_one(path: Path, tmp_path: Path) -> None:
    first = own(path)
    _, kept = restore(path, tmp_path / "copy", silent)
    for file in (path, beside(path)):
        file.unlink()
    await begun(path)
    second = own(path)
    assert (first.age, first.store == second.store) == (second.age, False)
    _, other = restore(path, tmp_path / "copy", silent)
    assert kept is not None
    assert other == kept.with_name(f"{kept.name}-2")
    assert (own(kept), own(other)) == (first, second)


def test_the_same_store_is_kept_once(path: Path, tmp_path: Path) -> None:
    with pytest.raises(Crash):
        restore(path, tmp_path / "copy", Ends(2))
    files = set(tmp_path.glob("*before*"))
    restore(path, tmp_path / "copy", silent)
    assert set(tmp_path.glob("*before*")) == files
    assert len(files) == 1


@pytest.mark.parametrize("spoil", [lambda _path: None, noise])
def test_a_full_disk_is_told_of_the_file_that_was_written(
    path: Path, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(path)
    before = path.read_bytes()
    with full_disk(), pytest.raises(StoreUnavailable) as refused:
        restore(path, tmp_path / "copy", silent)
    assert str(refused.value).startswith(f"{path}.restoring: ")
    assert path.read_bytes() == before


def test_a_store_is_not_restored_onto_itself(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(path)
    before = path.read_bytes()
    for name in (path, tmp_path / "link"):
        with pytest.raises(BadInput, match="this is the store itself"):
            restore(path, name, silent)
    assert path.read_bytes() == before
