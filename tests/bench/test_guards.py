"""Taking any guard away makes a test fail; the list of guards fits the code."""

import json
import subprocess
from collections import Counter

from bench.child import ROOT, module
from bench.guard_run import Noticed
from bench.guards import GUARDS

PARTS = 60
"""Every 60th guard is taken away here. `make soak` takes away every one."""
SELF_TEST = """
import os
from bench.guard_run import take_away
from bench.guarded.guard import Guard

TEST = "tests/bot/test_canonical.py::test_numbers_stand_as_they_were_written"
LIMIT = "MAX_DEPTH = 64"
EDITS = ((LIMIT, "MAX_DEPTH = 60 + 4"), (LIMIT, "MAX_DEPTH = "), ("return str(value)", "return 0"))
GUARDS = [Guard(1, new, "bot/canonical.py", old, new, (TEST,)) for old, new in EDITS]
GONE = Guard(1, "a test that is not there", "bot/canonical.py", *EDITS[0], (TEST + "_gone",))
take_away([*GUARDS, GONE], lambda found: os.write(1, f"{found.noticed.name}\\n".encode()), ())
"""


def test_each_guard_stands_in_its_file_once() -> None:
    for guard in GUARDS:
        text = (ROOT / guard.file).read_text(encoding="utf-8")
        assert guard.removed_from(text) != text
    assert [name for name, times in Counter(guard.name for guard in GUARDS).items() if times > 1] == []
    assert {guard.rule for guard in GUARDS} == set(range(1, 10))


def test_each_test_that_watches_a_guard_exists() -> None:
    """A class of tests may have it from a contract."""
    contracts = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests" / "contracts").glob("*.py"))
    for test in {test for guard in GUARDS for test in guard.tests}:
        file, *classes, name = test.split("::")
        text = (ROOT / file).read_text(encoding="utf-8")
        assert f"def {name}(" in text + (contracts if classes else ""), test


def test_a_test_notices_when_a_guard_is_taken_away() -> None:
    command = module("bench.guard_run", "--parts", str(PARTS))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one for one in found if one["noticed"] not in (Noticed.RED, Noticed.HUNG)] == []
    assert len(found) == len(GUARDS[::PARTS])


def test_what_no_test_watches_is_told_from_what_cannot_be_tested() -> None:
    python, *_ = module("")
    done = subprocess.run([python, "-c", SELF_TEST], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["GREEN", "BROKEN", "RED", "BROKEN"]
