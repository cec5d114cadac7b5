"""Guards that are taken away, one by one: a test must notice each."""

import json
import subprocess
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from bench.child import ROOT, module
from bench.guard_run import Noticed
from bench.guards import GUARDS
from bench.proof.values import MOST_TOLD, Row, Side

GROUP = "Guards taken away"
RULES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        1: ("Bound", "Policy, card and execution read the same bytes, and what was approved is what runs."),
        2: ("Once", "A change runs at most once; what was cut short is asked about and not tried again."),
        3: ("Closed by default", "Whatever is unknown, empty, malformed or silent is refused or waits."),
        4: ("People decide, and only people", "A vote counts for those who may, and only as long as they may."),
        5: (
            "Hints are not authority",
            "What a server says of its tools lowers nothing; a changed tool is not called.",
        ),
        6: ("Said when true", "Messages follow what is saved, and none is lost or posted twice."),
        7: ("Every surface tells", "A decision shows wherever it was asked for, with its reason."),
        8: ("Untrusted text stays text", "What others wrote is marked, escaped and without secrets."),
        9: ("Secrets have one path", "A secret that a tool makes reaches the requester and nobody else."),
    }
)
"""What each is called, and what it says."""
NOTICED = frozenset({Noticed.RED, Noticed.HUNG})


def name_of(rule: int) -> str:
    """As the row is called."""
    return f"a guard of rule {rule} is taken away"


def guards(*options: str) -> list[Row]:
    """One row for each rule that has guards. The process is a fresh one: nothing of ours may be loaded in it."""
    done = subprocess.run(
        module("bench.guard_run", *options), cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return rows_of([json.loads(line) for line in done.splitlines()])


def rows_of(found: Sequence[dict[str, str]]) -> list[Row]:
    """One row for each rule, of the lines that `bench.guard_run` prints."""
    rules = {guard.name: guard.rule for guard in GUARDS}
    by_rule: dict[int, list[dict[str, str]]] = defaultdict(list)
    for one in found:
        by_rule[rules[one["guard"]]].append(one)
    return [Row(GROUP, name_of(rule), _side(by_rule[rule])) for rule in sorted(by_rule)]


def _side(found: Sequence[dict[str, str]]) -> Side:
    unseen = [one for one in found if one["noticed"] not in NOTICED]
    told = tuple(f"{one['guard']}: {one['noticed']}" for one in unseen[:MOST_TOLD])
    return Side(len(found), len(unseen), Counter(one["noticed"] for one in found), told)
