"""Identifiers."""

from datetime import timedelta

from sandbox.slack.ids import Ids
from tests.sandbox.slack.stage import NOON


def test_ids_repeat_neither_in_a_run_nor_in_the_next() -> None:
    first, second = Ids(NOON), Ids(NOON + timedelta(seconds=1))
    made = [ids.new("Ev") for ids in (first, second) for _ in range(1000)]
    assert len(set(made)) == 2000
    assert all(one.startswith("Ev") and len(one) == 12 for one in made)
    assert first.uuid() != first.uuid()
