"""One kind of refusal, and an identity that is learnt when Slack is ready to tell it."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.adapters.slack_client import SILENT, SlackIdentity, SlackRefused, answered, app_id_of, outgoing_client
from sandbox.seed import IT_HELP
from sandbox.slack.faults import Fault
from tests.handlers.slack.world import World


async def test_a_refusal_carries_slacks_own_code(world: World) -> None:
    with pytest.raises(SlackRefused) as refused:
        await answered(world.client.chat_postMessage(channel="C-nowhere", text="hello"))
    assert (refused.value.code, refused.value.retry_after) == ("channel_not_found", None)


async def test_a_rate_limit_carries_its_seconds(world: World) -> None:
    world.slack.faults.methods["auth.test"] = Fault(error="ratelimited", retry_after=30)
    with pytest.raises(SlackRefused) as refused:
        await answered(world.client.auth_test())
    assert (refused.value.code, refused.value.retry_after) == ("ratelimited", 30)


async def test_a_slack_that_is_not_there_is_silent() -> None:
    with pytest.raises(SlackRefused) as refused:
        await answered(outgoing_client("xoxb-nobody", "http://127.0.0.1:1/api/").auth_test())
    assert refused.value.code == SILENT


async def test_an_answer_that_is_not_json_is_silence(world: World) -> None:
    with pytest.raises(SlackRefused) as refused:
        await answered(outgoing_client("xoxb-nobody", f"{world.url}/page/").auth_test())
    assert refused.value.code == SILENT


async def test_who_we_are_is_asked_until_slack_tells(world: World) -> None:
    world.slack.faults.methods["auth.test"] = Fault(error="ratelimited", retry_after=30, times=2)
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            world.slack.faults.methods["auth.test"] = Fault(status=503, times=1)

    identity = SlackIdentity(world.client, sleep)
    await identity.learn()
    assert (identity.team, identity.bot_user, identity.bot_id) == ("T0ACME01", "U0BOT0001", "B0COUNT01")
    assert identity.url == "https://acme.slack.com/"
    assert slept == [30, 30, 10]


async def test_who_we_are_is_asked_once(world: World) -> None:
    await world.identity.known()
    await world.identity.known()
    assert len(world.calls("auth.test")) == 1


async def test_a_post_whose_answer_is_lost_is_not_sent_again_by_the_client() -> None:
    posts = 0

    async def hang_up(request: web.Request) -> web.Response:
        nonlocal posts
        posts += 1
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    app = web.Application()
    app.router.add_post("/api/chat.postMessage", hang_up)
    async with TestServer(app) as server:
        client = outgoing_client("xoxb-synthetic", str(server.make_url("/api/")))
        with pytest.raises(SlackRefused) as refused:
            await answered(client.chat_postMessage(channel=IT_HELP, text="hello"))
    assert (refused.value.code, posts) == (SILENT, 1)


@pytest.mark.parametrize(
    ("token", "app_id"), [("xapp-1-A0123456-789-synthetic", "A0123456"), ("xapp-sandbox-app", ""), ("", "")]
)
def test_an_app_level_token_names_its_app(token: str, app_id: str) -> None:
    assert app_id_of(token) == app_id
