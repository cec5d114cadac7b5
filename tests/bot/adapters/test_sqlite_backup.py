"""Copies of the store: whole, private, never over another file; put back in one piece, or not at all."""

import sqlite3
import stat
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from bot.adapters.sqlite_backup import OWN_NAMES, backup, restore
from bot.adapters.sqlite_epoch import mark_of
from bot.adapters.sqlite_mark import Mark, beside, read_mark
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import BadInput, StoreUnavailable
from bot.models.call import CallStatus
from bot.models.request import RequestStatus
from tests.crash import Crash
from tests.engine import Engine
from tests.factories import HandClock
from tests.world import World, says, suspend, uses

STEPS_OF_A_BACKUP, STEPS_OF_A_RESTORE = 3, 4


def silent(_step: str) -> None:
    """Nobody watches."""


class Ends:
    """The process ends at this step."""

    def __init__(self, at: int) -> None:
        self.left = at

    def __call__(self, step: str) -> None:
        if self.left == 0:
            raise Crash(step)
        self.left -= 1


def new_world() -> World:
    return World(script=[uses(suspend()), says("Finished.")])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.sqlite3"


async def lived(path: Path, world: World, copy: Path | None = None, say: Ends | None = None) -> str:
    """The main story; the copy is taken while a person is asked, by a bot that runs."""
    engine = await Engine.open(path, world)
    try:
        request_id = await engine.mention("suspend leaver@example.com")
        await engine.run()
        if copy is not None:
            backup(path, copy, say or silent)
        await engine.click()
        await engine.run()
        return request_id
    finally:
        await engine.close()


def content(path: Path) -> bytes:
    return path.read_bytes()


def own(path: Path) -> Mark:
    with closing(sqlite3.connect(path)) as connection:
        return mark_of(connection)


