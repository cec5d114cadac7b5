"""bench/RESULTS.md: pure text from what was measured."""

from collections.abc import Mapping, Sequence
from statistics import median

from bench.results import Goal, Measurement, Rounds, Row

HEADER = "| what | ours | beside it | ratio | goal | met |\n|---|---|---|---|---|---|"
VERDICTS = {True: "yes", False: "**no**", None: "–"}
NOTHING = "–"


def render(measurements: Sequence[Measurement], machine: Mapping[str, str], rounds: int) -> str:
    """The whole report. Every figure in it is of this one run."""
    preface = (
        f"Written by `make bench`: one run on one machine. A figure is the median of {rounds} rounds unless said "
        "otherwise, with the lowest and the highest behind it. The sides of a row take turns within each round, and a "
        "ratio is the median of the rounds' own ratios."
    )
    parts = [
        "# Measurements",
        preface,
        _machine(machine),
        *(_section(measurement) for measurement in measurements),
    ]
    return "\n\n".join(parts) + "\n"


def _machine(machine: Mapping[str, str]) -> str:
    lines = [f"| {name} | {value} |" for name, value in machine.items()]
    return "\n".join(["| machine | |", "|---|---|", *lines])


def _section(measurement: Measurement) -> str:
    table = "\n".join([HEADER, *(_row(row) for row in measurement.rows)])
    parts = [f"## {measurement.title}", table, f"**How.** {measurement.how}", f"**Limits.** {measurement.limits}"]
    if measurement.versions:
        parts.append(f"**Versions.** {', '.join(measurement.versions)}")
    return "\n\n".join(parts)


def _row(row: Row) -> str:
    beside = f"{row.beside}: {_rounds(row.theirs, row.unit)}" if row.beside else NOTHING
    ratio = NOTHING if row.ratio is None else f"{row.ratio:.2f}×"
    ours = _rounds(row.ours, row.unit)
    return f"| {row.what} | {ours} | {beside} | {ratio} | {_goal(row.goal, row.unit)} | {VERDICTS[row.met]} |"


def _rounds(values: Rounds, unit: str) -> str:
    if not values:
        return NOTHING
    return f"{_number(median(values))} {unit} ({_number(min(values))} to {_number(max(values))})"


def _goal(goal: Goal | None, unit: str) -> str:
    if goal is None:
        return NOTHING
    return f"{goal.sense} {goal.bound:g}{'×' if goal.of_ratio else f' {unit}'}"


def _number(value: float) -> str:
    """Three digits that mean something; whole numbers from a hundred up."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
