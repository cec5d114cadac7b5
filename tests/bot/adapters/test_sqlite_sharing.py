"""One file: closed and opened again, used by several processes, and never searched from end to end."""

import asyncio
import re
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.adapters.sqlite_database import Database
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import VersionConflict
from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from bot.store_ports import Change
from tests.factories import (
    LATER,
    NOW,
    HandClock,
    a_policy,
    a_record,
    a_request,
    a_toolset,
    a_vote_received,
    an_audit_chain,
    an_outbox_row,
)

ROOT = Path(__file__).parents[3]
SAVES = 40

CHILD = """
import asyncio, sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import VersionConflict
from bot.store_ports import Change
from tests.factories import HandClock, a_request

async def main(path, name, saves):
    store = await SqliteStore.open(Path(path), HandClock())
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(saves):
        await store.receive(Change(a_request(id=f"{name}-{number}")), [f"key-{number}"])
        while True:
            request = (await store.load("shared")).request
            try:
                await store.save(Change(replace(request, version=request.version + 1, text=request.text + name)))
                break
            except VersionConflict:
                pass
    await store.close()

asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    store = await SqliteStore.open(path, HandClock())
    yield store
    await store.close()


async def test_everything_is_there_after_closing_and_opening_again(path: Path) -> None:
    first = await SqliteStore.open(path, HandClock())
    record = a_record()
    change = Change(
        record.request, record.turns, record.calls, record.approvals, an_audit_chain("one"), (an_outbox_row(),)
    )
    await first.receive(change, ["key"])
    await first.append([a_vote_received()])
    await first.publish(a_policy())
    await first.close()
    again = await SqliteStore.open(path, HandClock())
    assert await again.load("r1") == record
    assert (list(await again.inbox("r1")), list(await again.rows("r1"))) == ([a_vote_received()], [an_outbox_row()])
    assert (tuple(await again.audit("r1")), await again.policy()) == (an_audit_chain("one"), a_policy())
    assert await again.receive(Change(a_request(id="r2")), ["key"]) == "r1"
    await again.close()


async def test_closing_first_finishes_what_was_submitted(path: Path) -> None:
    store = await SqliteStore.open(path, HandClock())
    received = [asyncio.ensure_future(store.receive(Change(a_request(id=f"r{n}")), [])) for n in range(600)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*received) == [f"r{n}" for n in range(600)]
    await store.close()


async def test_two_processes_write_at_once_and_nothing_is_lost(store: SqliteStore, path: Path) -> None:
    await store.receive(Change(a_request(id="shared", text="")), [])
    children = [await start(path, name, saves=SAVES) for name in "ab"]
    await asyncio.gather(*(finish(child) for child in children))
    shared = (await store.load("shared")).request
    assert (shared.version, shared.text.count("a"), shared.text.count("b")) == (1 + 2 * SAVES, SAVES, SAVES)
    leases = await store.claim(NOW, LATER, 1000)
    assert len(leases) == 1 + SAVES, "each key belongs to one request, whichever process was first"


async def test_processes_that_create_the_file_at_once_agree(path: Path) -> None:
    children = await asyncio.gather(*(start(path, name, saves=0) for name in "abc"))
    await asyncio.gather(*(finish(child) for child in children))
    store = await SqliteStore.open(path, HandClock())
    assert await store.next_due() is None
    await store.close()


async def test_a_file_that_another_process_creates_meanwhile_is_opened(path: Path) -> None:
    """It does so right after we have seen that nothing is there yet."""
    others: list[SqliteStore] = []

    class Late(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
            found = super().execute(sql, *values)
            if "user_version" in sql and not others:
                others.append(asyncio.run(opened_and_closed(path)))
            return found

    database = await Database.open(
        path, lambda at: sqlite3.connect(at, isolation_level=None, check_same_thread=False, factory=Late)
    )
    assert len(others) == 1
    await database.close()


async def opened_and_closed(path: Path) -> SqliteStore:
    store = await SqliteStore.open(path, HandClock())
    await store.close()
    return store


async def test_old_keys_are_forgotten_as_new_ones_come(path: Path) -> None:
    clock = HandClock()
    store = await SqliteStore.open(path, clock)
    for number in range(30):
        await store.receive(Change(a_request(id=f"r{number}")), [f"event {number}", f"message {number}"])
    clock.advance(days=1)
    for number in range(30, 34):
        await store.receive(Change(a_request(id=f"r{number}")), [f"event {number}"])
    await store.close()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT count(*) FROM keys").fetchone() == (4,)


async def test_looking_for_work_in_vain_is_not_a_write(store: SqliteStore) -> None:
    before = await store.changes()
    assert list(await store.claim(NOW, LATER, 9)) == []
    with pytest.raises(VersionConflict):
        await store.save(Change(a_request(version=2)))
    assert await store.changes() == before


async def test_no_statement_searches_a_table_from_end_to_end(path: Path) -> None:
    database = await Database.open(path)
    store = SqliteStore(database, HandClock())
    seen: set[str] = set()
    await database.write(lambda to: to.set_trace_callback(seen.add))
    await asyncio.gather(*(database.read(lambda of: of.set_trace_callback(seen.add)) for _ in range(40)))
    await use_everything(store)
    await store.close()
    statements = sorted(sql for sql in seen if re.match(r"SELECT|UPDATE|DELETE|INSERT", sql))
    assert len(statements) > 30
    with closing(sqlite3.connect(path)) as connection:
        plans = {sql: [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")] for sql in statements}
    assert {sql: plan for sql, plan in plans.items() if any(is_slow(step) for step in plan)} == {}


def is_slow(step: str) -> bool:
    """The table `store` has one row."""
    return ("SCAN" in step and step not in {"SCAN CONSTANT ROW", "SCAN store"}) or "TEMP B-TREE" in step


async def start(path: Path, name: str, saves: int) -> asyncio.subprocess.Process:
    """A child that has opened the store and waits to be told to go on."""
    pipe = asyncio.subprocess.PIPE
    arguments = (sys.executable, "-c", CHILD, str(path), name, str(saves))
    child = await asyncio.create_subprocess_exec(*arguments, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT)
    assert child.stdout is not None
    assert await child.stdout.readline() == b"ready\n"
    return child


async def finish(child: asyncio.subprocess.Process) -> None:
    """Lets the child go on, to a good end."""
    _, errors = await child.communicate(b"go\n")
    assert (child.returncode, errors) == (0, b"")


async def use_everything(store: SqliteStore) -> None:
    record = a_record()
    change = Change(
        record.request, record.turns, record.calls, record.approvals, an_audit_chain("one"), (an_outbox_row(),)
    )
    await store.receive(change, ["key"])
    await store.receive(change, ["key"])
    await store.append([a_vote_received()])
    await store.inbox("r1")
    await store.find_approval("a1")
    await store.card_rows("a1")
    await store.call("c1")
    await store.open_in_thread("T1", "C1", "1.0", "U1")
    await store.find_open_call("f1")
    await store.attached("c1")
    await store.audit("r1")
    for lease in await store.claim(NOW, LATER, 9):
        await store.renew(lease, LATER)
        await store.release(lease, LATER)
    await store.next_due()
    (row,) = await store.claim_rows(NOW, NOW, 9)
    await store.not_shown(row, "ratelimited", LATER)
    await store.shown(row, 1, "1.0")
    await store.not_shown(row, "gone", None)
    await store.rows("r1")
    await store.save(Change(a_request(version=2, status=RequestStatus.DONE), consumed=("in1",)))
    await store.publish(a_policy())
    await store.save_tools(a_toolset())
    await store.tools(a_toolset().digest)
    await store.thread("T1", "C1", "1.0")
    await store.is_backfilled("T1", "C1", "1.0")
    await store.set_backfilled("T1", "C1", "1.0")


async def test_nothing_of_a_private_message_stays_in_the_store_once_it_was_shown(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.db", HandClock())
    row = an_outbox_row(id="private:1", kind=Kind.PRIVATE, text="only for you", user="U1")
    await store.receive(Change(a_request(), outbox=(row,)), ["key"])
    (claimed,) = await store.claim_rows(NOW, LATER, 9)
    await store.shown(claimed, 1, "1.0")
    await store.close()
    with closing(sqlite3.connect(tmp_path / "store.db")) as connection:
        assert "only for you" not in "\n".join(connection.iterdump())
        (stored,) = connection.execute("SELECT CAST(body AS TEXT) FROM outbox").fetchone()
    assert "only for you" not in stored
