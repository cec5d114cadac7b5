"""Rows become messages: once, in place, smaller if need be, and loudly when it cannot be."""

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks import ids
from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.slack_queue import CHATTER
from bot.adapters.slack_render import permalink
from bot.errors import DeliveryFailed, StoreUnavailable
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Surface
from bot.models.request import Record
from bot.models.tools import Toolset
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from sandbox.slack.faults import Fault
from tests.bot.adapters.slack_stage import RECORD, a_card, a_notice, a_notifier, body
from tests.factories import NOW, a_call, a_request, a_tool, a_toolset, an_actor, an_origin, an_outbox_row
from tests.handlers.slack.world import World, tools_of


@pytest.fixture
def notifier(world: World) -> SlackNotifier:
    return a_notifier(world)


async def test_a_card_is_posted_with_its_buttons_and_a_link_to_the_thread(
    world: World, notifier: SlackNotifier
) -> None:
    ts = await notifier.show(a_card(), RECORD)
    shown = str(body(world, APPROVALS, ts))
    assert ids.APPROVE in shown
    assert "https://acme.slack.com/archives/C-ops/p1767603600000100" in shown


async def test_every_post_carries_its_row_and_unfurls_nothing(world: World, notifier: SlackNotifier) -> None:
    ts = await notifier.show(a_card(), RECORD)
    await notifier.show(a_card(posted_ts=ts), RECORD)
    metadata = {"event_type": "countersign_message", "event_payload": {"row": "card:a1"}}
    assert world.slack.messages.find(APPROVALS, ts).metadata == metadata
    for call in (*world.calls("chat.postMessage"), *world.calls("chat.update")):
        assert (call["unfurl_links"], call["unfurl_media"]) in ((False, False), ("False", "False"), ("0", "0"))


async def test_an_answer_goes_to_the_thread_page_by_page(world: World, notifier: SlackNotifier) -> None:
    root = await world.say(ROBIN, IT_HELP, "@countersign list them")
    row = an_outbox_row(id="answer:r1:1", kind=Kind.ANSWER, channel=IT_HELP, thread_ts=root, subject="1")
    ts = await notifier.show(row, RECORD)
    shown = body(world, IT_HELP, ts)
    assert shown["thread_ts"] == root
    assert "Second page" in str(shown)
    assert "(2/2)" in str(shown)


async def test_a_notice_and_progress_are_posted(world: World, notifier: SlackNotifier) -> None:
    notice = await notifier.show(a_notice(), RECORD)
    progress = await notifier.show(a_notice(id="progress:r1", kind=Kind.PROGRESS, text=""), RECORD)
    assert body(world, IT_HELP, notice)["text"] == "Nobody decided in 4 hours."
    assert body(world, IT_HELP, progress)["text"]


async def test_a_private_message_is_seen_by_one_person(world: World, notifier: SlackNotifier) -> None:
    row = a_notice(id="private:p1", kind=Kind.PRIVATE, user=ALEX, text="You can't approve this.")
    await notifier.show(row, RECORD)
    assert world.whispers(IT_HELP, ALEX) == ["You can't approve this."]
    assert world.whispers(IT_HELP, ROBIN) == []


async def test_a_message_that_stands_is_changed_in_place(world: World, notifier: SlackNotifier) -> None:
    ts = await notifier.show(a_notice(), RECORD)
    again = await notifier.show(a_notice(posted_ts=ts, text="Approved after all."), RECORD)
    assert again == ts
    assert [message.body["text"] for message in world.messages(IT_HELP)] == ["Approved after all."]


@pytest.mark.parametrize("error", ["message_not_found", "edit_window_closed", "cant_update_message"])
async def test_a_message_that_cannot_be_changed_any_more_is_posted_anew(
    world: World, notifier: SlackNotifier, error: str
) -> None:
    ts = await notifier.show(a_notice(), RECORD)
    world.slack.faults.methods["chat.update"] = Fault(error=error)
    again = await notifier.show(a_notice(posted_ts=ts, text="Approved after all."), RECORD)
    assert again != ts
    assert body(world, IT_HELP, again)["text"] == "Approved after all."


