"""chat.* and reactions.add, through Slack's own client."""

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sandbox.seed import ALEX, APPROVALS, GENERAL, IT_HELP, OLGA, ROBIN
from tests.sandbox.slack.cards import actions, button, card, section
from tests.sandbox.slack.stage import Stage

METADATA = {"event_type": "countersign", "event_payload": {"id": "a1", "rows": [1, 2]}}


async def refused(call: Any) -> str:
    with pytest.raises(SlackApiError) as error:
        await call
    return str(error.value.response["error"])


async def test_a_post_comes_back_complete(stage: Stage) -> None:
    posted = await stage.web.chat_postMessage(
        channel=IT_HELP, text="Hello", blocks=card(), metadata=METADATA, unfurl_links=False, unfurl_media=False
    )
    message = posted["message"]
    assert (message["bot_id"], message["text"], posted["channel"]) == ("B0COUNT01", "Hello", IT_HELP)
    assert message["blocks"][0]["text"]["verbatim"] is False
    assert message["blocks"][1]["elements"][0]["text"]["emoji"] is True


async def test_metadata_is_kept_and_given_back_when_asked_for(stage: Stage) -> None:
    await stage.web.chat_postMessage(channel=IT_HELP, text="Hello", metadata=METADATA)
    asked = await stage.web.conversations_history(channel=IT_HELP, include_all_metadata=True)
    unasked = await stage.web.conversations_history(channel=IT_HELP)
    assert asked["messages"][0]["metadata"] == METADATA
    assert unasked["messages"][0]["metadata"] == {"event_type": "countersign"}


async def test_a_person_can_be_posted_to_by_id(stage: Stage) -> None:
    posted = await stage.web.chat_postMessage(channel=ROBIN, text="For you")
    opened = await stage.web.conversations_open(users=ROBIN)
    assert posted["channel"] == opened["channel"]["id"]


async def test_a_post_needs_something_to_say(stage: Stage) -> None:
    assert (await stage.call("chat.postMessage", {"channel": IT_HELP, "text": "  "}))["error"] == "no_text"


async def test_a_post_needs_a_channel_the_bot_is_in(stage: Stage) -> None:
    assert await refused(stage.web.chat_postMessage(channel=GENERAL, text="x")) == "not_in_channel"
    assert await refused(stage.web.chat_postMessage(channel="C0NOWHERE", text="x")) == "channel_not_found"


async def test_an_archived_channel_takes_no_posts(stage: Stage) -> None:
    stage.sandbox.slack.workspace.channels[IT_HELP].is_archived = True
    assert await refused(stage.web.chat_postMessage(channel=IT_HELP, text="x")) == "is_archived"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"blocks": [{"type": "sektion"}]}, "invalid_blocks"),
        ({"blocks": [section("x" * 3001)]}, "invalid_blocks"),
        ({"blocks": "{"}, "invalid_blocks_format"),
        ({"blocks": {"type": "section"}}, "invalid_blocks_format"),
        ({"blocks": [{"type": "markdown", "text": "m" * 12001}]}, "msg_blocks_too_long"),
        ({"blocks": [section("x" * 2700) | {"block_id": str(i)} for i in range(5)]}, "msg_blocks_too_long"),
        ({"markdown_text": "*a*"}, "markdown_text_conflict"),
        ({"metadata": "{"}, "invalid_metadata_format"),
        ({"metadata": {"event_type": "x"}}, "invalid_metadata_schema"),
        ({"metadata": {"event_type": "x", "event_payload": {"x": "y" * 9000}}}, "metadata_too_large"),
        ({"attachments": [{"text": "a"}] * 101}, "too_many_attachments"),
        ({"thread_ts": "1.000001"}, "cannot_reply_to_message"),
    ],
)
async def test_a_bad_post_is_refused_with_slacks_own_word(stage: Stage, arguments: Any, error: str) -> None:
    answer = await stage.call("chat.postMessage", {"channel": IT_HELP, "text": "x"} | arguments)
    assert answer["error"] == error


async def test_invalid_blocks_say_where(stage: Stage) -> None:
    answer = await stage.call("chat.postMessage", {"channel": IT_HELP, "blocks": [section("")]})
    assert answer["response_metadata"]["messages"] == ["[ERROR] must not be empty [json-pointer:/blocks/0/text/text]"]


async def test_long_text_is_cut_in_a_post_and_refused_in_an_update(stage: Stage) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x" * 40_001)
    assert len(posted["message"]["text"]) == 40_000
    updating = stage.web.chat_update(channel=IT_HELP, ts=posted["ts"], text="x" * 40_001)
    assert await refused(updating) == "msg_too_long"


async def test_an_update_with_text_alone_drops_the_blocks(stage: Stage) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="Ask", blocks=card())
    updated = await stage.web.chat_update(channel=IT_HELP, ts=posted["ts"], text="Done")
    assert (updated["text"], "blocks" in updated["message"]) == ("Done", False)
    assert updated["message"]["edited"]["user"] == "U0BOT0001"


async def test_only_the_bots_own_messages_can_be_changed(stage: Stage) -> None:
    ts = await stage.say("mine")
    assert await refused(stage.web.chat_update(channel=IT_HELP, ts=ts, text="x")) == "cant_update_message"
    assert await refused(stage.web.chat_delete(channel=IT_HELP, ts=ts)) == "cant_delete_message"


async def test_a_message_that_is_gone_cannot_be_changed(stage: Stage) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x")
    await stage.web.chat_delete(channel=IT_HELP, ts=posted["ts"])
    assert await refused(stage.web.chat_update(channel=IT_HELP, ts=posted["ts"], text="x")) == "message_not_found"


