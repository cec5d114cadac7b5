"""What time, policy or a lost vote stops between question and start: nothing runs, and everybody is told why."""

from dataclasses import replace

import pytest

from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Ask, Policy, Rule, RuleEffect
from bot.models.request import RequestStatus
from bot.models.requirement import Clause
from tests.engine import ASK, Engine, a_policy
from tests.world import APPROVER, REQUESTER, SECOND, World, suspend, uses

S = CallStatus
THIRD = "U-third"
WHAT = "suspend user leaver@example.com"
TWO = replace(ASK, clauses=(replace(ASK.clauses[0], count=2),), total=2)
FREEZE = Rule("freeze", RuleEffect.DENY, reason="Nothing changes today.")
FREE = Rule("free", RuleEffect.ALLOW, tools=("google__suspend_user",))


async def asked(engine: Engine, policy: Policy | None = None) -> str:
    if policy:
        await engine.store.publish(policy)
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


async def status(engine: Engine, request: str) -> CallStatus:
    return (await engine.record(request)).calls[0].status


def notices(world: World) -> list[str]:
    return [text for _, text in world.posts(Kind.NOTICE)]


async def approved(engine: Engine) -> str:
    """A request whose first call is approved, judged, and held up by its second one, until that expires."""
    engine.world.script[0] = uses(suspend(), suspend("second@example.com"))
    request = await asked(engine)
    await engine.click(call_ids=((await engine.record(request)).calls[0].id,))
    await engine.run()
    assert await status(engine, request) is S.APPROVED
    return request


async def claimed(engine: Engine) -> None:
    """The second call expires, and the first one is looked at once more."""
    engine.world.clock.advance(hours=4)
    await engine.run()


async def test_the_requester_hears_what_expired_and_what_to_do(engine: Engine, world: World) -> None:
    await asked(engine)
    world.clock.advance(hours=4)
    await engine.run()
    again = "Ask me again if it is still needed. Tell the approvers that you wait for them."
    assert notices(world) == [f"⌛ Nobody decided in time, so this was not done: {WHAT}. {again}"]
    [(row, _)] = world.posts(Kind.NOTICE)
    assert (row.channel, row.thread_ts) == ("C-it", "100.0")


async def test_too_few_is_said_as_too_few(engine: Engine, world: World) -> None:
    await asked(engine, a_policy(ask=TWO))
    await engine.click()
    await engine.run()
    world.clock.advance(hours=4)
    await engine.run()
    assert notices(world)[0].startswith("⌛ Not enough people decided in time")


async def test_many_that_expire_together_are_told_of_together(engine: Engine, world: World) -> None:
    world.script[0] = uses(*(suspend(f"leaver-{number}@example.com") for number in range(7)))
    await asked(engine)
    world.clock.advance(hours=4)
    await engine.run()
    [text] = notices(world)
    assert "suspend user leaver-4@example.com and 2 more. Ask me again" in text


async def test_what_is_attached_hears_of_the_end_in_its_own_thread(engine: Engine, world: World) -> None:
    await asked(engine)
    await engine.mention("suspend them", ts="200.0")
    await engine.run()
    world.clock.advance(hours=4)
    await engine.run()
    assert sorted(row.thread_ts for row, _ in world.posts(Kind.NOTICE)) == ["100.0", "200.0"]


