"""(c) park → vote → resume cycles a second without model time, against LangGraph, DBOS and the disk itself."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench import ours, peer_env
from bench.child import answer_of
from bench.disk import commits_per_second
from bench.results import Goal, Measurement, Rounds, Row, Sense

PARALLEL = (1, 8, 32, 128)
CYCLES = 100
COMMITS = 2000
COMMITS_PER_CYCLE = 4
"""Parked, voted, started, done: what must be on disk, one after the other, before the next may begin."""
UNIT = "cycles/s"
HOW = (
    "One process a side, a fresh thread, workflow or request a cycle, WAL everywhere, `PRAGMA synchronous=FULL` read "
    "back from the connection that writes. LangGraph: one node, `interrupt()` and `Command(resume=…)` on SqliteSaver. "
    "DBOS: a workflow that waits in `recv`, `send` once it is about to wait, then its result. Ours: the real core and "
    "store, from the mention over planning, card, vote, judgement, claim and call to the stored answer, with a model "
    "and a tool that answer at once; its messages are stored and not shown. Each side is held against its best of "
    f"{', '.join(map(str, PARALLEL))} cycles at once. LangGraph's `durability=exit` keeps the vote in memory until the "
    "graph has ended, which ours never does; it counts as its best all the same. The disk: what one writer commits "
    f"with one insert each, divided by the {COMMITS_PER_CYCLE} commits that follow one another in a cycle (parked, "
    "voted, started, done). Ours may come out above it, because one commit serves many requests."
)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to run a side. `fair`: it stores the vote before what was voted on runs, as ours does."""

    side: str
    name: str
    command: Sequence[str]
    fair: bool = True
    parallel: int = 1


@dataclass(slots=True)
class Rates:
    """What came out, a value per round."""

    of: dict[Variant, list[float]] = field(default_factory=dict)
    disk: list[float] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)

    def sides(self) -> list[str]:
        return sorted({variant.side for variant in self.of})

    def best(self, side: str, *, fair: bool = False) -> tuple[str, Rounds]:
        """The variant of `side` with the highest median; nothing when the side was not measured."""
        found = [(v, rates) for v, rates in self.of.items() if v.side == side and (v.fair or not fair)]
        if not found:
            return "", ()
        variant, rates = max(found, key=lambda pair: median(pair[1]))
        return variant.name, rates


def variants(python: str) -> list[Variant]:
    """Every side, alone and with many cycles at once; DBOS polls most often where only one of them waits."""
    langgraph = (python, "bench/peers/langgraph_cycle.py", "--durability")
    dbos = (python, "bench/peers/dbos_cycle.py", "--poll-ms")
    found = []
    for parallel in PARALLEL:
        poll_ms = "1" if parallel == 1 else "10"
        at_once, words = ("--concurrency", str(parallel)), f"{parallel} at once"
        found += [
            Variant("LangGraph", f"durability=sync, {words}", (*langgraph, "sync", *at_once), parallel=parallel),
            Variant("LangGraph", f"durability=exit, {words}", (*langgraph, "exit", *at_once), False, parallel),
            Variant("DBOS", f"polling every {poll_ms} ms, {words}", (*dbos, poll_ms, *at_once), parallel=parallel),
            Variant("ours", words, (*ours.CYCLE, *at_once), parallel=parallel),
        ]
    return found


def rate(variant: Variant, database: Path, cycles: int) -> tuple[float, Mapping[str, str]]:
    """Cycles a second, and the versions that ran. Raises RuntimeError when commits were not fsynced.

    At least two cycles for each that runs at once, so that starting and ending do not count for much.
    """
    cycles = max(cycles, 2 * variant.parallel)
    answer = answer_of([*variant.command, "--database", str(database), "--cycles", str(cycles)])
    if answer["synchronous"] != 2:
        raise RuntimeError(f"{variant.side}: PRAGMA synchronous is {answer['synchronous']}, not FULL (2)")
    return answer["rate"], answer["versions"]


def measure(directory: Path, rounds: int, cycles: int = CYCLES) -> Measurement:
    """Every round runs the disk and then every variant once, each on a database of its own in `directory`."""
    rates = Rates()
    for number in range(rounds):
        rates.disk.append(commits_per_second(directory / f"disk-{number}.sqlite3", COMMITS))
        for place, variant in enumerate(variants(peer_env.python())):
            value, versions = rate(variant, directory / f"cycle-{number}-{place}.sqlite3", cycles)
            rates.of.setdefault(variant, []).append(value)
            rates.versions.update(versions)
    return report(rates)


def report(rates: Rates) -> Measurement:
    return Measurement(
        title="(c) Park → vote → resume, without model time",
        rows=[*_goals(rates), *_each(rates)],
        how=HOW,
        limits=_limits(rates),
        versions=[f"{package} {number}" for package, number in sorted(rates.versions.items())],
    )


def _limits(rates: Rates) -> str:
    disk_ms = 1000 * COMMITS_PER_CYCLE / median(rates.disk)
    each = [f"{side} {1000 / median(rates.best(side)[1]):.1f} ms" for side in rates.sides()]
    return (
        f"{COMMITS_PER_CYCLE} commits one after another take {disk_ms:.1f} ms on this disk; a cycle at its best takes "
        f"{', '.join(each)}. What lies between is the side's own code, and further commits of its own."
    )


def _goals(rates: Rates) -> list[Row]:
    _, mine = rates.best("ours")
    best, graph = rates.best("LangGraph")
    same, fair = rates.best("LangGraph", fair=True)
    way, dbos = rates.best("DBOS")
    allowed = [value / COMMITS_PER_CYCLE for value in rates.disk]
    return [
        Row("against LangGraph", UNIT, mine, best, graph, Goal(Sense.AT_LEAST, 2)),
        Row("against LangGraph storing the vote first", UNIT, mine, same, fair),
        Row("against DBOS", UNIT, mine, way, dbos, Goal(Sense.AT_LEAST, 6)),
        Row("against the disk", UNIT, mine, "what it allows", allowed, Goal(Sense.AT_LEAST, 0.5)),
    ]


def _each(rates: Rates) -> list[Row]:
    rows = []
    for variant, values in sorted(rates.of.items(), key=lambda pair: pair[0].side):
        if variant.side == "ours":
            rows.append(Row(f"ours, {variant.name}", UNIT, values))
        else:
            rows.append(Row(f"{variant.side}, every way", UNIT, (), variant.name, values))
    return [*rows, Row("the disk alone", "commits/s", (), "one writer", rates.disk)]
