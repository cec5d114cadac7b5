"""The disk's own rate is only worth something when every commit is really durable."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bench.disk import commits_per_second, open_durable


def test_the_connection_is_fsynced_on_every_commit(tmp_path: Path) -> None:
    with closing(open_durable(tmp_path / "disk.sqlite3")) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_every_insert_is_a_commit_of_its_own(tmp_path: Path) -> None:
    with closing(open_durable(tmp_path / "disk.sqlite3")) as connection:
        connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY)")
        connection.execute("INSERT INTO event DEFAULT VALUES")
        assert connection.in_transaction is False


def test_as_many_rows_are_stored_as_were_counted(tmp_path: Path) -> None:
    assert commits_per_second(tmp_path / "disk.sqlite3", 20) > 0
    with closing(sqlite3.connect(tmp_path / "disk.sqlite3")) as connection:
        assert connection.execute("SELECT count(*) FROM event").fetchone() == (20,)
