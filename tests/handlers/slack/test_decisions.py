"""A click becomes a durable decision before it is acknowledged; a person whose click was lost is told."""

import pytest

from blocks import ids
from bot.errors import CHANGED_OUTSIDE, ChangedOutside, NotFound, StoreUnavailable, Unreadable
from bot.models.call import CallStatus
from bot.models.people import Actor, Surface
from bot.services import Ballot, Verdict, Withdrawal
from handlers.slack.decisions import NOTHING_WAITS
from handlers.slack.sentences import DAMAGED, NOT_SAVED, NOT_SENT, OUT_OF_DATE, SLACK_SILENT
from sandbox.seed import ALEX, APPROVALS, IT_HELP
from sandbox.slack.faults import Fault
from tests.factories import a_call, a_record
from tests.handlers.slack.world import World

WAITING = a_record(calls=(a_call(approval_id="a1", status=CallStatus.PENDING),))
APPROVER = Actor("T0ACME01", ALEX, Surface.SLACK)


async def test_approve_is_a_yes_on_that_row(world: World) -> None:
    ts = await world.post_button(ids.APPROVE, "a1:c1")
    answer = await world.click(ALEX, ts, ids.APPROVE)
    ballot = world.told.inputs[0]
    assert answer["acked"]
    wanted = Ballot("a1", ("c1",), APPROVER, yes=True, key=ballot.key, channel=APPROVALS, message_ts=ts, at=ballot.at)
    assert ballot == wanted


async def test_approve_without_a_row_means_all_rows(world: World) -> None:
    ts = await world.post_button(ids.APPROVE, "a1")
    await world.click(ALEX, ts, ids.APPROVE)
    assert world.told.inputs[0].call_ids == ()


async def test_two_clicks_on_one_button_have_different_keys(world: World) -> None:
    ts = await world.post_button(ids.APPROVE)
    await world.click(ALEX, ts, ids.APPROVE)
    await world.click(ALEX, ts, ids.APPROVE)
    first, second = (ballot.key for ballot in world.told.inputs)
    assert first != second
    assert first.startswith(f"click:T0ACME01:{ALEX}:{ts}:")


@pytest.mark.parametrize("action", [ids.APPROVE, ids.WITHDRAW, ids.WITHDRAW_REQUEST, ids.HAPPENED, ids.NOT_HAPPENED])
async def test_every_click_says_when_slack_took_it(world: World, action: str) -> None:
    ts = await world.post_button(action)
    world.clock.advance(3600)
    await world.click(ALEX, ts, action)
    [click] = world.told.inputs
    assert click.at == world.clock.now()


async def test_a_click_that_was_not_saved_is_told_to_the_person_alone(world: World) -> None:
    world.told.failing = [StoreUnavailable("disk full")]
    ts = await world.post_button(ids.APPROVE)
    answer = await world.click(ALEX, ts, ids.APPROVE)
    assert answer["acked"]
    assert world.whispers(APPROVALS, ALEX) == [NOT_SAVED]
    assert world.told.inputs == []


