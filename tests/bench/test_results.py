"""Ratios are taken round by round, and a goal is held against what it names."""

import pytest

from bench.results import Goal, Row, Sense, percentile


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(100, 0, -1)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile([7.0], 0.99)) == (50.0, 99.0, 7.0)


def test_a_slow_round_that_hit_both_sides_does_not_move_the_ratio() -> None:
    row = Row("p50", "ms", [10.0, 10.0, 80.0], "floor", [10.0, 10.0, 80.0])
    assert row.ratio == 1


def test_rounds_that_one_side_missed_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        _ = Row("p50", "ms", [10.0, 10.0], "floor", [10.0]).ratio


@pytest.mark.parametrize(("mine", "met"), [(12.9, True), (13.1, False)])
def test_at_most_is_held_against_the_ratio(mine: float, met: bool) -> None:
    assert Row("p50", "ms", [mine], "floor", [10.0], Goal(Sense.AT_MOST, 1.3)).met is met


@pytest.mark.parametrize(("mine", "met"), [(20.0, True), (19.0, False)])
def test_at_least_is_held_against_the_ratio(mine: float, met: bool) -> None:
    assert Row("cycles", "cycles/s", [mine], "peer", [10.0], Goal(Sense.AT_LEAST, 2)).met is met


def test_a_goal_may_be_a_value_of_its_own() -> None:
    assert Row("p50", "ms", [49.0], goal=Goal(Sense.AT_MOST, 50, of_ratio=False)).met is True
    assert Row("p50", "ms", [51.0], goal=Goal(Sense.AT_MOST, 50, of_ratio=False)).met is False


def test_what_was_not_measured_has_met_nothing() -> None:
    assert Row("p50", "ms", (), "floor", [10.0], Goal(Sense.AT_MOST, 1.3)).met is None
    assert Row("p50", "ms", [10.0], "floor", (), Goal(Sense.AT_MOST, 1.3)).met is None
    assert Row("p50", "ms", [10.0], "floor", [10.0]).met is None
