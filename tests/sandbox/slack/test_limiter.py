"""Every method has its tier, and says how long to wait."""

from datetime import UTC, datetime

import pytest

from sandbox.clock import SettableClock
from sandbox.slack.limiter import PER_WORKSPACE, POST_BURST, Limiter
from tests.sandbox.slack.contract_subset import METHODS, facts

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)
TIERS = {name: facts("methods.json")[name]["tier_docs"] for name in METHODS}


def per_minute(tier: str) -> int:
    """What Slack publishes for the tier; a special one is ours."""
    return PER_WORKSPACE if tier == "Special" else int(facts("limits.json")[f"rate.{tier.lower()}"]["max"])


def passed(limiter: Limiter, method: str, channel: str = "", most: int = 1000) -> int:
    """How many calls pass at once."""
    return next(count for count in range(most) if limiter.retry_after(method, channel))


@pytest.mark.parametrize("method", [name for name in METHODS if name != "chat.postMessage"])
def test_a_method_takes_as_many_calls_as_its_tier_and_then_says_when(method: str) -> None:
    clock = SettableClock(NOON)
    limiter, most = Limiter(clock), per_minute(TIERS[method])
    assert passed(limiter, method) == most
    wait = limiter.retry_after(method, "")
    assert wait == -(-60 // most)
    clock.advance(wait)
    assert limiter.retry_after(method, "") == 0
    clock.advance(60)
    assert passed(limiter, method) == most


def test_one_method_does_not_use_up_another() -> None:
    limiter = Limiter(SettableClock(NOON))
    passed(limiter, "chat.update")
    assert limiter.retry_after("chat.delete", "") == 0


def test_posts_are_limited_per_channel_and_for_the_workspace() -> None:
    clock = SettableClock(NOON)
    limiter = Limiter(clock)
    assert passed(limiter, "chat.postMessage", "C1") == POST_BURST
    assert limiter.retry_after("chat.postMessage", "C1") == 1
    others = sum(limiter.retry_after("chat.postMessage", f"C{number}") == 0 for number in range(2, 2 + PER_WORKSPACE))
    assert others == PER_WORKSPACE - POST_BURST


def test_a_refused_call_is_not_counted() -> None:
    clock = SettableClock(NOON)
    limiter = Limiter(clock)
    passed(limiter, "usergroups.list")
    for _ in range(100):
        assert limiter.retry_after("usergroups.list", "") == 3
    clock.advance(3)
    assert limiter.retry_after("usergroups.list", "") == 0
