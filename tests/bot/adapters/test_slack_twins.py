"""Messages that the record does not know are found by their metadata: one counts, and nothing else keeps a button."""

from dataclasses import replace
from datetime import timedelta

import pytest

from blocks import ids
from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.slack_queue import SlackQueue
from bot.adapters.slack_render import Renderer
from bot.errors import DeliveryFailed
from bot.models.outbox import Kind
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from sandbox.slack.faults import Fault
from tests.bot.adapters.slack_stage import RECORD, a_card, a_notice, a_notifier, body
from tests.factories import NOW, HandClock, a_request, an_outbox_row
from tests.handlers.slack.world import World, no_pause, tools_of


@pytest.fixture
def notifier(world: World) -> SlackNotifier:
    return a_notifier(world)


def live(world: World) -> list[str]:
    """The messages in #approvals with a button to approve."""
    return [one.ts for one in world.messages(APPROVALS) if ids.APPROVE in str(one.body)]


async def test_a_twin_that_is_known_loses_its_buttons_and_says_which_card_counts(
    world: World, notifier: SlackNotifier
) -> None:
    counts, twin = [await notifier.show(a_card(), RECORD) for _ in range(2)]
    assert live(world) == [counts, twin]
    assert await notifier.show(a_card(posted_ts=counts, twins=(twin,)), RECORD) == counts
    assert live(world) == [counts]
    said = body(world, APPROVALS, twin)
    assert "This card was posted twice by mistake" in said["text"]
    assert f"https://acme.slack.com/archives/{APPROVALS}/p{counts.replace('.', '')}" in str(said["blocks"])


async def test_of_two_that_nobody_saved_the_first_is_adopted_and_the_other_closed(
    world: World, notifier: SlackNotifier
) -> None:
    first, second = [await notifier.show(a_card(), RECORD) for _ in range(2)]
    assert await notifier.show(a_card(tried_at=NOW), RECORD) == first
    assert live(world) == [first]
    assert "posted twice" in body(world, APPROVALS, second)["text"]
    assert len(world.calls("chat.postMessage")) == 2


async def test_a_later_look_finds_the_card_of_a_process_that_was_thought_dead(
    world: World, notifier: SlackNotifier
) -> None:
    known = await notifier.show(a_card(), RECORD)
    zombie = await a_notifier(world).show(a_card(), RECORD)
    row = a_card(posted_ts=known, tried_at=NOW, looks=True)
    assert await notifier.show(row, RECORD) == known
    assert live(world) == [known]
    assert "posted twice" in body(world, APPROVALS, zombie)["text"]


async def test_a_card_whose_twin_has_other_rows_around_it_closes_only_its_own(
    world: World, notifier: SlackNotifier
) -> None:
    other = await notifier.show(replace(a_card(), id="card:a2"), RECORD)
    known = await notifier.show(a_card(), RECORD)
    await notifier.show(a_card(posted_ts=known, tried_at=NOW, looks=True), RECORD)
    assert live(world) == [other, known]


async def test_an_answer_that_was_posted_twice_is_said_once(world: World, notifier: SlackNotifier) -> None:
    first, second = [await notifier.show(a_notice(), RECORD) for _ in range(2)]
    await notifier.show(a_notice(posted_ts=first, twins=(second,)), RECORD)
    assert [one.ts for one in world.messages(IT_HELP)] == [first]


async def test_a_twin_that_is_gone_already_troubles_nobody(world: World, notifier: SlackNotifier) -> None:
    known = await notifier.show(a_card(), RECORD)
    assert await notifier.show(a_card(posted_ts=known, twins=("1767603600.000009",)), RECORD) == known


async def test_trouble_while_a_twin_is_closed_is_not_taken_for_a_message_that_was_not_sent(
    world: World, notifier: SlackNotifier
) -> None:
    first, second = [await notifier.show(a_notice(), RECORD) for _ in range(2)]
    world.slack.faults.methods["chat.delete"] = Fault(error="ratelimited", retry_after=30)
    with pytest.raises(DeliveryFailed) as failed:
        await notifier.show(a_notice(posted_ts=first, twins=(second,)), RECORD)
    assert (failed.value.sent, failed.value.retry_after) == (True, 30)


