"""When Slack stops delivering."""

from datetime import UTC, datetime

import pytest

from sandbox.clock import SettableClock
from sandbox.slack.http_failures import Failures

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failed", "good", "disabled"), [(999, 0, False), (1000, 0, True), (950, 50, False), (951, 49, True)]
)
def test_more_than_95_percent_of_a_thousand(failed: int, good: int, disabled: bool) -> None:
    failures = Failures(SettableClock(NOON))
    for number in range(failed + good):
        failures.note(failed=number >= good)
    assert failures.disabled is disabled


def test_only_the_last_hour_counts() -> None:
    clock = SettableClock(NOON)
    failures = Failures(clock)
    for _ in range(999):
        failures.note(failed=True)
    clock.advance(3600)
    failures.note(failed=True)
    assert not failures.disabled


def test_they_stay_disabled_until_somebody_enables_them() -> None:
    failures = Failures(SettableClock(NOON))
    for _ in range(1000):
        failures.note(failed=True)
    for _ in range(10_000):
        failures.note(failed=False)
    assert failures.disabled
    failures.enable()
    failures.note(failed=True)
    assert not failures.disabled
