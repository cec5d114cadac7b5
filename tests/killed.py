"""Points with a real SIGKILL: `python -m tests.killed DIRECTORY all|distinct|some SCRIPT...` prints JSON lines.

`distinct` leaves out a point at which nothing durable differs from an earlier one, `some` takes every 20th of those.
It forks a child for each point, before any thread or connection is there. The child plays the script on a real file
and kills itself at the point; then the parent starts on what is left and plays on to the end.
"""

import asyncio
import gc
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bot.adapters.sqlite_store import SqliteStore
from tests.crash import FaultPlan
from tests.crash_life import AWAY, IDS_OF_A_LIFE, Life
from tests.crash_pairs import calm
from tests.crash_scripts import SCRIPTS, Script
from tests.factories import HandClock
from tests.invariants import Evidence, broken
from tests.lasting_world import LastingClock, LastingList, Ledger, lasting_world

TWENTIETH = 20


def nothing(_name: str) -> None:
    """Nobody is killed here."""


async def life_on(directory: Path, script: Script, number: int, notice: Callable[[str], None] = nothing) -> Evidence:
    """Plays on, on the file and in the world of this directory."""
    ledger = Ledger(directory / "world")
    world = lasting_world(script, ledger, number * IDS_OF_A_LIFE + 1)
    store = await SqliteStore.open(directory / "store", world.clock)
    intents, dead = LastingList(ledger, "intent"), LastingList(ledger, "dead")
    try:
        return await Life(script, world, store, FaultPlan(notice=notice), number, intents, dead).play()
    finally:
        await store.close()


@dataclass
class Killer:
    """Kills this process at the point with this number."""

    at: int
    seen: int = field(default=0)

    def __call__(self, _name: str) -> None:
        self.seen += 1
        if self.seen > self.at:
            os.kill(os.getpid(), signal.SIGKILL)


async def _prepared(directory: Path, script: Script) -> None:
    store = await SqliteStore.open(directory / "store", HandClock())
    await store.publish(script.policy)
    await store.close()


def was_killed(directory: Path, script: Script, at: int) -> bool:
    """A child plays until this point; False when there is no such point any more."""
    child = os.fork()
    if not child:
        code = 1
        try:
            asyncio.run(life_on(directory, script, 0, Killer(at)))
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        assert os.WTERMSIG(status) == signal.SIGKILL
        return True
    assert os.WEXITSTATUS(status) == 0, "the child broke by itself"
    return False


def killed_at(root: Path, script: Script, at: int) -> list[str]:
    """What is wrong in the end, when a process is killed at this point and another goes on."""
    used = root / "used"
    shutil.copytree(root / "fresh", used)
    try:
        if not was_killed(used, script, at):
            return ["nobody was killed"]
        ledger = Ledger(used / "world")
        LastingClock(ledger, HandClock().now()).advance(seconds=AWAY.total_seconds())
        return broken(asyncio.run(life_on(used, script, 1)))
    finally:
        shutil.rmtree(used)


def places(script: Script, *, distinct: bool) -> list[tuple[int, str]]:
    """Number and name of the points at which it is worth while to be killed."""
    points = asyncio.run(calm(script)).points
    seen: dict[object, tuple[int, str]] = {}
    for number, (name, moment) in enumerate(points):
        seen.setdefault(moment.key() if distinct else number, (number, name))
    return list(seen.values())


def kill_everywhere(root: Path, script: Script, which: str) -> dict[str, object]:
    """What was tried, and what was wrong."""
    (root / "fresh").mkdir()
    asyncio.run(_prepared(root / "fresh", script))
    wrong: list[str] = []
    chosen = places(script, distinct=which != "all")
    if which == "some":
        chosen = chosen[SCRIPTS.index(script) % TWENTIETH :: TWENTIETH]
    for number, name in chosen:
        found = killed_at(root, script, number)
        wrong += [f"{script.name}, killed at {name} ({number}): {what}" for what in found]
    shutil.rmtree(root / "fresh")
    return {"script": script.name, "kills": len(chosen), "wrong": wrong}


def main(arguments: Sequence[str]) -> None:
    """Plays the named scripts, or all."""
    root, which, *names = arguments
    gc.freeze()
    for script in SCRIPTS:
        if not names or script.name in names:
            told = kill_everywhere(Path(root), script, which)
            sys.stdout.write(f"{json.dumps(told)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