@pytest.mark.parametrize("in_thread", [True, False])
async def test_after_a_crash_the_message_is_found_and_not_posted_again(world: World, in_thread: bool) -> None:
    root = await world.say(ROBIN, IT_HELP, "@countersign suspend leaver@example.com") if in_thread else ""
    row = a_notice(thread_ts=root)
    ts = await a_notifier(world).show(row, RECORD)
    for _ in range(205):
        await world.client.chat_postMessage(channel=IT_HELP, text="meanwhile", thread_ts=root or None)
    found = await a_notifier(world).show(replace(row, tried_at=NOW, text="Approved."), RECORD)
    assert found == ts
    assert body(world, IT_HELP, ts)["text"] == "Approved."
    assert len(world.calls("chat.postMessage")) == 206


@pytest.mark.parametrize("ahead", [timedelta(minutes=4), timedelta(hours=1)])
async def test_after_a_crash_with_a_clock_that_was_ahead_it_is_found_as_well(world: World, ahead: timedelta) -> None:
    ts = await a_notifier(world).show(a_notice(), RECORD)
    row = a_notice(tried_at=world.clock.now() + ahead, text="Approved.")
    assert await a_notifier(world).show(row, RECORD) == ts
    assert len(world.calls("chat.postMessage")) == 1


async def test_after_a_crash_before_the_post_it_is_posted(world: World, notifier: SlackNotifier) -> None:
    await notifier.show(a_notice(id="notice:other"), RECORD)
    ts = await notifier.show(a_notice(tried_at=NOW), RECORD)
    assert len(world.messages(IT_HELP)) == 2
    assert body(world, IT_HELP, ts)["text"] == "Nobody decided in 4 hours."


@pytest.mark.parametrize("error", ["invalid_blocks", "msg_blocks_too_long"])
async def test_a_card_that_slack_refuses_is_tried_smaller(world: World, notifier: SlackNotifier, error: str) -> None:
    world.slack.faults.methods["chat.postMessage"] = Fault(error=error, times=1)
    ts = await notifier.show(a_card(), RECORD)
    first, second = (str(call["blocks"]) for call in world.calls("chat.postMessage"))
    assert len(second) < len(first)
    assert body(world, APPROVALS, ts)["text"]


async def test_anything_else_that_slack_refuses_is_tried_as_text(world: World, notifier: SlackNotifier) -> None:
    world.slack.faults.methods["chat.postMessage"] = Fault(error="invalid_blocks", times=1)
    ts = await notifier.show(a_notice(), RECORD)
    assert "blocks" not in body(world, IT_HELP, ts)


async def test_a_card_that_slack_refuses_twice_has_failed_for_good(world: World, notifier: SlackNotifier) -> None:
    world.slack.faults.methods["chat.postMessage"] = Fault(error="invalid_blocks")
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(a_card(), RECORD)
    assert (failed.value.code, failed.value.permanent) == ("invalid_blocks", True)


@pytest.mark.parametrize("error", ["channel_not_found", "is_archived", "not_in_channel", "cannot_reply_to_message"])
async def test_a_place_that_is_gone_is_a_failure_for_good(world: World, notifier: SlackNotifier, error: str) -> None:
    world.slack.faults.methods["chat.postMessage"] = Fault(error=error)
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(a_notice(), RECORD)
    assert (failed.value.code, failed.value.permanent) == (error, True)


@pytest.mark.parametrize("fault", [Fault(status=503), Fault(error="token_revoked"), Fault(error="fatal_error")])
async def test_what_may_pass_is_not_a_failure_for_good(world: World, notifier: SlackNotifier, fault: Fault) -> None:
    world.slack.faults.methods["chat.postMessage"] = fault
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(a_notice(), RECORD)
    assert not failed.value.permanent


