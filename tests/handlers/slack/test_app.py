"""The same app over HTTP: signed requests only, and the status says whether Slack must come again."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import Clock, SignatureVerifier

from bot.errors import StoreUnavailable
from handlers.slack.app import build_app, listener_client
from tests.handlers.slack.test_payloads import an_event
from tests.handlers.slack.world import Told, World, tools_of

SECRET = "synthetic-signing-secret"


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def app(world: World, told: Told) -> AsyncApp:
    return build_app(
        told.services(),
        world.client,
        world.identity,
        tools_of=tools_of,
        new_id=lambda: "incident-1",
        signing_secret=SECRET,
    )


def signed(body: dict[str, Any], secret: str = SECRET) -> AsyncBoltRequest:
    text = json.dumps(body)
    now = str(int(Clock().now()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=now, body=text)
    headers: dict[str, str | Sequence[str]] = {
        "content-type": ["application/json"],
        "x-slack-request-timestamp": [now],
        "x-slack-signature": [str(signature)],
    }
    return AsyncBoltRequest(body=text, headers=headers)


async def test_a_signed_event_is_stored_and_answered_with_200(app: AsyncApp, told: Told) -> None:
    answer = await app.async_dispatch(signed(an_event()))
    assert (answer.status, len(told.inputs)) == (200, 1)


async def test_a_forged_event_is_refused(app: AsyncApp, told: Told) -> None:
    answer = await app.async_dispatch(signed(an_event(), "another-secret"))
    assert (answer.status, told.inputs) == (401, [])


async def test_an_event_that_was_not_stored_is_answered_with_500(app: AsyncApp, told: Told) -> None:
    told.failing = [StoreUnavailable("disk full")]
    answer = await app.async_dispatch(signed(an_event()))
    assert answer.status == 500


async def test_an_event_that_makes_no_sense_is_not_asked_for_again(app: AsyncApp) -> None:
    answer = await app.async_dispatch(signed(an_event(channel=None)))
    assert answer.status == 200


def test_listeners_try_once_and_briefly(world: World) -> None:
    client = listener_client(world.client)
    assert (client.retry_handlers, client.timeout, client.base_url) == ([], 1.5, world.client.base_url)
