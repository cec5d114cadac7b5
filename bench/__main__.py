"""`make bench`: every measurement in one run, written to bench/RESULTS.md."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import acks, clicks, cycles, history, imports, machine, policies, receipts, restart
from bench.child import ROOT
from bench.report import render
from bench.results import Measurement


def measurements(directory: Path, rounds: int) -> dict[str, Callable[[], Measurement]]:
    return {
        "acks": lambda: asyncio.run(acks.measure(directory, rounds)),
        "clicks": lambda: asyncio.run(clicks.measure(directory, rounds)),
        "cycles": lambda: cycles.measure(directory, rounds),
        "imports": imports.measure,
        "restart": lambda: asyncio.run(restart.measure(directory, rounds)),
        "history": lambda: asyncio.run(history.measure(directory, rounds)),
        "policies": lambda: policies.measure(rounds),
        "receipts": lambda: asyncio.run(receipts.measure(directory, rounds)),
    }


def run(names: Sequence[str], rounds: int) -> str:
    """The report. Databases lie beside this file, because the temporary directory may be no real disk."""
    with tempfile.TemporaryDirectory(prefix=".run-", dir=ROOT / "bench") as name:
        directory = Path(name)
        before = machine.describe(directory)
        every = measurements(directory, rounds)
        found = []
        for one in names or every:
            print(f"measuring {one} …", file=sys.stderr, flush=True)
            found.append(every[one]())
        return render(found, before, rounds)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="some of them")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=ROOT / "bench" / "RESULTS.md")
    options = parser.parse_args()
    options.out.write_text(run(options.only, options.rounds), encoding="utf-8")
    print(f"written to {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
