"""`make soak`: random SIGKILL and SIGSTOP rounds against the real core, and the invariants after each of them.

The seed decides what people do and when processes die; how far they had come by then is the machine's affair.
"""

import argparse
import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.soak_crew import Crew
from bench.soak_process import Workers
from bench.soak_round import Round
from bench.soak_story import LATE_STORIES, STORIES, Case
from bench.soak_stubs import Fault
from bench.soak_world import World, rng_of
from bot.adapters.sqlite_store import SqliteStore

ROUNDS = 60
CONTINUED = 0.75
"""How often a round goes on with the file of the one before."""
REPORT_EVERY = 10
COUNTED = (
    "rounds",
    "files",
    "inputs",
    "sent again",
    "kills",
    "zombies",
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
    count: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    _spoiled: bool = False

    async def run(self, rounds: int) -> None:
        """Plays them one after the other."""
        workers = Workers()
        begun = time.monotonic()
        try:
            for number in range(1, rounds + 1):
                await self._round(number, workers)
                if number % REPORT_EVERY == 0:
                    print(f"{number:5} rounds, {time.monotonic() - begun:4.0f} s, {_brief(self.count)}", flush=True)
        finally:
            await workers.close()

    async def _round(self, number: int, workers: Workers) -> None:
        seed = f"{self.seed}/{number}"
        chance = rng_of(seed)
        world = self._world(chance)
        store = await SqliteStore.open(world.database, world)
        crew = Crew(world, workers, chance, seed, self.fault, self.count)
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
    """What the processes logged as broken, and what asyncio did."""
    text = world.log.read_text(encoding="utf-8") if world.log.exists() else ""
    for line in text.splitlines():
        if '.broke"' in line or '"logger": "asyncio"' in line or "Traceback" in line:
            yield f"the log: {line[:600]}"


def _brief(count: Counter[str]) -> str:
    shown = ("kills", "zombies", "requests", "calls succeeded", "unknown, had happened", "unknown, had not")
    return ", ".join(f"{name} {count[name]}" for name in (*shown, "violations"))


def table(count: Counter[str]) -> str:
    """The closing table."""
    return "\n".join(f"{name:24}{count[name]:8}" for name in COUNTED)


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 after a violation, whose files are then kept."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seed", type=int, default=None, help="as printed; another one each time by default")
    parser.add_argument("--fault", type=Fault, choices=tuple(Fault), default=Fault.NONE, help="built in on purpose")
    options = parser.parse_args(arguments)
    seed = time.time_ns() % 1_000_000 if options.seed is None else options.seed
    soak = Soak(Path(tempfile.mkdtemp(prefix="soak-")), seed, options.fault)
    print(f"seed {seed}, {options.rounds} rounds", flush=True)
    asyncio.run(soak.run(options.rounds))
    print(table(soak.count))
    if soak.violations:
        again = f"--seed {seed} --rounds {options.rounds} --fault {options.fault}"
        print(f"to see it again: python -m bench.soak {again}; files in {soak.root}")
        return 1
    shutil.rmtree(soak.root)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
