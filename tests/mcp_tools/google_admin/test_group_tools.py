"""Groups and their members, against the Google stand-in."""

from typing import Any

import pytest

from sandbox.google.directory import Effect
from sandbox.google.errors import duplicate, forbidden, missing
from sandbox.google.faults import Answer, Drop
from sandbox.google.groups import Member
from tests.mcp_tools.google_admin.tools import Failure, Tools, answer, failure
from tests.sandbox.google.stand_in import StandIn

OPS, OPS_ID, ROBIN, ALEX = "ops@example.com", "01ksv4uv1gexk1h", "robin@example.com", "alex@example.com"
IN_OPS = {"group_key": OPS, "user_key": ROBIN}
STRANGER = "stranger@elsewhere.example"


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({}, ["it-help@example.com", OPS, "sales@example.com"]),
        ({"email_starts_with": "op"}, [OPS]),
        ({"user_key": ALEX}, ["it-help@example.com", OPS]),
        ({"email_starts_with": "x"}, []),
    ],
)
async def test_groups_are_found_by_address_and_by_member(
    tools: Tools, arguments: dict[str, str], found: list[str]
) -> None:
    page = await answer(tools, "list_groups", **arguments)
    assert ([group["email"] for group in page["groups"]], page["next_page_token"]) == (found, None)


async def test_groups_and_members_come_in_pages(google: StandIn, tools: Tools) -> None:
    first = await answer(tools, "list_groups", max_results=2)
    rest = await answer(tools, "list_groups", max_results=2, page_token=first["next_page_token"])
    assert [len(page["groups"]) for page in (first, rest)] == [2, 1]
    google.faults.largest_page = 5
    some = await answer(tools, "list_group_members", group_key="sales@example.com")
    more = await answer(tools, "list_group_members", group_key="sales@example.com", page_token=some["next_page_token"])
    assert (len(some["members"]), some["members"][0]["role"]) == (5, "MEMBER")
    assert not {one["email"] for one in some["members"]} & {one["email"] for one in more["members"]}


async def test_a_search_by_both_is_refused(google: StandIn, tools: Tools) -> None:
    assert (await failure(tools, "list_groups", user_key=ALEX, email_starts_with="o")).outcome == "refused"
    assert google.log.after(0) == []


@pytest.mark.parametrize("group_key", [OPS, OPS_ID, "OPS@example.com"])
async def test_somebody_is_added_looked_up_and_removed(google: StandIn, tools: Tools, group_key: str) -> None:
    where = {"group_key": group_key, "user_key": ROBIN}
    assert not (await answer(tools, "get_group_member", **where))["is_member"]
    added = await answer(tools, "add_group_member", **where)
    assert added["summary"] == f"{ROBIN} is now in {OPS} as MEMBER."
    looked = await answer(tools, "get_group_member", **where)
    assert looked == {"group": OPS, "user": ROBIN, "is_member": True, "role": "MEMBER"} == added["membership"]
    removed = await answer(tools, "remove_group_member", **where)
    assert (removed["changed"], removed["membership"]["is_member"]) == (True, False)
    assert google.world.effects == (
        Effect("POST", OPS, {"email": ROBIN, "role": "MEMBER"}),
        Effect("DELETE", OPS, {"email": ROBIN}),
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "summary"),
    [
        ("add_group_member", {"user_key": ALEX}, f"{ALEX} was already in {OPS} as MEMBER; nothing was changed."),
        ("remove_group_member", {}, f"{ROBIN} is no direct member of {OPS}; nothing was changed."),
    ],
)
async def test_what_already_is_as_asked_is_said_so(
    google: StandIn, tools: Tools, tool: str, arguments: dict[str, str], summary: str
) -> None:
    done = await answer(tools, tool, **(IN_OPS | arguments))
    assert (done["changed"], done["summary"]) == (False, summary)
    assert google.world.effects == ()


