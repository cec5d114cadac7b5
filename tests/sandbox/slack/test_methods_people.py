"""Who is who: users, groups, the team, the bot itself."""

from dataclasses import replace

from sandbox.seed import ALEX, GUS, IT_ADMINS, ROBIN
from tests.sandbox.slack.stage import Stage


async def test_the_bot_learns_who_it_is_and_what_it_may(stage: Stage) -> None:
    who = await stage.web.auth_test()
    assert (who["user_id"], who["bot_id"], who["team_id"]) == ("U0BOT0001", "B0COUNT01", "T0ACME01")
    assert "chat:write" in who.headers["x-oauth-scopes"].split(",")


async def test_a_guest_is_marked_as_restricted(stage: Stage) -> None:
    guest, member = await stage.web.users_info(user=GUS), await stage.web.users_info(user=ROBIN)
    assert (guest["user"]["is_restricted"], member["user"]["is_restricted"]) == (True, False)
    assert (await stage.call("users.info", {"user": "U0NOBODY"}))["error"] == "user_not_found"


async def test_mail_addresses_need_their_own_scope(stage: Stage) -> None:
    workspace = stage.sandbox.slack.workspace
    assert (await stage.web.users_info(user=ROBIN))["user"]["profile"]["email"] == "robin@example.com"
    workspace.app = replace(workspace.app, scopes=frozenset({"users:read"}))
    assert "email" not in (await stage.web.users_info(user=ROBIN))["user"]["profile"]
    refused = await stage.call("users.lookupByEmail", {"email": "robin@example.com"})
    assert (refused["needed"], refused["provided"]) == ("users:read.email", "users:read")


async def test_a_person_is_found_by_mail(stage: Stage) -> None:
    found = await stage.web.users_lookupByEmail(email="Robin@example.com")
    missing = await stage.call("users.lookupByEmail", {"email": "nobody@example.com"})
    assert (found["user"]["id"], missing["error"]) == (ROBIN, "users_not_found")


async def test_groups_tell_their_members_when_asked(stage: Stage) -> None:
    plain = (await stage.web.usergroups_list())["usergroups"][0]
    full = (await stage.web.usergroups_list(include_users=True, include_count=True))["usergroups"][0]
    assert ("users" in plain, full["users"], full["user_count"]) == (False, [ALEX, "U0SAM0001"], 2)


async def test_somebody_who_left_is_in_no_group(stage: Stage) -> None:
    users = stage.sandbox.slack.workspace.users
    users[ALEX] = replace(users[ALEX], deleted=True)
    assert (await stage.web.usergroups_users_list(usergroup=IT_ADMINS))["users"] == ["U0SAM0001"]
    missing = await stage.call("usergroups.users.list", {"usergroup": "S0NOBODY"})
    assert missing["error"] == "no_such_subteam"


async def test_the_bot_and_the_team_have_their_pages(stage: Stage) -> None:
    assert (await stage.web.bots_info(bot="B0COUNT01"))["bot"]["user_id"] == "U0BOT0001"
    assert (await stage.web.team_info())["team"]["domain"] == "acme"
    assert (await stage.call("bots.info", {"bot": "B0OTHER"}))["error"] == "bot_not_found"
    assert (await stage.call("team.info", {"team": "T0OTHER"}))["error"] == "team_not_found"


async def test_everybody_is_listed_in_pages(stage: Stage) -> None:
    first = await stage.web.users_list(limit=4)
    rest = await stage.web.users_list(limit=4, cursor=first["response_metadata"]["next_cursor"])
    listed = [user["id"] for page in (first, rest) for user in page["members"]]
    assert (listed, rest["response_metadata"]["next_cursor"]) == (list(stage.sandbox.slack.workspace.users), "")
    assert (await stage.call("users.list", {"cursor": "x"}))["error"] == "invalid_cursor"
