"""The report says what was measured, what stands beside it and whether the goal was met."""

from bench.report import render
from bench.results import Goal, Measurement, Row, Sense


def line(row: Row) -> str:
    report = render([Measurement("t", [row], "h", "l")], {}, 5)
    return next(found for found in report.splitlines() if found.startswith(f"| {row.what} "))


def test_a_row_shows_medians_spread_ratio_goal_and_verdict() -> None:
    row = Row("p50", "ms", [3.0, 4.0, 5.0], "bare Bolt", [2.0, 4.0, 4.0], Goal(Sense.AT_MOST, 1.3))
    expected = "| p50 | 4.00 ms (3.00 to 5.00) | bare Bolt: 4.00 ms (2.00 to 4.00) | 1.25× | ≤ 1.3× | yes |"
    assert line(row) == expected


def test_a_missed_goal_stands_out() -> None:
    assert line(Row("p99", "ms", [151.0], goal=Goal(Sense.AT_MOST, 150, of_ratio=False))) == (
        "| p99 | 151 ms (151 to 151) | – | – | ≤ 150 ms | **no** |"
    )


def test_a_side_that_was_not_measured_is_a_dash_and_never_a_verdict() -> None:
    row = Row("cycles", "cycles/s", (), "DBOS", [100.0], Goal(Sense.AT_LEAST, 6))
    assert line(row) == "| cycles | – | DBOS: 100 cycles/s (100 to 100) | – | ≥ 6× | – |"


def test_machine_method_limits_and_versions_are_in_it() -> None:
    measurement = Measurement("(c) Cycles", [], "How it was done.", "What bounds it.", ["dbos 1.0"])
    report = render([measurement], {"kernel": "Linux 6"}, 5)
    for part in (
        "| kernel | Linux 6 |",
        "## (c) Cycles",
        "How it was done.",
        "What bounds it.",
        "dbos 1.0",
        "5 rounds",
    ):
        assert part in report
