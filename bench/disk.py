"""How many durable commits a second the disk allows: SQLite, WAL, one writer, one insert a commit, each one fsynced."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

ROW = "x" * 500


def open_durable(path: Path) -> sqlite3.Connection:
    """WAL and `synchronous=FULL`, both read back: a figure without them would mean nothing."""
    connection = sqlite3.connect(path, isolation_level=None)
    journal = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    connection.execute("PRAGMA synchronous=FULL")
    synchronous = connection.execute("PRAGMA synchronous").fetchone()[0]
    if (journal, synchronous) != ("wal", 2):
        raise RuntimeError(f"journal_mode={journal}, synchronous={synchronous}")
    return connection


def commits_per_second(path: Path, commits: int) -> float:
    """`path` must not exist yet."""
    with closing(open_durable(path)) as connection:
        connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT NOT NULL)")
        begun = time.perf_counter()
        for _ in range(commits):
            connection.execute("INSERT INTO event (body) VALUES (?)", (ROW,))
        return commits / (time.perf_counter() - begun)
