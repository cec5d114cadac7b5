"""Starting while another process holds the database."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.adapters import sqlite_connection
from handlers import socket_mode
from sandbox.__main__ import DATABASE, bot_environment


def test_a_locked_database_is_named_with_how_to_mend_it_and_without_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sqlite_connection, "BUSY_SECONDS", 0.01)
    monkeypatch.setattr(socket_mode, "configure", lambda *_: None)
    for name, value in bot_environment({}, "http://127.0.0.1:1", tmp_path).items():
        monkeypatch.setenv(name, value)
    with closing(sqlite3.connect(tmp_path / DATABASE, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = WAL")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(SystemExit) as ended:
            socket_mode.main()
    assert ended.value.code == socket_mode.USAGE
    why = "database is locked (another process has been writing to it all the time: let it finish, or end it)"
    assert capsys.readouterr().err == f"Countersign cannot start. {tmp_path / DATABASE}: {why}\n"
