"""`countersign audit verify` names the first bad row of each chain."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.models.audit import AuditEvent
from tests.handlers.cli.commands import Place, command


def spoil(place: Place, statement: str, *values: object) -> None:
    """Somebody with access to the file."""
    with closing(sqlite3.connect(place.database)) as connection:
        connection.execute(statement, values)
        connection.commit()


async def test_chains_that_nobody_touched_hold(place: Place) -> None:
    verified = place.read("audit", "verify")
    assert (verified["ok"], verified["chains"], verified["flaws"]) == (True, 2, [])
    assert "All hold: 2 chain(s)" in place.run("audit", "verify").stdout


EDIT = (
    "UPDATE audit SET body = CAST(replace(CAST(body AS TEXT), 'U-', 'X-') AS BLOB) WHERE request_id = ? AND number = 1"
)
TAMPERS = [
    (EDIT, 1, "changed"),
    ("DELETE FROM audit WHERE request_id = ? AND number = 2", 2, "missing"),
    ("DELETE FROM audit WHERE request_id = ?", 1, "missing"),
    ("DELETE FROM audit WHERE request_id = ? AND number > 3", 4, "missing"),
    ("UPDATE audit SET body = x'7b' WHERE request_id = ? AND number = 3", 3, "cannot be read"),
    ("UPDATE requests SET body = x'7b' WHERE id = ?", 0, "the request itself"),
    ("DELETE FROM requests WHERE id = ?", 1, "belongs to no request"),
]


@pytest.mark.parametrize(("statement", "row", "why"), TAMPERS)
async def test_the_first_bad_row_is_named(place: Place, statement: str, row: int, why: str) -> None:
    spoil(place, statement, place.done)
    result = place.run("audit", "verify", "--json")
    [flaw] = json.loads(result.stdout)["flaws"]
    assert (result.exit_code, flaw["request_id"], flaw["row"]) == (1, place.done, row)
    assert why in flaw["why"]
    shown = place.run("audit", "verify")
    assert (shown.exit_code, place.done in shown.stdout) == (1, True)


async def test_a_record_that_was_edited_is_found_by_what_its_last_row_vouches_for(place: Place) -> None:
    spoil(
        place,
        "UPDATE calls SET body = CAST(replace(CAST(body AS TEXT), 'leaver@', 'leader@') AS BLOB) WHERE request_id = ?",
        place.done,
    )
    result = place.run("audit", "verify", "--json")
    [flaw] = json.loads(result.stdout)["flaws"]
    assert (result.exit_code, flaw["request_id"]) == (1, place.done)
    assert "somebody edited it" in flaw["why"]


async def test_a_file_with_a_damaged_page_proves_nothing(place: Place) -> None:
    spoil(place, "PRAGMA wal_checkpoint(TRUNCATE)")
    with place.database.open("r+b") as file:
        file.seek(place.database.stat().st_size // 2)
        file.write(b"\xff" * 4096)
    assert place.run("audit", "verify").exit_code == 2


async def test_two_rows_that_changed_places_are_found(place: Place) -> None:
    spoil(place, "UPDATE audit SET number = -2 WHERE request_id = ? AND number = 2", place.done)
    spoil(place, "UPDATE audit SET number = 2 WHERE request_id = ? AND number = 3", place.done)
    spoil(place, "UPDATE audit SET number = 3 WHERE request_id = ? AND number = -2", place.done)
    [flaw] = json.loads(place.run("audit", "verify", "--json").stdout)["flaws"]
    assert (flaw["request_id"], flaw["row"]) == (place.done, 2)


async def test_one_request_is_verified_alone(place: Place) -> None:
    spoil(place, EDIT, place.done)
    assert place.run("audit", "verify", "--request", place.waiting).exit_code == 0
    assert place.run("audit", "verify", "--request", place.done).exit_code == 1
    unknown = place.run("audit", "verify", "--request", "nobody")
    assert (unknown.exit_code, unknown.stderr) == (2, "Error: there is no request nobody\n")


async def test_a_backup_is_verified_without_the_store(place: Place, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    assert place.run("store", "backup", str(copy)).exit_code == 0
    assert command("audit", "verify", str(copy)).exit_code == 0


async def test_a_file_that_is_no_store_is_unusable(tmp_path: Path) -> None:
    (tmp_path / "notes").write_text("not a database " * 100)
    result = command("audit", "verify", str(tmp_path / "notes"))
    assert (result.exit_code, result.stderr.startswith("Error: ")) == (2, True)


def test_the_rows_are_what_the_words_speak_of() -> None:
    assert AuditEvent.__slots__[:2] == ("request_id", "seq")
