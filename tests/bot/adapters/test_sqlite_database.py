"""Readings are of one moment; a write that was submitted is waited for."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from threading import Event

import pytest

from bot.adapters.sqlite_database import Database

DEADLINE = 10


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = await Database.open(tmp_path / "store.db")
    yield database
    await database.close()


def insert(number: int) -> Callable[[Connection], int]:
    sql = f"INSERT INTO keys (key, request_id, expires_at) VALUES ('key {number}', 'r1', 0)"
    return lambda to: to.execute(sql).rowcount


def count(of: Connection) -> int:
    return int(of.execute("SELECT count(*) FROM keys").fetchone()[0])


async def test_all_that_one_reading_sees_is_of_one_moment(database: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as outside:

        def twice(of: Connection) -> tuple[int, int]:
            first = count(of)
            insert(1)(outside)
            return first, count(of)

        assert await database.read(twice) == (0, 0)
    assert await database.read(count) == 1


async def test_a_cancelled_caller_waits_for_the_end_of_its_write(database: Database, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "store.db", isolation_level=None)) as outside:
        outside.execute("BEGIN IMMEDIATE")
        writing = asyncio.ensure_future(database.write(insert(1)))
        await asyncio.sleep(0)
        writing.cancel()
        assert await database.read(count) == 0
        assert not writing.done()
        outside.execute("COMMIT")
    with pytest.raises(asyncio.CancelledError):
        await writing
    assert await database.read(count) == 1


async def test_a_work_that_ends_an_iteration_strands_nobody(database: Database) -> None:
    nothing: list[int] = []
    ends = asyncio.ensure_future(database.write(lambda _: next(iter(nothing))))
    await database.write(insert(1))
    with pytest.raises(RuntimeError, match="StopIteration"):
        await ends
    assert await database.read(count) == 1


async def test_writes_that_waited_together_share_one_commit(database: Database) -> None:
    begun, more = Event(), Event()
    statements: list[str] = []

    def hold(to: Connection) -> None:
        to.set_trace_callback(statements.append)
        begun.set()
        assert more.wait(DEADLINE)

    first = asyncio.ensure_future(database.write(hold))
    assert await asyncio.to_thread(begun.wait, DEADLINE)
    others = [asyncio.ensure_future(database.write(insert(number))) for number in range(20)]
    await asyncio.sleep(0)
    more.set()
    await asyncio.gather(first, *others)
    assert (await database.read(count), statements.count("COMMIT")) == (20, 2)


async def test_writes_of_one_turn_of_the_loop_share_one_commit(database: Database) -> None:
    statements: list[str] = []
    await database.write(lambda to: to.set_trace_callback(statements.append))
    statements.clear()
    begun = Event()

    async def second() -> None:
        assert not begun.wait(0.05), "the first write did not wait for the rest of the turn"
        await database.write(insert(1))

    await asyncio.gather(database.write(lambda _: begun.set()), second())
    assert (await database.read(count), statements.count("COMMIT")) == (1, 1)


async def test_closing_writes_what_was_asked_for_last(tmp_path: Path) -> None:
    database = await Database.open(tmp_path / "store.db")
    writing = database.write(insert(1))
    writing.send(None)
    await database.close()
    writing.close()
    with closing(sqlite3.connect(tmp_path / "store.db")) as outside:
        assert count(outside) == 1
