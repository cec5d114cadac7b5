"""Limits of one request, and the sentence that ends it."""

from dataclasses import replace

import pytest

from bot.budgets import Budgets, exceeded
from bot.models.request import Spent

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
