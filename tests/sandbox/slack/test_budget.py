"""Slack's hourly limit of events."""

from datetime import UTC, datetime

from sandbox.clock import SettableClock
from sandbox.slack.budget import EventBudget
from tests.sandbox.slack.contract_subset import facts

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def test_thirty_thousand_events_an_hour_and_not_one_more() -> None:
    clock = SettableClock(NOON)
    budget = EventBudget(clock)
    spent = sum(budget.spend() for _ in range(30_001))
    assert spent == facts("limits.json")["events.hourly"]["max"] == 30_000
    clock.advance(3599)
    assert not budget.spend()
    clock.advance(1)
    assert budget.spend()


def test_a_minute_is_told_once() -> None:
    clock = SettableClock(NOON)
    budget = EventBudget(clock)
    assert (budget.minute_to_tell(), budget.minute_to_tell()) == (int(NOON.timestamp()), 0)
    clock.advance(60)
    assert budget.minute_to_tell() == int(NOON.timestamp()) + 60
