"""What is open, for people and for programs, while the bot runs."""

import sqlite3
from contextlib import closing

import pytest

from tests.handlers.cli.commands import Place


async def test_the_list_shows_what_waits_and_not_what_is_done(place: Place) -> None:
    shown = place.run("requests")
    assert (shown.exit_code, shown.stderr) == (0, "")
    assert place.waiting in shown.stdout
    assert "pending: google__suspend_user" in shown.stdout
    assert place.done not in shown.stdout


async def test_texts_are_shown_as_they_are_without_what_is_invisible(place: Place) -> None:
    shown = place.run("requests").stdout
    assert "[bold]suspend" in shown
    assert "\u202e" not in shown
    assert "please" not in shown


async def test_programs_get_json(place: Place) -> None:
    [request] = place.read("requests")["requests"]
    assert (request["id"], request["status"], request["user"]) == (place.waiting, "waiting", "U-requester")
    [call] = request["calls"]
    assert (call["tool"], call["status"]) == ("google__suspend_user", "pending")


async def test_the_newest_come_first_and_more_are_said(place: Place) -> None:
    newest = await place.engine.mention("hello", ts="300.0")
    listed = place.read("requests")
    assert [request["id"] for request in listed["requests"]] == [newest, place.waiting]
    assert listed["more"] is False
    one = place.run("requests", "--limit", "1")
    assert place.waiting not in one.stdout
    assert "More are open" in one.stderr


@pytest.mark.parametrize("new", ['"status":"approved"', '"status":,'])
async def test_what_was_changed_outside_is_said_and_its_forged_state_is_not_shown(place: Place, new: str) -> None:
    with closing(sqlite3.connect(place.database)) as outside:
        edit = "UPDATE calls SET body = CAST(replace(CAST(body AS TEXT), ?, ?) AS BLOB) WHERE request_id = ?"
        assert outside.execute(edit, ('"status":"pending"', new, place.waiting)).rowcount == 1
        outside.commit()
    shown = place.run("requests").stdout
    assert "changed outside" in shown
    assert "see countersign audit verify" in shown
    assert "approved" not in shown
    assert place.read("requests")["requests"] == [
        {"id": place.waiting, "status": "changed outside", "mend": "see countersign audit verify"}
    ]


async def test_nothing_open_is_said(place: Place) -> None:
    await place.engine.withdraw()
    await place.engine.run()
    assert place.run("requests").stdout == "Nothing is open.\n"


async def test_reading_changes_nothing(place: Place) -> None:
    before = await place.engine.store.changes()
    for words in (["requests"], ["store", "check"], ["audit", "verify"]):
        assert place.run(*words).exit_code == 0
    assert await place.engine.store.changes() == before
