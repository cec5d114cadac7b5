"""Which events the app gets for what happens in the workspace."""

from dataclasses import replace

from sandbox.seed import APPROVALS, GENERAL, GUS, IT_HELP, ROBIN
from tests.sandbox.slack.stage import Peer, Stage, eventually

MAIL = "<mailto:leaver@example.com|leaver@example.com>"


async def test_a_mention_arrives_twice_as_app_mention_and_as_message(stage: Stage, peer: Peer) -> None:
    ts = await stage.say("@Countersign suspend leaver@example.com")
    events = await peer.events(2)
    mention, message = events["app_mention"], events["message"]
    assert mention["event_id"] != message["event_id"]
    assert (mention["event"]["ts"], message["event"]["ts"]) == (ts, ts)
    assert mention["event"]["text"] == f"<@U0BOT0001> suspend {MAIL}"
    assert (message["event"]["channel_type"], message["event"]["user"]) == ("channel", ROBIN)


async def test_the_bots_own_message_comes_back_with_its_bot_id(stage: Stage, peer: Peer) -> None:
    await stage.web.chat_postMessage(channel=IT_HELP, text="<@U0BOT0001> is me")
    payload = (await peer.acked())["payload"]
    assert (payload["event"]["type"], payload["event"]["bot_id"]) == ("message", "B0COUNT01")


async def test_a_change_and_a_deletion_are_told(stage: Stage, peer: Peer) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="before")
    await stage.web.chat_update(channel=IT_HELP, ts=posted["ts"], text="after")
    await stage.web.chat_delete(channel=IT_HELP, ts=posted["ts"])
    events = await peer.events(3)
    changed, deleted = events["message_changed"]["event"], events["message_deleted"]["event"]
    assert (changed["previous_message"]["text"], changed["message"]["text"]) == ("before", "after")
    assert deleted["deleted_ts"] == posted["ts"]


async def test_a_person_who_deletes_a_message_is_told_of_too(stage: Stage, peer: Peer) -> None:
    ts = await stage.say("oops")
    await stage.control("POST", "messages/delete", {"as": ROBIN, "channel": IT_HELP, "ts": ts})
    assert (await peer.events(2))["message_deleted"]["event"]["previous_message"]["text"] == "oops"


async def test_a_channel_without_the_bot_is_silent_and_the_drawer_says_why(stage: Stage, peer: Peer) -> None:
    await stage.say("@Countersign hello", channel=GENERAL)
    await stage.say("hello", channel=IT_HELP)
    assert (await peer.acked())["payload"]["event"]["channel"] == IT_HELP
    assert any("not in #general" in step.title for step in stage.sandbox.log.after(0))


async def test_a_direct_message_is_one_event_even_with_a_mention(stage: Stage, peer: Peer) -> None:
    await stage.say("@Countersign hello", channel="D0ROBIN01")
    await stage.say("again", channel="D0ROBIN01")
    first, second = [(await peer.acked())["payload"]["event"] for _ in range(2)]
    assert (first["type"], first["channel_type"], second["text"]) == ("message", "im", "again")


async def test_an_ephemeral_message_is_no_event(stage: Stage, peer: Peer) -> None:
    await stage.web.chat_postEphemeral(channel=IT_HELP, user=ROBIN, text="psst")
    await stage.say("hello")
    assert (await peer.acked())["payload"]["event"]["text"] == "hello"


async def test_only_what_the_app_subscribed_to_is_delivered(stage: Stage, peer: Peer) -> None:
    workspace = stage.sandbox.slack.workspace
    workspace.app = replace(workspace.app, events=frozenset({"app_mention"}))
    await stage.say("hello")
    await stage.say("@Countersign hello")
    assert (await peer.acked())["payload"]["event"]["type"] == "app_mention"


async def test_a_reply_names_its_thread_and_the_parents_author(stage: Stage, peer: Peer) -> None:
    ts = await stage.say("parent")
    await stage.say("reply", user=GUS, thread_ts=ts)
    await peer.acked()
    event = (await peer.acked())["payload"]["event"]
    assert (event["thread_ts"], event["parent_user_id"]) == (ts, ROBIN)


async def test_opening_the_app_is_told_with_its_tab(stage: Stage, peer: Peer) -> None:
    await stage.control("POST", "home", {"as": ROBIN, "tab": "messages"})
    event = (await peer.acked())["payload"]["event"]
    assert (event["type"], event["tab"], event["channel"]) == ("app_home_opened", "messages", "D0ROBIN01")


async def test_an_event_says_who_installed_the_app(stage: Stage, peer: Peer) -> None:
    await stage.say("hello", user="U0ALEX001", channel=APPROVALS)
    payload = (await peer.acked())["payload"]
    assert payload["authorizations"][0]["user_id"] == "U0BOT0001"
    await eventually(lambda: any(step.title.startswith("Acknowledged") for step in stage.sandbox.log.after(0)))