async def test_a_rate_limit_says_when_to_try_again_and_holds_the_others_back(
    world: World, notifier: SlackNotifier
) -> None:
    world.slack.faults.methods["chat.postMessage"] = Fault(error="ratelimited", retry_after=40, times=1)
    for _ in range(2):
        with pytest.raises(DeliveryFailed) as failed:
            await notifier.show(a_notice(), RECORD)
        assert (failed.value.permanent, failed.value.retry_after) == (False, 40)
    assert len(world.calls("chat.postMessage")) == 1
    assert await notifier.show(a_card(), RECORD)


async def test_a_record_that_cannot_be_read_is_tried_again(world: World) -> None:
    async def unreadable(_digest: str) -> Toolset:
        raise StoreUnavailable("disk full")

    with pytest.raises(DeliveryFailed) as failed:
        await a_notifier(world, unreadable).show(a_card(), RECORD)
    assert not failed.value.permanent


@pytest.mark.parametrize(
    "row",
    [
        a_card(subject="a9"),
        a_notice(kind=Kind.ANSWER, subject="2"),
        a_notice(kind=Kind.ANSWER, subject="one"),
    ],
)
async def test_a_row_that_says_nothing_fails_for_good(notifier: SlackNotifier, row: OutboxRow) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(row, RECORD)
    assert failed.value.permanent


async def test_the_link_is_the_one_slack_gives_and_opens_the_thread(world: World) -> None:
    root = await world.say(ROBIN, IT_HELP, "the printer is broken")
    reply = await world.say(ROBIN, IT_HELP, "@countersign mend it", root)
    for ts in (root, reply):
        answer = await world.client.chat_getPermalink(channel=IT_HELP, message_ts=ts)
        asked = a_request(origin=an_origin(channel=IT_HELP, thread_ts=root, message_ts=ts))
        place = "" if ts == reply else f"?thread_ts={root}&cid={IT_HELP}"
        assert permalink("https://acme.slack.com/", asked) == answer["permalink"] + place


def test_what_was_not_asked_in_slack_has_no_link() -> None:
    assert permalink("https://acme.slack.com/", a_request(actor=an_actor(surface=Surface.API))) == ""
    assert permalink("", a_request()) == ""


async def test_a_receipt_says_how_to_take_it_back(world: World) -> None:
    call = a_call(approval_id="a1", status=CallStatus.SUCCEEDED)
    tools = a_toolset(tools=(a_tool(server=call.server, name=call.tool, undo="unsuspend user"),))

    async def with_undo(_digest: str) -> Toolset:
        return tools

    ts = await a_notifier(world, with_undo).show(a_card(), replace(RECORD, calls=(call,)))
    assert "ask me to unsuspend user" in str(body(world, APPROVALS, ts))


async def test_a_card_that_changes_again_at_once_is_updated_once_for_the_states_that_pass(
    world: World, notifier: SlackNotifier
) -> None:
    row = a_card(posted_ts=await notifier.show(a_card(), RECORD))

    def standing(status: CallStatus) -> Record:
        return replace(RECORD, calls=(a_call(approval_id="a1", status=status),))

    await notifier.show(row, standing(CallStatus.APPROVED))
    with pytest.raises(DeliveryFailed) as passing:
        await notifier.show(row, standing(CallStatus.STARTED))
    assert (passing.value.code, passing.value.sent, passing.value.retry_after) == ("passing", False, 3)
    await notifier.show(row, standing(CallStatus.SUCCEEDED))
    assert len(world.calls("chat.update")) == 2


async def shown_without_end(notifier: SlackNotifier, row: OutboxRow) -> None:
    for _ in range(100):
        row = replace(row, posted_ts=await notifier.show(row, RECORD))


async def test_nothing_is_drawn_for_a_turn_that_is_not_given(world: World) -> None:
    drawn: list[str] = []

    async def counting(digest: str) -> Toolset:
        drawn.append(digest)
        return await tools_of(digest)

    notifier = a_notifier(world, counting)
    row = an_outbox_row(id="progress:r1", kind=Kind.PROGRESS, channel=IT_HELP, subject="")
    with pytest.raises(DeliveryFailed) as busy:
        await shown_without_end(notifier, row)
    assert (busy.value.code, busy.value.sent) == ("busy", False)
    assert len(drawn) == 1 + len(world.calls("chat.update")) == 1 + CHATTER
