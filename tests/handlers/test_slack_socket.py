"""A socket that Slack does not open is asked for again, more and more seldom, and the log says how to mend it."""

import logging
from collections.abc import AsyncIterator

import pytest

from handlers.slack.app import build_app
from handlers.slack_socket import MENDS, connect, socket
from sandbox.slack.faults import Fault
from tests.handlers.slack.world import World, open_world, until


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The sandbox workspace, without the bot."""
    async with open_world() as opened:
        yield opened


@pytest.mark.parametrize(
    ("fault", "mend"),
    [
        (Fault(error="invalid_auth"), "SLACK_APP_TOKEN is refused: copy it again"),
        (Fault(error="missing_scope"), "lacks the scope connections:write"),
        (Fault(status=503), "trying again"),
        (Fault(drop=True), "trying again"),
    ],
)
async def test_a_socket_that_is_not_opened_is_one_line_each_time_with_how_to_mend_it(
    world: World, caplog: pytest.LogCaptureFixture, fault: Fault, mend: str
) -> None:
    world.slack.faults.methods["apps.connections.open"] = fault
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)
        if len(waited) == 6:
            del world.slack.faults.methods["apps.connections.open"]

    app = build_app(world.told.services(), world.client, world.identity, tools_of=world.told.tools_of, new_id=str)
    token = world.slack.workspace.app.app_token
    with caplog.at_level(logging.INFO):
        async with socket(app, token, f"{world.url}/api/", sleep) as handler:
            await connect(handler)
            await until(world.slack.link.opened.is_set)
    assert waited == [2, 5, 10, 30, 60, 60]
    warned = [one for one in caplog.records if one.levelno >= logging.WARNING]
    assert [one.message for one in warned] == ["socket.not_open"] * 6
    assert all(mend in vars(one)["mend"] and one.exc_info is None for one in warned)
    assert [vars(one)["again_in"] for one in warned] == waited


async def test_slack_says_itself_how_long_to_wait(world: World) -> None:
    world.slack.faults.methods["apps.connections.open"] = Fault(error="ratelimited", retry_after=17, times=1)
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    app = build_app(world.told.services(), world.client, world.identity, tools_of=world.told.tools_of, new_id=str)
    async with socket(app, world.slack.workspace.app.app_token, f"{world.url}/api/", sleep) as handler:
        await connect(handler)
    assert waited == [17]


def test_every_way_to_mend_names_the_setting() -> None:
    assert all("SLACK_APP_TOKEN" in mend for mend in MENDS.values())
