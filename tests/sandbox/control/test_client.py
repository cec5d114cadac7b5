"""/sandbox/...: what the page reads."""

from sandbox.seed import ALEX, GENERAL, IT_HELP, ROBIN
from tests.sandbox.slack.stage import open_stage


async def test_the_workspace_names_people_groups_and_channels() -> None:
    async with open_stage() as stage:
        _, workspace = await stage.control("GET", "workspace")
    roles = {user["name"]: user["role"] for user in workspace["users"] if not user["is_bot"]}
    assert roles == {"robin": "requester", "alex": "approver", "sam": "approver", "olga": "outsider", "gus": "guest"}
    assert workspace["usergroups"] == [{"id": "S0ITADM01", "handle": "it-admins", "users": [ALEX, "U0SAM0001"]}]
    assert [one["name"] for one in workspace["channels"] if not one["is_im"]] == ["it-help", "approvals", "general"]
    assert (workspace["bot_user_id"], workspace["team"]["domain"]) == ("U0BOT0001", "acme")


async def test_messages_are_listed_with_replies_oldest_first() -> None:
    async with open_stage() as stage:
        ts = await stage.say("parent")
        await stage.say("reply", thread_ts=ts)
        _, listed = await stage.control("GET", f"channels/{IT_HELP}/messages?as={ROBIN}")
        assert [one["text"] for one in listed["messages"]] == ["parent", "reply"]
        assert listed["messages"][0]["reply_count"] == 1


async def test_reading_is_remembered_per_person() -> None:
    async with open_stage() as stage:
        ts = await stage.say("hello", channel=GENERAL)
        await stage.control("POST", "open", {"as": ALEX, "channel": GENERAL, "ts": ts})
        assert stage.sandbox.slack.workspace.channels[GENERAL].last_read == {ALEX: ts}


async def test_what_is_not_understood_is_said() -> None:
    async with open_stage() as stage:
        assert (await stage.control("GET", f"channels/{IT_HELP}/messages"))[1]["error"] == "invalid_arguments"
        assert (await stage.control("GET", "steps?after=x"))[0] == 400
        assert (await stage.control("POST", "home", {"as": ROBIN, "tab": "attic"}))[0] == 400
        assert (await stage.control("POST", "messages", {"as": 7}))[0] == 400
        assert (await stage.control("POST", "actions", {"as": ROBIN, "block_id": "b", "action_id": "a", "state": 1}))[
            0
        ] == 400
        for kind, body in (("application/json", "{"), ("application/json", "[]"), ("text/plain", "{}")):
            path, header = f"{stage.address}/sandbox/messages", {"Content-Type": kind}
            async with stage.http.post(path, data=body, headers=header) as response:
                assert (response.status, (await response.json())["error"]) == (400, "invalid_json")
