"""Clicks travel through the real app, in one process and in two that share a store."""

from pathlib import Path

import pytest

from bench.clicks import BURSTS, SETUPS, clicks_of, report


@pytest.mark.parametrize("name", ["same process", "two processes"])
async def test_every_click_is_followed_by_its_call(name: str, tmp_path: Path) -> None:
    taken = await clicks_of(SETUPS[name], tmp_path / "clicks.sqlite3", clicks=3)
    assert len(taken) == 3 * BURSTS
    assert min(taken) > 0


def test_p50_and_p99_are_held_against_fixed_bounds() -> None:
    p50, p99 = report({"same process": [[40.0, 160.0]]}).rows
    assert (p50.met, p99.met) == (True, False)