async def test_an_approval_that_was_not_used_in_time_is_nobodys_fault(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.click()
    world.clock.advance(hours=5, minutes=1)
    await engine.run()
    call = (await engine.record(request)).calls[0]
    assert (call.status, world.effects) == (S.EXPIRED, [])
    assert call.decided_by == "", "the vote itself was looked at too late to count"


async def test_an_approval_that_could_not_start_in_time_is_nobodys_fault(engine: Engine, world: World) -> None:
    """The directory judged the vote and fell silent before the claim, until nothing may start any more."""
    world.script[0] = uses(suspend(), suspend("second@example.com"))
    request = await asked(engine)
    first, second = (await engine.record(request)).calls
    await engine.click(call_ids=(first.id,))
    await engine.run()
    world.clock.advance(hours=3, minutes=59)
    await engine.click(call_ids=(second.id,))
    world.clock.advance(hours=1, minutes=2)
    world.silent = True
    await engine.run()
    calls = (await engine.record(request)).calls
    assert ([call.status for call in calls], world.effects) == ([S.EXPIRED, S.EXPIRED], [])
    assert [call.decided_by for call in calls] == [APPROVER, ""]
    fault = f"⌛ Approved, but it could not be started by 2026-01-05 14:00 UTC, so this was not done: {WHAT}."
    assert f"{fault} That is nobody's fault. Ask me again if it is still needed." in notices(world)
    assert "could not be started in time" in world.prompts[-1].messages


async def test_a_policy_that_forbids_it_now_is_named_with_its_version(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.click()
    version = (await engine.store.publish(a_policy(FREEZE))).version
    await engine.run()
    why = f"Policy v{version} no longer allows this. Nothing changes today."
    assert (await engine.record(request)).calls[0].reason == why
    [text] = notices(world)
    assert text.startswith(f"🚫 Stopped before it ran. {why} Nothing was done of this: {WHAT}.")
    assert world.effects == []


async def test_who_left_is_named_on_the_card_and_in_the_thread_with_the_reason(engine: Engine, world: World) -> None:
    request = await approved(engine)
    world.groups["@it-admins"] = (SECOND,)
    await claimed(engine)
    call = (await engine.record(request)).calls[0]
    [vote] = call.votes
    assert (call.status, vote.user, vote.judgement.counts) == (S.PENDING, APPROVER, False)
    assert vote.judgement.why == "not an approver any more"
    lost = "The approval of approver (not an approver any more) no longer counts."
    assert f"⏳ {lost} So this waits for approval again: {WHAT}. The card says who can decide." in notices(world)
    await engine.click(user=SECOND, call_ids=(call.id,))
    await engine.run()
    assert (await status(engine, request), len(world.effects)) == (S.SUCCEEDED, 1)


async def test_an_account_that_was_closed_no_longer_counts(engine: Engine, world: World) -> None:
    request = await approved(engine)
    world.gone = {APPROVER}
    await claimed(engine)
    assert (await status(engine, request), world.effects) == (S.PENDING, [])
    assert any("approver (account is not active)" in text for text in notices(world))


async def test_a_lost_vote_does_not_come_back_to_life_with_its_voter(engine: Engine, world: World) -> None:
    request = await asked(engine, a_policy(ask=TWO))
    await engine.click()
    await engine.click(user=SECOND)
    world.groups["@it-admins"] = (SECOND, THIRD)
    await engine.run()
    assert await status(engine, request) is S.PENDING
    world.groups["@it-admins"] = (APPROVER, SECOND, THIRD)
    await engine.run()
    assert await status(engine, request) is S.PENDING
    await engine.click(user=APPROVER)
    await engine.run()
    assert (await status(engine, request), len(world.effects)) == (S.SUCCEEDED, 1)


async def test_a_lost_vote_does_not_count_for_a_later_question_either(engine: Engine, world: World) -> None:
    request = await asked(engine, a_policy(ask=TWO))
    await engine.click()
    await engine.run()
    world.groups["@it-admins"] = (SECOND, THIRD)
    await engine.click(user=SECOND)
    await engine.run()
    world.groups["@it-admins"] = (APPROVER, SECOND, THIRD)
    three = replace(ASK, clauses=(replace(ASK.clauses[0], count=3),), total=3)
    await engine.store.publish(a_policy(ask=three))
    await engine.click(user=THIRD)
    await engine.run()
    assert (await status(engine, request), world.effects) == (S.PENDING, [])


async def test_who_left_before_the_others_had_decided_does_not_count_either(engine: Engine, world: World) -> None:
    request = await asked(engine, a_policy(ask=TWO))
    await engine.click()
    await engine.run()
    world.groups["@it-admins"] = (SECOND, THIRD)
    await engine.click(user=SECOND)
    await engine.run()
    call = (await engine.record(request)).calls[0]
    assert (call.status, world.effects) == (S.PENDING, [])
    assert {vote.user: vote.judgement.counts for vote in call.votes} == {APPROVER: False, SECOND: True}
    await engine.click(user=THIRD)
    await engine.run()
    assert (await status(engine, request), len(world.effects)) == (S.SUCCEEDED, 1)


async def test_where_nobody_is_left_who_could_approve_it_is_stopped_and_says_so(engine: Engine, world: World) -> None:
    request = await approved(engine)
    world.groups["@it-admins"] = (REQUESTER,)
    await claimed(engine)
    assert (await status(engine, request), world.effects) == (S.REVOKED, [])
    why = "Nobody can approve it now: it needs 1 of @it-admins besides the requester, and there is nobody"
    assert any(why in text for text in notices(world))


async def test_a_policy_that_asks_for_more_is_named_and_keeps_the_votes_at_hand(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.click()
    version = (await engine.store.publish(a_policy(ask=TWO))).version
    await engine.run()
    assert notices(world)[0].startswith(f"⏳ Policy v{version} asks for more: 2 of @it-admins.")
    await engine.click(user=SECOND)
    await engine.run()
    assert (await status(engine, request), len(world.effects)) == (S.SUCCEEDED, 1)


async def test_a_policy_that_asks_others_asks_them_as_well_and_not_instead(engine: Engine, world: World) -> None:
    request = await approved(engine)
    world.groups.update({"@security": (THIRD,), "@it-admins": (SECOND,)})
    await engine.store.publish(a_policy(ask=replace(ASK, clauses=(Clause(("@security",)),))))
    await claimed(engine)
    row = ((await engine.record(request)).calls[0].id,)
    await engine.click(user=THIRD, call_ids=row)
    await engine.run()
    assert (await status(engine, request), world.effects) == (S.PENDING, [])
    await engine.click(user=SECOND, call_ids=row)
    await engine.run()
    assert (await status(engine, request), len(world.effects)) == (S.SUCCEEDED, 1)


async def test_those_asked_first_must_still_agree_when_others_are_asked_as_well(engine: Engine, world: World) -> None:
    request = await approved(engine)
    world.groups.update({"@security": (THIRD,)})
    await engine.store.publish(a_policy(ask=replace(ASK, clauses=(Clause(("@security",)),))))
    await claimed(engine)
    assert await status(engine, request) is S.PENDING
    world.groups["@it-admins"] = (SECOND,)
    await engine.click(user=THIRD, call_ids=((await engine.record(request)).calls[0].id,))
    await engine.run()
    assert (await status(engine, request), world.effects) == (S.PENDING, [])


@pytest.mark.parametrize("looser", [a_policy(), a_policy(FREE)], ids=["fewer people", "nobody"])
async def test_a_looser_policy_takes_no_question_back(engine: Engine, world: World, looser: Policy) -> None:
    request = await asked(engine, a_policy(ask=TWO))
    await engine.store.publish(looser)
    await engine.click()
    await engine.run()
    assert (await status(engine, request), world.effects) == (S.PENDING, [])
    await engine.click(user=SECOND)
    world.groups["@it-admins"] = (SECOND, THIRD)
    await engine.run()
    assert (await status(engine, request), world.effects) == (S.PENDING, [])
    await engine.click(user=THIRD)
    await engine.run()
    assert (await status(engine, request), len(world.effects)) == (S.SUCCEEDED, 1)


async def test_a_late_click_on_what_expired_is_answered(engine: Engine, world: World) -> None:
    request = await asked(engine)
    world.clock.advance(hours=4)
    await engine.run()
    await engine.click()
    await engine.run()
    [(_, text)] = world.posts(Kind.PRIVATE)
    assert text == "Your click changed nothing: this was expired before you clicked."
    assert (await engine.record(request)).request.status is RequestStatus.DONE


ALONE = Ask((Clause(("@it-admins",)), Clause(("@security",))), 2, expires=3600, execute_within=3600)
NOBODY: dict[str, tuple[Ask, dict[str, tuple[str, ...]], str]] = {
    "an empty list": (replace(ASK, clauses=()), {}, "nobody is named who could approve this"),
    "an unknown group": (replace(ASK, clauses=(Clause(("@gone",)),)), {}, "there is nobody (there is no group @gone)"),
    "the requester only": (ASK, {"@it-admins": (REQUESTER,)}, "1 of @it-admins besides the requester, and there is n"),
    "one person for two": (
        ALONE,
        {"@it-admins": (APPROVER,), "@security": (APPROVER, REQUESTER)},
        "it needs 1 of @it-admins and 1 of @security (all different people) besides the requester, and there is only",
    ),
    "two for one seat": (ALONE, {"@it-admins": (APPROVER, SECOND), "@security": ()}, "there are only 2 people"),
    "one human twice": (TWO, {"@it-admins": (APPROVER, "U-alias")}, "there is only one person"),
    "a guest": (ASK, {"@it-admins": ("U-guest",)}, "there is nobody"),
    "a closed account": (ASK, {"@it-admins": ("U-gone",)}, "there is nobody"),
    "the requester's other id": (ASK, {"@it-admins": ("U-myself",)}, "there is nobody"),
}


@pytest.mark.parametrize("name", NOBODY)
async def test_what_nobody_can_approve_is_refused_at_once_with_the_reason(
    engine: Engine, world: World, name: str
) -> None:
    ask, groups, why = NOBODY[name]
    world.groups.update(groups)
    world.guests, world.gone = {"U-guest"}, {"U-gone"}
    world.same_human = {"U-alias": APPROVER, "U-myself": REQUESTER}
    engine.core = replace(engine.core, operator=replace(engine.core.operator, admins=("U-admin",)))
    request = await asked(engine, a_policy(ask=ask))
    call = (await engine.record(request)).calls[0]
    assert (call.status, world.posts(Kind.CARD)) == (S.DENIED, [])
    assert why in call.reason
    assert call.reason.endswith("An admin can mend it: U-admin.")


async def test_two_people_for_two_clauses_are_asked_in_whatever_order_they_fit(engine: Engine, world: World) -> None:
    world.groups.update({"@it-admins": (APPROVER, SECOND), "@security": (APPROVER,)})
    request = await asked(engine, a_policy(ask=ALONE))
    assert await status(engine, request) is S.PENDING


async def test_among_many_nobody_is_looked_up(engine: Engine, world: World) -> None:
    world.groups["@it-admins"] = tuple(f"U-{number}" for number in range(50))
    world.gone = set(world.groups["@it-admins"])
    assert await status(engine, await asked(engine)) is S.PENDING
