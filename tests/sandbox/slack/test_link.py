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


async def test_hello_has_the_keys_of_slacks_own(stage: Stage, peer: Peer) -> None:
    assert peer.hello.keys() == {"type", "num_connections", "connection_info", "debug_info"}
    assert peer.hello["debug_info"].keys() == {"host", "build_number", "approximate_connection_time"}


async def test_every_so_often_all_are_asked_to_reconnect(stage: Stage, peer: Peer) -> None:
    await stage.control("PUT", "refresh", {"every": 30})
    for _ in range(3):
        await eventually(lambda: stage.clock.sleepers >= 2)
        stage.clock.advance(30)
        frame = await peer.receive()
        assert (frame["type"], frame["reason"]) == ("disconnect", "refresh_requested")
        await peer.socket.close()
        await eventually(lambda: stage.sandbox.slack.link.connections == 0)
        peer = await stage.connect()
    await stage.control("PUT", "refresh", {"every": 0})
    stage.clock.advance(300)
    await stage.say("quiet now")
    assert (await peer.receive())["type"] == "events_api"
    await peer.socket.close()


async def test_a_cut_says_nothing(stage: Stage, peer: Peer) -> None:
    assert (await stage.control("POST", "cut"))[1] == {"connections": 1}
    end = await peer.socket.receive(timeout=5)
    assert end.type in (aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.ERROR, aiohttp.WSMsgType.CLOSING)
    await eventually(lambda: stage.sandbox.slack.link.connections == 0)


async def test_for_a_while_no_socket_is_taken_and_what_happened_comes_as_a_retry(stage: Stage, peer: Peer) -> None:
    await stage.control("PUT", "no_socket", {"seconds": 60})
    await eventually(lambda: stage.sandbox.slack.link.connections == 0)
    await stage.say("hello")
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await stage.http.ws_connect(await url(stage))
    assert refused.value.status == 503
    stage.clock.advance(60)
    back = await stage.connect()
    envelope = await back.acked()
    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (1, "timeout")
    await back.socket.close()


async def test_the_eleventh_connection_does_not_end_the_ten(stage: Stage) -> None:
    peers = [await stage.connect() for _ in range(10)]
    await stage.connect()
    await stage.say("hello")
    assert (await peers[0].acked())["type"] == "events_api"
    assert stage.sandbox.slack.link.connections == 10


async def test_a_socket_that_is_gone_is_asked_nothing_when_its_time_is_over(stage: Stage, peer: Peer) -> None:
    await peer.socket.close()
    await eventually(lambda: stage.sandbox.slack.link.connections == 0)
    await eventually(lambda: stage.clock.sleepers == 0)
