"""What the list of open requests costs does not depend on how many are closed."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters.sqlite_requests import open_requests
from bot.adapters.sqlite_store import SqliteStore
from bot.models.request import RequestStatus
from bot.store_ports import Change
from tests.factories import HandClock, a_request

COPIES = """INSERT INTO requests (id, version, is_open, team, channel, thread_ts, user, body)
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?)
    SELECT 'done' || i || '-' || random(), version, 0, team, channel, thread_ts, user, body
    FROM n, (SELECT * FROM requests WHERE is_open = 0 LIMIT 1)"""


def steps(path: Path) -> int:
    """How many instructions SQLite's machine takes for the list of 20."""
    count = 0

    def one() -> None:
        nonlocal count
        count += 1

    with closing(sqlite3.connect(path)) as connection:
        connection.set_progress_handler(one, 1)
        assert len(open_requests(connection, 20)) == 20
    return count


@pytest.mark.parametrize("newest_are_closed", [False, True])
async def test_a_hundred_times_as_many_closed_requests_cost_the_list_nothing(
    tmp_path: Path, *, newest_are_closed: bool
) -> None:
    path = tmp_path / "store.sqlite3"
    store = await SqliteStore.open(path, HandClock())
    await store.receive(Change(a_request(id="closed", status=RequestStatus.DONE)), [])
    if not newest_are_closed:
        await store._database.write(lambda to: to.execute(COPIES, (20_000,)).rowcount)
    for number in range(30):
        await store.receive(Change(a_request(id=f"r{number}")), [f"key{number}"])
    before = steps(path)
    if newest_are_closed:
        await store._database.write(lambda to: to.execute(COPIES, (20_000,)).rowcount)
    await store.close()
    assert steps(path) <= before * 1.3
    assert before < 5_000
