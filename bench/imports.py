"""(d) What it costs to import the Slack side, in fresh processes."""

import sys
from collections.abc import Sequence

from bench import ours
from bench.child import answer_of
from bench.results import Measurement, Row

FLOOR = "slack_bolt.async_app"
ROUNDS = 9
SCRIPT = "import time; begun = time.perf_counter(); import {}; print(1000 * (time.perf_counter() - begun))"


def import_ms(module: str) -> float:
    """Milliseconds of `import module` in a new interpreter; its bytecode is cached after the first time."""
    answer: float = answer_of([sys.executable, "-c", SCRIPT.format(module)])
    return answer


def measure(rounds: int = ROUNDS) -> Measurement:
    taken: dict[str, list[float]] = {FLOOR: [], ours.SLACK_MODULE: []}
    for module in taken:
        import_ms(module)
    for _ in range(rounds):
        for module, values in taken.items():
            values.append(import_ms(module))
    return report(taken[ours.SLACK_MODULE], taken[FLOOR])


def report(mine: Sequence[float], floor: Sequence[float]) -> Measurement:
    return Measurement(
        title="(d) Import time of the Slack side",
        rows=[Row("import", "ms", mine, FLOOR, floor)],
        how=f"`import {ours.SLACK_MODULE}` against `import {FLOOR}`, each in {len(floor)} fresh processes in turn, "
        "bytecode cached.",
        limits="The floor brings slack_bolt, slack_sdk and aiohttp; what is above it is ours.",
    )