async def test_a_click_on_a_damaged_record_says_that_it_is_damaged_and_not_to_click_again(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.told.failing = [Unreadable("calls c1", "not JSON")]
    ts = await world.post_button(ids.APPROVE)
    await world.click(ALEX, ts, ids.APPROVE)
    assert world.whispers(APPROVALS, ALEX) == [DAMAGED]
    assert world.told.inputs == []
    [alarm] = [record for record in caplog.records if record.message == "record.unreadable"]
    assert alarm.__dict__["where"] == "calls c1"


async def test_a_click_on_what_was_changed_outside_says_so_and_whom_to_tell(world: World) -> None:
    world.told.failing = [ChangedOutside("requests r1", "it is not what was saved last")]
    ts = await world.post_button(ids.APPROVE)
    assert (await world.click(ALEX, ts, ids.APPROVE))["acked"]
    assert world.whispers(APPROVALS, ALEX) == [CHANGED_OUTSIDE]


async def test_a_click_on_an_approval_that_is_gone_says_so(world: World) -> None:
    world.told.failing = [NotFound("a1")]
    ts = await world.post_button(ids.APPROVE)
    await world.click(ALEX, ts, ids.APPROVE)
    assert world.whispers(APPROVALS, ALEX) == [OUT_OF_DATE]


async def test_a_button_of_an_older_version_says_so(world: World) -> None:
    ts = await world.post_button("approval.of_last_year")
    answer = await world.click(ALEX, ts, "approval.of_last_year")
    assert answer["acked"]
    assert world.whispers(APPROVALS, ALEX) == [OUT_OF_DATE]


async def test_our_own_fault_names_an_incident_and_not_the_error(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.told.failing = [ZeroDivisionError("secret detail")]
    ts = await world.post_button(ids.APPROVE)
    await world.click(ALEX, ts, ids.APPROVE)
    [said] = world.whispers(APPROVALS, ALEX)
    assert "incident-1" in said
    assert "secret" not in said
    assert [record.__dict__["incident"] for record in caplog.records if "incident" in record.__dict__] == ["incident-1"]


async def test_a_revoked_token_does_not_keep_a_click_from_being_saved(world: World) -> None:
    ts = await world.post_button(ids.APPROVE)
    world.slack.faults.methods["*"] = Fault(error="token_revoked")
    answer = await world.click(ALEX, ts, ids.APPROVE)
    assert answer["acked"]
    assert len(world.told.inputs) == 1


async def test_withdraw_and_verdicts_carry_who_and_what(world: World) -> None:
    for action in (ids.WITHDRAW, ids.HAPPENED, ids.NOT_HAPPENED):
        ts = await world.post_button(action, "a1:c1", IT_HELP)
        await world.click(ALEX, ts, action, IT_HELP)
    withdrawal, yes, no = world.told.inputs
    assert withdrawal == Withdrawal("a1", APPROVER, withdrawal.key, IT_HELP, at=withdrawal.at)
    assert yes == Verdict("a1", "c1", APPROVER, happened=True, key=yes.key, channel=IT_HELP, at=yes.at)
    assert no == Verdict("a1", "c1", APPROVER, happened=False, key=no.key, channel=IT_HELP, at=no.at)


async def test_the_requester_withdraws_the_request_itself(world: World) -> None:
    ts = await world.post_button(ids.WITHDRAW_REQUEST, "r1", IT_HELP)
    answer = await world.click(ALEX, ts, ids.WITHDRAW_REQUEST, IT_HELP)
    [withdrawal] = world.told.inputs
    assert answer["acked"]
    assert withdrawal == Withdrawal("", APPROVER, withdrawal.key, IT_HELP, "r1", withdrawal.at)


async def test_a_withdraw_button_of_a_request_that_is_gone_says_so(world: World) -> None:
    world.told.failing = [NotFound("r1")]
    ts = await world.post_button(ids.WITHDRAW_REQUEST, "r1")
    await world.click(ALEX, ts, ids.WITHDRAW_REQUEST)
    assert world.whispers(APPROVALS, ALEX) == [OUT_OF_DATE]


async def test_a_denial_names_what_it_is_about(world: World) -> None:
    world.told.record = WAITING
    ts = await world.post_button(ids.DENY, "a1:c1")
    await world.click(ALEX, ts, ids.DENY)
    assert "Suspend · sam@example.com · Google Workspace" in str(world.modal(ALEX)["blocks"])


async def test_a_denial_of_what_is_decided_already_asks_for_no_reason(world: World) -> None:
    world.told.record = a_record(calls=(a_call(approval_id="a1", status=CallStatus.APPROVED),))
    ts = await world.post_button(ids.DENY, "a1:c1")
    await world.click(ALEX, ts, ids.DENY)
    assert NOTHING_WAITS in str(world.modal(ALEX)["blocks"])
    assert ids.REASON_BLOCK not in str(world.modal(ALEX)["blocks"])


async def test_a_denial_on_a_card_that_is_gone_says_so_in_the_modal(world: World) -> None:
    ts = await world.post_button(ids.DENY, "a1:c1")
    await world.click(ALEX, ts, ids.DENY)
    assert OUT_OF_DATE in str(world.modal(ALEX)["blocks"])


async def test_deny_asks_why_and_then_carries_the_reason(world: World) -> None:
    world.told.record = WAITING
    ts = await world.post_button(ids.DENY, "a1:c1")
    await world.click(ALEX, ts, ids.DENY)
    assert world.told.inputs == []
    answer = await submit_reason(world, "wrong person, ask HR first")
    ballot = world.told.inputs[0]
    assert answer == {"response_action": "clear"}
    assert world.slack.views.stack(ALEX) == []
    assert ballot == Ballot(
        "a1",
        ("c1",),
        APPROVER,
        yes=False,
        key=ballot.key,
        channel=APPROVALS,
        message_ts=ts,
        reason="wrong person, ask HR first",
    )


async def test_a_denial_that_was_not_saved_keeps_the_form_open(world: World) -> None:
    world.told.record = WAITING
    ts = await world.post_button(ids.DENY)
    await world.click(ALEX, ts, ids.DENY)
    for error, text in ((StoreUnavailable("disk full"), NOT_SENT), (Unreadable("calls c1", "not JSON"), DAMAGED)):
        world.told.failing = [error]
        answer = await submit_reason(world, "wrong person")
        assert answer == {"response_action": "errors", "errors": {ids.REASON_BLOCK: text}}
    assert world.modal(ALEX)["callback_id"] == ids.DENY_REASON_VIEW
    assert await submit_reason(world, "wrong person") == {"response_action": "clear"}


async def test_a_form_that_slack_did_not_open_is_told(world: World) -> None:
    ts = await world.post_button(ids.DENY)
    world.slack.faults.methods["views.open"] = Fault(error="expired_trigger_id", times=1)
    answer = await world.click(ALEX, ts, ids.DENY)
    assert answer["acked"]
    assert world.whispers(APPROVALS, ALEX) == [SLACK_SILENT]


async def submit_reason(world: World, reason: str) -> object:
    view = world.modal(ALEX)
    values = {ids.REASON_BLOCK: {ids.REASON_INPUT: {"value": reason}}}
    return await world.act(f"views/{view['id']}/submit", **{"as": ALEX, "values": values})