async def test_a_deleted_parent_with_replies_leaves_a_tombstone_that_takes_more(stage: Stage) -> None:
    parent = await stage.web.chat_postMessage(channel=IT_HELP, text="parent")
    await stage.web.chat_postMessage(channel=IT_HELP, text="reply", thread_ts=parent["ts"])
    await stage.web.chat_delete(channel=IT_HELP, ts=parent["ts"])
    await stage.web.chat_postMessage(channel=IT_HELP, text="another", thread_ts=parent["ts"])
    thread = await stage.web.conversations_replies(channel=IT_HELP, ts=parent["ts"])
    assert [message.get("subtype") for message in thread["messages"]] == ["tombstone", None, None]


async def test_a_reply_to_a_reply_joins_the_thread_of_the_parent(stage: Stage) -> None:
    ts = await stage.say("parent")
    reply = await stage.say("reply", thread_ts=ts)
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x", thread_ts=reply)
    assert posted["message"]["thread_ts"] == ts


async def test_an_ephemeral_message_is_seen_by_one_person_only(stage: Stage) -> None:
    await stage.web.chat_postEphemeral(channel=APPROVALS, user=ALEX, text="just you")
    _, alex = await stage.control("GET", f"channels/{APPROVALS}/messages?as={ALEX}")
    _, olga = await stage.control("GET", f"channels/{APPROVALS}/messages?as={OLGA}")
    assert [(one["text"], one["ephemeral"]) for one in alex["messages"]] == [("just you", True)]
    assert olga["messages"] == []
    assert (await stage.web.conversations_history(channel=APPROVALS))["messages"] == []


async def test_an_ephemeral_message_needs_a_member(stage: Stage) -> None:
    posting = stage.web.chat_postEphemeral(channel=APPROVALS, user=OLGA, text="x")
    assert await refused(posting) == "user_not_in_channel"


async def test_a_permalink_points_into_the_thread(stage: Stage) -> None:
    ts = await stage.say("parent")
    reply = await stage.say("reply", thread_ts=ts)
    link = await stage.web.chat_getPermalink(channel=IT_HELP, message_ts=reply)
    assert link["permalink"].endswith(f"/archives/{IT_HELP}/p{reply.replace('.', '')}?thread_ts={ts}&cid={IT_HELP}")
    missing = stage.web.chat_getPermalink(channel=IT_HELP, message_ts="1.000001")
    assert await refused(missing) == "message_not_found"


async def test_the_same_button_id_twice_in_a_block_is_refused(stage: Stage) -> None:
    blocks = [actions(button(), button())]
    assert await refused(stage.web.chat_postMessage(channel=IT_HELP, text="x", blocks=blocks)) == "invalid_blocks"


async def test_missing_arguments_are_named(stage: Stage) -> None:
    answer = await stage.call("chat.update", {"text": "x"})
    assert answer["error"] == "invalid_arguments"
    named = answer["response_metadata"]["messages"]
    assert named == ["[ERROR] missing required field: channel", "[ERROR] missing required field: ts"]


async def test_an_ephemeral_message_can_neither_be_updated_nor_replied_to(stage: Stage) -> None:
    shown = await stage.web.chat_postEphemeral(channel=APPROVALS, user=ALEX, text="just you")
    ts = shown["message_ts"]
    assert await refused(stage.web.chat_update(channel=APPROVALS, ts=ts, text="x")) == "message_not_found"
    assert await refused(stage.web.chat_delete(channel=APPROVALS, ts=ts)) == "message_not_found"
    reply = stage.web.chat_postMessage(channel=APPROVALS, thread_ts=ts, text="x")
    assert await refused(reply) == "cannot_reply_to_message"


async def test_a_workspace_can_close_the_time_for_edits(stage: Stage) -> None:
    stage.sandbox.slack.workspace.edit_window = 3600
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x")
    stage.clock.advance(3600)
    await stage.web.chat_update(channel=IT_HELP, ts=posted["ts"], text="in time")
    stage.clock.advance(1)
    late = stage.web.chat_update(channel=IT_HELP, ts=posted["ts"], text="too late")
    assert await refused(late) == "edit_window_closed"


async def test_attachments_are_kept_and_their_blocks_are_checked(stage: Stage) -> None:
    post = {"channel": IT_HELP, "attachments": [{"text": "a", "blocks": [section()]}]}
    [kept] = (await stage.call("chat.postMessage", post))["message"]["attachments"]
    assert (kept["id"], kept["fallback"], kept["blocks"][0]["block_id"]) == (1, "a", "facts")
    wrong = await stage.call("chat.postMessage", post | {"attachments": [{"blocks": [{"type": "sektion"}]}]})
    listed = await stage.call("chat.postEphemeral", post | {"user": ALEX, "attachments": ["a"]})
    assert (wrong["error"], listed["error"]) == ("invalid_blocks", "invalid_attachments")


async def test_links_unfurl_as_slack_does_unless_the_app_says_otherwise(stage: Stage) -> None:
    page, picture = "see https://example.com/page", "see <https://example.com/a.png|this>"
    asked: list[tuple[str, dict[str, Any]]] = [
        (page, {}),
        (page, {"unfurl_links": True}),
        (picture, {}),
        (picture, {"unfurl_media": False}),
    ]
    posts = [await stage.web.chat_postMessage(channel=IT_HELP, text=text, **flags) for text, flags in asked]
    history = await stage.web.conversations_history(channel=IT_HELP)
    shown = {message["ts"]: message.get("attachments", []) for message in history["messages"]}
    assert [[one["from_url"] for one in shown[post["ts"]]] for post in posts] == [
        [],
        ["https://example.com/page"],
        ["https://example.com/a.png"],
        [],
    ]
