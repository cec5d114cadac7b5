"""The tools as a model uses them: through MCP, against the Google stand-in."""

import asyncio
from typing import Any

import pytest

from sandbox.google.directory import Effect
from tests.mcp_tools.google_admin.tools import GOLDEN, Tools, advertised, answer, client_of, failure
from tests.sandbox.google.stand_in import StandIn

LEAVER = "leaver@example.com"


def addresses(page: dict[str, Any]) -> list[str]:
    return [user["primary_email"] for user in page["users"]]


async def test_every_account_is_listed_though_google_gives_short_pages(google: StandIn, tools: Tools) -> None:
    google.faults.largest_page = 25
    page = await answer(tools, "list_users", max_results=500)
    assert addresses(page) == [user.primary_email for user in google.world.users()]
    assert (len(page["users"]), page["next_page_token"]) == (64, None)
    assert [step.detail["query"]["maxResults"] for step in google.log.after(0)] == ["500", "475", "450"]


async def test_a_listing_goes_on_where_the_last_one_stopped(google: StandIn, tools: Tools) -> None:
    google.faults.largest_page = 20
    first = await answer(tools, "list_users", max_results=30, domain="example.com")
    rest = await answer(tools, "list_users", max_results=500, domain="example.com", page_token=first["next_page_token"])
    assert len(first["users"]) == 30
    assert addresses(first) + addresses(rest) == [user.primary_email for user in google.world.users()]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"name_contains": "verheyen", "suspended": False}, [LEAVER]),
        ({"name_contains": "O'Brien"}, ["chloe.obrien@example.com", "goran.obrien@example.com"]),
        ({"name_contains": "o' isAdmin=true name:'Bo"}, []),
        ({"name_contains": "Nobody"}, []),
    ],
)
async def test_a_search_sends_typed_conditions_not_a_query_of_the_model(
    google: StandIn, tools: Tools, arguments: dict[str, Any], found: list[str]
) -> None:
    assert addresses(await answer(tools, "list_users", **arguments)) == found


async def test_suspended_accounts_can_be_listed_alone(google: StandIn, tools: Tools) -> None:
    page = await answer(tools, "list_users", suspended=True)
    assert addresses(page) == [user.primary_email for user in google.world.users() if user.suspended]
    assert {user["suspension_reason"] for user in page["users"]} == {"ADMIN"}


@pytest.mark.parametrize("key", [LEAVER, "lea.verheyen@example.com", "100000000000000000000"])
async def test_an_account_is_found_by_address_alias_and_id(tools: Tools, key: str) -> None:
    assert await answer(tools, "get_user", user_key=key) == {
        "id": "100000000000000000000",
        "primary_email": LEAVER,
        "full_name": "Lea Verheyen",
        "suspended": False,
        "suspension_reason": None,
        "is_super_admin": False,
        "is_delegated_admin": False,
        "org_unit_path": "/Sales",
        "aliases": ["lea.verheyen@example.com"],
        "last_login_time": "2026-11-02T08:15:00.000Z",
        "creation_time": "2024-01-08T09:00:00.000Z",
        "enrolled_in_2sv": True,
        "enforced_2sv": False,
    }


async def test_a_suspension_and_its_lifting_change_the_account_once_each(google: StandIn, tools: Tools) -> None:
    closed = await answer(tools, "suspend_user", user_key=LEAVER, reason="Left the company")
    assert (closed["changed"], closed["user"]["suspended"]) == (True, True)
    assert closed["summary"] == "leaver@example.com is now suspended."
    opened = await answer(tools, "unsuspend_user", user_key=LEAVER)
    assert (opened["changed"], opened["user"]["suspended"]) == (True, False)
    assert opened["summary"] == "leaver@example.com is now active."
    assert google.world.effects == (
        Effect("PATCH", LEAVER, {"suspended": True}),
        Effect("PATCH", LEAVER, {"suspended": False}),
    )


async def test_what_already_is_as_asked_is_said_so_and_nothing_is_sent(google: StandIn, tools: Tools) -> None:
    await answer(tools, "suspend_user", user_key=LEAVER)
    again = await answer(tools, "suspend_user", user_key=LEAVER)
    assert (again["changed"], again["user"]["suspended"]) == (False, True)
    assert again["summary"] == "leaver@example.com was already suspended; nothing was changed."
    active = await answer(tools, "unsuspend_user", user_key="robin@example.com")
    assert active["summary"] == "robin@example.com was already active; nothing was changed."
    assert len(google.world.effects) == 1


async def test_many_calls_at_once_do_not_disturb_each_other(google: StandIn, tools: Tools) -> None:
    keys = [user.primary_email for user in google.world.users()[:24]]
    found = await asyncio.gather(*(answer(tools, "get_user", user_key=key) for key in keys))
    assert [user["primary_email"] for user in found] == keys


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("list_users", {"max_results": "10"}),
        ("list_users", {"max_results": 501}),
        ("list_users", {"max_results": 0}),
        ("list_users", {"suspended": "true"}),
        ("list_users", {"domain": "example.com/../groups"}),
        ("list_users", {"query": "isAdmin=true"}),
        ("list_users", {"name_contains": "back\\slash"}),
        ("get_user", {}),
        ("get_user", {"user_key": ""}),
        ("get_user", {"user_key": ".."}),
        ("get_user", {"user_key": f"{LEAVER}?projection=full"}),
        ("suspend_user", {"user_key": LEAVER, "notify": True}),
        ("suspend_user", {"user_key": [LEAVER]}),
        ("suspend_user", {"user_key": LEAVER, "reason": "x" * 501}),
        ("delete_user", {"user_key": LEAVER}),
    ],
)
async def test_arguments_that_do_not_fit_are_refused_before_anything_is_sent(
    google: StandIn, tools: Tools, tool: str, arguments: dict[str, Any]
) -> None:
    assert (await failure(tools, tool, **arguments)).outcome == "refused"
    assert google.log.after(0) == []


async def test_a_refusal_names_the_argument_and_not_its_value(tools: Tools) -> None:
    refused = await failure(tools, "list_users", max_results="10")
    assert refused.text == ("The arguments do not fit. max_results: Input should be a valid integer. Nothing was sent.")


@pytest.mark.parametrize(("elapsed", "sent"), [(10.0, 1), (10.5, 0)])
async def test_a_change_that_comes_too_late_is_not_sent(google: StandIn, elapsed: float, sent: int) -> None:
    moments = iter([100.0, 100.0 + elapsed])
    async with client_of(google.url, clock=lambda: next(moments), send_within=10.0) as tools:
        if sent:
            await answer(tools, "suspend_user", user_key=LEAVER)
        else:
            late = await failure(tools, "suspend_user", user_key=LEAVER)
            assert (late.outcome, "Nothing was sent" in late.text) == ("refused", True)
    assert len(google.world.effects) == sent


async def test_the_advertised_tools_are_the_reviewed_ones() -> None:
    assert await advertised() == GOLDEN.read_text(encoding="utf-8")
