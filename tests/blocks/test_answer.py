from typing import Any

import pytest

from blocks.answer import answer_message
from tests.blocks.reading import nested, words_of


def texts(markdown: str) -> list[tuple[str, dict[str, bool]]]:
    parts = nested(answer_message(markdown, 1, 1).blocks)
    return [(part["text"], part.get("style", {})) for part in parts if part.get("type") == "text"]


def kinds(markdown: str) -> list[str]:
    elements = [block.get("elements", []) for block in answer_message(markdown, 1, 1).blocks]
    return [element["type"] for block in elements for element in block]


@pytest.mark.parametrize(
    ("markdown", "style"),
    [
        ("**x**", {"bold": True}),
        ("*x*", {"italic": True}),
        ("~~x~~", {"strike": True}),
        ("`x`", {"code": True}),
        ("# x", {"bold": True}),
        ("**_x_**", {"bold": True, "italic": True}),
    ],
)
def test_styles_are_kept(markdown: str, style: dict[str, bool]) -> None:
    assert texts(markdown) == [("x", style)]


def test_a_link_is_text_with_its_address_in_sight() -> None:
    assert (
        words_of(answer_message("[log in](https://evil.example/x)", 1, 1).blocks) == "log in\n (https://evil.example/x)"
    )


def test_an_address_that_is_its_own_text_is_not_repeated() -> None:
    assert texts("<https://a.example>") == [("https://a.example", {})]


@pytest.mark.parametrize("text", ["<!channel>", "<@U0BOSS00>", "<!date^1^{time}|x>", "<b>bold</b>", ":tada:"])
def test_what_slack_or_a_browser_would_obey_is_text(text: str) -> None:
    assert "".join(said for said, _ in texts(text)) == text


def test_lists_keep_their_depth_and_their_numbers() -> None:
    parts: list[dict[str, Any]] = answer_message("3. a\n   - b\n4. c", 1, 1).blocks[0]["elements"]
    assert [(part["style"], part["indent"], part.get("offset")) for part in parts] == [
        ("ordered", 0, 2),
        ("bullet", 1, None),
        ("ordered", 0, 3),
    ]


def test_quotes_and_code_keep_their_shape() -> None:
    assert kinds("> said\n\n```\nls\n```") == ["rich_text_quote", "rich_text_preformatted"]


def test_a_table_of_twenty_rows_is_a_table() -> None:
    answer = answer_message("|a|b|\n|-|-|\n" + "|1||\n" * 20, 1, 1)
    assert [block["type"] for block in answer.blocks] == ["table"]
    assert answer.blocks[0]["rows"][1] == [{"type": "raw_text", "text": "1"}, {"type": "raw_text", "text": "–"}]


@pytest.mark.parametrize("rows", [21, 60])
def test_a_longer_table_is_aligned_text_with_every_row(rows: int) -> None:
    markdown = "|id|note|\n|-|-|\n" + "".join(f"|row {number}|x|\n" for number in range(rows))
    answer = answer_message(markdown, 1, 1)
    assert kinds(markdown) == ["rich_text_preformatted"]
    assert all(f"row {number}" in words_of(answer.blocks) for number in range(rows))


def test_the_second_table_of_a_page_is_aligned_text() -> None:
    table = "|a|\n|-|\n|1|\n"
    assert [block["type"] for block in answer_message(f"{table}\ntext\n\n{table}", 1, 1).blocks] == [
        "table",
        "rich_text",
    ]


def test_pages_are_numbered_when_there_are_several() -> None:
    assert answer_message("x", 2, 5).blocks[-1]["elements"][0]["text"] == "(2/5)"
    assert len(answer_message("x", 1, 1).blocks) == 1


def test_what_is_too_large_formatted_is_shown_as_it_was_written() -> None:
    answer = answer_message("x\n\n---\n\n" * 60, 1, 1)
    assert {block["type"] for block in answer.blocks} == {"section"}


def test_nesting_without_end_is_shown_as_it_was_written() -> None:
    assert answer_message(">" * 2_000 + "x", 1, 1).blocks


def test_an_empty_page_says_so() -> None:
    assert words_of(answer_message("  ", 1, 1).blocks) == "(nothing)"


def test_the_text_is_the_whole_page_escaped() -> None:
    assert answer_message("a & <!here>", 1, 2).text == "a &amp; &lt;!here&gt;\n(1/2)"
