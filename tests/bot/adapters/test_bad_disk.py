"""The disk takes nothing for a while: nothing runs, nothing is acknowledged, and work goes on without a restart."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from random import Random  # noqa: TID251 - a seeded one is handed in
from typing import TypeVar

import apsw
import pytest

from bench.apsw_connection import opener_over
from bench.synced_disk import Disk, SyncedVfs
from bot.adapters import local_workflow
from bot.adapters.sqlite_connection import Opener, told
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import StoreUnavailable
from bot.executor import save_all_unsaved
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.tools import Tool
from bot.ports import ToolResult
from tests.engine import Engine, a_policy
from tests.sandbox.slack.stage import eventually
from tests.world import World, suspend, uses

T = TypeVar("T")
TROUBLES = {"full": apsw.SQLITE_FULL, "read-only": apsw.SQLITE_READONLY, "broken": apsw.SQLITE_IOERR}
SUSPENDED = [("google__suspend_user", '{"user_key":"leaver@example.com"}')]


@asynccontextmanager
async def engine_over(path: Path, world: World, opener: Opener) -> AsyncIterator[Engine]:
    store = await SqliteStore.open(path, world.clock, opener)
    await store.publish(a_policy())
    try:
        yield Engine(world, store)
    finally:
        await store.close()


@asynccontextmanager
async def on(disk: Disk, world: World) -> AsyncIterator[Engine]:
    vfs = SyncedVfs(disk)
    try:
        async with engine_over(disk.folder / "store.db", world, opener_over(vfs)) as engine:
            yield engine
    finally:
        vfs.unregister()


def a_world() -> World:
    return World(script=[uses(suspend())])


async def works(engine: Engine) -> bool:
    """Whether everything that is due could be done. A minute passes, in which leases run out."""
    engine.world.clock.advance(seconds=61)
    try:
        await engine.run()
    except StoreUnavailable:
        return False
    return True


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_nothing_is_acknowledged_or_run_until_the_disk_takes_writes_again(tmp_path: Path, trouble: str) -> None:
    world, disk = a_world(), Disk(tmp_path, Random(1))
    async with on(disk, world) as engine:
        request_id = await engine.mention("suspend the leaver")
        await engine.run()
        await engine.click(key="first")
        seen = dict(world.messages)
        disk.trouble = TROUBLES[trouble]
        for attempt in (engine.mention("another", ts="200.0"), engine.click(key="again"), engine.withdraw()):
            with pytest.raises(StoreUnavailable) as told_so:
                await attempt
            assert told_so.value.mend
        assert not await works(engine)
        assert (world.effects, world.messages) == ([], seen)
        disk.trouble = 0
        assert await works(engine)
        assert world.effects == SUSPENDED
        assert [call.status for call in (await engine.record(request_id)).calls] == [CallStatus.SUCCEEDED]
        assert [text for _, text in world.posts(Kind.ANSWER)] == ["Done."]


async def test_wherever_the_disk_gets_full_no_action_is_lost_or_repeated(tmp_path: Path) -> None:
    operations = await story(a_folder(tmp_path, -1), 1_000_000)
    assert operations > 60
    for number in range(0, operations, 4):
        await story(a_folder(tmp_path, number), number)


async def test_an_outcome_that_the_disk_did_not_take_counts_though_another_process_gave_the_call_up(
    tmp_path: Path,
) -> None:
    world, disk = a_world(), Disk(tmp_path, Random(1))
    plain = world.answer

    def fills(tool: Tool, arguments: str) -> ToolResult:
        disk.trouble = apsw.SQLITE_FULL
        return plain(tool, arguments)

    world.answer = fills
    async with on(disk, world) as engine:
        request_id = await engine.mention("suspend the leaver")
        await engine.run()
        await engine.click()
        assert not await works(engine)
        await save_all_unsaved(engine.core)
        disk.trouble = 0
        other = Engine(world, engine.store)
        assert [await works(other) for _ in range(2)] == [True, True]
        assert [call.status for call in (await engine.record(request_id)).calls] == [CallStatus.UNKNOWN]
        await save_all_unsaved(engine.core)
        await other.run()
        assert [call.status for call in (await engine.record(request_id)).calls] == [CallStatus.SUCCEEDED]
        assert [text for _, text in world.posts(Kind.ANSWER)] == ["Done."]
        assert engine.core.unsaved.requests == ()
    assert world.effects == SUSPENDED


def a_folder(inside: Path, number: int) -> Path:
    folder = inside / str(number)
    folder.mkdir()
    return folder


async def story(folder: Path, trouble_after: int) -> int:
    """One approved request; the disk is full from that operation on, until somebody meets an error and makes room.

    Tells how many operations there were. The process lives, so that nobody has to say what became of the call.
    """
    world, disk = a_world(), Disk(folder, Random(1))
    async with on(disk, world) as engine:
        start = disk.count
        disk.trouble, disk.trouble_after = apsw.SQLITE_FULL, start + trouble_after
        request_id = await again(disk, engine, lambda: engine.mention("suspend the leaver"))
        await again(disk, engine, engine.run)
        await again(disk, engine, lambda: engine.click(key="click"))
        await again(disk, engine, engine.run)
        for _ in range(4):
            world.clock.advance(seconds=70)
            await again(disk, engine, engine.run)
        kinds = [event.kind for event in await engine.store.audit(request_id)]
        assert kinds.count("call.succeeded") == 1, trouble_after
        assert "call.unknown" not in kinds, trouble_after
        assert world.effects == SUSPENDED, trouble_after
        assert [text for _, text in world.posts(Kind.ANSWER)] == ["Done."], trouble_after
        return disk.count - start


async def again(disk: Disk, engine: Engine, act: Callable[[], Awaitable[T]]) -> T:
    """Slack and people try again after a minute; in the meantime there is room, and leases have run out."""
    try:
        return await act()
    except StoreUnavailable:
        disk.trouble = 0
        engine.world.clock.advance(seconds=61)
        return await act()


def impatient(path: Path) -> sqlite3.Connection:
    """Waits for no lock."""
    return sqlite3.connect(path, timeout=0.001, isolation_level=None, check_same_thread=False)


async def test_nothing_runs_while_another_process_holds_the_lock(tmp_path: Path) -> None:
    world, path = a_world(), tmp_path / "store.db"
    async with engine_over(path, world, impatient) as engine:
        await engine.mention("suspend the leaver")
        await engine.run()
        await engine.click(key="first")
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for attempt in (engine.mention("another", ts="200.0"), engine.click(key="again")):
                with pytest.raises(StoreUnavailable, match="locked") as told_so:
                    await attempt
                assert "another process" in told_so.value.mend
            assert not await works(engine)
            assert world.effects == []
            other.execute("ROLLBACK")
        assert await works(engine)
        assert world.effects == SUSPENDED


async def test_a_file_that_is_locked_or_read_only_is_refused_at_the_start_with_how_to_mend_it(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    await (await SqliteStore.open(path, World().clock)).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match=r"store\.db: database is locked \(another process .* end it\)"):
            await SqliteStore.open(path, World().clock, impatient)
        other.execute("ROLLBACK")
    with pytest.raises(StoreUnavailable, match=r"readonly database \(make the file and its directory writable"):
        await SqliteStore.open(path, World().clock, read_only)


def read_only(path: Path) -> sqlite3.Connection:
    uri = f"file:{path}?mode=ro"
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)


def test_what_the_file_system_says_is_told_without_a_trace(tmp_path: Path) -> None:
    words = r"store\.db: Read-only file system \(look at the disk"
    with pytest.raises(StoreUnavailable, match=words), told(tmp_path / "store.db"):
        raise OSError(30, "Read-only file system")


async def test_the_running_loop_says_why_it_stands_still_and_goes_on_by_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_workflow, "AFTER_TROUBLE", timedelta(seconds=0.01))
    world, disk = a_world(), Disk(tmp_path, Random(1))
    async with on(disk, world) as engine:
        await engine.mention("suspend the leaver")
        await engine.run()
        await engine.click()
        disk.trouble = apsw.SQLITE_FULL
        loop = asyncio.ensure_future(engine.workflow.run())
        await eventually(lambda: "store.unavailable" in caplog.text)
        assert world.effects == []
        disk.trouble = 0
        await eventually(lambda: bool(world.posts(Kind.ANSWER)))
        loop.cancel()
        await asyncio.wait((loop,))
        await engine.workflow.close()
        await engine.pump.close()
    assert world.effects == SUSPENDED
    (alarm,) = [log for log in caplog.records if log.getMessage() == "store.unavailable"]
    assert (alarm.levelname, vars(alarm)["mend"]) == ("ERROR", "make room on this disk; work goes on by itself")
