"""Tokens by estimate."""

import pytest

from bot.tokens import estimated, quarters


@pytest.mark.parametrize(
    ("texts", "tokens"),
    [
        ((), 0),
        (("",), 0),
        (("a",), 1),
        (("abcd",), 1),
        (("abcde",), 2),
        (("ab", "cd"), 1),
        (("да",), 1),
        (("дада",), 2),
        (("abдa",), 2),
        (("人" * 1_000,), 500),
        (("\ud83d",), 1),
    ],
)
def test_four_characters_make_a_token_and_two_outside_ascii(texts: tuple[str, ...], tokens: int) -> None:
    assert estimated(*texts) == tokens


def test_pieces_add_up() -> None:
    assert sum(map(quarters, "abcdд")) == quarters("abcdд") == 6
