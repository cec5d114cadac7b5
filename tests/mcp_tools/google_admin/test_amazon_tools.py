"""AWS roles of accounts, against the Google stand-in."""

import asyncio
from typing import Any

import pytest

from mcp_tools.google_admin.arguments import PROVIDER_ARN, ROLE_ARN
from sandbox.google.errors import forbidden
from sandbox.google.faults import Answer, Drop, Slow
from tests.mcp_tools.google_admin.tools import Failure, Tools, answer, failure
from tests.sandbox.google.stand_in import StandIn

ALEX, ROBIN = "alex@example.com", "robin@example.com"
HERE, THERE = "arn:aws:iam::123456789012", "arn:aws:iam::210987654321"
READER = {"admin_role": f"{HERE}:role/Reader", "identity_provider": f"{HERE}:saml-provider/Google"}
ADMIN = READER | {"admin_role": f"{HERE}:role/Admin"}
AWAY = {"admin_role": f"{THERE}:role/team/Reader", "identity_provider": f"{THERE}:saml-provider/Google"}


def pair(role: dict[str, str]) -> str:
    return f"{role['admin_role']},{role['identity_provider']}"


def stored(google: StandIn, user: str) -> list[str]:
    custom = google.world.find(user).custom
    return [item["value"] for item in custom.get("Amazon", {}).get("Role", ())]


def store(google: StandIn, *items: dict[str, Any]) -> None:
    google.world.change("PATCH", ALEX, {}, {"custom": {"Amazon": {"Role": list(items)}}})


async def test_the_roles_of_an_account_are_listed(tools: Tools) -> None:
    account = {"aws_account": "123456789012"}
    assert await answer(tools, "get_amazon_roles", user_key=ALEX) == {
        "user": ALEX,
        "roles": [READER | account],
        "unreadable": [],
    }
    assert (await answer(tools, "get_amazon_roles", user_key=ROBIN))["roles"] == []


async def test_a_role_is_added_looked_up_and_removed(google: StandIn, tools: Tools) -> None:
    assert not (await answer(tools, "has_amazon_role", user_key=ROBIN, **READER))["assigned"]
    added = await answer(tools, "add_amazon_role", user_key=ROBIN, **READER)
    assert (added["changed"], added["summary"]) == (True, f"{ROBIN} now has {HERE}:role/Reader.")
    assert stored(google, ROBIN) == [pair(READER)]
    assert (await answer(tools, "has_amazon_role", user_key=ROBIN, **READER))["assigned"]
    removed = await answer(tools, "remove_amazon_role", user_key=ROBIN, **READER)
    assert (removed["changed"], removed["roles"]["roles"], stored(google, ROBIN)) == (True, [], [])


async def test_roles_of_several_aws_accounts_stand_side_by_side(google: StandIn, tools: Tools) -> None:
    await answer(tools, "add_amazon_role", user_key=ALEX, **AWAY)
    assert stored(google, ALEX) == [pair(READER), pair(AWAY)]


async def test_one_role_for_each_aws_account(google: StandIn, tools: Tools) -> None:
    assert await failure(tools, "add_amazon_role", user_key=ALEX, **ADMIN) == Failure(
        "failed",
        f"{ALEX} already has the role {HERE}:role/Reader in that AWS account, and one role for each is allowed. "
        "Nothing was changed. Take it away with remove_amazon_role first.",
    )
    assert google.world.effects == ()


async def test_an_entry_written_the_other_way_round_counts_as_a_role_too(google: StandIn, tools: Tools) -> None:
    store(google, {"type": "work", "value": f"{READER['identity_provider']},{READER['admin_role']}"})
    refused = await failure(tools, "add_amazon_role", user_key=ALEX, **ADMIN)
    assert (refused.outcome, "already has the role" in refused.text) == ("failed", True)


@pytest.mark.parametrize(
    "near",
    [
        READER | {"admin_role": f"{HERE}:role/reader"},
        READER | {"admin_role": f"{HERE}:role/Reader2"},
        READER | {"identity_provider": f"{HERE}:saml-provider/google"},
        READER | {"admin_role": f"{HERE}:role/x/Reader"},
    ],
)
async def test_only_exactly_that_entry_is_removed(google: StandIn, tools: Tools, near: dict[str, str]) -> None:
    left = await answer(tools, "remove_amazon_role", user_key=ALEX, **near)
    assert (left["changed"], stored(google, ALEX), google.world.effects) == (False, [pair(READER)], ())


async def test_entries_that_cannot_be_read_are_told_and_kept_as_they_are(google: StandIn, tools: Tools) -> None:
    strange = {"type": "custom", "customType": "SSO", "value": "not a role"}
    store(google, strange, {"type": "home", "value": pair(READER)})
    assert (await answer(tools, "get_amazon_roles", user_key=ALEX))["unreadable"] == ["not a role"]
    await answer(tools, "add_amazon_role", user_key=ALEX, **AWAY)
    await answer(tools, "remove_amazon_role", user_key=ALEX, **READER)
    kept = google.world.find(ALEX).custom["Amazon"]["Role"]
    assert kept == [strange, {"type": "work", "value": pair(AWAY)}]


