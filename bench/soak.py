"""`make soak`: random SIGKILL and SIGSTOP rounds, every crash and every pair of crashes, and 10,000 interleavings.

`--results FILE` adds a JSON line for each kind of attack: see bench/soak_results.py. A long run can be cut in shards:
`--shard 0/4` to `--shard 3/4` with the same seed try together what one run would.
"""

import argparse
import asyncio
import logging
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.soak_attacks import STORMS, Bounds, crashes, kills, storms
from bench.soak_results import Report
from bench.soak_rounds import COUNTED, Soak, table
from bench.soak_stubs import Fault

ROUNDS = 500
PARTS = ("rounds", "crashes", "kills", "storms")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 after a violation; the files of a round that found one are kept."""
    options = _parsed(arguments)
    seed = time.time_ns() % 1_000_000 if options.seed is None else options.seed
    shard, _, shards = options.shard.partition("/")
    until = float("inf") if options.minutes is None else time.monotonic() + 60 * options.minutes
    bounds = Bounds(int(shard), int(shards), until)
    report = Report(options.results, seed, options.shard)
    print(f"seed {seed}, shard {options.shard}: {', '.join(options.parts)}", flush=True)
    with quiet():
        asyncio.run(_attack(options, bounds, report))
    if report.violated:
        print(f"to see it again: python -m bench.soak --seed {seed} {_again(options)}")
    return 1 if report.violated else 0


@contextmanager
def quiet() -> Iterator[None]:
    """What the engines of this process log about the trouble they are given is not shown."""
    nowhere = logging.NullHandler()
    logging.getLogger().addHandler(nowhere)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(nowhere)


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="random rounds")
    parser.add_argument("--storms", type=int, default=STORMS, help="interleavings")
    parser.add_argument("--seed", type=int, default=None, help="as printed; another one each time by default")
    parser.add_argument("--minutes", type=float, default=None, help="begin nothing new after so long")
    parser.add_argument("--shard", default="0/1", help="K/N: every Nth attack, from number K on")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--results", type=Path, default=None, help="a file to which JSON lines are added")
    parser.add_argument("--fault", type=Fault, choices=tuple(Fault), default=Fault.NONE, help="built in on purpose")
    return parser.parse_args(arguments)


def _again(options: argparse.Namespace) -> str:
    parts = " ".join(options.parts)
    return f"--rounds {options.rounds} --fault {options.fault} --shard {options.shard} --parts {parts}"


async def _attack(options: argparse.Namespace, bounds: Bounds, report: Report) -> None:
    if "rounds" in options.parts:
        await _rounds(options, bounds, report)
    if "crashes" in options.parts:
        await crashes(bounds, report)
    if "kills" in options.parts:
        await kills(bounds, report)
    if "storms" in options.parts:
        await storms(bounds, report, options.storms)


async def _rounds(options: argparse.Namespace, bounds: Bounds, report: Report) -> None:
    soak = Soak(Path(tempfile.mkdtemp(prefix="soak-")), report.seed, options.fault)
    await soak.run(options.rounds, bounds)
    print(table(soak.count))
    happened = {name: soak.count[name] for name in COUNTED if name not in {"rounds", "violations"}}
    report.add("random SIGKILL rounds", soak.count["rounds"], happened, soak.violations)
    if soak.violations:
        print(f"files in {soak.root}")
    else:
        shutil.rmtree(soak.root)


if __name__ == "__main__":
    raise SystemExit(main())
