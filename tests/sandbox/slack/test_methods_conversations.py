"""conversations.*: paging, bounds, threads, membership."""

from dataclasses import replace

import pytest

from sandbox.seed import APPROVALS, GENERAL, GUS, IT_HELP, ROBIN
from sandbox.slack.workspace import Kind
from tests.sandbox.slack.stage import Stage


async def say_all(stage: Stage, *texts: str) -> list[str]:
    written = []
    for text in texts:
        stage.clock.advance(1)
        written.append(await stage.say(text))
    return written


async def test_history_is_newest_first_and_pages(stage: Stage) -> None:
    await say_all(stage, "one", "two", "three")
    first = await stage.web.conversations_history(channel=IT_HELP, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await stage.web.conversations_history(channel=IT_HELP, limit=2, cursor=cursor)
    assert [one["text"] for one in first["messages"]] == ["three", "two"]
    assert [one["text"] for one in rest["messages"]] == ["one"]
    assert (first["has_more"], rest["has_more"]) == (True, False)


async def test_history_leaves_replies_out_and_counts_them(stage: Stage) -> None:
    (ts,) = await say_all(stage, "parent")
    await stage.say("reply", thread_ts=ts, user=GUS)
    messages = (await stage.web.conversations_history(channel=IT_HELP))["messages"]
    assert [(one["text"], one["reply_count"], one["reply_users"]) for one in messages] == [("parent", 1, [GUS])]


async def test_history_minds_its_bounds(stage: Stage) -> None:
    one, two, three = await say_all(stage, "one", "two", "three")
    between = await stage.web.conversations_history(channel=IT_HELP, oldest=one, latest=three)
    with_ends = await stage.web.conversations_history(channel=IT_HELP, oldest=one, latest=two, inclusive=True)
    assert [message["text"] for message in between["messages"]] == ["two"]
    assert [message["text"] for message in with_ends["messages"]] == ["two", "one"]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"oldest": "yesterday"}, "invalid_ts_oldest"),
        ({"latest": "1.x"}, "invalid_ts_latest"),
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"cursor": "offset:99"}, "invalid_cursor"),
        ({"limit": "many"}, "invalid_arguments"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"channel": GENERAL}, "not_in_channel"),
        ({"channel": 7}, "invalid_arguments"),
    ],
)
async def test_history_refuses_with_slacks_words(stage: Stage, arguments: dict[str, str], error: str) -> None:
    assert (await stage.call("conversations.history", {"channel": IT_HELP} | arguments))["error"] == error


async def test_replies_start_with_the_parent_whichever_message_is_named(stage: Stage) -> None:
    (ts,) = await say_all(stage, "parent")
    reply = await stage.say("reply", thread_ts=ts)
    for named in (ts, reply):
        thread = await stage.web.conversations_replies(channel=IT_HELP, ts=named)
        assert [one["text"] for one in thread["messages"]] == ["parent", "reply"]
    missing = await stage.call("conversations.replies", {"channel": IT_HELP, "ts": "1.000001"})
    assert missing["error"] == "thread_not_found"


async def test_a_private_channel_without_the_bot_does_not_exist_for_it(stage: Stage) -> None:
    secret = stage.sandbox.slack.workspace.channels[GENERAL]
    secret.kind = Kind.PRIVATE
    assert (await stage.call("conversations.info", {"channel": GENERAL}))["error"] == "channel_not_found"
    listed = await stage.web.conversations_list(types="public_channel,private_channel")
    assert GENERAL not in [channel["id"] for channel in listed["channels"]]


async def test_info_says_whether_the_bot_is_a_member(stage: Stage) -> None:
    inside = await stage.web.conversations_info(channel=IT_HELP, include_num_members=True)
    outside = await stage.web.conversations_info(channel=GENERAL)
    assert (inside["channel"]["is_member"], inside["channel"]["num_members"]) == (True, 6)
    assert outside["channel"]["is_member"] is False


async def test_members_page(stage: Stage) -> None:
    first = await stage.web.conversations_members(channel=APPROVALS, limit=2)
    cursor = first["response_metadata"]["next_cursor"]
    rest = await stage.web.conversations_members(channel=APPROVALS, limit=2, cursor=cursor)
    assert first["members"] + rest["members"] == ["U0ALEX001", "U0SAM0001", "U0BOT0001"]


async def test_lists_mind_types_and_archives(stage: Stage) -> None:
    stage.sandbox.slack.workspace.channels[GENERAL].is_archived = True
    public = await stage.web.conversations_list(exclude_archived=True)
    direct = await stage.web.conversations_list(types="im")
    wrong = await stage.call("conversations.list", {"types": "secret"})
    assert [channel["name"] for channel in public["channels"]] == ["it-help", "approvals"]
    assert len(direct["channels"]) == 5
    assert wrong["error"] == "invalid_types"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({}, "users_list_not_supplied"),
        ({"users": "U0NOBODY"}, "user_not_found"),
        ({"users": f"{ROBIN},{GUS}"}, "invalid_user_combination"),
        ({"channel": "D0NOBODY"}, "channel_not_found"),
    ],
)
async def test_a_direct_message_needs_one_known_person(stage: Stage, arguments: dict[str, str], error: str) -> None:
    assert (await stage.call("conversations.open", arguments))["error"] == error


async def test_a_direct_message_with_somebody_who_left_is_refused(stage: Stage) -> None:
    users = stage.sandbox.slack.workspace.users
    users[GUS] = replace(users[GUS], deleted=True)
    assert (await stage.call("conversations.open", {"users": GUS}))["error"] == "user_disabled"


async def test_an_open_direct_message_is_shown_when_asked_for(stage: Stage) -> None:
    opened = await stage.web.conversations_open(users=ROBIN, return_im=True)
    assert (opened["channel"]["user"], opened["already_open"]) == (ROBIN, True)
