"""Real processes on real files, ended by SIGKILL at every twentieth point that leaves something new.

The soak kills at every point.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.crash_scripts import SCRIPTS
from tests.killed import places

ROOT = Path(__file__).parents[2]


def killed(root: Path) -> list[dict[str, Any]]:
    """What a light process finds that forks a child for each kill."""
    command = [sys.executable, "-m", "tests.killed", str(root), "some"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=220, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_a_process_that_is_killed_anywhere_leaves_the_story_right(tmp_path: Path) -> None:
    found = killed(tmp_path)
    assert [one["script"] for one in found] == [script.name for script in SCRIPTS]
    assert [what for one in found for what in one["wrong"]] == []
    assert all(one["kills"] >= 1 for one in found)


def test_a_kill_at_every_point_includes_those_that_leave_the_same() -> None:
    every, some = places(SCRIPTS[0], distinct=False), places(SCRIPTS[0], distinct=True)
    assert set(some) < set(every)
    assert [number for number, _ in every] == list(range(len(every)))
