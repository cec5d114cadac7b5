"""Rounds of a soak: real processes that are killed, stopped and misled about the time, and the invariants after each.

The seed decides what people do and when processes die; how far they had come by then is the machine's affair.
"""

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.soak_attacks import Bounds
from bench.soak_crew import Crew, Odds
from bench.soak_process import Workers
from bench.soak_round import Round
from bench.soak_story import LATE_STORIES, STORIES, Case
from bench.soak_stubs import Fault
from bench.soak_world import World, rng_of
from bot.adapters.sqlite_store import SqliteStore

CONTINUED = 0.75
"""How often a round goes on with the file of the one before."""
REPORT_EVERY = 25
LINE = 400
"""Characters of a logged defect that are shown: its end says what broke."""
COUNTED = (
    "rounds",
    "files",
    "inputs",
    "sent again",
    "kills",
    "zombies",
    "clocks astray",
    "requests",
    "calls succeeded",
    "calls failed",
    "calls denied",
    "calls expired",
    "calls withdrawn",
    "calls not_run",
    "unknown, had happened",
    "unknown, had not",
    "messages",
    "messages posted twice",
    "violations",
)


@dataclass(slots=True)
class Soak:
    """Rounds in `root`, a directory for each file. `violations` say in which round and where its files are."""

    root: Path
    seed: int
    fault: Fault = Fault.NONE
    odds: Odds = field(default_factory=Odds)
    count: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    _spoiled: bool = False

    async def run(self, rounds: int, bounds: Bounds | None = None) -> None:
        """Plays them one after the other."""
        bounds = bounds or Bounds()
        workers = Workers()
        begun = time.monotonic()
        try:
            for number in bounds.mine(range(1, rounds + 1)):
                await self._round(number, workers)
                if self.count["rounds"] % REPORT_EVERY == 0:
                    print(
                        f"{self.count['rounds']:5} rounds, {time.monotonic() - begun:4.0f} s, {_brief(self.count)}",
                        flush=True,
                    )
        finally:
            await workers.close()

    async def _round(self, number: int, workers: Workers) -> None:
        seed = f"{self.seed}/{number}"
        chance = rng_of(seed)
        world = self._world(chance)
        store = await SqliteStore.open(world.database, world)
        crew = Crew(world, workers, chance, seed, self.fault, self.count, self.odds)
        try:
            wrong = [*await Round(crew, store, cases(number, chance)).play(), *_defects(world)]
        finally:
            await store.close()
        self.count["rounds"] += 1
        self.count["violations"] += len(wrong)
        self._spoiled = bool(wrong)
        for what in wrong:
            self.violations.append(f"round {number}: {what} ({world.directory})")
            print(self.violations[-1], flush=True)

    def _world(self, chance: Random) -> World:
        """The file of the round before, or a fresh one. After a violation always a fresh one."""
        if self.count["files"] and not self._spoiled and chance.random() < CONTINUED:
            return World(self.root / str(self.count["files"]))
        self.count["files"] += 1
        world = World(self.root / str(self.count["files"]))
        world.directory.mkdir()
        return world


def cases(number: int, chance: Random) -> list[Case]:
    """One to three requests that are played at once."""
    among = LATE_STORIES if chance.random() < 0.15 else STORIES
    return [Case(chance.choice(among), f"{number}-{place}") for place in range(chance.randint(1, 3))]


def _defects(world: World) -> Iterator[str]:
    """What the processes logged as broken, and what asyncio did; the same thing once, with where it broke."""
    text = world.log.read_text(encoding="utf-8") if world.log.exists() else ""
    told = [line for line in text.splitlines() if _is_defect(line)]
    for what, times in Counter(line[line.find("event") :][-LINE:] for line in told).items():
        yield f"the log, {times} times: {what}"


def _is_defect(line: str) -> bool:
    return '.broke"' in line or '"logger": "asyncio"' in line or "Traceback" in line


def _brief(count: Counter[str]) -> str:
    shown = ("kills", "zombies", "requests", "calls succeeded", "unknown, had happened", "unknown, had not")
    return ", ".join(f"{name} {count[name]}" for name in (*shown, "violations"))


def table(count: Counter[str]) -> str:
    """The closing table."""
    return "\n".join(f"{name:24}{count[name]:8}" for name in COUNTED)
