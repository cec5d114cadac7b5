"""Processes that end anywhere, and two of them at once: the soak's results as rows."""

import asyncio
import json
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from bench import soak
from bench.child import answer_of, module
from bench.proof.baseline import Naive
from bench.proof.bots import Theirs, a_world, in_this_world
from bench.proof.hostile import someone
from bench.proof.scenes import CRASHES
from bench.proof.values import MOST_TOLD, Row, Side, side
from tests.crash import Crash, Crashing, FaultPlan
from tests.crash_pairs import Explorer
from tests.crash_scripts import SCRIPTS
from tests.world import FakeModel, says, suspend, uses

SINGLES, PAIRS = "a crash at each point", "a crash at each point, and one while it recovers"
KILLS = "SIGKILL at each point"
ROUNDS, ZOMBIES, CLOCKS = "SIGKILL at a random moment", "SIGSTOP, and a zombie comes back", "a clock that jumps"
STORMS = "two processes, and everything at once in any order"

PARTS = (ZOMBIES, CLOCKS)
"""They happen in the rounds of ROUNDS, where everything else is told."""
COUNTED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "crash, recover, crash again": {SINGLES: "single points", PAIRS: "pairs"},
        "SIGKILL at every point": {KILLS: "kills"},
        "random SIGKILL rounds": {ROUNDS: "", ZOMBIES: "zombies", CLOCKS: "clocks astray"},
        "interleavings of two engines": {STORMS: ""},
    }
)
"""The soak's own name of an attack, and for each row made of it the count that says how often it was tried; none
means all of it."""
SHOWN = ("kills", "requests", "calls succeeded", "unknown, had happened", "unknown, had not", "different lives played")


def attacked(arguments: Sequence[str]) -> list[Row]:
    """Runs a part of the soak in this process."""
    with tempfile.TemporaryDirectory(prefix="proof-") as folder:
        results = Path(folder) / "results.jsonl"
        soak.main([*arguments, "--results", str(results)])
        return [row for line in results.read_text(encoding="utf-8").splitlines() for row in rows_of(json.loads(line))]


def rows_of(result: Mapping[str, Any]) -> list[Row]:
    """What one line of the soak says. A violation counts in every row that is made of it.

    Zombies and clocks that did not happen to come about have no row.
    """
    told = tuple(result["violations"][:MOST_TOLD])
    happened = result["happened"]
    rows = []
    for name, counted in COUNTED[result["attack"]].items():
        tried = happened.get(counted, 0) if counted else result["tried"]
        if name in PARTS and not tried:
            continue
        shown = {one: happened[one] for one in SHOWN if happened.get(one) and name not in PARTS}
        rows.append(Row(CRASHES, name, Side(tried, result["violated"], shown, told)))
    return rows


def crashes(seed: int, share: int) -> list[Row]:
    """Every point and every pair in every script; with a `share`, one script and every so many of its pairs."""
    rows = attacked(("--parts", "crashes", "--seed", str(seed))) if share == 1 else asyncio.run(_some(share))
    theirs = asyncio.run(_baseline(seed))
    return [replace(row, theirs=theirs) if row.attack == SINGLES else row for row in rows]


async def _some(share: int) -> list[Row]:
    tally = await Explorer(SCRIPTS[0], share).all()
    counts = {"single points": tally.singles, "pairs": tally.pairs, "different lives played": tally.lives}
    told = {"happened": counts, "violated": len(tally.wrong), "violations": tally.wrong}
    return rows_of({"attack": "crash, recover, crash again", **told})


def kills(seed: int, share: int) -> list[Row]:
    """SIGKILL at every point of every script; with a `share`, where it leaves something else in one script."""
    if share == 1:
        return attacked(("--parts", "kills", "--seed", str(seed)))
    with tempfile.TemporaryDirectory(prefix="kills-") as root:
        told = answer_of(module("tests.killed", root, "distinct", SCRIPTS[0].name))
    counts = {"happened": {"kills": told["kills"]}, "violated": len(told["wrong"]), "violations": told["wrong"]}
    return rows_of({"attack": "SIGKILL at every point", **counts})


async def _baseline(seed: int) -> Side:
    """A request that is approved, on the baseline: it ends at each point around its model and its tools."""
    found: list[str] = []
    while True:
        crashed, wrong = await _played(len(found), Random(f"{seed} {len(found)}"))
        if not crashed:
            return side(found)
        found.append(wrong)


async def _played(at: int, rng: Random) -> tuple[bool, str]:
    """Whether there is such a point, and what was wrong in the end."""
    world, plan = a_world(), FaultPlan(at)
    world.script = [uses(suspend(someone(rng))), says("Finished.")]
    with tempfile.TemporaryDirectory(prefix="baseline-") as folder:
        them = await Theirs.open(world, Path(folder) / "marks.json")
        them.bot.model = Crashing("Model", FakeModel(world), plan, world.acks.append)
        them.bot.toolbox = Crashing("Toolbox", in_this_world(world), plan, world.acks.append)
        crashed = await _delivered(them, plan, them.ask)
        crashed |= await _delivered(them, plan, lambda: them.click(len(them.bot.cards) - 1, key="click-1"))
        return crashed, _wrong(them.bot, len(world.effects))


async def _delivered(them: Theirs, plan: FaultPlan, act: Callable[[], Awaitable[None]]) -> bool:
    """Whether it crashed; what was not acknowledged is delivered again, to the next process."""
    try:
        await act()
    except Crash:
        plan.gone, plan.at = False, None
        await them.restart()
        await act()
        return True
    return False


def _wrong(bot: Naive, ran: int) -> str:
    if ran != 1:
        return f"one approval ran {ran} times"
    return "" if any("done:" in text for text in bot.posts) else "it happened, and nobody was told or asked"