@pytest.mark.parametrize("error", ["edit_window_closed", "cant_update_message"])
async def test_a_card_that_can_no_longer_be_changed_is_replaced_and_keeps_no_buttons(
    world: World, notifier: SlackNotifier, error: str
) -> None:
    old = await notifier.show(a_card(), RECORD)
    world.slack.faults.methods["chat.update"] = Fault(error=error)
    new = await notifier.show(a_card(posted_ts=old), RECORD)
    assert live(world) == [new]
    world.slack.faults.methods.clear()
    assert await notifier.show(a_card(posted_ts=new), RECORD) == new
    assert live(world) == [new]


async def test_a_card_that_was_deleted_is_posted_anew(world: World, notifier: SlackNotifier) -> None:
    old = await notifier.show(a_card(), RECORD)
    await world.client.chat_delete(channel=APPROVALS, ts=old)
    new = await notifier.show(a_card(posted_ts=old), RECORD)
    assert live(world) == [new]


async def test_after_a_crash_in_the_middle_of_replacing_a_card_the_new_one_is_found(
    world: World, notifier: SlackNotifier
) -> None:
    old = await notifier.show(a_card(), RECORD)
    await world.client.chat_delete(channel=APPROVALS, ts=old)
    new = await notifier.show(a_card(posted_ts=old), RECORD)
    assert await notifier.show(a_card(posted_ts=old, tried_at=NOW), RECORD) == new
    assert live(world) == [new]


async def test_of_five_pages_the_one_that_is_lost_is_posted_alone(world: World, notifier: SlackNotifier) -> None:
    root = await world.say(ROBIN, IT_HELP, "@countersign list them")
    record = replace(RECORD, request=a_request(pages=tuple(f"Page {n}" for n in range(1, 6))))
    rows = [
        an_outbox_row(id=f"answer:r1:{n}", kind=Kind.ANSWER, channel=IT_HELP, thread_ts=root, subject=str(n))
        for n in range(5)
    ]
    shown = [await notifier.show(row, record) for row in rows]
    await world.client.chat_delete(channel=IT_HELP, ts=shown[2])
    again = [await notifier.show(replace(row, tried_at=NOW), record) for row in rows]
    assert [ts for n, ts in enumerate(again) if n != 2] == [ts for n, ts in enumerate(shown) if n != 2]
    assert again[2] not in shown
    assert len(world.calls("chat.postMessage")) == 6
    assert "Page 3" in str(body(world, IT_HELP, again[2]))


async def test_who_slept_past_the_end_of_the_claim_sends_nothing(world: World) -> None:
    clock = HandClock()
    slow = SlackNotifier(world.client, SlackQueue(clock, no_pause), Renderer(world.identity, tools_of))
    clock.advance(seconds=60)
    with pytest.raises(DeliveryFailed) as failed:
        await slow.show(a_card(leased_until=NOW + timedelta(seconds=60)), RECORD)
    assert (failed.value.code, failed.value.sent, failed.value.permanent) == ("claim_over", False, False)
    assert live(world) == []


async def test_who_is_not_in_the_channel_is_told_in_a_direct_message(world: World, notifier: SlackNotifier) -> None:
    row = a_notice(id="private:p1", kind=Kind.PRIVATE, channel=APPROVALS, user=ROBIN, text="You can't approve this.")
    await notifier.show(row, RECORD)
    direct = world.slack.workspace.direct_channel(ROBIN)
    assert [one.body["text"] for one in world.messages(direct.id, ROBIN)] == ["You can't approve this."]
    assert APPROVALS in str(world.messages(direct.id, ROBIN)[0].body["blocks"])
    assert world.whispers(APPROVALS, ROBIN) == []


async def test_without_a_channel_it_is_said_in_a_direct_message(world: World, notifier: SlackNotifier) -> None:
    await notifier.show(a_notice(kind=Kind.PRIVATE, user=ALEX, channel="", text="Out of date."), RECORD)
    direct = world.slack.workspace.direct_channel(ALEX)
    assert [one.body["text"] for one in world.messages(direct.id, ALEX)] == ["Out of date."]


async def test_what_may_pass_is_not_said_in_a_direct_message(world: World, notifier: SlackNotifier) -> None:
    world.slack.faults.methods["chat.postEphemeral"] = Fault(error="ratelimited", retry_after=5)
    with pytest.raises(DeliveryFailed):
        await notifier.show(a_notice(kind=Kind.PRIVATE, user=ALEX), RECORD)
    assert world.calls("conversations.open") == []
