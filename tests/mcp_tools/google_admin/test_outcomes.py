"""What became of a call is said in `_meta`, and it is true: the stand-in knows what really happened."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import NoReturn

import pytest
from aiohttp import web
from fastmcp import Client

from mcp_tools.google_admin.directory import DirectoryClient
from mcp_tools.google_admin.server import build_server
from mcp_tools.google_admin.settings import GoogleSettings
from mcp_tools.google_admin.workspace import connect
from sandbox.google.directory import Effect
from sandbox.google.errors import GoogleError, forbidden, login_required, quota_exceeded, unavailable
from sandbox.google.faults import Answer, Drop, Fault, Slow
from tests.mcp_tools.google_admin.tools import STATIC_TOKEN, Failure, Tools, answer, client_of, failure
from tests.sandbox.google.stand_in import StandIn

LEAVER = "leaver@example.com"
BAD_GATEWAY = GoogleError(502, "badGateway", "Bad Gateway", "UNAVAILABLE")


@asynccontextmanager
async def google_that_answers_writes_with(response: str) -> AsyncIterator[str]:
    """Looks an account up properly, and answers every PATCH with HTTP 200 and `response`."""
    user = {"id": "1", "primaryEmail": LEAVER, "name": {"fullName": "Lea"}, "suspended": False}

    async def get(_request: web.Request) -> web.Response:
        return web.json_response(user | {"isAdmin": False, "isDelegatedAdmin": False})

    async def patch(_request: web.Request) -> web.Response:
        return web.Response(text=response, content_type="application/json")

    app = web.Application()
    app.router.add_get("/admin/directory/v1/users/{key}", get)
    app.router.add_patch("/admin/directory/v1/users/{key}", patch)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


async def test_a_write_whose_connection_was_cut_is_unknown_and_was_sent_once(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Drop(), method="PATCH")
    cut = await failure(tools, "suspend_user", user_key=LEAVER)
    assert cut == Failure(
        "unknown",
        "The request to suspend leaver@example.com was sent to Google, but its fate is unknown: the connection was "
        "cut. It may have been carried out. Do not repeat it; look at the account with get_user first.",
    )
    assert google.world.effects == (Effect("PATCH", LEAVER, {"suspended": True}),)


async def test_a_write_that_was_not_answered_in_time_is_unknown(google: StandIn) -> None:
    late = asyncio.Event()

    async def until_late(_seconds: float) -> None:
        await late.wait()

    google.faults.sleep = until_late
    google.faults.plan(Slow(60), method="PATCH")
    async with client_of(google.url, timeout=0.3) as impatient:
        unanswered = await failure(impatient, "suspend_user", user_key=LEAVER)
    late.set()
    assert unanswered.outcome == "unknown"
    assert "no answer within 0.3 seconds" in unanswered.text
    assert len(google.world.effects) == 1


@pytest.mark.parametrize("error", [unavailable(), BAD_GATEWAY])
async def test_a_write_answered_with_a_server_error_is_unknown(
    google: StandIn, tools: Tools, error: GoogleError
) -> None:
    google.faults.plan(Answer(error), method="PATCH")
    assert (await failure(tools, "suspend_user", user_key=LEAVER)).outcome == "unknown"
    assert [step.title.split()[0] for step in google.log.after(0)] == ["GET", "PATCH"]


@pytest.mark.parametrize("response", ["<html>", "[]", "{}", '{"suspended": true}'])
async def test_a_write_answered_with_something_unreadable_is_unknown(response: str) -> None:
    async with google_that_answers_writes_with(response) as url, client_of(url) as tools:
        assert (await failure(tools, "suspend_user", user_key=LEAVER)).outcome == "unknown"


async def test_a_write_that_google_takes_but_does_not_show_is_unknown() -> None:
    unchanged = (
        '{"id": "1", "primaryEmail": "leaver@example.com", "name": {"fullName": "Lea"}, "suspended": false, '
        '"isAdmin": false, "isDelegatedAdmin": false}'
    )
    async with google_that_answers_writes_with(unchanged) as url, client_of(url) as tools:
        unsure = await failure(tools, "suspend_user", user_key=LEAVER)
    assert (unsure.outcome, "does not report the account as suspended" in unsure.text) == ("unknown", True)


@pytest.mark.parametrize("fault", [Drop(), Answer(unavailable())])
async def test_a_look_up_without_an_answer_is_failed_and_the_write_after_it_is_not_sent(
    google: StandIn, tools: Tools, fault: Fault
) -> None:
    google.faults.plan(fault, method="GET")
    assert (await failure(tools, "suspend_user", user_key=LEAVER)).outcome == "failed"
    assert google.world.effects == ()
    assert (await answer(tools, "suspend_user", user_key=LEAVER))["changed"] is True


async def test_without_a_connection_the_call_is_refused() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with client_of(f"http://127.0.0.1:{closed.getsockname()[1]}/") as tools:
            unreachable = await failure(tools, "suspend_user", user_key=LEAVER)
    assert unreachable == Failure(
        "refused",
        "Could not look up leaver@example.com: no connection to Google (ConnectionRefusedError). "
        "Nothing was sent, so nothing was changed. Try again later.",
    )


async def test_an_unknown_account_is_failed_and_the_model_is_told_where_to_look(tools: Tools) -> None:
    assert await failure(tools, "suspend_user", user_key="nobody@example.com") == Failure(
        "failed",
        "There is no account nobody@example.com in this Google Workspace. Find the right one with list_users.",
    )


async def test_a_super_administrator_stays_as_is(google: StandIn, tools: Tools) -> None:
    refused = await failure(tools, "suspend_user", user_key="boss@example.com")
    assert refused == Failure(
        "failed",
        "boss@example.com is a super administrator, and Google does not let one be suspended. Nothing was changed. "
        "Another super administrator must take that role away in the Admin console first.",
    )
    assert google.world.effects == ()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (forbidden(), "the credential of this server may not do that"),
        (login_required(), "the credential of this server may not do that"),
        (quota_exceeded(), "Google's quota for this API is used up"),
        (GoogleError(429, "", "Too many", "RESOURCE_EXHAUSTED"), "Google's quota for this API is used up"),
        (GoogleError(412, "conditionNotMet", "Precondition", "FAILED_PRECONDITION"), "Google says: Precondition"),
    ],
)
async def test_an_explicit_no_is_failed_in_words_to_act_on(
    google: StandIn, tools: Tools, error: GoogleError, words: str
) -> None:
    google.faults.plan(Answer(error), method="PATCH")
    refused = await failure(tools, "suspend_user", user_key=LEAVER)
    assert (refused.outcome, words in refused.text) == ("failed", True)
    assert google.world.effects == ()


async def test_a_page_token_of_another_search_is_failed(tools: Tools) -> None:
    first = await answer(tools, "list_users", max_results=10)
    stale = await failure(tools, "list_users", suspended=True, page_token=first["next_page_token"])
    assert stale == Failure(
        "failed", "Could not list the users. Google says: Invalid Input: pageToken. Nothing was changed."
    )


class Broken:
    """A client of Google's that breaks, with a secret in its words."""

    def get(self, **_arguments: str) -> NoReturn:
        raise RuntimeError("token hunter22")


async def test_what_breaks_inside_a_tool_is_not_told() -> None:
    google = connect(GoogleSettings(STATIC_TOKEN, "http://127.0.0.1:9/"))
    async with Client(build_server(replace(google, users=DirectoryClient(Broken())))) as tools:
        answer = await tools.call_tool("get_user", {"user_key": LEAVER}, raise_on_error=False)
    assert answer.is_error
    assert "hunter22" not in repr(answer)
