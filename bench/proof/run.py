"""Does the jobs of a form, several at once, each in a process of its own."""

import logging
import sys
import time
import traceback
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import redirect_stdout
from multiprocessing import get_context

from bench.proof.forms import Form, jobs
from bench.proof.values import Row, Side, merged

BROKEN = "Attacks that could not be made"


def run(form: Form, seed: int, at_once: int = 1) -> list[Row]:
    """All attacks; their rows in the order of the jobs. With one at a time it is this process that does them."""
    names = list(jobs(form, seed))
    found = dict(_alone(form, seed) if at_once == 1 else _together(form, seed, at_once))
    return merged(row for name in names for row in found[name])


def _alone(form: Form, seed: int) -> Iterator[tuple[str, list[Row]]]:
    for name in jobs(form, seed):
        yield name, job(form, seed, name)


def _together(form: Form, seed: int, at_once: int) -> Iterator[tuple[str, list[Row]]]:
    with ProcessPoolExecutor(at_once, get_context("spawn"), quiet) as pool:
        names = {pool.submit(job, form, seed, name): name for name in jobs(form, seed)}
        for done in as_completed(names):
            yield names[done], done.result()


def job(form: Form, seed: int, name: str) -> list[Row]:
    """One of them. What it says goes to stderr; one that breaks is a row that fails, and the others go on."""
    begun = time.monotonic()
    try:
        with redirect_stdout(sys.stderr):
            rows = jobs(form, seed)[name]()
    except Exception as broken:  # noqa: BLE001 - an attack that cannot be made must be seen, whatever it was
        traceback.print_exc()
        rows = [Row(BROKEN, name, Side(1, 1, told=(f"{type(broken).__name__}: {broken}",)))]
    print(f"{time.monotonic() - begun:5.0f} s  {name}", file=sys.stderr, flush=True)
    return rows


def quiet() -> None:
    """What the bot logs while it is attacked is not for the screen."""
    logging.getLogger().addHandler(logging.NullHandler())