async def test_a_copy_of_a_running_store_is_whole_private_and_one_file(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copies" / "one"
    copy.parent.mkdir()
    request_id = await lived(path, new_world(), copy)
    assert [file.name for file in copy.parent.iterdir()] == ["one"]
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    store = await SqliteStore.open(copy, HandClock())
    assert (await store.load(request_id)).request.status is RequestStatus.WAITING
    await store.close()


async def test_a_copy_never_overwrites(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "notes"
    copy.write_text("mine")
    with pytest.raises(BadInput, match="there is a file already"):
        await lived(path, new_world(), copy)
    assert copy.read_text() == "mine"
    said: list[str] = []
    with pytest.raises(BadInput):
        backup(path, copy, said.append)
    assert said == [], "the store was read in vain"


async def test_a_link_that_leads_nowhere_is_no_free_name(path: Path, tmp_path: Path) -> None:
    await lived(path, new_world())
    (tmp_path / "latest").symlink_to(tmp_path / "rotated" / "away")
    with pytest.raises(BadInput, match="there is a file already"):
        backup(path, tmp_path / "latest", silent)


async def test_the_store_that_was_there_is_kept_beside_a_link_that_leads_nowhere(path: Path, tmp_path: Path) -> None:
    await lived(path, new_world(), tmp_path / "copy")
    before = own(path)
    wanted = path.with_name(f"{path.name}.before-{before.epoch}-{before.sequence}")
    wanted.symlink_to(tmp_path / "gone")
    _, kept = restore(path, tmp_path / "copy", silent)
    assert kept == wanted.with_name(f"{wanted.name}-2")
    assert not (tmp_path / "gone").exists()
    assert own(kept) == before


@pytest.mark.parametrize("suffix", OWN_NAMES)
async def test_a_copy_has_no_name_that_the_store_uses_itself(path: Path, suffix: str) -> None:
    await lived(path, new_world())
    taken = path.with_name(path.name + suffix)
    taken.unlink(missing_ok=True)
    with pytest.raises(BadInput, match="keeps a file of its own there"):
        backup(path, taken, silent)
    assert not taken.exists()


async def test_a_name_that_no_file_can_have_is_told(path: Path, tmp_path: Path) -> None:
    await lived(path, new_world())
    long = tmp_path / ("x" * 300)
    for attempt in (partial(backup, path, long, silent), partial(backup, long, tmp_path / "copy", silent)):
        with pytest.raises(StoreUnavailable, match="File name too long"):
            attempt()


async def test_a_file_that_comes_up_meanwhile_is_not_overwritten_either(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    await lived(path, new_world())
    with pytest.raises(BadInput, match="there is a file already"):
        backup(path, copy, lambda _step: copy.touch())
    assert content(copy) == b""


@pytest.mark.parametrize("step", range(STEPS_OF_A_BACKUP))
async def test_a_backup_that_was_cut_short_leaves_no_copy_and_may_be_repeated(
    path: Path, tmp_path: Path, step: int
) -> None:
    copy = tmp_path / "copy"
    with pytest.raises(Crash):
        await lived(path, new_world(), copy, Ends(step))
    assert not copy.exists()
    backup(path, copy, silent)
    assert own(copy).store == own(path).store


async def test_a_restored_store_runs_nothing_again_and_the_one_before_is_kept(path: Path, tmp_path: Path) -> None:
    world, copy = new_world(), tmp_path / "copy"
    request_id = await lived(path, world, copy)
    before = own(path)
    mark, kept = restore(path, copy, silent)
    assert (mark.epoch, mark.sequence > before.sequence, mark.store != before.store) == (2, True, True)
    assert kept is not None
    assert own(kept) == before
    assert read_mark(path) == mark
    record = await _everybody_clicks(path, world, request_id)
    assert [status for _, status in record] == [CallStatus.SUPERSEDED]
    assert len(world.effects) == 1


async def test_a_store_that_is_open_is_not_replaced(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    await lived(path, new_world(), copy)
    store = await SqliteStore.open(path, HandClock())
    before = own(path)
    with pytest.raises(StoreUnavailable, match="is in use") as refused:
        restore(path, copy, silent)
    assert refused.value.mend.startswith("stop the bot")
    await store.close()
    assert own(path) == before


async def test_a_copy_is_restored_where_there_was_no_store(path: Path, tmp_path: Path) -> None:
    copy, place = tmp_path / "copy", tmp_path / "new.sqlite3"
    world = new_world()
    request_id = await lived(path, world, copy)
    mark, kept = restore(place, copy, silent)
    assert (mark.epoch, kept, stat.S_IMODE(place.stat().st_mode)) == (2, None, 0o600)
    assert [status for _, status in await _everybody_clicks(place, world, request_id)] == [CallStatus.SUPERSEDED]


@pytest.mark.parametrize("step", range(STEPS_OF_A_RESTORE))
@pytest.mark.parametrize("again", [False, True])
async def test_a_restore_that_was_cut_short_has_happened_or_not(
    path: Path, tmp_path: Path, step: int, *, again: bool
) -> None:
    """Up to the writing nothing has happened; from there on the store is the restored one, mark or no mark."""
    world, copy = new_world(), tmp_path / "copy"
    request_id = await lived(path, world, copy)
    before = own(path)
    with pytest.raises(Crash):
        restore(path, copy, Ends(step))
    happened = step == STEPS_OF_A_RESTORE - 1
    assert own(path).epoch == before.epoch + happened
    if again:
        restore(path, copy, silent)
    record = await _everybody_clicks(path, world, request_id)
    expected = CallStatus.SUPERSEDED if happened or again else CallStatus.SUCCEEDED
    assert [status for _, status in record] == [expected]
    assert len(world.effects) == 1
    assert own(path) == read_mark(path)


async def test_the_steps_are_all_crash_points(path: Path, tmp_path: Path) -> None:
    said: list[str] = []
    await lived(path, new_world())
    backup(path, tmp_path / "copy", said.append)
    assert len(said) == STEPS_OF_A_BACKUP
    restore(path, tmp_path / "copy", said.append)
    assert len(said) == STEPS_OF_A_BACKUP + STEPS_OF_A_RESTORE


async def test_what_is_no_sound_store_is_not_restored(path: Path, tmp_path: Path) -> None:
    await lived(path, new_world())
    before = content(path)
    notes, other, torn = tmp_path / "notes", tmp_path / "other", tmp_path / "torn"
    notes.write_text("not a database" * 100)
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE cats (name TEXT)")
    backup(path, tmp_path / "copy", silent)
    whole = (tmp_path / "copy").read_bytes()
    torn.write_bytes(whole[: len(whole) // 2])
    for bad in (notes, other, torn, tmp_path / "missing"):
        with pytest.raises((BadInput, StoreUnavailable)):
            restore(path, bad, silent)
    assert content(path) == before
    assert not beside(tmp_path / "missing").exists()


async def test_a_copy_in_which_tables_and_indexes_differ_is_not_restored(path: Path, tmp_path: Path) -> None:
    """Every page of it can be read, so that only a check of the whole finds it."""
    await lived(path, new_world())
    before, copy = content(path), tmp_path / "copy"
    backup(path, copy, silent)
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'requests_in_thread'")
        connection.commit()
    with pytest.raises(StoreUnavailable, match="is damaged"):
        restore(path, copy, silent)
    assert content(path) == before


async def _everybody_clicks(path: Path, world: World, request_id: str) -> list[tuple[str, CallStatus]]:
    engine = await Engine.open(path, world)
    await engine.run()
    await engine.click(key="again")
    await engine.run()
    record = await engine.record(request_id)
    await engine.close()
    return [(call.id, call.status) for call in record.calls]
