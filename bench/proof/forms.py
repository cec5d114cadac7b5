"""The full form, a short one and a quick one: the same attacks, more or fewer of each."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

from bench.guards import GUARDS
from bench.proof import crashes, disks, doors, guarded, servers, staged, stored
from bench.proof.scenes import SCENES
from bench.proof.values import Row


@dataclass(frozen=True, slots=True)
class Form:
    """How often each attack is tried. With a `share` above 1 one script crashes, and every so many pairs are played."""

    name: str
    rounds: int
    storms: int
    share: int
    power: int
    edits: int
    tampers: int
    scripts: int
    scenes: int
    servers: int
    guards: int


FULL = Form("full", 500, 10_000, 1, 1_000, 10_000, 5_000, 100, 1_000, 200, len(GUARDS))
SHORT = Form("short", 80, 1_000, 20, 300, 2_000, 5_000, 8, 100, 20, len(GUARDS))
"""Some minutes instead of half an hour."""
QUICK = Form("quick", 2, 15, 100, 10, 60, 80, 1, 4, 2, 1)
HALVES = 2
Job: TypeAlias = Callable[[], list[Row]]


def jobs(form: Form, seed: int) -> Mapping[str, Job]:
    """What there is to do, the longest first. Each may run in a process of its own."""
    return {
        **{f"rounds {half}": _soak(seed, half, "rounds", form.rounds) for half in range(HALVES)},
        **{f"guards {half}": partial(guarded.guards, *_guards(form, half)) for half in range(min(HALVES, form.guards))},
        "crashes": partial(crashes.crashes, seed, form.share),
        "kills": partial(crashes.kills, seed, form.share),
        **{f"storms {half}": _soak(seed, half, "storms", form.storms) for half in range(HALVES)},
        "power": lambda: [stored.power(form.power, seed)],
        "edits": _played(lambda: stored.edits(form.edits, seed)),
        "restores": _played(lambda: stored.restores(form.scripts)),
        "tampers": lambda: [stored.tampers(form.tampers, seed)],
        **{name: _played(partial(staged.both, name, form.scenes, seed)) for name in SCENES},
        **{name: _played(partial(servers.both, name, form.servers, seed)) for name in servers.PLAYS},
        **{name: _played(partial(disks.both, name, form.servers, seed)) for name in disks.TROUBLES},
        "doors": _played(lambda: doors.both(form.servers, seed)),
    }


def _soak(seed: int, half: int, part: str, times: int) -> Job:
    shard = f"{half}/{HALVES}"
    return partial(crashes.attacked, ("--parts", part, f"--{part}", str(times), "--seed", str(seed), "--shard", shard))


def _guards(form: Form, half: int) -> tuple[str, ...]:
    parts = HALVES if form.guards > 1 else len(GUARDS)
    return "--part", str(half), "--parts", str(parts)


def _played(play: Callable[[], Coroutine[Any, Any, Row]]) -> Job:
    return lambda: [asyncio.run(play())]


def known() -> frozenset[str]:
    """The name of every attack."""
    soaked = {name for rows in crashes.COUNTED.values() for name in rows}
    kept = {stored.POWER, stored.EDITED, stored.TAMPERED, stored.RESTORED}
    rules = {guarded.name_of(rule) for rule in {guard.rule for guard in GUARDS}}
    return frozenset({*soaked, *kept, *rules, *SCENES, *servers.PLAYS, *disks.TROUBLES, doors.NAME})
