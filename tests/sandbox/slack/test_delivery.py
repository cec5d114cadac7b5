"""Acks, redelivery and warnings, on a clock that the test moves."""

import asyncio

from sandbox.seed import IT_HELP, ROBIN
from tests.sandbox.slack.cards import card
from tests.sandbox.slack.stage import Peer, Stage, eventually


async def after(stage: Stage, seconds: float) -> None:
    """Lets that time pass once somebody waits for it."""
    await eventually(lambda: stage.clock.sleepers > stage.sandbox.slack.link.connections)
    stage.clock.advance(seconds)


def titles(stage: Stage) -> list[str]:
    return [step.title for step in stage.sandbox.log.after(0)]


async def test_an_event_without_ack_comes_again_at_once_after_a_minute_and_after_five(stage: Stage, peer: Peer) -> None:
    await stage.say("hello")
    envelopes = [await peer.receive()]
    for wait in (3, 3 + 60, 3 + 300):
        await after(stage, 3)
        if wait > 3:
            await after(stage, wait - 3)
        envelopes.append(await peer.receive())
    await after(stage, 3)
    await eventually(lambda: any(title.startswith("Slack gave up") for title in titles(stage)))
    assert [(one["retry_attempt"], one["retry_reason"]) for one in envelopes] == [
        (0, ""),
        (1, "timeout"),
        (2, "timeout"),
        (3, "timeout"),
    ]
    assert len({one["envelope_id"] for one in envelopes}) == 4
    assert len({one["payload"]["event_id"] for one in envelopes}) == 1


async def test_a_late_ack_of_an_earlier_envelope_ends_the_retries(stage: Stage, peer: Peer) -> None:
    await stage.say("hello")
    first = await peer.receive()
    await after(stage, 3)
    await peer.receive()
    await peer.ack(first)
    await eventually(lambda: any(title.startswith("Acknowledged: message") for title in titles(stage)))


async def test_an_event_from_before_the_connection_comes_as_a_retry(stage: Stage) -> None:
    await stage.say("hello")
    stage.clock.advance(120)
    peer = await stage.connect()
    envelope = await peer.acked()
    assert (envelope["retry_attempt"], envelope["payload"]["event"]["text"]) == (1, "hello")


async def test_an_event_that_nobody_fetched_within_the_retries_is_lost(stage: Stage) -> None:
    await stage.say("hello")
    await eventually(lambda: stage.clock.sleepers)
    stage.clock.advance(361)
    await eventually(lambda: any(title.startswith("Slack gave up") for title in titles(stage)))


async def test_an_ack_counts_on_another_socket_of_the_app(stage: Stage, peer: Peer) -> None:
    other = await stage.connect()
    await stage.say("hello")
    await other.ack(await peer.receive())
    await eventually(lambda: any(title.startswith("Acknowledged: message") for title in titles(stage)))


async def test_each_envelope_goes_to_exactly_one_socket(stage: Stage, peer: Peer) -> None:
    other = await stage.connect()
    for text in ("one", "two", "three", "four"):
        await stage.say(text)
    received = [(await one.acked())["payload"]["event"]["text"] for one in (peer, other, peer, other)]
    assert sorted(received) == ["four", "one", "three", "two"]


async def test_a_lost_ack_makes_slack_send_again(stage: Stage, peer: Peer) -> None:
    await stage.control("PUT", "faults", {"deliver": {"drop_acks": 1}})
    await stage.say("hello")
    await peer.acked()
    await after(stage, 3)
    assert (await peer.acked())["retry_attempt"] == 1


async def test_a_duplicate_has_the_same_event_id_in_another_envelope(stage: Stage, peer: Peer) -> None:
    await stage.control("PUT", "faults", {"deliver": {"duplicate": 1}})
    await stage.say("hello")
    first, second = await peer.acked(), await peer.acked()
    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]


async def test_a_delayed_delivery_waits(stage: Stage, peer: Peer) -> None:
    await stage.control("PUT", "faults", {"deliver": {"delay_ms": 500}})
    await stage.say("hello")
    await after(stage, 0.5)
    assert (await peer.acked())["payload"]["event"]["text"] == "hello"


async def test_an_ack_may_count_later_than_it_came(stage: Stage, peer: Peer) -> None:
    await stage.control("PUT", "faults", {"deliver": {"delay_acks_ms": 4000}})
    await stage.say("hello")
    await peer.acked()
    await eventually(lambda: stage.clock.sleepers == 3)
    stage.clock.advance(3)
    again = await peer.receive()
    assert again["retry_attempt"] == 1
    stage.clock.advance(1)
    await eventually(lambda: any(title.startswith("Acknowledged: message") for title in titles(stage)))


async def test_a_click_without_ack_shows_a_warning_and_does_not_come_again(stage: Stage, peer: Peer) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x", blocks=card())
    await peer.acked()
    place = {"channel": IT_HELP, "ts": posted["ts"]}
    clicking = asyncio.ensure_future(stage.click(ROBIN, place, "choice", "approve"))
    envelope = await peer.receive()
    await after(stage, 3)
    _, answer = await clicking
    assert (answer["delivered"], answer["acked"], answer["ms"]) == (True, False, 3000)
    assert "warning" in answer
    await peer.ack(envelope)
    await eventually(lambda: "The app acknowledged something nobody waits for" in titles(stage))


async def test_a_click_while_the_app_is_away_says_so(stage: Stage) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x", blocks=card())
    _, answer = await stage.click(ROBIN, {"channel": IT_HELP, "ts": posted["ts"]}, "choice", "approve")
    assert answer == {"delivered": False, "acked": False, "ms": 0, "warning": "The app is not connected."}
