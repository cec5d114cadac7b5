"""Signed HTTP: what arrives at a request URL, and what Slack makes of the answer."""

import asyncio
import json
from collections.abc import AsyncIterator
from urllib.parse import parse_qs

import pytest
from aiohttp import web

from sandbox.seed import IT_HELP, ROBIN
from tests.sandbox.slack.cards import card
from tests.sandbox.slack.receiver import Arrived, Receiver, behind_url, urls
from tests.sandbox.slack.stage import Stage, eventually


@pytest.fixture
async def receiver(stage: Stage) -> AsyncIterator[Receiver]:
    async with behind_url(stage) as running:
        yield running


def titles(stage: Stage) -> list[str]:
    return [step.title for step in stage.sandbox.log.after(0)]


async def later(stage: Stage, seconds: float) -> None:
    """Lets that time pass once somebody waits for it."""
    await eventually(lambda: stage.clock.sleepers)
    stage.clock.advance(seconds)


async def failed(stage: Stage, count: int) -> None:
    """Returns when so many attempts have failed."""
    await eventually(lambda: sum(title.startswith("No ack") for title in titles(stage)) == count)


async def test_an_event_comes_signed_as_json(stage: Stage, receiver: Receiver) -> None:
    await stage.say("hello")
    arrived = await receiver.next()
    assert (arrived.signed, arrived.headers["Content-Type"], arrived.retry) == (True, "application/json", ("", ""))
    assert json.loads(arrived.body)["event"]["text"] == "hello"
    assert arrived.headers["X-Slack-Request-Timestamp"] == str(int(stage.clock.now().timestamp()))
    await eventually(lambda: any(title.startswith("Acknowledged: message") for title in titles(stage)))


async def test_the_signature_is_over_every_byte(stage: Stage, receiver: Receiver) -> None:
    await stage.say("hello")
    arrived = await receiver.next()
    assert not Arrived(arrived.headers, arrived.body + b" ").signed


async def test_a_failed_event_comes_again_at_once_after_a_minute_and_after_five(
    stage: Stage, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=500), None, web.Response(status=404)]
    await stage.say("hello")
    first, second = await receiver.next(), await receiver.next()
    await later(stage, 3)
    await failed(stage, 2)
    await later(stage, 60)
    third = await receiver.next()
    await failed(stage, 3)
    await later(stage, 300)
    fourth = await receiver.next()
    all_four = [first, second, third, fourth]
    assert [one.retry for one in all_four] == [
        ("", ""),
        ("1", "http_error"),
        ("2", "http_timeout"),
        ("3", "http_error"),
    ]
    assert len({json.loads(one.body)["event_id"] for one in all_four}) == 1
    assert all(one.signed for one in all_four)
    assert len({one.headers["X-Slack-Signature"] for one in all_four}) == 3, "the first two are of the same second"


async def test_an_app_that_asks_for_no_retry_gets_none(stage: Stage, receiver: Receiver) -> None:
    receiver.answers = [web.Response(status=500, headers={"x-slack-no-retry": "1"})]
    await stage.say("hello")
    await eventually(lambda: any(title.startswith("Slack gave up") for title in titles(stage)))
    assert receiver.arrived.qsize() == 1


async def test_two_redirects_are_followed_and_no_more(stage: Stage, receiver: Receiver) -> None:
    def away() -> web.Response:
        return web.Response(status=307, headers={"Location": receiver.address})

    receiver.answers = [away(), away(), web.Response(), away(), away(), away()]
    await stage.say("hello")
    for _ in range(3):
        assert (await receiver.next()).retry == ("", "")
    await eventually(lambda: any(title.startswith("Acknowledged: message") for title in titles(stage)))
    await stage.say("again")
    retries = [(await receiver.next()).retry for _ in range(4)]
    assert retries[-1] == ("1", "too_many_redirects")


async def test_an_app_that_went_away_is_told_so_with_the_retry(stage: Stage) -> None:
    async with behind_url(stage) as gone:
        pass
    await stage.say("hello")
    await eventually(lambda: any("No ack (connection_failed)" in title for title in titles(stage)))
    assert "127.0.0.1" in gone.address


