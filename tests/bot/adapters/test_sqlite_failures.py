"""When SQLite cannot keep its promises nothing is saved, it is said so, and work goes on afterwards."""

import asyncio
import sqlite3
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import closing
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import pytest

from bot.adapters.sqlite_commit import Work, commit_together
from bot.adapters.sqlite_connection import BUSY_SECONDS, connect, demand_durable
from bot.adapters.sqlite_database import Database
from bot.adapters.sqlite_schema import VERSION
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import BadInput, StoreUnavailable, VersionConflict
from bot.store_ports import Change
from tests.factories import (
    HandClock,
    a_policy,
    a_record,
    a_request,
    a_toolset,
    a_vote_received,
    an_audit_chain,
    an_outbox_row,
)


def started_anew(store: SqliteStore) -> SqliteStore:
    """The same file, with nothing in memory."""
    return SqliteStore(store._database, HandClock())


CORRUPTIONS = [
    ("requests", "r1", lambda store: store.load("r1")),
    ("turns", "r1 1", lambda store: store.load("r1")),
    ("calls", "c1", lambda store: store.load("r1")),
    ("calls", "c1", lambda store: store.call("c1")),
    ("approvals", "a1", lambda store: store.find_approval("a1")),
    ("inbox", "in1", lambda store: store.inbox("r1")),
    ("audit", "r1 1", lambda store: store.audit("r1")),
    ("outbox", "card:a1", lambda store: store.rows("r1")),
    ("policies", "1", lambda store: store.policy()),
    ("toolsets", a_toolset().digest, lambda store: started_anew(store).tools(a_toolset().digest)),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(path, HandClock())
    yield store
    await store.close()


@pytest.fixture
def outside(store: SqliteStore, path: Path) -> Iterator[Connection]:
    """A connection of somebody else to the same file."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        yield connection


def test_every_connection_syncs_every_commit(path: Path) -> None:
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_every_connection_keeps_more_pages_than_a_list_of_requests_needs(path: Path) -> None:
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA cache_size").fetchone() == (-8000,), "kilobytes"


@pytest.mark.parametrize("pragma", ["synchronous=NORMAL", "synchronous=OFF", "journal_mode=DELETE"])
def test_a_connection_that_would_lose_commits_is_refused(path: Path, pragma: str) -> None:
    with closing(connect(path)) as connection:
        connection.execute(f"PRAGMA {pragma}")
        with pytest.raises(StoreUnavailable, match="would not survive power loss"):
            demand_durable(connection, path)


async def test_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with pytest.raises(BadInput, match=f"schema version {VERSION + 1}") as refused:
        await SqliteStore.open(path, HandClock())
    assert refused.value.where == str(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


@pytest.fixture
def notes(path: Path) -> Path:
    path.write_text("these are somebody's notes, not a database\n" * 100)
    return path


async def test_a_file_that_is_no_database_is_refused(notes: Path) -> None:
    with pytest.raises(StoreUnavailable, match="not a database"):
        await SqliteStore.open(notes, HandClock())


async def test_a_place_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable, match="missing"):
        await SqliteStore.open(tmp_path / "missing" / "store.db", HandClock())


def test_only_the_owner_may_read_a_new_file(path: Path) -> None:
    with closing(connect(path)):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_a_full_disk_is_told_and_saving_goes_on_when_there_is_room(path: Path) -> None:
    database = await Database.open(path)
    store = SqliteStore(database, HandClock())
    await store.receive(Change(a_request()), [])
    await database.write(lambda to: to.execute("PRAGMA max_page_count = 1").fetchone())
    large = Change(a_request(version=2, text="x" * 1_000_000), audit=an_audit_chain("large"))
    with pytest.raises(StoreUnavailable, match="full"):
        await store.save(large)
    assert ((await store.load("r1")).request, list(await store.audit("r1"))) == (a_request(), [])
    await database.write(lambda to: to.execute("PRAGMA max_page_count = 100000").fetchone())
    await store.save(large)
    assert (await store.load("r1")).request == large.request
    await store.close()


async def test_a_read_only_file_is_told(path: Path) -> None:
    database = await Database.open(path)
    store = SqliteStore(database, HandClock())
    await database.write(lambda to: to.execute("PRAGMA query_only = ON").fetchone())
    with pytest.raises(StoreUnavailable, match="readonly"):
        await store.receive(Change(a_request()), [])
    await store.close()


@pytest.mark.parametrize(("table", "row_id", "read"), CORRUPTIONS)
@pytest.mark.parametrize("body", [b"", b"{", b'{"id":1}', b"\xff\xfe"])
async def test_a_corrupt_row_is_named(
    store: SqliteStore, outside: Connection, table: str, row_id: str, read: object, body: bytes
) -> None:
    record = a_record()
    everything = Change(
        record.request, record.turns, record.calls, record.approvals, an_audit_chain("one"), (an_outbox_row(),)
    )
    await store.receive(everything, [])
    await store.append([a_vote_received()])
    await store.publish(a_policy())
    await store.save_tools(a_toolset())
    outside.execute(f"UPDATE {table} SET body = ?", (body,))
    assert callable(read)
    with pytest.raises(StoreUnavailable) as told:
        await read(store)
    assert told.value.what.startswith(f"{table} {row_id} cannot be read")


async def test_an_inbound_event_of_an_unknown_kind_is_named(store: SqliteStore, outside: Connection) -> None:
    await store.receive(Change(a_request()), [])
    await store.append([a_vote_received()])
    outside.execute("UPDATE inbox SET kind = 'shout'")
    with pytest.raises(StoreUnavailable, match="inbox in1 cannot be read: unknown kind 'shout'"):
        await store.inbox("r1")


async def test_a_write_waits_while_another_process_holds_the_lock(store: SqliteStore, outside: Connection) -> None:
    outside.execute("BEGIN IMMEDIATE")
    receiving = asyncio.ensure_future(store.receive(Change(a_request()), []))
    assert await store.next_due() is None
    outside.execute("COMMIT")
    assert await receiving == "r1"


async def test_a_lock_that_is_never_given_back_is_told(path: Path) -> None:
    database = await Database.open(path)
    await database.write(lambda to: to.execute("PRAGMA busy_timeout = 1").fetchone())
    store = SqliteStore(database, HandClock())
    with closing(sqlite3.connect(path, isolation_level=None)) as outside:
        outside.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await store.receive(Change(a_request()), [])
        outside.execute("ROLLBACK")
    assert await store.receive(Change(a_request()), []) == "r1"
    await store.close()


def test_a_lock_is_waited_for_some_seconds(path: Path) -> None:
    with closing(connect(path)) as connection:
        assert connection.execute("PRAGMA busy_timeout").fetchone() == (BUSY_SECONDS * 1000,)


def test_who_changes_the_journal_at_the_same_moment_is_waited_for(path: Path) -> None:
    """SQLite says so at once, whatever its timeout."""
    tries: list[str] = []

    class Contended(Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            if "journal_mode=" in sql and len(tries) < 3:
                tries.append(sql)
                locked = sqlite3.OperationalError("database is locked")
                locked.sqlite_errorcode = sqlite3.SQLITE_BUSY
                raise locked
            return super().execute(sql, *values)

    connection = connect(path, lambda at: sqlite3.connect(at, isolation_level=None, factory=Contended))
    with closing(connection):
        demand_durable(connection, path)
    assert len(tries) == 3


def test_a_write_that_fails_is_rolled_back_alone(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE seen (number INTEGER PRIMARY KEY)")
        refused = VersionConflict("r1", 2)

        def fail(to: Connection) -> None:
            to.execute("INSERT INTO seen VALUES (2)")
            raise refused

        outcomes = commit_together(connection, path, [insert(1), fail, insert(1), insert(3)])
        assert [outcome.error for outcome in outcomes[:2]] == [None, refused]
        assert isinstance(outcomes[2].error, StoreUnavailable)
        assert connection.execute("SELECT number FROM seen").fetchall() == [(1,), (3,)]


def test_a_commit_that_fails_fails_every_write(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("CREATE TABLE seen (number INTEGER PRIMARY KEY)")
        connection.execute("CREATE TABLE late (number REFERENCES seen (number) DEFERRABLE INITIALLY DEFERRED)")

        def orphan(to: Connection) -> None:
            to.execute("INSERT INTO late VALUES (99)")

        outcomes = commit_together(connection, path, [insert(1), orphan])
        assert [type(outcome.error) for outcome in outcomes] == [StoreUnavailable, StoreUnavailable]
        assert [outcome.error for outcome in commit_together(connection, path, [insert(1)])] == [None]
        assert connection.execute("SELECT number FROM seen").fetchall() == [(1,)]


def test_a_lost_transaction_fails_every_write(path: Path) -> None:
    with closing(connect(path)) as connection:
        connection.execute("CREATE TABLE seen (number INTEGER PRIMARY KEY)")

        def lose(to: Connection) -> None:
            to.execute("INSERT OR ROLLBACK INTO seen VALUES (1)")

        outcomes = commit_together(connection, path, [insert(1), lose, insert(2)])
        assert all("the transaction was lost" in str(outcome.error) for outcome in outcomes)
        assert connection.execute("SELECT number FROM seen").fetchall() == []


async def test_a_closed_store_refuses_with_words(store: SqliteStore) -> None:
    await store.close()
    for use in (store.load("r1"), store.receive(Change(a_request()), []), store.changes()):
        with pytest.raises(StoreUnavailable, match="closed"):
            await use


def insert(number: int) -> Work:
    return lambda to: to.execute("INSERT INTO seen VALUES (?)", (number,)).rowcount
