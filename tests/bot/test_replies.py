"""However much a requester writes while their request is under way, the model reads a bounded part of it."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.budgets import Budgets
from bot.models.inbound import ReplyReceived
from bot.models.outbox import Kind
from bot.ports import Prompt, Reply
from bot.replies import LEFT_OUT, fitted, texts
from tests.engine import Engine
from tests.factories import a_reply_received
from tests.world import FakeModel, World, says

SMALL = Budgets(request_text=100, replies=3)


def written(*sizes: int) -> list[ReplyReceived]:
    return [a_reply_received(id=f"in{number}", text="y" * size) for number, size in enumerate(sizes)]


@pytest.mark.parametrize(
    ("sizes", "kept"),
    [
        ((), []),
        ((100,), [100]),
        ((101,), [None]),
        ((60, 40), [60, 40]),
        ((60, 41, 40), [60, None, 40]),
        ((60, 41, 41), [60, None]),
        ((1, 1, 1, 1, 1), [1, 1, 1, None]),
    ],
)
def test_what_fits_is_read_and_one_sentence_stands_for_the_rest(
    sizes: Sequence[int], kept: Sequence[int | None]
) -> None:
    expected = tuple(LEFT_OUT if size is None else "y" * size for size in kept)
    assert texts(fitted(written(*sizes), SMALL)) == expected
    assert texts(fitted(fitted(written(*sizes), SMALL), SMALL)) == expected


def notices(world: World) -> list[str]:
    return [text for _, text in world.posts(Kind.NOTICE)]


async def flood(engine: Engine, number: int, size: int) -> None:
    for index in range(number):
        assert await engine.reply("y" * size, ts=f"{200 + index}.0")


async def test_a_flood_while_a_card_waits_is_kept_to_its_limits_and_told_once(engine: Engine, world: World) -> None:
    request = await engine.mention("suspend leaver")
    await engine.run()
    await flood(engine, 12, 5_000)
    waiting = await engine.store.inbox(request)
    assert [isinstance(event, ReplyReceived) and event.left_out for event in waiting] == [False, False, True]
    await engine.run()
    assert len(notices(world)) == 1
    assert "at most 50 of your messages with 12,000 characters together at once" in notices(world)[0]
    await engine.click()
    await engine.run()
    (before, after) = (len(prompt.messages) for prompt in world.prompts)
    assert 10_000 < after - before < 13_000
    assert LEFT_OUT in world.prompts[1].messages
    assert (len(notices(world)), list(await engine.store.inbox(request))) == (1, [])
    assert (await engine.record(request)).turns[1].replies[-1] == LEFT_OUT


async def test_many_short_replies_are_kept_to_a_number(engine: Engine, world: World) -> None:
    engine.core = replace(engine.core, budgets=Budgets(replies=3))
    engine.orchestrator = replace(engine.orchestrator, core=engine.core)
    engine.services = engine.orchestrator.services()
    request = await engine.mention("suspend leaver")
    await engine.run()
    await flood(engine, 9, 1)
    assert len(await engine.store.inbox(request)) == 4
    assert await engine.reply("y", ts="200.0"), "one that waits already comes again"
    assert len(await engine.store.inbox(request)) == 4


async def test_a_flood_while_the_model_streams_is_bounded_too(engine: Engine, world: World) -> None:
    class Flooded(FakeModel):
        async def turn(self, prompt: Prompt) -> Reply:
            if not world.prompts:
                await flood(engine, 4, 9_000)
            return await super().turn(prompt)

    world.script = [says("First."), says("Second.")]
    engine.core = replace(engine.core, model=Flooded(world))
    await engine.mention("who is it?")
    await engine.run()
    assert len(world.prompts[1].messages) < 12_000
    assert LEFT_OUT in world.prompts[1].messages
    assert len(notices(world)) == 1


async def test_replies_that_were_stored_side_by_side_do_not_get_around_it(engine: Engine, world: World) -> None:
    request = await engine.mention("suspend leaver")
    await engine.run()
    stored = [replace(reply, request_id=request) for reply in written(*[9_000] * 5)]
    await engine.store.append(stored)
    await engine.click()
    await engine.run()
    said = json.loads(world.prompts[1].messages)[-1]["content"]
    assert [len(block["text"]) > 9_000 for block in said[1:]] == [True, False]
    assert (len(notices(world)), list(await engine.store.inbox(request))) == (1, [])
