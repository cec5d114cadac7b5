"""Outcomes that wait in memory are few, and each is kept once."""

from datetime import UTC, datetime

from bot.call_states import Finished
from bot.models.call import CallStatus, Result
from bot.unsaved import MOST, Unsaved, UnsavedOutcomes


def an_outcome(number: int) -> Unsaved:
    result = Result("done", datetime(2026, 1, 5, tzinfo=UTC))
    return Unsaved(f"r{number}", "c1", Finished(f"attempt{number}", CallStatus.SUCCEEDED, result), "")


def test_the_newest_are_kept() -> None:
    kept = UnsavedOutcomes()
    for number in range(MOST + 2):
        kept.keep(an_outcome(number))
    assert kept.requests == tuple(f"r{number}" for number in range(2, MOST + 2))


def test_what_is_kept_twice_is_dropped_once() -> None:
    kept = UnsavedOutcomes()
    for _ in range(2):
        kept.keep(an_outcome(1))
    assert kept.of("r1") == (an_outcome(1),)
    assert kept.of("r2") == ()
    kept.drop(an_outcome(1))
    kept.drop(an_outcome(1))
    assert kept.requests == ()
