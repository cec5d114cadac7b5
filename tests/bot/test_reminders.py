"""A card that waits is reminded of, and further people join: as often as policy says, and never once it is decided."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.policy import Escalation
from bot.models.request import RequestStatus
from tests.engine import ASK, Engine, a_policy
from tests.world import APPROVER, SECOND, World, says, suspend, uses

S = CallStatus
LEAD = "U-lead"
REMINDED = replace(ASK, reminders=(1800, 7200))
ESCALATING = replace(ASK, escalation=Escalation(3600, groups=("@leads",), channel="C-leads"))
QUIETLY = replace(ASK, reminders=(1800,), escalation=Escalation(3600, groups=("@leads",)))


@pytest.fixture
def world() -> World:
    world = World(script=[uses(suspend()), says("Finished.")])
    world.groups["@leads"] = (LEAD,)
    return world


@pytest.fixture
async def engine(tmp_path: Path, world: World) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world, a_policy(ask=REMINDED))
    yield engine
    await engine.close()


async def asked(engine: Engine) -> str:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


async def after(engine: Engine, **span: float) -> None:
    engine.world.clock.advance(**span)
    await engine.run()


def reminders(world: World) -> list[OutboxRow]:
    return [row for row, _ in world.posts(Kind.REMINDER)]


def cards(world: World) -> dict[str, str]:
    """What the cards say, by channel."""
    return {row.channel: text for row, text in world.posts(Kind.CARD)}


async def test_people_are_reminded_below_the_card_at_each_moment_and_no_more(engine: Engine, world: World) -> None:
    await asked(engine)
    begun = world.clock.now()
    [(card, _)] = world.posts(Kind.CARD)
    await after(engine, minutes=29)
    assert reminders(world) == []
    assert await engine.store.next_due() == begun + timedelta(minutes=30)
    for minutes, wanted in ((1, 1), (30, 1), (60, 2), (60, 2)):
        await after(engine, minutes=minutes)
        assert len(reminders(world)) == wanted
    for row, minutes in zip(reminders(world), (30, 120), strict=True):
        assert (row.channel, row.thread_ts) == (card.channel, card.posted_ts)
        assert row.text == f"{(begun + timedelta(minutes=minutes)).isoformat()} {card.posted_ts}"


async def test_of_the_moments_that_passed_while_nobody_looked_only_the_last_is_told(
    engine: Engine, world: World
) -> None:
    await asked(engine)
    await after(engine, hours=3)
    [row] = reminders(world)
    assert row.id.endswith(str(int((world.clock.now() - timedelta(hours=1)).timestamp())))


@pytest.mark.parametrize("yes", [True, False])
async def test_nobody_is_reminded_of_what_was_decided(engine: Engine, world: World, yes: bool) -> None:
    await asked(engine)
    await engine.click(yes=yes)
    await after(engine, hours=3)
    assert reminders(world) == []


async def test_nobody_is_reminded_of_what_was_withdrawn(engine: Engine, world: World) -> None:
    await asked(engine)
    await engine.withdraw()
    await after(engine, hours=3)
    assert reminders(world) == []


@pytest.mark.parametrize("tried", [False, True])
async def test_a_reminder_that_was_not_sent_yet_is_dropped_once_it_is_decided(
    engine: Engine, world: World, tried: bool
) -> None:
    await asked(engine)
    if tried:
        world.busy_until[Kind.REMINDER] = world.clock.now() + timedelta(minutes=31)
    world.clock.advance(minutes=30)
    await engine.workflow.drain()
    if tried:
        await engine.pump.drain()
    await engine.click()
    await after(engine, minutes=2)
    assert reminders(world) == []
    [row] = [row for row in await engine.store.rows("id00001") if row.kind is Kind.REMINDER]
    assert (row.gave_up, row.error) == (True, "too late")


async def test_a_card_that_nobody_has_seen_needs_no_reminder(engine: Engine, world: World) -> None:
    world.busy_until[Kind.CARD] = world.clock.now() + timedelta(minutes=40)
    await asked(engine)
    await after(engine, minutes=31)
    assert reminders(world) == []


async def test_further_people_join_at_their_moment_and_get_a_card_of_their_own(engine: Engine, world: World) -> None:
    await engine.store.publish(a_policy(ask=ESCALATING))
    request = await asked(engine)
    await engine.click(user=LEAD)
    await after(engine, minutes=59)
    [(_, refusal)] = world.posts(Kind.PRIVATE)
    assert "you are not one of the approvers" in refusal
    assert "These people can: @it-admins." in refusal
    assert list(cards(world)) == ["C-approvals"]
    await after(engine, minutes=1)
    assert cards(world) == dict.fromkeys(("C-approvals", "C-leads"), "suspend_user:pending")
    await engine.click(user=LEAD)
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.SUCCEEDED]
    assert cards(world) == dict.fromkeys(("C-approvals", "C-leads"), "suspend_user:succeeded")
    assert len(world.effects) == 1
    kinds = [event.kind for event in await engine.store.audit(request)]
    assert kinds.count("approval.escalated") == 1


async def test_without_a_channel_they_are_told_below_the_card(engine: Engine, world: World) -> None:
    await engine.store.publish(a_policy(ask=QUIETLY))
    await asked(engine)
    await after(engine, minutes=60)
    assert len(reminders(world)) == 1
    await after(engine, hours=2)
    assert len(reminders(world)) == 1
    assert list(cards(world)) == ["C-approvals"]


async def test_an_escalation_changes_neither_how_many_must_agree_nor_who_may_not(engine: Engine, world: World) -> None:
    both = replace(ESCALATING, total=2, clauses=(replace(ASK.clauses[0], count=2),))
    await engine.store.publish(a_policy(ask=both))
    world.groups["@leads"] = (LEAD, "U-requester")
    request = await asked(engine)
    await after(engine, hours=1)
    await engine.click(user="U-requester")
    await engine.click(user=LEAD)
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert (call.status, [vote.user for vote in call.votes]) == (S.PENDING, [LEAD])
    assert "you asked for it yourself" in world.posts(Kind.PRIVATE)[0][1]
    await engine.click(user=SECOND)
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.SUCCEEDED]


async def test_who_has_left_those_who_joined_does_not_count_at_the_claim(engine: Engine, world: World) -> None:
    await engine.store.publish(a_policy(ask=replace(ESCALATING, total=2, clauses=(replace(ASK.clauses[0], count=2),))))
    request = await asked(engine)
    await after(engine, hours=1)
    await engine.click(user=LEAD)
    await engine.run()
    world.groups["@leads"] = ("U-other",)
    await engine.click(user=APPROVER)
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert (call.status, world.effects) == (S.PENDING, [])
    assert "lead (not an approver any more)" in call.reason


async def test_a_later_escalation_of_a_newer_policy_counts_from_when_people_were_asked(
    engine: Engine, world: World
) -> None:
    """Who joined after an hour has agreed too early, if they are to join after two."""
    await engine.store.publish(a_policy(ask=ESCALATING))
    request = await asked(engine)
    await after(engine, hours=1)
    slower = replace(ESCALATING, escalation=Escalation(7200, groups=("@leads",), channel="C-leads"))
    await engine.store.publish(a_policy(ask=slower))
    await engine.click(user=LEAD)
    await engine.run()
    [call] = (await engine.record(request)).calls
    assert (call.status, world.effects) == (S.PENDING, [])
    await after(engine, hours=1)
    await engine.click(user=LEAD)
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.SUCCEEDED]


async def test_a_lost_card_of_those_who_joined_does_not_end_the_request(engine: Engine, world: World) -> None:
    await engine.store.publish(a_policy(ask=ESCALATING))
    request = await asked(engine)
    world.refuse_delivery = lambda row: "not_in_channel" if row.channel == "C-leads" else ""
    await after(engine, hours=1)
    await after(engine, minutes=1)
    assert (await engine.record(request)).request.status is RequestStatus.WAITING
    await engine.click()
    await engine.run()
    assert (await engine.record(request)).request.status is RequestStatus.DONE
