"""The store as doctor sees it, while the bot works on it and while it rests."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters import sqlite_health
from bot.adapters.sqlite_health import Health, health
from bot.adapters.sqlite_mark import Mark, beside, read_mark
from bot.errors import StoreUnavailable
from bot.wiring.doctor import rules, store
from bot.wiring.doctor.finding import Finding, State
from tests.engine import Engine
from tests.factories import NOW
from tests.world import World, says, suspend, uses

WELL = Health(3, True, "wal", "ok", 10 << 30, Mark("s", 1, 7, 0))


def seen(**fields: object) -> dict[str, Finding]:
    found = store.findings(replace(WELL, **fields), NOW)  # type: ignore[arg-type]
    return {finding.name.removeprefix("store."): finding for finding in found}


def test_a_healthy_store_is_fine() -> None:
    assert {finding.state for finding in seen().values()} == {State.OK}


def test_a_file_at_rest_is_not_said_to_be_damaged() -> None:
    finding = seen(journal="delete")["journal"]
    assert (finding.state, "at rest" in finding.what) == (State.OK, True)


@pytest.mark.parametrize(
    ("name", "fields", "state"),
    [
        ("integrity", {"damage": "row 7 missing from index"}, State.FAIL),
        ("integrity", {"damage": ""}, State.SKIPPED),
        ("disk", {"free": 10 << 20}, State.FAIL),
        ("disk", {"free": 200 << 20}, State.WARN),
        ("epoch", {"suspicion": "another store was here before"}, State.WARN),
        ("schema", {"schema": 1, "is_current": False}, State.WARN),
    ],
)
def test_each_trouble_has_a_word_and_a_remedy(name: str, fields: dict[str, object], state: State) -> None:
    finding = seen(**fields)[name]
    assert (finding.state, bool(finding.mend)) == (state, True)


def test_of_an_older_store_only_that_is_said() -> None:
    assert list(seen(is_current=False)) == ["schema", "journal", "integrity", "disk"]


@pytest.mark.parametrize(("minutes", "state"), [(1, State.OK), (6, State.WARN)])
def test_messages_that_nobody_sees_for_long_are_told(minutes: int, state: State) -> None:
    since = int((NOW - timedelta(minutes=minutes)).timestamp() * 1_000_000)
    finding = seen(unseen=2, unseen_since=since)["messages"]
    assert (finding.state, finding.evidence["oldest_seconds"]) == (state, minutes * 60)


def test_a_store_that_is_not_there_yet_is_no_trouble(tmp_path: Path) -> None:
    assert store.looked_at(tmp_path / "none") is None
    assert [finding.state for finding in store.store(None, NOW)] == [State.SKIPPED]


def test_a_file_that_is_no_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("not a database, and long enough to be looked at" * 20)
    found = store.looked_at(tmp_path / "notes")
    assert isinstance(found, StoreUnavailable)
    [finding] = store.store(found, NOW)
    assert (finding.state, "not a SQLite database" in finding.mend) == (State.FAIL, True)


async def test_a_working_store_is_read_without_a_trace(tmp_path: Path) -> None:
    database = tmp_path / "store.sqlite3"
    engine = await Engine.open(database, World(script=[uses(suspend()), says("Finished.")]))
    await engine.mention("suspend leaver@example.com")
    await engine.run()
    content, mark, version = database.read_bytes(), read_mark(database), await engine.store.changes()
    found = health(database, 60)
    kept = rules.kept(database)
    assert (database.read_bytes(), read_mark(database), await engine.store.changes()) == (content, mark, version)
    assert (found.journal, found.damage, found.open_requests, found.suspicion) == ("wal", "ok", 1, "")
    assert (kept.team, bool(kept.policy), [tool.server for tool in kept.tools][:1]) == ("T1", True, ["google"])
    await engine.close()
    assert health(database, 60).mark == mark
    beside(database).unlink()
    assert "missing or unreadable" in health(database, 60).suspicion


async def test_what_there_is_no_time_for_is_not_called_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "store.sqlite3"
    await (await Engine.open(database, World())).close()
    monkeypatch.setattr(sqlite_health, "STEPS", 1)
    assert (health(database, -1.0).damage, health(database, 60).damage) == ("", "ok")
