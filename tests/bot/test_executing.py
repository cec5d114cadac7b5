"""Once, in order, and only what is still allowed when it leaves."""

import asyncio
from dataclasses import replace
from pathlib import Path

from bot.answering import fail
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.policy import Rule, RuleEffect
from bot.models.request import RequestStatus
from bot.models.tools import Tool
from bot.ports import Prompt, Reply, ToolOutcome, ToolResult
from tests.engine import ASK, Engine, a_policy
from tests.hostile import rewritten
from tests.world import APPROVER, SECOND, FakeModel, FakeToolbox, World, suspend, uses

S = CallStatus
PAIR = uses(suspend("a@example.com"), suspend("b@example.com"))


async def asked(engine: Engine) -> str:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


async def statuses(engine: Engine, request: str) -> list[CallStatus]:
    return [call.status for call in (await engine.record(request)).calls]


async def test_a_policy_that_forbids_it_after_the_vote_stops_it(engine: Engine) -> None:
    request = await asked(engine)
    await engine.click()
    await engine.store.publish(a_policy(Rule("freeze", RuleEffect.DENY, reason="Nothing changes today.")))
    await engine.run()
    assert await statuses(engine, request) == [S.REVOKED]
    assert engine.world.effects == []
    assert "Nothing changes today." in engine.world.prompts[-1].messages


async def test_an_approver_who_left_between_click_and_start_does_not_count(engine: Engine) -> None:
    request = await asked(engine)
    await engine.click()
    engine.world.groups["@it-admins"] = (SECOND,)
    await engine.run()
    assert await statuses(engine, request) == [S.PENDING]
    assert engine.world.effects == []
    await engine.click(user=SECOND)
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED]


async def test_a_policy_that_asks_for_more_people_sends_it_back(engine: Engine, world: World) -> None:
    request = await asked(engine)
    two = replace(ASK, clauses=(replace(ASK.clauses[0], count=2),), total=2)
    await engine.click()
    await engine.store.publish(a_policy(ask=two))
    await engine.run()
    assert await statuses(engine, request) == [S.PENDING]
    await engine.click(user=SECOND)
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED]
    assert len(world.effects) == 1


async def test_a_stored_call_that_was_changed_after_the_vote_never_leaves(engine: Engine) -> None:
    request = await asked(engine)
    record = await engine.record(request)
    forged = replace(record.calls[0], arguments='{"user_key":"boss@example.com"}')
    await engine.store.save(rewritten(record, record.request, forged))
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.REVOKED]
    assert engine.world.effects == []


async def test_calls_run_in_call_order_and_stop_after_one_that_failed(engine: Engine, world: World) -> None:
    world.script[0] = PAIR
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.FAILED, "Google said: no such user.")
    request = await asked(engine)
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.FAILED, S.NOT_RUN]
    assert [arguments for _, arguments in world.effects] == ['{"user_key":"a@example.com"}']


async def test_a_cut_short_call_is_unknown_and_a_person_settles_it(engine: Engine, world: World) -> None:
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.UNKNOWN, "The connection broke.")
    request = await asked(engine)
    await engine.click()
    await engine.run()
    record = await engine.record(request)
    assert record.calls[0].status is S.UNKNOWN
    assert record.request.status is RequestStatus.WAITING
    await engine.verdict(record.calls[0].id, happened=True)
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED]
    assert len(world.effects) == 1
    assert "checked and said that it happened" in world.prompts[-1].messages


async def test_an_outsider_cannot_settle_an_unknown_call(engine: Engine, world: World) -> None:
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.UNKNOWN, "The connection broke.")
    request = await asked(engine)
    await engine.click()
    await engine.run()
    call = (await engine.record(request)).calls[0]
    await engine.verdict(call.id, happened=True, user="U-outsider")
    await engine.run()
    assert await statuses(engine, request) == [S.UNKNOWN]


