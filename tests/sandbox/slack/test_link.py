"""Socket Mode connections."""

import aiohttp
import pytest

from sandbox.slack.link import REASONS
from tests.sandbox.slack.stage import Peer, Stage, eventually


async def url(stage: Stage) -> str:
    opened = await stage.call("apps.connections.open", {}, token="xapp-sandbox-app")
    return str(opened["url"])


async def test_hello_says_who_and_how_long(stage: Stage, peer: Peer) -> None:
    assert peer.hello["type"] == "hello"
    assert peer.hello["connection_info"] == {"app_id": "A0COUNT01"}
    assert (peer.hello["num_connections"], peer.hello["debug_info"]["approximate_connection_time"]) == (1, 18060)


async def test_a_url_is_good_for_one_connection(stage: Stage) -> None:
    address = await url(stage)
    await stage.http.ws_connect(address)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await stage.http.ws_connect(address)


async def test_a_url_gets_too_old(stage: Stage) -> None:
    address = await url(stage)
    stage.clock.advance(31)
    with pytest.raises(aiohttp.WSServerHandshakeError):
        await stage.http.ws_connect(address)


async def test_the_eleventh_connection_is_sent_away(stage: Stage) -> None:
    peers = [await stage.connect() for _ in range(10)]
    eleventh = await stage.connect()
    assert peers[-1].hello["num_connections"] == 10
    assert (eleventh.hello["type"], eleventh.hello["reason"]) == ("disconnect", "too_many_websockets")


@pytest.mark.parametrize("reason", REASONS)
async def test_every_socket_hears_a_disconnect_and_is_closed_soon(stage: Stage, peer: Peer, reason: str) -> None:
    await stage.control("POST", "disconnect", {"reason": reason})
    assert (await peer.receive())["reason"] == reason
    await eventually(lambda: stage.clock.sleepers == 2)
    stage.clock.advance(10)
    if reason == "warning":
        assert (await peer.receive())["reason"] == "refresh_requested"
    assert (await peer.socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE


async def test_a_reason_that_slack_does_not_have_is_refused(stage: Stage) -> None:
    status, answer = await stage.control("POST", "disconnect", {"reason": "bored"})
    assert (status, answer["error"]) == (400, "invalid_arguments")


async def test_a_debug_connection_is_refreshed_after_six_minutes(stage: Stage) -> None:
    socket = await stage.http.ws_connect(await url(stage) + "&debug_reconnects=true")
    hello = await socket.receive_json()
    stage.clock.advance(350)
    assert hello["debug_info"]["approximate_connection_time"] == 360
    assert (await socket.receive_json(timeout=5))["reason"] == "warning"


@pytest.mark.parametrize("frame", ["{", "[]", '"x"', '{"payload": {}}', '{"envelope_id": "never-sent"}'])
async def test_a_frame_that_is_no_ack_is_noted_and_forgiven(stage: Stage, peer: Peer, frame: str) -> None:
    before = len(stage.sandbox.log.after(0))
    await peer.socket.send_str(frame)
    await stage.say("hello")
    assert (await peer.acked())["payload"]["event"]["text"] == "hello"
    assert any("The app" in step.title for step in stage.sandbox.log.after(before))
