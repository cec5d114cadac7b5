"""Edits of stored rows between approval and execution: whatever is edited, no call leaves.

Each round takes a store in which calls are approved, allowed, waiting, under way or over, edits one thing in it with
SQL, and has the core go on. In every third round the edit is sealed anew, as somebody would do who rewrites the audit
trail, too; then the digest, the tool list, the policy and the directory have to stop it. In some rounds the attacker
puts a click in the inbox, or a policy among the policies: then the key of the deployment has to stop it.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from bench.mutation_edits import Edited, edited
from bench.mutation_entering import ENTERING, enter
from bench.mutation_forgeries import FORGERIES, forged
from bench.mutation_stages import Stage, stages
from bot.codec import encode
from bot.errors import CountersignError, StoreUnavailable
from tests.engine import Engine

DRIVES = 3
"""So often the core goes on afterwards, each time an hour later."""
FORGED = 3
ENTERED = 10
"""Of so many rounds one is about what people are said to have sent, or what policy is said to be."""


@dataclass(slots=True)
class Mutated:
    """What was tried; what became of the requests; which fields were edited. `violations` must stay empty."""

    tried: int = 0
    happened: Counter[str] = field(default_factory=Counter)
    fields: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def mutations(rounds: int, seed: int, first: int = 0) -> Mutated:
    """Plays the rounds of this seed from number `first` on. Nothing is written to a disk."""
    return asyncio.run(play(rounds, seed, first))


async def play(rounds: int, seed: int, first: int = 0) -> Mutated:
    """The same, in a running loop."""
    known = {stage.name: stage for stage in await stages()}
    found = Mutated()
    for number in range(first, first + rounds):
        rng = Random(f"{seed} {number}")
        stage, engine, change = await _attacked(number)(known, rng)
        found.fields[f"{change.table}: {change.what}"] += 1
        await _go_on(engine, stage, found)
        found.tried += 1
        if left := [*engine.world.effects, *engine.world.reads]:
            said = f"{stage.name}: {change.table} {change.what}: {json.dumps(left)} left"
            found.violations.append(f"seed {seed}, round {number}, {said}")
        await engine.close()
    return found


Attack: TypeAlias = Callable[[dict[str, Stage], Random], Awaitable[tuple[Stage, Engine, Edited]]]


def _attacked(number: int) -> Attack:
    if number % FORGED == 0:
        return _sealed_anew
    return _entered if number % ENTERED == 1 else _edited


async def _entered(known: dict[str, Stage], rng: Random) -> tuple[Stage, Engine, Edited]:
    name = rng.choice(list(ENTERING))
    stage = known[rng.choice(ENTERING[name].stages)]
    engine = stage.engine()
    enter(engine.store, await engine.record(stage.request), ENTERING[name], rng)
    return stage, engine, Edited("entered", name)


async def _edited(known: dict[str, Stage], rng: Random) -> tuple[Stage, Engine, Edited]:
    """An edit that changes nothing of what is read is none: then another one."""
    while True:
        stage = rng.choice(list(known.values()))
        engine = stage.engine()
        change = edited(engine.store, rng)
        if change is not None and await _read(engine, stage.request) != stage.read:
            return stage, engine, change
        await engine.close()


async def _sealed_anew(known: dict[str, Stage], rng: Random) -> tuple[Stage, Engine, Edited]:
    name = rng.choice(list(FORGERIES))
    stage = known[rng.choice(FORGERIES[name].stages)]
    engine = stage.engine()
    await engine.store.save(forged(await engine.record(stage.request), FORGERIES[name], rng))
    return stage, engine, Edited("sealed anew", name)


async def _read(engine: Engine, request: str) -> bytes:
    try:
        return encode((await engine.record(request), await engine.store.audit(request)))
    except CountersignError:
        return b""


async def _go_on(engine: Engine, stage: Stage, found: Mutated) -> None:
    became = "cannot be read"
    for _ in range(DRIVES):
        try:
            await engine.drive(stage.request)
            became = f"request {(await engine.record(stage.request)).request.status}"
        except StoreUnavailable:
            pass
        except CountersignError as gone:
            became = type(gone).__name__
        engine.world.clock.advance(hours=1)
    found.happened[became] += 1
