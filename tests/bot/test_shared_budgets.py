"""Budgets of people, channels, days and months: a clear no, durable counters, and at most one message too much."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from bot.budgets import Budgets
from bot.core import Operator
from bot.errors import ModelUnavailable
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from bot.models.spending import Used
from bot.ports import Prompt, Reply
from tests.engine import Engine
from tests.world import REQUESTER, TEAM, FakeModel, World, says, suspend, uses

LOOK = ("google__get_user", '{"user_key":"leaver@example.com"}')
TURN = 15
"""Tokens of every message of the world's model."""


def answers(world: World) -> list[str]:
    return [text for _, text in world.posts(Kind.ANSWER)]


def limited(engine: Engine, **limits: int) -> None:
    engine.core = replace(engine.core, budgets=Budgets(**limits), operator=Operator("C-approvals", admins=("U-boss",)))


async def used(engine: Engine) -> Used:
    return await engine.store.used(TEAM, REQUESTER, "C-it", engine.world.clock.now().date())


async def ask(engine: Engine, number: int, user: str = REQUESTER) -> str:
    request = await engine.mention("who is it?", user=user, ts=f"{100 + number}.0")
    await engine.run()
    return request


async def test_who_has_used_their_tokens_up_is_refused_before_anything_is_planned(engine: Engine, world: World) -> None:
    limited(engine, user_day=TURN)
    world.script = [says("It is Lea.")]
    await ask(engine, 1)
    second = await ask(engine, 2)
    answered, refused = answers(world)
    assert answered == "It is Lea."
    assert refused == (
        "The budget for the model is used up: you have used 15 of your 15 tokens today. It is free again on 6 January "
        "at 00:00 UTC, in 15 hours. An admin can raise COUNTERSIGN_USER_DAY_TOKENS: boss. Nothing was planned."
    )
    record = await engine.record(second)
    assert (len(world.prompts), record.turns, record.request.status) == (1, (), RequestStatus.DONE)


async def test_the_budget_of_one_does_not_hold_up_another(engine: Engine, world: World) -> None:
    limited(engine, user_day=TURN)
    world.script = [says("It is Lea.")]
    for number, user in enumerate((REQUESTER, "U-other", REQUESTER)):
        await ask(engine, number, user)
    assert [text.split(":")[0] for text in answers(world)] == [
        "It is Lea.",
        "It is Lea.",
        "The budget for the model is used up",
    ]


async def test_a_new_day_is_a_new_budget_until_the_month_is_used_up(engine: Engine, world: World) -> None:
    limited(engine, channel_day=TURN, month=2 * TURN)
    world.script = [says("It is Lea.")]
    for number in range(4):
        await ask(engine, number)
        world.clock.advance(hours=12)
    first, second, third, fourth = answers(world)
    assert (first, third) == ("It is Lea.", "It is Lea.")
    assert "this channel has used 15 of its 15 tokens today" in second
    assert "everybody together has used 30 of 30 tokens this month. It is free again on 1 February" in fourth


async def test_a_request_that_is_under_way_ends_between_two_messages_in_words(engine: Engine, world: World) -> None:
    limited(engine, day=2 * TURN)
    world.script = [uses(LOOK), uses(suspend()), says("Done.")]
    request = await ask(engine, 1)
    await engine.click()
    await engine.run()
    (said,) = answers(world)
    assert said.endswith(
        ": boss. I stopped in the middle. Of its actions: 1 done before, and not undone. The rest was not done."
    )
    record = await engine.record(request)
    assert [call.status for call in record.calls] == [CallStatus.SUCCEEDED, CallStatus.SUCCEEDED]
    assert (len(world.effects), record.request.status) == (1, RequestStatus.DONE)


async def test_what_waits_for_people_still_runs_when_they_decide(engine: Engine, world: World) -> None:
    limited(engine, user_day=TURN)
    world.script = [uses(suspend()), says("Done.")]
    await ask(engine, 1)
    await engine.click()
    await engine.run()
    assert len(world.effects) == 1
    assert "I stopped in the middle" in answers(world)[0]


