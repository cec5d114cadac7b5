"""Every id that a block carries has exactly one listener."""

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from blocks import ids
from handlers.slack.app import build_app
from handlers.slack.stale import out_of_date
from tests.handlers.slack.world import Told, World, tools_of

VIEWS = (ids.CONFIRM_VIEW, ids.DENY_REASON_VIEW)
ACTIONS = (
    ids.APPROVE,
    ids.CONFIRM,
    ids.DENY,
    ids.DETAILS,
    ids.WITHDRAW,
    ids.WITHDRAW_REQUEST,
    ids.HAPPENED,
    ids.NOT_HAPPENED,
    ids.PREVIOUS_PAGE,
    ids.NEXT_PAGE,
    ids.TAKE_AWAY,
)
"""Each of them is a button; the rest of `blocks.ids` names inputs, blocks and a modal that cannot be sent."""
CONFIRMING = {ids.TARGET_BLOCK, ids.TARGET_INPUT, ids.CODE_BLOCK, ids.CODE_INPUT}


def test_the_list_above_is_complete() -> None:
    others = {ids.DETAILS_VIEW, ids.REASON_BLOCK, ids.REASON_INPUT, ids.ASKED, *CONFIRMING}
    constants = {value for name, value in vars(ids).items() if name.isupper()}
    assert constants == {*VIEWS, *ACTIONS} | others


@pytest.fixture
def app(world: World) -> AsyncApp:
    return build_app(Told().services(), world.client, world.identity, tools_of=tools_of, new_id=lambda: "i")


async def served_by(app: AsyncApp, body: dict[str, object]) -> list[object]:
    request = AsyncBoltRequest(body=body, mode="socket_mode")
    found = [one for one in app._async_listeners if await one.async_matches(req=request, resp=BoltResponse(status=200))]
    return [listener.ack_function for listener in found]


@pytest.mark.parametrize("action_id", ACTIONS)
async def test_every_button_has_one_listener_of_its_own(app: AsyncApp, action_id: str) -> None:
    own, last = await served_by(app, {"type": "block_actions", "actions": [{"action_id": action_id}]})
    assert own is not out_of_date
    assert last is out_of_date


@pytest.mark.parametrize("callback_id", VIEWS)
async def test_every_form_has_one_listener_of_its_own(app: AsyncApp, callback_id: str) -> None:
    own, last = await served_by(app, {"type": "view_submission", "view": {"type": "modal", "callback_id": callback_id}})
    assert own is not out_of_date
    assert last is out_of_date
