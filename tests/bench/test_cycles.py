"""Peers are held to the same durability and judged by their best."""

import json
import sys
from pathlib import Path

import pytest

from bench.cycles import Rates, Variant, rate, report, variants


def printing(**answer: object) -> Variant:
    return Variant("LangGraph", "stub", (sys.executable, "-c", f"print({json.dumps(json.dumps(answer))})"))


def rates() -> Rates:
    return Rates(
        of={
            Variant("LangGraph", "sync", ()): [100.0, 110.0],
            Variant("LangGraph", "exit", (), fair=False): [200.0, 220.0],
            Variant("DBOS", "one", ()): [50.0, 50.0],
            Variant("ours", "one", ()): [300.0, 300.0],
            Variant("ours", "eight", ()): [600.0, 660.0],
        },
        disk=[4000.0, 4400.0],
        versions={"dbos": "1"},
    )


def test_a_rate_without_fsync_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="not FULL"):
        rate(printing(rate=999.0, synchronous=1, versions={}), tmp_path / "a.sqlite3", 1)


def test_a_rate_with_fsync_counts(tmp_path: Path) -> None:
    answer = rate(printing(rate=150.0, synchronous=2, versions={"dbos": "1"}), tmp_path / "a.sqlite3", 1)
    assert answer == (150.0, {"dbos": "1"})


def test_the_best_of_a_peer_is_its_best_even_when_it_promises_less() -> None:
    assert rates().best("LangGraph") == ("exit", [200.0, 220.0])
    assert rates().best("LangGraph", fair=True) == ("sync", [100.0, 110.0])
    assert Rates().best("ours") == ("", ())


def test_the_goals_are_ratios_of_best_to_best() -> None:
    rows = {row.what: row for row in report(rates()).rows}
    assert rows["against LangGraph"].ratio == 3
    assert rows["against DBOS"].ratio == pytest.approx(12.6)
    assert rows["against the disk"].ratio == pytest.approx(0.6)
    assert [row.met for row in rows.values() if row.goal] == [True, True, True]


def test_every_side_is_tried_alone_and_with_many_at_once() -> None:
    tried = {(variant.side, variant.command[-1]) for variant in variants("python")}
    assert tried >= {(side, parallel) for side in ("LangGraph", "DBOS", "ours") for parallel in ("1", "8", "32", "128")}
