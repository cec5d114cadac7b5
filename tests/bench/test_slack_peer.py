"""The stand-in measures from the sent envelope to its own ack and serves several apps in turn."""

from typing import Any

import pytest
from aiohttp import ClientSession

from bench.slack_peer import SlackPeer, mention, workspace


async def opened(peer: SlackPeer, session: ClientSession) -> str:
    async with session.post(f"{peer.api_url}apps.connections.open") as response:
        answer: dict[str, Any] = await response.json()
    return str(answer["url"])


async def test_two_apps_are_served_in_turn() -> None:
    async with SlackPeer() as peer, ClientSession() as session:
        url = await opened(peer, session)
        async with session.ws_connect(url) as first, session.ws_connect(url) as second:
            await peer.connected(2)
            for socket in (first, second):
                assert (await socket.receive_json())["type"] == "hello"
            with pytest.raises(TimeoutError):
                await peer.acked_after("events_api", mention(0), seconds=0)
            with pytest.raises(TimeoutError):
                await peer.acked_after("events_api", mention(1), seconds=0)
            payloads = [(await socket.receive_json())["payload"]["event_id"] for socket in (first, second)]
            assert payloads == ["Ev000000000", "Ev000000001"]


async def test_a_method_answers_what_it_was_given() -> None:
    async with SlackPeer({"users.info": {"ok": False, "error": "user_not_found"}}) as peer, ClientSession() as session:
        for method, ok in (("users.info", False), ("auth.test", True), ("chat.postMessage", True)):
            async with session.post(f"{peer.api_url}{method}") as response:
                assert (await response.json())["ok"] is ok


async def test_people_are_answered_by_their_id_however_the_question_is_sent() -> None:
    async with SlackPeer(workspace()) as peer, ClientSession() as session:
        url, who = f"{peer.api_url}users.info", {"user": "U1"}
        for asked in (session.get(url, params=who), session.post(url, data=who), session.post(url, json=who)):
            async with asked as response:
                assert (await response.json())["user"]["id"] == "U1"


def test_no_two_mentions_are_the_same_event() -> None:
    events = [mention(number) for number in range(100)]
    assert len({event["event_id"] for event in events}) == len({event["event"]["ts"] for event in events}) == 100
