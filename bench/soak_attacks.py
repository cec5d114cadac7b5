"""The attacks of a soak that need no luck: every crash, every pair of crashes, every kill, and 10,000 interleavings."""

import json
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.child import ROOT, module
from bench.soak_results import Report
from tests.crash_pairs import Explorer, Tally
from tests.crash_scripts import SCRIPTS
from tests.storm import Start, storm

STORMS = 10_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which part of the attacks is this run's (`shard` of `shards`), and when it ends (monotonic seconds)."""

    shard: int = 0
    shards: int = 1
    until: float = float("inf")

    @property
    def is_over(self) -> bool:
        """No time is left."""
        return time.monotonic() >= self.until

    def mine(self, numbers: Sequence[int]) -> Iterator[int]:
        """This shard's numbers, for as long as there is time."""
        for number in numbers[self.shard :: self.shards]:
            if self.is_over:
                return
            yield number


async def crashes(bounds: Bounds, report: Report) -> None:
    """All single points and all ordered pairs of them, in every script."""
    whole = Tally()
    for script in SCRIPTS:
        if not bounds.is_over:
            whole.add(await Explorer(script, bounds.shards, bounds.shard).all())
    counts = {"scripts": len(SCRIPTS), "single points": whole.singles, "pairs": whole.pairs}
    happened = counts | {"different lives played": whole.lives, "kinds of point": len(whole.places)}
    report.add("crash, recover, crash again", whole.singles + whole.pairs, happened, whole.wrong)


async def kills(bounds: Bounds, report: Report) -> None:
    """A real SIGKILL at every point of every script."""
    found: list[dict[str, object]] = []
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="kills-") as root:
        for number in bounds.mine(range(len(SCRIPTS))):
            one = _killed(Path(root), SCRIPTS[number].name)
            found.append(one)
            wrong += list(map(str, one["wrong"])) if isinstance(one["wrong"], list) else []
    times = sum(int(str(one["kills"])) for one in found)
    report.add("SIGKILL at every point", times, {"scripts": len(found), "kills": times}, wrong)


def _killed(root: Path, name: str) -> dict[str, object]:
    command = module("tests.killed", str(root), "all", name)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    [line] = done.stdout.splitlines()
    told: dict[str, object] = json.loads(line)
    return told


async def storms(bounds: Bounds, report: Report, most: int = STORMS) -> None:
    """Two engines on one store, with a schedule from each seed."""
    start = await Start.make()
    happened: Counter[str] = Counter()
    wrong: list[str] = []
    tried = 0
    for seed in bounds.mine(range(report.seed, report.seed + most)):
        end = await storm(start, seed)
        tried += 1
        happened["points at which another could go on"] += len(end.log)
        happened.update(f"calls {call.status}" for call in end.record.calls)
        if end.wrong:
            wrong.append(end.told())
    report.add("interleavings of two engines", tried, happened, wrong)
