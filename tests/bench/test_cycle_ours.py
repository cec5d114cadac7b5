"""Our side of the cycles does what it is measured for, durably."""

from pathlib import Path

from bench.cycle_ours import run


async def test_every_request_is_parked_voted_on_run_once_and_answered(tmp_path: Path) -> None:
    answer = await run(tmp_path / "ours.sqlite3", parallel=4, cycles=8)
    assert (answer["synchronous"], answer["journal_mode"]) == (2, "wal")
    assert isinstance(answer["rate"], float)
    assert answer["rate"] > 0
