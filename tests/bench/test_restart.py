"""The measurement of a restart runs, and sees a click that is lost."""

from pathlib import Path

from bench import history, restart
from bench.restart import Start, report


async def test_a_restart_with_waiting_cards_hears_every_click(tmp_path: Path) -> None:
    measured = await restart.measure(tmp_path, 1, waiting=5)
    lost = measured.rows[-1]
    assert lost.met
    assert lost.ours == [0]


def test_a_lost_click_misses_the_goal() -> None:
    calm, lossy = Start(ready=1.0, megabytes=40.0, lost=0), Start(ready=1.2, megabytes=50.0, lost=1)
    assert report([calm], [lossy], 5).rows[-1].met is False


async def test_a_long_history_is_filled_weighed_and_listed(tmp_path: Path) -> None:
    measured = await history.measure(tmp_path, 1, long=20, short=5, waiting=3)
    assert all(row.ours for row in measured.rows)
    assert measured.rows[-1].theirs