async def test_an_approval_that_nobody_used_in_time_expires(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.click()
    world.clock.advance(hours=6)
    await engine.run()
    assert await statuses(engine, request) == [S.EXPIRED]
    assert world.effects == []


async def test_two_people_are_needed_when_the_policy_says_so(tmp_path: Path, world: World) -> None:
    two = replace(ASK, clauses=(replace(ASK.clauses[0], count=2),), total=2)
    engine = await Engine.open(tmp_path / "two.sqlite3", world, a_policy(ask=two))
    request = await asked(engine)
    await engine.click()
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.PENDING]
    await engine.click(user=SECOND)
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED]
    await engine.close()


async def test_the_same_human_under_another_id_is_still_the_requester(engine: Engine, world: World) -> None:
    world.same_human = {APPROVER: "human-1", "U-requester": "human-1"}
    request = await asked(engine)
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.PENDING]
    [(_, text)] = world.posts(Kind.PRIVATE)
    assert "you asked for it yourself" in text


async def test_the_second_click_is_told_that_it_changed_nothing(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.click()
    await engine.run()
    await engine.click(user=SECOND)
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED]
    assert len(world.effects) == 1
    [(row, text)] = world.posts(Kind.PRIVATE)
    assert (row.user, "already approved" in text) == (SECOND, True)


async def test_the_requester_can_withdraw_and_others_cannot(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.withdraw(APPROVER)
    await engine.run()
    assert await statuses(engine, request) == [S.PENDING]
    await engine.withdraw()
    await engine.run()
    assert await statuses(engine, request) == [S.WITHDRAWN]
    assert (await engine.record(request)).request.status is RequestStatus.CANCELLED
    await engine.click()
    await engine.run()
    assert world.effects == []


async def test_an_identical_call_is_asked_about_once_and_shares_the_outcome(engine: Engine, world: World) -> None:
    first = await asked(engine)
    second = await engine.mention("suspend leaver@example.com please", ts="200.0")
    await engine.run()
    assert len(world.posts(Kind.CARD)) == 1
    await engine.click()
    await engine.run()
    assert len(world.effects) == 1
    assert await statuses(engine, first) == await statuses(engine, second) == [S.SUCCEEDED]
    assert len(world.posts(Kind.ANSWER)) == 2


async def test_the_same_call_twice_in_one_message_runs_once(engine: Engine, world: World) -> None:
    world.script[0] = uses(suspend(), suspend())
    world.script[0] = replace(
        world.script[0],
        tool_uses=tuple(replace(use, id=f"t{n}") for n, use in enumerate(world.script[0].tool_uses)),
    )
    request = await asked(engine)
    await engine.click()
    await engine.run()
    assert len(world.effects) == 1
    assert await statuses(engine, request) == [S.SUCCEEDED, S.SUCCEEDED]


async def test_nobody_to_ask_is_refused_at_once_with_the_reason(engine: Engine, world: World) -> None:
    world.groups = {"@it-admins": ("U-requester",)}
    request = await asked(engine)
    assert await statuses(engine, request) == [S.DENIED]
    assert "Nobody can approve this" in world.prompts[-1].messages


async def test_a_group_that_does_not_exist_is_named(engine: Engine, world: World) -> None:
    world.groups = {}
    await asked(engine)
    assert "there is no group @it-admins" in world.prompts[-1].messages


async def test_that_a_call_has_started_is_durable_before_it_leaves(engine: Engine, world: World) -> None:
    seen: list[CallStatus] = []

    class Looking(FakeToolbox):
        async def call(self, tool: Tool, arguments: str) -> ToolResult:
            seen.extend(await statuses(engine, request))
            return await super().call(tool, arguments)

    engine.core = replace(engine.core, toolbox=Looking(world))
    request = await asked(engine)
    await engine.click()
    await engine.run()
    assert seen == [S.STARTED]


async def test_a_withdrawal_between_two_calls_stops_the_second(engine: Engine, world: World) -> None:
    world.script[0] = PAIR
    request = await asked(engine)
    withdrawn: list[str] = []

    class Slow(FakeToolbox):
        async def call(self, tool: Tool, arguments: str) -> ToolResult:
            if not withdrawn:
                withdrawn.append(arguments)
                await engine.withdraw()
            return await super().call(tool, arguments)

    engine.core = replace(engine.core, toolbox=Slow(world))
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.SUCCEEDED, S.WITHDRAWN]
    assert len(world.effects) == 1
    assert (await engine.record(request)).request.status is RequestStatus.CANCELLED


