"""Receipts are measured over the real bot and the sandbox with its limits on."""

from pathlib import Path

from bench.receipts import Round, one_round, report


async def test_every_click_is_followed_by_a_receipt_and_nothing_is_refused(tmp_path: Path) -> None:
    taken = await one_round(tmp_path, requests=3)
    assert len(taken.receipts) == len(taken.outcomes) == len(taken.waits) == 3
    assert min(taken.receipts) > 0
    assert taken.refused == 0


def test_p95_is_held_against_five_seconds() -> None:
    rows = report([Round([1.0] * 19 + [9.0], [1.0] * 10 + [9.0] * 10, [1.0], 0)]).rows
    assert [row.met for row in rows] == [None, True, False, None, True]