async def test_a_role_that_is_there_already_is_said_so(google: StandIn, tools: Tools) -> None:
    same = await answer(tools, "add_amazon_role", user_key=ALEX, **READER)
    assert (same["changed"], same["summary"]) == (False, f"{ALEX} already had {HERE}:role/Reader; nothing was changed.")
    assert google.world.effects == ()


async def test_changes_at_once_do_not_lose_one_another(google: StandIn, tools: Tools) -> None:
    accounts = [f"arn:aws:iam::{n:012}" for n in range(5)]
    roles = [{"admin_role": f"{one}:role/A", "identity_provider": f"{one}:saml-provider/G"} for one in accounts]
    await asyncio.gather(*(answer(tools, "add_amazon_role", user_key=ROBIN, **role) for role in roles))
    assert sorted(stored(google, ROBIN)) == [pair(role) for role in roles]


@pytest.mark.parametrize("other", [THERE, "arn:aws-cn:iam::123456789012"])
async def test_role_and_provider_of_two_aws_accounts_are_refused(google: StandIn, tools: Tools, other: str) -> None:
    crossed = READER | {"identity_provider": f"{other}:saml-provider/Google"}
    refused = await failure(tools, "add_amazon_role", user_key=ROBIN, **crossed)
    assert (refused.outcome, "two AWS accounts" in refused.text) == ("refused", True)
    assert google.log.after(0) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"admin_role": f"{HERE}:role/Reader,{HERE}:role/Admin"},
        {"admin_role": f"{HERE}:role/Reader "},
        {"admin_role": f"{HERE}:role/"},
        {"admin_role": f"{HERE}:role//Reader"},
        {"admin_role": f"{HERE}:role/{'R' * 65}"},
        {"admin_role": f"{HERE}:user/Reader"},
        {"admin_role": "arn:aws:iam::12345678901:role/Reader"},
        {"admin_role": "arn:aws:iam:eu-west-1:123456789012:role/Reader"},
        {"admin_role": f"x{HERE}:role/Reader"},
        {"admin_role": f"{HERE}:role/Reader\n"},
        {"admin_role": f"{HERE}:role/Rеader"},
        {"identity_provider": f"{HERE}:saml-provider/Google/x"},
        {"identity_provider": f"{HERE}:oidc-provider/Google"},
    ],
)
async def test_what_is_no_arn_of_its_kind_is_refused_before_anything_is_sent(
    google: StandIn, tools: Tools, changes: dict[str, str]
) -> None:
    for tool in ("add_amazon_role", "remove_amazon_role", "has_amazon_role"):
        assert (await failure(tools, tool, user_key=ROBIN, **(READER | changes))).outcome == "refused"
    assert google.log.after(0) == []


def test_the_patterns_are_anchored_at_both_ends() -> None:
    assert all(pattern[0] + pattern[-1] == "^$" for pattern in (ROLE_ARN, PROVIDER_ARN))


async def test_a_workspace_without_the_attribute_is_told_what_to_add(google: StandIn, tools: Tools) -> None:
    google.world.schemas.clear()
    refused = await failure(tools, "add_amazon_role", user_key=ROBIN, **READER)
    assert refused.outcome == "failed"
    assert "this Google Workspace has no custom attribute Amazon. Nothing was changed." in refused.text
    assert google.world.effects == ()


async def test_why_it_was_refused_is_not_made_up_when_the_attribute_cannot_be_looked_up(
    google: StandIn, tools: Tools
) -> None:
    google.world.schemas.clear()
    google.faults.plan(Slow(0), method="GET")  # the account is looked up
    google.faults.plan(Answer(forbidden()), method="GET")
    refused = await failure(tools, "add_amazon_role", user_key=ROBIN, **READER)
    assert (refused.outcome, "Google says: Invalid Input: custom_schema" in refused.text) == ("failed", True)


async def test_a_lost_answer_is_unknown_and_the_look_is_named(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Drop(), method="PATCH")
    lost = await failure(tools, "add_amazon_role", user_key=ROBIN, **READER)
    assert (lost.outcome, lost.text.endswith("look with has_amazon_role first.")) == ("unknown", True)
    assert (await answer(tools, "has_amazon_role", user_key=ROBIN, **READER))["assigned"]


async def test_an_explicit_no_is_failed(google: StandIn, tools: Tools) -> None:
    google.faults.plan(Answer(forbidden()), method="PATCH")
    refused = await failure(tools, "add_amazon_role", user_key=ROBIN, **READER)
    assert (refused.outcome, "grant it the scope admin.directory.user and" in refused.text) == ("failed", True)
    assert google.world.effects == ()
