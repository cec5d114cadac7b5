"""Limits of one request, and the sentence that ends it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.budgets import Budgets, exceeded, overspent
from bot.models.request import Spent
from bot.models.spending import Used

BUDGETS = Budgets(turns=3, calls=5, cards=2, tokens=1000)
WITHIN = Spent(turns=2, calls=4, cards=1, input_tokens=500, output_tokens=499)


def test_within_its_limits_a_request_goes_on() -> None:
    assert exceeded(WITHIN, BUDGETS) == ""
    assert exceeded(Spent(), Budgets()) == ""


@pytest.mark.parametrize(
    ("spent", "said"),
    [
        (replace(WITHIN, turns=3), "after 3 rounds"),
        (replace(WITHIN, calls=5), "after 5 tool calls"),
        (replace(WITHIN, cards=2), "after 2 approval cards"),
        (replace(WITHIN, output_tokens=500), "its 1,000 tokens"),
        (replace(WITHIN, input_tokens=501), "its 1,000 tokens"),
    ],
)
def test_a_limit_that_is_reached_is_named(spent: Spent, said: str) -> None:
    sentence = exceeded(spent, BUDGETS)
    assert said in sentence
    assert sentence.startswith("I stopped")


def at(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


SHARED = Budgets(user_day=100, channel_day=2_000, day=30_000, month=400_000)


@pytest.mark.parametrize("used", [Used(), Used(99, 1_999, 29_999, 399_999)])
def test_what_is_left_may_be_used(used: Used) -> None:
    assert overspent(used, SHARED, at(1, 5)) == ""


def test_without_limits_nothing_is_ever_used_up() -> None:
    assert overspent(Used(*[10**12] * 4), Budgets(), at(1, 5)) == ""
    assert not Budgets().are_shared


@pytest.mark.parametrize(
    ("used", "whose", "setting"),
    [
        (Used(user=100), "you have used 100 of your 100 tokens today", "USER_DAY"),
        (Used(channel=2_345), "this channel has used 2,345 of its 2,000 tokens today", "CHANNEL_DAY"),
        (Used(day=30_000), "everybody together has used 30,000 of 30,000 tokens today", "DAY"),
    ],
)
def test_whose_budget_how_much_and_when_it_is_free_again(used: Used, whose: str, setting: str) -> None:
    said = overspent(used, SHARED, at(1, 5, 9, 0))
    assert said == (
        f"The budget for the model is used up: {whose}. It is free again on 6 January at 00:00 UTC, in 15 hours. "
        f"An admin can raise COUNTERSIGN_{setting}_TOKENS"
    )


def test_several_budgets_are_named_and_the_last_one_says_when() -> None:
    said = overspent(Used(100, 0, 0, 400_000), SHARED, at(1, 5, 9, 0))
    assert "you have used 100 of your 100 tokens today and everybody together has used 400,000 of 400,000" in said
    assert "on 1 February at 00:00 UTC, in 26 days" in said
    assert said.endswith("COUNTERSIGN_USER_DAY_TOKENS and COUNTERSIGN_MONTH_TOKENS")


@pytest.mark.parametrize(
    ("moment", "when"),
    [
        (at(1, 31, 9, 0), "1 February at 00:00 UTC, in 15 hours"),
        (at(2, 28, 23, 30), "1 March at 00:00 UTC, in less than an hour"),
        (at(12, 31, 0, 0), "1 January at 00:00 UTC, in 24 hours"),
        (at(12, 1, 0, 0), "1 January at 00:00 UTC, in 31 days"),
        (at(1, 30, 0, 0), "1 February at 00:00 UTC, in 48 hours"),
    ],
)
def test_a_month_ends_when_it_ends(moment: datetime, when: str) -> None:
    assert f"It is free again on {when}." in overspent(Used(month=400_000), SHARED, moment)
