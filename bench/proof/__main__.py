"""`make soak`: every attack in its full form, written to docs/proof.md."""

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from bench import machine
from bench.child import ROOT
from bench.proof.forms import FULL, QUICK, SHORT, Form
from bench.proof.page import render
from bench.proof.run import quiet, run
from bench.proof.values import Row

FORMS = {form.name: form for form in (FULL, SHORT, QUICK)}
MACHINE = ("date", "processor", "kernel", "Python")


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 when a row of ours fails, or when an attack proves nothing. The page is written in any case."""
    options = _parsed(arguments)
    form = FORMS[options.form]
    if options.rounds:
        form = replace(form, rounds=options.rounds)
    seed = time.time_ns() % 1_000_000 if options.seed is None else options.seed
    print(f"seed {seed}, {form.name} form: {asdict(form)}", file=sys.stderr, flush=True)
    begun = time.monotonic()
    rows = run(form, seed, options.at_once)
    options.out.write_text(render(rows, _facts(form, seed, time.monotonic() - begun)), encoding="utf-8")
    print(f"written to {options.out}", file=sys.stderr)
    return told([row for row in rows if not (row.holds and row.proves)])


def told(bad: Sequence[Row]) -> int:
    """Names what is wrong, and gives the exit code."""
    for row in bad:
        print(f"{row.attack}: {'proves nothing' if row.holds else row.ours}", file=sys.stderr)
    return 1 if bad else 0


def _facts(form: Form, seed: int, seconds: float) -> Mapping[str, str]:
    with tempfile.TemporaryDirectory() as name:
        described = machine.describe(Path(name))
    run_by = {"form": form.name, "seed": str(seed), "took": f"{seconds / 60:.0f} minutes"}
    return run_by | {name: described[name] for name in MACHINE}


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.proof", description=__doc__)
    parser.add_argument("--form", choices=sorted(FORMS), default=FULL.name)
    parser.add_argument("--rounds", type=int, default=0, help="random SIGKILL rounds; as the form says by default")
    parser.add_argument("--seed", type=int, default=None, help="as printed; another one each time by default")
    parser.add_argument("--at-once", type=int, default=2, help="processes")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "proof.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    quiet()
    raise SystemExit(main())
