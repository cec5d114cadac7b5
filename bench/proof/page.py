"""docs/proof.md: pure text from what was tried, and the way back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill

from bench.proof.guarded import RULES
from bench.proof.values import Row, Side

FAILED, NO_PROOF = "**FAILED**", "**proves nothing**"
HEAD = "| what was tried | how often | with Countersign | with the baseline |\n|---|---|---|---|"
PREFACE = (
    "Written by `make soak`: one run on one machine, and every figure is of that run. A row that fails says "
    f"{FAILED}, and the command ends with an error. What real Slack and real Google do is not shown here. "
    "[incidents.md](incidents.md) names the tests for what has happened to others."
)
BASELINE = (
    "The baseline (`bench/proof/baseline.py`) stands in for how such a bot is built in an afternoon: approvals in "
    "memory under the name of the tool, words in the chat that approve, nothing looked at again before a call, a click "
    "marked as done after it was acted on. It was written for this page and is no existing product. The same attack is "
    f"made on both; where the baseline survives it the row says {NO_PROOF}, and a dash says that it has no such form."
)
CELL = r"([^|]+)"
ROW = re.compile(rf"^\| {CELL} \| ([\d,]+) \| {CELL} \| {CELL} \|$", re.MULTILINE)
FACT = re.compile(r"^\| (\w+) \| ([^|]+) \|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Read:
    """What a page says: the facts of the run, and for each attack how often it was tried and both cells."""

    facts: Mapping[str, str]
    tried: Mapping[str, int]
    cells: Mapping[str, tuple[str, str]]


def render(rows: Sequence[Row], facts: Mapping[str, str]) -> str:
    """The whole page."""
    words = [fill(text, 120, break_on_hyphens=False, break_long_words=False) for text in (PREFACE, BASELINE)]
    table = "\n".join(["| run | |", "|---|---|", *(f"| {name} | {value} |" for name, value in facts.items())])
    groups = dict.fromkeys(row.group for row in rows)
    parts = [_section(group, [row for row in rows if row.group == group]) for group in groups]
    return "\n\n".join(["# Proof", *words, table, *parts, _rules()]) + "\n"


def _section(group: str, rows: Sequence[Row]) -> str:
    return "\n".join([f"## {group}\n", HEAD, *map(_row, rows)])


def _row(row: Row) -> str:
    return f"| {row.attack} | {row.ours.tried:,} | {_ours(row)} | {_theirs(row.theirs)} |"


def _ours(row: Row) -> str:
    if not row.ours.tried:
        return f"{FAILED}: it was not tried"
    counts = ", ".join(f"{name}: {times:,}" for name, times in row.ours.happened.items())
    if row.ours.broke:
        return f"{FAILED} {row.ours.broke:,} times: {_told(row.ours)}"
    return f"held{f' ({_plain(counts)})' if counts else ''}"


def _theirs(side: Side | None) -> str:
    if side is None:
        return "–"
    if not side.broke:
        return f"{NO_PROOF}: it held {side.tried:,} times"
    return f"broke {side.broke:,} of {side.tried:,} times: {_told(side)}"


def _told(side: Side) -> str:
    return _plain("; ".join(side.told))


def _plain(text: str) -> str:
    """Nothing that a table or Markdown would take for its own."""
    return re.sub(r"[|`*<>\[\]\n]", " ", text)[:400]


def _rules() -> str:
    lines = [f"{number}. **{name}.** {meaning}" for number, (name, meaning) in RULES.items()]
    return "\n".join(["## The rules that have guards\n", *lines])


def read(text: str) -> Read:
    """The page's facts and figures."""
    rows = ROW.findall(text)
    return Read(
        dict(FACT.findall(text)),
        {attack: int(tried.replace(",", "")) for attack, tried, _, _ in rows},
        {attack: (ours, theirs) for attack, _, ours, theirs in rows},
    )
