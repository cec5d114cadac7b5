"""A new account: its password reaches who asked, sealed, and nobody else."""

from typing import Any

import pytest
from fastmcp.client.client import CallToolResult

from mcp_tools.google_admin.passwords import ALPHABET, LENGTH
from mcp_tools.sealing import NOBODY
from sandbox.google.errors import GoogleError, condition_not_met, unavailable
from sandbox.google.faults import Answer, Drop
from tests.mcp_tools.google_admin.tools import Envelope, Failure, Tools, client_of, failed, failure
from tests.sandbox.google.stand_in import StandIn

JO = "jo.doe@example.com"
NEW = {"primary_email": JO, "first_name": "Jo", "last_name": "Doe"}
LABEL = f"Password of {JO}"


async def add(tools: Tools, envelope: Envelope, **changes: Any) -> CallToolResult:
    return await envelope.call(tools, "add_user", **(NEW | changes))


async def test_a_new_account_has_the_password_that_who_asked_can_read(google: StandIn, tools: Tools) -> None:
    envelope = Envelope()
    result = await add(tools, envelope)
    made = google.world.find(JO)
    assert envelope.open(result, "add_user") == {LABEL: made.password}
    assert (len(made.password), set(made.password) <= set(ALPHABET)) == (LENGTH, True)
    assert (made.full_name, made.change_password_at_next_login, made.suspended) == ("Jo Doe", True, False)
    assert result.structured_content is not None
    assert result.structured_content["summary"] == (
        f"{JO} was created. Its password was sent privately to the person who asked; it must be changed at the first "
        "sign-in."
    )


async def test_the_password_is_nowhere_else(
    google: StandIn, tools: Tools, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    result = await add(tools, Envelope())
    password = google.world.find(JO).password
    said, written = capfd.readouterr(), str([record.__dict__ for record in caplog.records])
    places = (result, result.content, result.structured_content, google.log.after(0), google.world.effects)
    assert all(password not in text for text in (*map(repr, places), said.out, said.err, written))


async def test_a_password_that_google_quotes_back_is_not_told(google: StandIn) -> None:
    google.faults.plan(Answer(GoogleError(400, "invalid", f"Invalid Password {'a' * LENGTH}", "")), method="POST")
    async with client_of(google.url, choose=lambda _: "a") as tools:
        refused = failed(await add(tools, Envelope()))
    assert refused == Failure(
        "failed", f"Could not add {JO}. Google says: Invalid Password ‹password›. Nothing was changed."
    )


async def test_without_anybody_to_tell_nothing_is_sent(google: StandIn, tools: Tools) -> None:
    assert await failure(tools, "add_user", **NEW) == Failure("refused", NOBODY)
    no_key = {"countersign/seal_to": "AAAA", "countersign/seal_as": "google__add_user"}
    result = await tools.call_tool("add_user", NEW, meta=no_key, raise_on_error=False)
    assert failed(result) == Failure("refused", NOBODY)
    assert google.log.after(0) == []


@pytest.mark.parametrize("taken", ["leaver@example.com", "lea.verheyen@example.com"])
async def test_an_address_that_somebody_has_is_left_alone(google: StandIn, tools: Tools, taken: str) -> None:
    refused = failed(await add(tools, Envelope(), primary_email=taken))
    assert refused == Failure(
        "failed", f"There already is an account or an alias {taken}. Nothing was changed. Look with get_user."
    )
    assert google.world.effects == ()


@pytest.mark.parametrize(
    ("email", "error", "words"),
    [
        ("ops@example.com", None, "There already is an account, an alias or a group ops@example.com."),
        ("jo@elsewhere.example", None, "The domain elsewhere.example is none of this Google Workspace."),
        (JO, condition_not_met("No seats"), f"Google made no account {JO}: no licence is free for it."),
    ],
)
async def test_why_google_makes_no_account_is_said_plainly(
    google: StandIn, tools: Tools, email: str, error: GoogleError | None, words: str
) -> None:
    if error:
        google.faults.plan(Answer(error), method="POST")
    refused = failed(await add(tools, Envelope(), primary_email=email))
    assert (refused.outcome, refused.text.startswith(words)) == ("failed", True)
    assert google.world.effects == ()


@pytest.mark.parametrize("fault", [Drop(), Answer(unavailable())])
async def test_after_a_lost_answer_the_secret_is_lost_and_the_way_on_is_said(
    google: StandIn, tools: Tools, fault: Drop | Answer
) -> None:
    google.faults.plan(fault, method="POST")
    result = await add(tools, Envelope())
    lost = failed(result)
    assert lost.outcome == "unknown"
    assert lost.text.endswith(
        f"look with get_user whether {JO} is there. Its password is lost in any case: once the account is there, "
        "reset_password gives it a new one."
    )
    assert "countersign/sealed" not in (result.meta or {})


@pytest.mark.parametrize(
    "changes",
    [
        {"primary_email": "Jo Doe <jo@example.com>"},
        {"primary_email": "12345"},
        {"first_name": ""},
        {"first_name": "Jo\u202e"},
        {"last_name": "<b>"},
        {"last_name": "D" * 61},
        {"password": "hunter2"},
    ],
)
async def test_what_is_no_person_is_refused_before_anything_is_sent(
    google: StandIn, tools: Tools, changes: dict[str, str]
) -> None:
    assert failed(await add(tools, Envelope(), **changes)).outcome == "refused"
    assert google.log.after(0) == []


async def test_names_of_people_are_taken_as_they_are_written(google: StandIn, tools: Tools) -> None:
    result = await add(tools, Envelope(), first_name="Zoë-Ann", last_name="O’Brien van der Berg")
    assert not result.is_error
    assert google.world.find(JO).full_name == "Zoë-Ann O’Brien van der Berg"