ALLOWING = a_policy(Rule("trusted", RuleEffect.ALLOW, tools=("google__*",)))


async def test_an_allowed_write_that_stands_twice_in_one_message_runs_once(tmp_path: Path, world: World) -> None:
    twice = uses(suspend(), suspend())
    world.script[0] = replace(twice, tool_uses=tuple(replace(use, id=f"t{n}") for n, use in enumerate(twice.tool_uses)))
    engine = await Engine.open(tmp_path / "allow.sqlite3", world, ALLOWING)
    request = await asked(engine)
    assert len(world.effects) == 1
    assert await statuses(engine, request) == [S.SUCCEEDED, S.SUCCEEDED]
    assert (await engine.record(request)).request.status is RequestStatus.DONE
    await engine.close()


async def test_an_allowed_write_whose_outcome_is_unknown_gets_a_card(tmp_path: Path, world: World) -> None:
    world.answer = lambda tool, arguments: ToolResult(ToolOutcome.UNKNOWN, "The connection broke.")
    engine = await Engine.open(tmp_path / "allow.sqlite3", world, ALLOWING)
    request = await asked(engine)
    assert [text for _, text in world.posts(Kind.CARD)] == ["suspend_user:unknown"]
    await engine.verdict((await engine.record(request)).calls[0].id, happened=False)
    await engine.run()
    assert await statuses(engine, request) == [S.FAILED]
    assert (await engine.record(request)).request.status is RequestStatus.DONE
    await engine.close()


async def test_a_card_that_can_never_be_shown_ends_the_request_in_words(engine: Engine, world: World) -> None:
    world.refuse_delivery = lambda row: "channel_not_found" if row.kind is Kind.CARD else ""
    request = await asked(engine)
    assert (await engine.record(request)).request.status is RequestStatus.FAILED
    assert await statuses(engine, request) == [S.WITHDRAWN]
    assert "channel_not_found" in world.posts(Kind.NOTICE)[0][1]
    assert world.effects == []


async def test_a_message_with_half_a_character_is_dropped(engine: Engine, world: World) -> None:
    world.script[0] = uses(("google__suspend_\ud800user", "{}"))
    request = await asked(engine)
    assert (await engine.record(request)).request.status is RequestStatus.DONE
    assert "malformed" in world.posts(Kind.ANSWER)[0][1]


async def test_a_request_that_fails_leaves_no_call_started_that_nobody_is_asked_about(
    engine: Engine, world: World
) -> None:
    class Broken(FakeToolbox):
        async def call(self, tool: Tool, arguments: str) -> ToolResult:
            raise ZeroDivisionError

    engine.core = replace(engine.core, toolbox=Broken(world))
    request = await asked(engine)
    await engine.click()
    await engine.run()
    assert await statuses(engine, request) == [S.STARTED]
    await fail(engine.core, await engine.record(request), "it broke.")
    await engine.run()
    assert [text for _, text in world.posts(Kind.CARD)] == ["suspend_user:unknown"]
    await engine.verdict((await engine.record(request)).calls[0].id, happened=False)
    await engine.run()
    assert await statuses(engine, request) == [S.FAILED]


async def test_requests_for_the_same_thing_at_the_same_moment_share_one_card(engine: Engine, world: World) -> None:
    class Together(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            await asyncio.sleep(0)
            return await super().turn(prompt)

    engine.core = replace(engine.core, model=Together(world))
    requests = [await engine.mention("suspend leaver@example.com", ts=f"{n}.0") for n in range(100, 105)]
    await asyncio.gather(*(engine.drive(request) for request in requests))
    await engine.run()
    assert len(world.posts(Kind.CARD)) == 1
    await engine.click()
    await engine.run()
    assert [await statuses(engine, request) for request in requests] == [[S.SUCCEEDED]] * 5
    assert len(world.effects) == 1
