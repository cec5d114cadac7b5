"""A store that disappears is never replaced in silence, and takes nothing that would be lost with it."""

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from bot.adapters.sqlite_backup import backup, restore
from bot.adapters.sqlite_mark import beside
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import BadInput, StoreUnavailable
from bot.store_ports import Change
from bot.wiring.doctor import store as doctor
from tests.factories import HandClock, a_request


class Stopped(Exception):
    """Somebody interrupted a command."""


def unlinked(file: Path) -> None:
    file.unlink()


def emptied(file: Path) -> None:
    file.write_bytes(b"")


LOSSES = pytest.mark.parametrize(("lose", "how"), [(unlinked, "is missing"), (emptied, "is empty")])


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    """A store that was used and closed."""
    path = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(path, HandClock())
    await store.receive(Change(a_request()), ["k1"])
    await store.close()
    return path


@LOSSES
async def test_a_store_that_got_lost_keeps_the_bot_from_starting(
    path: Path, lose: Callable[[Path], None], how: str
) -> None:
    lose(path)
    files = sorted(path.parent.glob("store.sqlite3"))
    for _ in range(2):
        with pytest.raises(BadInput) as refused:
            await SqliteStore.open(path, HandClock())
    assert how in refused.value.what
    assert "store restore" in refused.value.mend
    assert "delete store.sqlite3.epoch to begin anew" in refused.value.mend
    assert sorted(path.parent.glob("store.sqlite3")) == files


@LOSSES
async def test_the_doctor_finds_it(path: Path, lose: Callable[[Path], None], how: str) -> None:
    lose(path)
    (finding,) = doctor.store(doctor.looked_at(path), HandClock().now())
    assert (finding.name, finding.state) == ("store.open", "fail")
    assert how in finding.what
    assert "store restore" in finding.mend


@LOSSES
async def test_a_backup_brings_it_back(path: Path, tmp_path: Path, lose: Callable[[Path], None], how: str) -> None:
    backup(path, tmp_path / "copy", lambda _step: None)
    lose(path)

    def stop(step: str) -> None:
        raise Stopped(step)

    with suppress(Stopped):
        restore(path, tmp_path / "copy", stop)
    with pytest.raises(BadInput, match="is empty"):
        await SqliteStore.open(path, HandClock())
    restore(path, tmp_path / "copy", lambda _step: None)
    store = await SqliteStore.open(path, HandClock())
    assert (await store.load("r1")).request.id == "r1"
    await store.close()
    assert how


async def test_without_the_mark_a_new_store_is_begun(path: Path) -> None:
    unlinked(path)
    unlinked(beside(path))
    store = await SqliteStore.open(path, HandClock())
    assert await store.open_requests(9) == ()
    await store.close()


async def test_what_would_go_into_a_deleted_file_is_not_acknowledged(path: Path) -> None:
    store = await SqliteStore.open(path, HandClock())
    unlinked(path)
    for request, keys in ((a_request(id="r2"), ["k2"]), (a_request(id="r3"), ["k1"])):
        with pytest.raises(StoreUnavailable, match="deleted, replaced or restored") as told:
            await store.receive(Change(request), keys)
        assert "store restore" in told.value.mend
    await store.close()


async def test_another_file_in_its_place_takes_nothing_either(path: Path, tmp_path: Path) -> None:
    store = await SqliteStore.open(path, HandClock())
    shutil.copy(path, tmp_path / "copy")
    (tmp_path / "copy").replace(path)
    with pytest.raises(StoreUnavailable, match="deleted, replaced or restored"):
        await store.receive(Change(a_request(id="r2")), ["k2"])
    await store.close()


async def test_once_the_same_file_is_back_work_goes_on(path: Path, tmp_path: Path) -> None:
    store = await SqliteStore.open(path, HandClock())
    shutil.move(path, tmp_path / "away")
    with pytest.raises(StoreUnavailable):
        await store.receive(Change(a_request(id="r2")), ["k2"])
    shutil.move(tmp_path / "away", path)
    assert await store.receive(Change(a_request(id="r3")), ["k3"]) == "r3"
    await store.close()
