"""All details opens at once and is filled afterwards; its buttons do what those on the card do."""

import pytest

from blocks import ids
from bot.errors import NotFound, StoreUnavailable, Unreadable
from bot.models.call import CallStatus
from handlers.slack.sentences import DAMAGED, NOT_SAVED, OUT_OF_DATE
from sandbox.seed import ALEX, APPROVALS
from sandbox.slack.faults import Fault
from tests.factories import a_call, a_record, a_tool, a_toolset
from tests.handlers.slack.world import World


@pytest.fixture
async def card(world: World) -> str:
    """A card whose approval is stored."""
    world.told.record = a_record(calls=(a_call(approval_id="a1", status=CallStatus.PENDING),))
    return await world.post_button(ids.DETAILS, "a1")


async def test_the_modal_is_opened_before_the_record_is_read(world: World, card: str) -> None:
    await world.click(ALEX, card, ids.DETAILS)
    opened, filled = world.calls("views.open")[0], world.calls("views.update")[0]
    assert "sam@example.com" not in str(opened)
    assert "sam@example.com" in str(filled)
    assert world.modal(ALEX)["callback_id"] == ids.DETAILS_VIEW


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (StoreUnavailable("disk full"), NOT_SAVED),
        (NotFound("a1"), OUT_OF_DATE),
        (Unreadable("calls c1", "not JSON"), DAMAGED),
    ],
)
async def test_what_cannot_be_read_is_said_in_the_modal(world: World, card: str, error: Exception, text: str) -> None:
    world.told.failing = [error]
    await world.click(ALEX, card, ids.DETAILS)
    assert text in str(world.modal(ALEX)["blocks"])


async def test_a_modal_that_was_closed_meanwhile_is_not_an_error(world: World, card: str) -> None:
    world.slack.faults.methods["views.update"] = Fault(error="not_found", times=1)
    await world.click(ALEX, card, ids.DETAILS)
    assert world.whispers(APPROVALS, ALEX) == []


async def test_pages_turn_in_both_directions(world: World, card: str) -> None:
    long = '{"note":"' + "x" * 20_000 + '"}'
    world.told.record = a_record(calls=(a_call(approval_id="a1", status=CallStatus.PENDING, arguments=long),))
    await world.click(ALEX, card, ids.DETAILS)
    first = str(world.modal(ALEX)["blocks"])
    await world.click_in_view(ALEX, world.modal(ALEX), ids.NEXT_PAGE)
    second = str(world.modal(ALEX)["blocks"])
    await world.click_in_view(ALEX, world.modal(ALEX), ids.PREVIOUS_PAGE)
    assert first != second
    assert "Page 1 of" in first
    assert "Page 2 of" in second
    assert "Page 1 of" in str(world.modal(ALEX)["blocks"])


async def test_approve_in_the_modal_names_the_card_and_takes_the_buttons_away(world: World, card: str) -> None:
    await world.click(ALEX, card, ids.DETAILS)
    await world.click_in_view(ALEX, world.modal(ALEX), ids.APPROVE)
    ballot = world.told.inputs[0]
    assert (ballot.approval_id, ballot.channel, ballot.message_ts, ballot.yes) == ("a1", APPROVALS, card, True)
    assert ids.APPROVE not in str(world.modal(ALEX)["blocks"])


async def test_a_modal_that_keeps_its_buttons_does_not_make_the_vote_look_lost(world: World, card: str) -> None:
    await world.click(ALEX, card, ids.DETAILS)
    world.slack.faults.methods["views.update"] = Fault(error="internal_error", times=1)
    answer = await world.click_in_view(ALEX, world.modal(ALEX), ids.APPROVE)
    assert answer["acked"]
    assert world.whispers(APPROVALS, ALEX) == []
    assert len(world.told.inputs) == 1


async def test_deny_in_the_modal_puts_the_form_on_top_and_closes_both(world: World, card: str) -> None:
    await world.click(ALEX, card, ids.DETAILS)
    await world.click_in_view(ALEX, world.modal(ALEX), ids.DENY)
    assert len(world.slack.views.stack(ALEX)) == 2
    values = {ids.REASON_BLOCK: {ids.REASON_INPUT: {"value": "wrong person"}}}
    await world.act(f"views/{world.modal(ALEX)['id']}/submit", **{"as": ALEX, "values": values})
    ballot = world.told.inputs[0]
    assert (ballot.yes, ballot.reason, ballot.channel, ballot.message_ts) == (False, "wrong person", APPROVALS, card)
    assert world.slack.views.stack(ALEX) == []


@pytest.mark.parametrize(("deciders", "shown"), [(frozenset({ALEX}), True), (frozenset(), False)])
async def test_a_secret_is_shown_to_those_who_may_decide_and_only_they_can_approve(
    world: World, card: str, deciders: frozenset[str], shown: bool
) -> None:
    hidden = a_call(approval_id="a1", status=CallStatus.PENDING, arguments='{"user_key":"hunter2-synthetic"}')
    world.told.record = a_record(calls=(hidden,))
    world.told.tools = a_toolset(tools=(a_tool(server=hidden.server, name=hidden.tool, secrets=("user_key",)),))
    world.told.deciders = deciders
    await world.click(ALEX, card, ids.DETAILS)
    blocks = str(world.modal(ALEX)["blocks"])
    assert ("hunter2-synthetic" in blocks, ids.APPROVE in blocks) == (shown, shown)