async def test_a_click_comes_as_a_form_and_its_answer_counts(stage: Stage, receiver: Receiver) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x", blocks=card())
    await receiver.next()
    _, answer = await stage.click(ROBIN, {"channel": IT_HELP, "ts": posted["ts"]}, "choice", "approve")
    arrived = await receiver.next()
    payload = json.loads(parse_qs(arrived.body.decode())["payload"][0])
    assert (arrived.signed, payload["type"], answer["acked"]) == (True, "block_actions", True)


async def test_a_click_that_is_answered_too_late_shows_a_warning(stage: Stage, receiver: Receiver) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x", blocks=card())
    await receiver.next()
    await eventually(lambda: any(title.startswith("Acknowledged: message") for title in titles(stage)))
    receiver.answers = [None]
    place = {"channel": IT_HELP, "ts": posted["ts"]}
    clicking = asyncio.ensure_future(stage.click(ROBIN, place, "choice", "approve"))
    await receiver.next()
    await later(stage, 3)
    _, answer = await clicking
    assert (answer["delivered"], answer["acked"], "warning" in answer) == (True, False, True)


async def test_a_lost_answer_and_a_duplicate_are_faults_here_too(stage: Stage, receiver: Receiver) -> None:
    await stage.control("PUT", "faults", {"deliver": {"drop_acks": 1}})
    await stage.say("hello")
    assert [(await receiver.next()).retry for _ in range(2)] == [("", ""), ("1", "http_timeout")]
    await stage.control("PUT", "faults", {"deliver": {"duplicate": 1}})
    await stage.say("twice")
    bodies = [json.loads((await receiver.next()).body) for _ in range(2)]
    assert bodies[0]["event_id"] == bodies[1]["event_id"]


async def test_an_answer_can_be_made_late(stage: Stage, receiver: Receiver) -> None:
    await stage.control("PUT", "faults", {"deliver": {"delay_acks_ms": 4000}})
    await stage.say("hello")
    await receiver.next()
    await eventually(lambda: stage.clock.sleepers == 2)
    stage.clock.advance(3)
    assert (await receiver.next()).retry == ("1", "http_timeout")


async def test_a_url_that_does_not_know_the_challenge_is_not_taken(stage: Stage) -> None:
    for wrong in (f"{stage.address}/api/auth.test", "http://127.0.0.1:9/"):
        status, answer = await stage.control("PUT", "app/request_urls", {"events": wrong})
        assert (status, answer["error"]) == (409, "url_not_verified")
    assert (await stage.control("GET", "app"))[1]["request_urls"] is None


async def test_an_app_may_go_back_to_socket_mode(stage: Stage, receiver: Receiver) -> None:
    assert (await stage.control("PUT", "app/request_urls", {}))[1]["request_urls"] is None
    peer = await stage.connect()
    await stage.say("hello")
    assert (await peer.acked())["payload"]["event"]["text"] == "hello"
    await peer.socket.close()


async def test_subscriptions_are_disabled_when_nearly_everything_fails(stage: Stage, receiver: Receiver) -> None:
    for _ in range(999):
        stage.sandbox.slack.http.failures.note(failed=True)
    receiver.answers = [web.Response(status=500, headers={"x-slack-no-retry": "1"})]
    await stage.say("one too many")
    await eventually(lambda: stage.sandbox.slack.http.failures.disabled)
    await stage.say("nobody hears this")
    await eventually(lambda: any(title.startswith("Not delivered, subscriptions") for title in titles(stage)))
    assert (await stage.control("GET", "app"))[1]["subscriptions_disabled"] is True
    _, shown = await stage.control("PUT", "app/request_urls", urls(receiver))
    await stage.say("back again")
    await receiver.next()
    assert (shown["subscriptions_disabled"], b"back again" in (await receiver.next()).body) == (False, True)


async def test_above_the_hourly_limit_the_app_is_told_once_a_minute(stage: Stage, receiver: Receiver) -> None:
    while stage.sandbox.slack.budget.spend():
        pass
    for _ in range(3):
        await stage.say("too many")
    told = json.loads((await receiver.next()).body)
    minute = int(stage.clock.now().timestamp()) // 60 * 60
    assert (told["type"], told["minute_rate_limited"]) == ("app_rate_limited", minute)
    stage.clock.advance(60)
    await stage.say("still too many")
    assert json.loads((await receiver.next()).body)["minute_rate_limited"] == minute + 60
    stage.clock.advance(3600)
    await stage.say("an hour later")
    assert json.loads((await receiver.next()).body)["event"]["text"] == "an hour later"