async def test_what_was_spent_survives_a_restart(tmp_path: Path, world: World) -> None:
    world.script = [says("It is Lea.")]
    for number in range(3):
        engine = await Engine.open(tmp_path / "store.sqlite3", world)
        limited(engine, user_day=2 * TURN)
        await ask(engine, number)
        assert (await used(engine)).user == min(number + 1, 2) * TURN
        await engine.close()
    assert "The budget for the model" in answers(world)[-1]


async def test_messages_that_are_dropped_are_paid_for_too(engine: Engine, world: World) -> None:
    world.script = [says("", stop_reason="refusal")]
    request = await ask(engine, 1)
    spent = (await engine.record(request)).request.spent
    assert (await used(engine)).day == spent.input_tokens + spent.output_tokens == TURN


async def test_withdrawing_in_time_is_not_free(engine: Engine, world: World) -> None:
    class Slow(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            world.prompts.append(prompt)
            await engine.take_back(request)
            await asyncio.Event().wait()
            return says("Never.")

    engine.core = replace(engine.core, model=Slow(world))
    request = await engine.mention("who is it?")
    await engine.run()
    assert (await engine.record(request)).request.status is RequestStatus.CANCELLED
    assert (await used(engine)).user == world.prompts[0].tokens > 100


async def test_withdrawing_near_the_end_costs_what_had_come(engine: Engine, world: World) -> None:
    class Nearly(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            prompt.meter.input_tokens, prompt.meter.output_tokens = 5_000, 16_000
            await engine.take_back(request)
            await asyncio.Event().wait()
            return says("Never.")

    engine.core = replace(engine.core, model=Nearly(world))
    request = await engine.mention("who is it?")
    await engine.run()
    spent = (await engine.record(request)).request.spent
    assert (spent.turns, spent.input_tokens, spent.output_tokens) == (1, 5_000, 16_000)
    assert (await used(engine)).user == 21_000


@pytest.mark.parametrize(("read", "written"), [(700, 30), (0, 30), (0, 0)])
async def test_messages_that_break_off_are_paid_for(engine: Engine, world: World, read: int, written: int) -> None:
    class Broken(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            world.prompts.append(prompt)
            prompt.meter.input_tokens, prompt.meter.output_tokens = read, written
            raise ModelUnavailable("the answer of Bedrock broke off", retry_after=60)

    world.script = [says("It is Lea.")]
    limited(engine, user_day=3 * TURN)
    plain = engine.core
    engine.core = replace(plain, model=Broken(world))
    request = await engine.mention("who is it?")
    await engine.drive(request)
    cost = (read or world.prompts[0].tokens) + written if written else 0
    record = await engine.record(request)
    assert ((await used(engine)).user, record.request.spent.turns, record.request.failures) == (cost, 0, 1)
    engine.core = plain
    world.clock.advance(minutes=2)
    await engine.run()
    assert ("The budget for the model is used up" in answers(world)[-1]) == (cost > 3 * TURN)


async def test_a_message_that_comes_after_the_withdrawal_is_paid_for(engine: Engine, world: World) -> None:
    class Taken(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            await engine.take_back(request)
            return await super().turn(prompt)

    engine.core = replace(engine.core, model=Taken(world))
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    assert (await engine.record(request)).request.status is RequestStatus.CANCELLED
    assert ((await used(engine)).user, world.effects) == (TURN, [])


async def test_requests_at_the_same_time_go_over_by_one_message_each_at_most(engine: Engine, world: World) -> None:
    limited(engine, day=TURN)
    asked, at_once = list[Prompt](), asyncio.Barrier(4)

    class Together(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            asked.append(prompt)
            await at_once.wait()
            return uses(LOOK)

    engine.core = replace(engine.core, model=Together(world))
    requests = [await engine.mention("who is it?", ts=f"{number}.0") for number in range(at_once.parties)]
    await asyncio.gather(*(engine.drive(request) for request in requests))
    await engine.run()
    assert ((await used(engine)).day, len(asked), len(answers(world))) == (4 * TURN, 4, 4)


async def test_counters_and_records_say_the_same(engine: Engine, world: World) -> None:
    world.script = [uses(LOOK), uses(suspend()), says("Done.")]
    requests = [await ask(engine, number) for number in range(3)]
    spent = [(await engine.record(request)).request.spent for request in requests]
    assert (await used(engine)).month == sum(one.input_tokens + one.output_tokens for one in spent) == 3 * 2 * TURN
