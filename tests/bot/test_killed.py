"""Real processes on real files, ended by SIGKILL at every sixth point that leaves something else than the one before.

The soak kills at every point."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crash_scripts import SCRIPTS
from tests.killed import places

ROOT = Path(__file__).parents[2]
NAMES = [script.name for script in SCRIPTS]


def killed(root: Path, names: list[str]) -> list[dict[str, Any]]:
    """What a light process finds that forks a child for each kill."""
    command = [sys.executable, "-m", "tests.killed", str(root), "some", *names]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=220, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("names", [NAMES[part::3] for part in range(3)], ids="/".join)
def test_a_process_that_is_killed_anywhere_leaves_the_story_right(tmp_path: Path, names: list[str]) -> None:
    found = killed(tmp_path, names)
    assert [one["script"] for one in found] == names
    assert [what for one in found for what in one["wrong"]] == []
    assert all(one["kills"] >= 4 for one in found)


def test_a_kill_at_every_point_includes_those_that_leave_the_same() -> None:
    every, some = places(SCRIPTS[0], distinct=False), places(SCRIPTS[0], distinct=True)
    assert set(some) < set(every)
    assert [number for number, _ in every] == list(range(len(every)))
