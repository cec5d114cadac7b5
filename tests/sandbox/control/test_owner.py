"""/sandbox/...: channels are archived, people removed and deactivated, and the app hears of it."""

from typing import Any

from sandbox.seed import ALEX, BOT, IT_HELP, ROBIN
from tests.sandbox.slack.stage import Stage, open_stage

EVENTS = [
    "channel_archive",
    "channel_unarchive",
    "channel_left",
    "member_joined_channel",
    "member_left_channel",
    "user_change",
]


async def post(stage: Stage) -> Any:
    return await stage.call("chat.postMessage", {"channel": IT_HELP, "text": "x"})


async def test_an_archived_channel_takes_no_post_until_it_is_back() -> None:
    async with open_stage() as stage:
        peer = await stage.connect()
        await stage.control("PUT", "app", {"events": EVENTS})
        await stage.control("PUT", f"channels/{IT_HELP}/archived", {"archived": True})
        assert (await peer.acked())["payload"]["event"]["type"] == "channel_archive"
        assert (await post(stage))["error"] == "is_archived"
        await stage.control("PUT", f"channels/{IT_HELP}/archived", {"archived": False})
        assert (await peer.acked())["payload"]["event"]["type"] == "channel_unarchive"
        assert (await post(stage))["ok"]
        await peer.socket.close()


async def test_the_app_is_removed_from_a_channel_and_added_again() -> None:
    async with open_stage() as stage:
        peer = await stage.connect()
        await stage.control("PUT", "app", {"events": EVENTS})
        await stage.control("PUT", f"channels/{IT_HELP}/members/{BOT}", {"member": False})
        assert (await peer.acked())["payload"]["event"] | {"event_ts": ""} == {
            "type": "channel_left",
            "channel": IT_HELP,
            "event_ts": "",
        }
        assert (await post(stage))["error"] == "not_in_channel"
        await stage.control("PUT", f"channels/{IT_HELP}/members/{BOT}", {"member": True})
        assert (await peer.acked())["payload"]["event"]["user"] == BOT
        assert (await post(stage))["ok"]
        await peer.socket.close()


async def test_a_person_leaves_a_channel_once() -> None:
    async with open_stage() as stage:
        peer = await stage.connect()
        await stage.control("PUT", "app", {"events": EVENTS})
        for _ in range(2):
            await stage.control("PUT", f"channels/{IT_HELP}/members/{ROBIN}", {"member": False})
        await stage.control("PUT", f"users/{ALEX}/deactivated", {"deactivated": True})
        left, changed = (await peer.events(2)).values()
        assert (left["event"]["type"], left["event"]["user"]) == ("member_left_channel", ROBIN)
        assert (changed["event"]["type"], changed["event"]["user"]["deleted"]) == ("user_change", True)
        members = (await stage.web.conversations_members(channel=IT_HELP))["members"]
        assert ROBIN not in members
        assert (await stage.web.users_info(user=ALEX))["user"]["deleted"] is True
        await peer.socket.close()


async def test_slacks_time_can_be_moved() -> None:
    async with open_stage() as stage:
        before = stage.clock.now()
        assert (await stage.control("POST", "clock", {"advance": 90}))[0] == 200
        assert (stage.clock.now() - before).total_seconds() == 90