async def test_a_role_is_given_and_another_one_is_not_changed_in_passing(google: StandIn, tools: Tools) -> None:
    await answer(tools, "add_group_member", **IN_OPS, role="MANAGER")
    assert await failure(tools, "add_group_member", **IN_OPS, role="OWNER") == Failure(
        "failed",
        f"{ROBIN} is already in {OPS}, as MANAGER. Nothing was changed. To change the role, remove the member first.",
    )
    assert len(google.world.effects) == 1


async def test_nobody_from_outside_is_added_but_one_who_is_there_can_be_removed(google: StandIn, tools: Tools) -> None:
    refused = await failure(tools, "add_group_member", group_key=OPS, user_key=STRANGER)
    assert (refused.outcome, "Nobody from outside" in refused.text) == ("failed", True)
    assert google.world.effects == ()
    google.world.groups[OPS_ID].members["9"] = Member("9", STRANGER, type="EXTERNAL")
    gone = await answer(tools, "remove_group_member", group_key=OPS, user_key=STRANGER)
    assert gone["changed"] is True
    assert "9" not in google.world.groups[OPS_ID].members


@pytest.mark.parametrize(
    ("tool", "more"),
    [
        ("list_group_members", {}),
        ("get_group_member", {"user_key": ROBIN}),
        ("add_group_member", {"user_key": ROBIN}),
        ("remove_group_member", {"user_key": ROBIN}),
    ],
)
async def test_a_group_that_is_not_there_is_said_so(tools: Tools, tool: str, more: dict[str, str]) -> None:
    missing_group = await failure(tools, tool, group_key="none@example.com", **more)
    assert missing_group == Failure(
        "failed",
        "There is no group none@example.com in this Google Workspace. Find the right one with list_groups.",
    )


@pytest.mark.parametrize(
    ("tool", "verb", "error", "words"),
    [
        ("add_group_member", "POST", duplicate("Member already exists."), f"{ROBIN} is already in {OPS}."),
        ("add_group_member", "POST", forbidden(), "grant it the scope admin.directory.group and"),
        ("remove_group_member", "DELETE", missing("Resource Not Found: memberKey"), "any more. Nothing was changed."),
    ],
)
async def test_an_explicit_no_is_failed_in_words_to_act_on(
    google: StandIn, tools: Tools, tool: str, verb: str, error: Any, words: str
) -> None:
    if verb == "DELETE":
        await answer(tools, "add_group_member", **IN_OPS)
    before = google.world.effects
    google.faults.plan(Answer(error), method=verb)
    refused = await failure(tools, tool, **IN_OPS)
    assert (refused.outcome, words in refused.text) == ("failed", True)
    assert google.world.effects == before


@pytest.mark.parametrize(("tool", "verb"), [("add_group_member", "POST"), ("remove_group_member", "DELETE")])
async def test_a_lost_answer_is_unknown_and_the_look_is_named(
    google: StandIn, tools: Tools, tool: str, verb: str
) -> None:
    if verb == "DELETE":
        await answer(tools, "add_group_member", **IN_OPS)
    google.faults.plan(Drop(), method=verb)
    lost = await failure(tools, tool, **IN_OPS)
    assert (lost.outcome, lost.text.endswith("look with get_group_member first.")) == ("unknown", True)
    assert (await answer(tools, "get_group_member", **IN_OPS))["is_member"] is (verb == "POST")


@pytest.mark.parametrize(
    "arguments",
    [{"group_key": "ops"}, {"group_key": "../users"}, {"role": "member"}, {"user_key": "everyone"}, {"reason": "x"}],
)
async def test_arguments_that_do_not_fit_are_refused_before_anything_is_sent(
    google: StandIn, tools: Tools, arguments: dict[str, str]
) -> None:
    assert (await failure(tools, "add_group_member", **(IN_OPS | arguments))).outcome == "refused"
    assert google.log.after(0) == []
