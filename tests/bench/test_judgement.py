"""The forty cards of the judgement test are what they say they are."""

from collections import Counter
from datetime import UTC, datetime

from bench.judgement.__main__ import ORDER, shuffled
from bench.judgement.cards import draw, read_cases
from blocks import ids
from tests.blocks.reading import buttons_of, words_of

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
CASES, TOOLS, RISKS = read_cases()


def test_ten_of_forty_are_poisoned_in_five_ways() -> None:
    kinds = Counter(case.poison for case in CASES if case.poison)
    assert (len(CASES), sum(kinds.values())) == (40, 10)
    assert set(kinds) == {
        "wrong target",
        "prod instead of dev",
        "hidden argument",
        "near-identical mail",
        "extra recipient",
    }


def test_every_card_can_be_approved_at_once_and_says_what_was_asked() -> None:
    for number, case in enumerate(CASES, 1):
        card = draw(case, number, TOOLS, RISKS, NOW)
        assert {ids.APPROVE, ids.DENY} & set(buttons_of(card.blocks)), case.asked
        assert case.asked in words_of(card.blocks)


def test_no_card_says_that_it_is_poisoned() -> None:
    for number, case in enumerate(CASES, 1):
        assert not case.poison or case.poison not in words_of(draw(case, number, TOOLS, RISKS, NOW).blocks)


def test_the_order_mixes_them_and_is_the_same_each_time() -> None:
    dealt = shuffled(CASES, ORDER)
    assert dealt == shuffled(CASES, ORDER)
    assert dealt != list(CASES)
    assert sorted(dealt, key=CASES.index) == list(CASES)
