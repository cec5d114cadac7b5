"""What must be typed is asked for in a form; a wrong word keeps the form open, a right one is an approval."""

from typing import Any

import pytest

from blocks import ids
from bot.errors import NotConfirmed, NotFound, StoreUnavailable
from bot.models.call import CallStatus
from bot.models.people import Actor, Surface
from bot.models.request import Record
from bot.models.requirement import Confirm
from bot.services import Ballot
from handlers.slack.decisions import NOTHING_WAITS
from handlers.slack.sentences import NOT_SENT, OUT_OF_DATE
from sandbox.seed import ALEX, APPROVALS
from tests.factories import a_call, a_record, a_requirement
from tests.handlers.slack.world import World

APPROVER = Actor("T0ACME01", ALEX, Surface.SLACK)


def waiting(confirm: Confirm) -> Record:
    needed = a_requirement(confirm=confirm)
    return a_record(calls=(a_call(approval_id="a1", status=CallStatus.PENDING, requirement=needed),))


async def opened(world: World, confirm: Confirm) -> str:
    """The form of an approval, opened on a card; returns the card's ts."""
    world.told.record = waiting(confirm)
    ts = await world.post_button(ids.CONFIRM, "a1:c1")
    answer = await world.click(ALEX, ts, ids.CONFIRM)
    assert answer["acked"]
    return ts


async def send(world: World, **typed: str) -> Any:
    values: dict[str, Any] = {}
    if "target" in typed:
        values[f"{ids.TARGET_BLOCK}c1"] = {ids.TARGET_INPUT: {"type": "plain_text_input", "value": typed["target"]}}
    if "code" in typed:
        values[ids.CODE_BLOCK] = {ids.CODE_INPUT: {"type": "plain_text_input", "value": typed["code"]}}
    return await world.act(f"views/{world.modal(ALEX)['id']}/submit", **{"as": ALEX, "values": values})


async def test_the_form_shows_what_is_approved_and_asks_for_the_target(world: World) -> None:
    await opened(world, Confirm.TYPE_THE_TARGET)
    shown = str(world.modal(ALEX)["blocks"])
    assert world.told.inputs == []
    assert "Suspend · sam@example.com · Google Workspace" in shown
    assert "Type the value of email" in shown


async def test_what_was_typed_is_handed_in_with_the_vote(world: World) -> None:
    ts = await opened(world, Confirm.TYPE_THE_TARGET)
    assert await send(world, target="sam@example.com") == {"response_action": "clear"}
    [ballot] = world.told.inputs
    typed = (("c1", "sam@example.com"),)
    assert ballot == Ballot(
        "a1", ("c1",), APPROVER, yes=True, key=ballot.key, channel=APPROVALS, message_ts=ts, typed=typed
    )
    assert ballot.key.startswith(f"submit:T0ACME01:{ALEX}:")
    assert world.slack.views.stack(ALEX) == []


async def test_a_code_is_handed_in_and_stands_in_no_text_of_ours(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    await opened(world, Confirm.TOTP)
    assert await send(world, code="123456") == {"response_action": "clear"}
    [ballot] = world.told.inputs
    assert (ballot.code, ballot.typed) == ("123456", ())
    assert "123456" not in repr(ballot)
    assert "123456" not in caplog.text


@pytest.mark.parametrize(
    ("confirm", "typed", "call_id", "block"),
    [
        (Confirm.TYPE_THE_TARGET, {"target": "same@example.com"}, "c1", f"{ids.TARGET_BLOCK}c1"),
        (Confirm.TOTP, {"code": "000000"}, "", ids.CODE_BLOCK),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_the_form_stays(
    world: World, confirm: Confirm, typed: dict[str, str], call_id: str, block: str
) -> None:
    await opened(world, confirm)
    world.told.failing = [NotConfirmed(call_id, "This is not it.")]
    assert await send(world, **typed) == {"response_action": "errors", "errors": {block: "This is not it."}}
    assert world.modal(ALEX)["callback_id"] == ids.CONFIRM_VIEW
    assert world.told.inputs == []
    assert await send(world, **typed) == {"response_action": "clear"}


async def test_an_approval_that_was_not_saved_keeps_the_form_open(world: World) -> None:
    await opened(world, Confirm.TOTP)
    world.told.failing = [StoreUnavailable("disk full")]
    assert await send(world, code="123456") == {"response_action": "errors", "errors": {ids.CODE_BLOCK: NOT_SENT}}


async def test_from_all_details_the_form_comes_on_top(world: World) -> None:
    world.told.record = waiting(Confirm.TYPE_THE_TARGET)
    ts = await world.post_button(ids.DETAILS, "a1")
    await world.click(ALEX, ts, ids.DETAILS)
    await world.click_in_view(ALEX, world.modal(ALEX), ids.CONFIRM)
    assert [view["callback_id"] for view in world.slack.views.stack(ALEX)] == [ids.DETAILS_VIEW, ids.CONFIRM_VIEW]
    await send(world, target="sam@example.com")
    assert world.slack.views.stack(ALEX) == []
    assert world.told.inputs[0].message_ts == ts


async def test_what_is_decided_already_asks_for_nothing(world: World) -> None:
    world.told.record = a_record(calls=(a_call(approval_id="a1", status=CallStatus.APPROVED),))
    ts = await world.post_button(ids.CONFIRM, "a1:c1")
    await world.click(ALEX, ts, ids.CONFIRM)
    assert NOTHING_WAITS in str(world.modal(ALEX)["blocks"])


async def test_a_card_that_is_gone_says_so_in_the_form(world: World) -> None:
    world.told.failing = [NotFound("a1")]
    ts = await world.post_button(ids.CONFIRM, "a1:c1")
    await world.click(ALEX, ts, ids.CONFIRM)
    assert OUT_OF_DATE in str(world.modal(ALEX)["blocks"])
