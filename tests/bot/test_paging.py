"""An answer in pages: nothing lost, no page too long, tables readable on every page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.paging import PAGE_TEXT, TABLE_ROWS, pages
from tests.bot.builders import PROPERTY

HEADER = "| name | mail |\n|---|:-:|"


def a_table(rows: int, cell: str = "x") -> str:
    return "\n".join([HEADER, *(f"| {number} | {cell} |" for number in range(rows))])


def words(*texts: str) -> list[str]:
    return [word for text in texts for word in text.split()]


def rows_of(page: str) -> list[str]:
    return [line for line in page.split("\n") if line.startswith("|")][2:]


@pytest.mark.parametrize("text", ["Done.", "One.\n\nTwo.", "a\nb", f"Two people:\n\n{a_table(2)}\n\nThat is all."])
def test_a_short_answer_is_one_page_as_it_was_written(text: str) -> None:
    assert pages(text) == (text,)


@pytest.mark.parametrize("text", ["", "  \n \n"])
def test_no_answer_has_no_pages(text: str) -> None:
    assert pages(text) == ()


def test_sixty_rows_are_three_pages_with_the_header_on_each() -> None:
    done = pages(a_table(60))
    assert len(done) == 3
    assert all(page.startswith(HEADER) for page in done)
    assert [len(rows_of(page)) for page in done] == [TABLE_ROWS] * 3
    assert [row for page in done for row in rows_of(page)] == a_table(60).split("\n")[2:]


def test_one_row_too_many_is_a_page_of_its_own() -> None:
    assert [len(rows_of(page)) for page in pages(a_table(21))] == [20, 1]


def test_wide_rows_are_fewer_on_a_page() -> None:
    done = pages(a_table(12, "y" * 500))
    assert all(len(page) <= PAGE_TEXT and page.startswith(HEADER) for page in done)
    assert [row for page in done for row in rows_of(page)] == a_table(12, "y" * 500).split("\n")[2:]


def test_a_row_wider_than_a_page_is_cut_rather_than_lost() -> None:
    wide = a_table(1, " ".join(f"word{number}" for number in range(900)))
    done = pages(wide)
    assert all(len(page) <= PAGE_TEXT for page in done)
    assert words(*done) == words(wide)


def test_a_page_holds_one_table_at_most() -> None:
    assert pages(f"{a_table(1)}\n\n{a_table(2)}") == (a_table(1), a_table(2))


def test_a_table_is_recognised_where_no_blank_line_sets_it_off() -> None:
    assert pages(f"People:\n{a_table(1)}\nDone.") == (f"People:\n\n{a_table(1)}\n\nDone.",)


def test_a_header_without_rows_and_lines_with_bars_are_text() -> None:
    assert pages(HEADER) == (HEADER,)
    assert pages(f"{HEADER}\n\n{a_table(1)}") == (f"{HEADER}\n\n{a_table(1)}",)
    assert pages("| not\n| a\n| table") == ("| not\n| a\n| table",)


@pytest.mark.parametrize("joint", ["\n\n", "\n", " "])
def test_long_text_is_cut_where_it_can_be_cut(joint: str) -> None:
    text = joint.join(f"Sentence number {number}." for number in range(600))
    done = pages(text)
    assert len(done) > 3
    assert all(PAGE_TEXT * 0.9 < len(page) <= PAGE_TEXT for page in done[:-1])
    assert words(*done) == words(text)


def test_a_word_longer_than_a_page_is_cut_anywhere() -> None:
    assert [len(page) for page in pages("x" * 6000)] == [PAGE_TEXT, PAGE_TEXT, 400]


def test_a_page_is_filled_to_the_last_character() -> None:
    assert pages("x" * PAGE_TEXT) == ("x" * PAGE_TEXT,)
    half = "y" * (PAGE_TEXT // 2 - 1)
    assert pages(f"{half}\n\n{half}") == (f"{half}\n\n{half}",)
    assert pages(f"{half}\n\n{half}z") == (half, f"{half}z")


def test_a_paragraph_of_spaces_leaves_no_empty_page() -> None:
    text = "one\n" + " " * 3000 + "two"
    assert words(*pages(text)) == ["one", "two"]
    assert pages(f"{'a' * 2790}\n\n{' ' * 3000}b") == (f"{'a' * 2790}\n\nb",)


PIECES = st.one_of(
    st.text("abc \n", min_size=1, max_size=50),
    st.integers(1, 4000).map(lambda size: "w" * size),
    st.integers(1, 900).map(lambda count: "some words " * count),
    st.builds(a_table, st.integers(1, 45), st.sampled_from(["x", "a longer cell", "z" * 200, "c" * 2900])),
)
MARKDOWN = st.lists(PIECES, max_size=6).flatmap(
    lambda pieces: st.sampled_from(["\n\n", "\n\n\n", "\nand\n"]).map(lambda joint: joint.join(pieces))
)


def letters(*texts: str) -> str:
    """What must not get lost: everything but space and the headers, which are repeated."""
    return "".join("".join(texts).replace(HEADER, "").split())


@given(MARKDOWN)
@PROPERTY
def test_nothing_is_lost_and_no_page_is_too_long_or_empty(markdown: str) -> None:
    done = pages(markdown)
    assert letters(*done) == letters(markdown)
    assert all(0 < len(page) <= PAGE_TEXT and page.strip() for page in done)
    for page in done:
        tables = [len(rows_of(block)) for block in page.split("\n\n") if block.startswith(HEADER) and rows_of(block)]
        assert tables == [] or (len(tables) == 1 and tables[0] <= TABLE_ROWS)


CODE = "\n".join(f"line {number:04d} = {number * number}" for number in range(400))


def test_code_that_spans_pages_is_closed_and_opened_again_with_its_language() -> None:
    done = pages(f"Here:\n\n```python\n{CODE}\n```\nThat is all.")
    assert len(done) > 2
    assert all(page.count("```") == 2 and "```python\n" in page and len(page) <= PAGE_TEXT for page in done)
    lines = [line for page in done for line in page.split("\n") if line.startswith("line ")]
    assert lines == CODE.split("\n")
    assert done[-1].endswith("```\n\nThat is all.")


def test_blank_lines_and_bars_in_code_are_code() -> None:
    text = "~~~~\n| a |\n|---|\n| b |\n\n\n```\n~~~\n~~~~"
    assert pages(text) == (text,)


def test_code_that_was_never_closed_is_closed_on_every_page() -> None:
    done = pages(f"```\n{CODE}")
    assert len(done) > 2
    assert all(page.startswith("```\n") and page.endswith("\n```") for page in done)


def test_a_line_of_code_wider_than_a_page_is_cut_rather_than_lost() -> None:
    done = pages(f"```sh\n{'w' * 6000}\n```")
    assert "".join(done).count("w") == 6000
    assert all(len(page) <= PAGE_TEXT and page.startswith("```sh\n") and page.endswith("\n```") for page in done)


def test_three_backticks_in_a_sentence_open_nothing() -> None:
    assert pages("``` a ``` b\n\nc") == ("``` a ``` b\n\nc",)


@given(st.lists(st.sampled_from(["```", "```js", "~~~", "", "x", "| a |", "|---|", "y" * 900]), max_size=60))
@PROPERTY
def test_wherever_code_is_cut_every_page_is_whole_by_itself(lines: list[str]) -> None:
    for page in pages("\n".join(lines)):
        assert len(page) <= PAGE_TEXT
        assert pages(page) == (page,)
