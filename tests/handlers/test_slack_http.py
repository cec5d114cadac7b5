"""The real Bolt app behind signed HTTP on the loopback, with the sandbox as Slack on the other side."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from yarl import URL

from blocks import ids
from bot.errors import BadInput, StoreUnavailable
from bot.models.call import CallStatus
from handlers.slack.app import build_app
from handlers.slack.signature import Replays, Signatures
from handlers.slack_http import MOST_BYTES, Door, listening, web_app
from sandbox.clock import SystemClock
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from sandbox.slack.http_attacks import ATTACKS, compressed
from sandbox.slack.http_signing import JSON, Signed, signed
from tests.factories import a_call, a_record
from tests.handlers.slack.world import Told, World, open_world, until

SECRET = "sandbox-signing-secret"
NONSENSE: tuple[object, ...] = (
    "{nope",
    "[" * 100_000,
    [],
    1,
    '"x"',
    None,
    {"type": 1},
    {"event": []},
    {"type": "event_callback", "event": {"type": []}},
    {"type": "event_callback", "event": {"type": "app_mention"}, "authorizations": 3},
    {"type": "event_callback", "event": {"type": "app_mention"}, "authorizations": [3]},
    {"type": "block_actions", "actions": 1},
    {"type": "block_actions", "actions": [1]},
    {"type": "block_actions", "actions": [], "user": 2},
    {"type": "block_actions", "actions": []},
    {"type": "block_actions", "actions": None},
    {"type": "view_submission", "view": None},
    {"type": "event_callback", "event": None},
    {"type": "event_callback", "event": {"type": "app_mention"}, "authorizations": {"id": 3}},
)
"""What nobody at Slack would send."""


@asynccontextmanager
async def reached(world: World, read_seconds: float = 10) -> AsyncIterator[str]:
    """The bot, listening; its address."""
    app = build_app(
        world.told.services(),
        world.client,
        world.identity,
        tools_of=world.told.tools_of,
        new_id=lambda: "incident-1",
        signing_secret=SECRET,
    )
    door = Door(app, Signatures(SECRET, world.clock), Replays(world.clock), read_seconds)
    async with listening(web_app(door), "127.0.0.1", 0) as port:
        yield f"http://127.0.0.1:{port}/slack/events"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """Slack's time is now: Bolt checks the timestamp once more, by the computer's own clock."""
    async with open_world() as opened:
        opened.clock.advance((SystemClock().now() - opened.clock.now()) / timedelta(seconds=1))
        opened.told.record = a_record(calls=(a_call(approval_id="a1", status=CallStatus.PENDING),))
        yield opened


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    async with reached(world) as url:
        await control(world, "PUT", "app/request_urls", {"events": url})
        yield url


async def control(world: World, method: str, path: str, body: dict[str, Any]) -> Any:
    async with world.http.request(method, f"{world.url}/sandbox/{path}", json=body) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def attack(world: World, kind: str) -> int:
    answer = await control(world, "POST", "app/attack", {"kind": kind})
    return int(answer["status"])


async def send(world: World, request: Signed) -> int:
    """Posts it as it is, in pieces, so that its length is not told beforehand."""

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(request.body), 2**16):
            yield request.body[start : start + 2**16]

    async with world.http.post(request.url, data=pieces(), headers=request.headers) as answer:
        return answer.status


def sign(world: World, address: str, body: bytes, kind: str = JSON) -> Signed:
    return signed(SECRET, int(world.clock.now().timestamp()), address, body, {"Content-Type": kind})


async def mentioned(world: World) -> None:
    await world.say(ROBIN, IT_HELP, "@Countersign suspend leaver@example.com")
    await until(lambda: len(world.told.inputs) == 2 and world.acked("app_mention from Robin Reyes in #it-help"))
    await until(lambda: world.acked("message from Robin Reyes in #it-help"))


async def clicked(world: World) -> None:
    ts = await world.post_button(ids.APPROVE)
    await until(lambda: world.acked("message from Countersign in #approvals"))
    assert (await world.click(ALEX, ts, ids.APPROVE))["acked"] is True
    assert len(world.told.inputs) == 1


async def submitted(world: World) -> None:
    ts = await world.post_button(ids.DENY)
    await until(lambda: world.acked("message from Countersign in #approvals"))
    await world.click(ALEX, ts, ids.DENY)
    values = {ids.REASON_BLOCK: {ids.REASON_INPUT: {"value": "wrong person, ask HR first"}}}
    await world.act(f"views/{world.modal(ALEX)['id']}/submit", **{"as": ALEX, "values": values})
    assert len(world.told.inputs) == 1


ACTS = {"event": mentioned, "click": clicked, "submission": submitted}


@pytest.mark.parametrize("act", ACTS)
async def test_a_replay_has_no_second_effect_however_often(world: World, address: str, act: str) -> None:
    await ACTS[act](world)
    kept, shown = list(world.told.inputs), len(world.messages(APPROVALS, ALEX))
    answers = await asyncio.gather(*(attack(world, "replayed") for _ in range(100)))
    assert set(answers) == {401}
    assert (world.told.inputs, len(world.messages(APPROVALS, ALEX))) == (kept, shown)


@pytest.mark.parametrize("act", ACTS)
async def test_every_attack_is_answered_with_401_and_reaches_nobody(world: World, address: str, act: str) -> None:
    await ACTS[act](world)
    kept = list(world.told.inputs)
    assert {kind: await attack(world, kind) for kind in ATTACKS} == dict.fromkeys(ATTACKS, 401)
    assert world.told.inputs == kept


async def test_a_replay_after_a_restart_carries_the_same_key(world: World) -> None:
    for _ in range(2):
        async with reached(world) as url:
            if world.slack.http.last is None:
                await control(world, "PUT", "app/request_urls", {"events": url})
                await clicked(world)
            else:
                last = world.slack.http.last
                assert await send(world, Signed(url, last.headers, last.body)) == 200
    first, second = world.told.inputs
    assert first.key == second.key


async def test_a_body_that_is_no_slack_payload_is_not_parsed_before_it_is_proven(world: World, address: str) -> None:
    for body in (b"", b"{", b"payload=", b"\xff\xfe", b"[" * 100_000):
        async with world.http.post(address, data=body, headers={"Content-Type": JSON}) as answer:
            assert answer.status == 401
    assert await send(world, sign(world, address, b"\xff\xfe")) == 400
    assert await send(world, sign(world, address, b"{nope")) == 400


@pytest.mark.parametrize("kind", [JSON, "application/x-www-form-urlencoded"])
@pytest.mark.parametrize("sent", NONSENSE)
async def test_nonsense_that_is_signed_is_answered_with_400(
    world: World, address: str, kind: str, sent: object, caplog: pytest.LogCaptureFixture
) -> None:
    text = sent if isinstance(sent, str) else json.dumps(sent)
    body = text if kind == JSON else urlencode({"payload": text})
    assert await send(world, sign(world, address, body.encode(), kind)) == 400
    assert world.told.inputs == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_nothing_is_unpacked_before_it_is_proven(world: World, address: str) -> None:
    """The signature is over the bytes on the wire, not over what they unpack to."""
    request = sign(world, address, json.dumps({"type": "url_verification", "challenge": "x"}).encode())
    assert await send(world, compressed(request, SECRET)) == 401
    assert await send(world, request) == 200


async def test_an_event_that_was_not_stored_comes_again(world: World, address: str) -> None:
    world.told.failing = [StoreUnavailable("disk full"), StoreUnavailable("disk full")]
    await world.say(ROBIN, IT_HELP, "@Countersign suspend leaver@example.com")
    await until(lambda: len(world.told.inputs) == 2)
    assert world.told.failed == 2
    retried = [step for step in world.sandbox.log.after(0) if step.title.endswith("attempt 2")]
    assert {step.detail["headers"]["X-Slack-Retry-Reason"] for step in retried} == {"http_error"}


async def test_a_modal_stays_open_with_the_reason_when_nothing_was_saved(world: World, address: str) -> None:
    ts = await world.post_button(ids.DENY)
    await world.click(ALEX, ts, ids.DENY)
    world.told.failing = [StoreUnavailable("disk full")]
    await until(lambda: world.acked("message from Countersign in #approvals"))
    values = {ids.REASON_BLOCK: {ids.REASON_INPUT: {"value": "wrong person, ask HR first"}}}
    answer = await world.act(f"views/{world.modal(ALEX)['id']}/submit", **{"as": ALEX, "values": values})
    assert (answer["response_action"], list(answer["errors"])) == ("errors", [ids.REASON_BLOCK])


async def test_the_longest_body_is_a_mebibyte(world: World, address: str) -> None:
    fits = json.dumps({"type": "url_verification", "challenge": "x"}).encode().ljust(MOST_BYTES)
    assert await send(world, sign(world, address, fits)) == 200
    assert await send(world, sign(world, address, fits + b" ")) == 413


async def test_a_body_that_does_not_arrive_is_not_waited_for(world: World) -> None:
    never = asyncio.Event()

    async def dribble() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    async with reached(world, read_seconds=0.05) as url:
        headers = sign(world, url, b"{}").headers
        async with world.http.post(url, data=dribble(), headers=headers) as answer:
            assert answer.status == 408


async def test_a_request_without_headers_is_refused_before_its_body_arrives(world: World, address: str) -> None:
    never = asyncio.Event()

    async def dribble() -> AsyncIterator[bytes]:
        yield b"{"
        await never.wait()

    async with world.http.post(address, data=dribble()) as answer:
        assert answer.status == 401


async def test_the_process_says_that_it_runs(world: World, address: str) -> None:
    async with world.http.get(address.replace("/slack/events", "/healthz")) as answer:
        assert (answer.status, await answer.json()) == (200, {"ok": True})
    async with world.http.get(address) as answer:
        assert answer.status == 405


async def test_a_port_that_is_taken_is_said_in_words(world: World, address: str) -> None:
    taken = URL(address).port
    app = build_app(Told().services(), world.client, world.identity, tools_of=Told().tools_of, new_id=lambda: "i")
    door = Door(app, Signatures(SECRET, world.clock), Replays(world.clock))
    with pytest.raises(BadInput) as refused:
        async with listening(web_app(door), "127.0.0.1", taken or 0):
            raise AssertionError
    assert "COUNTERSIGN_HTTP_PORT" in refused.value.where
