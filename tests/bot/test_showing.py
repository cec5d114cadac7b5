"""What of the tools' results stands under an answer."""

import json
from typing import Any

import pytest

from bot.files import ANSWER, file_of, is_file, source
from bot.models.call import Call, CallStatus
from bot.showing import CODE, MOST_SHOWN, Blocks, Code, Named, form, form_in, referred, written_out
from bot.tabular import Table
from tests.factories import a_result
from tests.results import PNG, a_done_call, a_picture, a_record_with, a_row, records

BLOCK = {"type": "section", "text": {"type": "mrkdwn", "text": "x"}}


def shown(value: Any = None, text: str = "[[result google__list_users]]", **fields: Any) -> tuple[str, ...]:
    """The parts under an answer that refers to the result."""
    return tuple(subject.replace("c1", "_") for subject in referred(text, [a_done_call(value, **fields)])[1])


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"blocks": [BLOCK]}, Blocks),
        ([BLOCK], Blocks),
        ({"blocks": "none"}, Code),
        ({"blocks": []}, Code),
        ({"blocks": [{"user": "sam"}]}, Table),
        ([{"type": "table", "name": "users"}], Table),
        ([BLOCK, {"type": "user"}], Table),
        ({"gif_url": "https://a.example/x.gif"}, Named),
        ({"image_url": "https://a.example/x.png", "text": "hi"}, Named),
        ({"type": "image", "image_url": "https://a.example/x.png", "alt_text": "a", "width": 3, "height": 4}, Named),
        ({"image_url": "https://a.example/x.png", "name": "Sam"}, Code),
        ({"type": "badge", "image_url": "https://a.example/x.png"}, Code),
        (records(2), Table),
        ({"result": records(2)}, Table),
        ({"result": '{"a": {"b": 1}}'}, Code),
        ({"a": {"b": 1}}, Code),
    ],
)
def test_a_result_is_shown_by_what_it_is(value: Any, kind: type) -> None:
    assert isinstance(form(a_result(structured=json.dumps(value))), kind)
    assert isinstance(form(a_result(text=json.dumps(value), structured="")), kind)


def test_records_that_share_no_names_are_no_table() -> None:
    scattered = [{f"k{number}": 1} for number in range(800)]
    assert isinstance(form(a_result(structured=json.dumps(scattered))), Code)
    assert isinstance(form(a_result(structured=json.dumps({"found": scattered}))), Code)
    assert isinstance(form(a_result(structured=json.dumps(records(20_000)))), Table)


def test_parts_that_share_no_names_are_not_joined() -> None:
    parts = [[{f"p{part}k{number}": 1} for number in range(400)] for part in range(2)]
    calls = [a_done_call(value, id=f"c{part}") for part, value in enumerate(parts)]
    shown_first = form_in(calls[0], calls)
    assert isinstance(shown_first, Table)
    assert len(shown_first.rows) == 400


def test_json_that_is_nested_deeply_stands_on_one_line() -> None:
    deep = f"{'[' * 900}{'1,' * 20_000}1{']' * 900}"
    found = form(a_result(text=deep, structured=""))
    assert isinstance(found, Code)
    assert len(found.text) < 2 * len(deep)
    assert written_out("[[1]]") == "[\n  [\n    1\n  ]\n]"


def test_text_is_text_and_json_is_written_out() -> None:
    assert form(a_result(text="plain", structured="")) == Code("plain", "txt")
    assert form(a_result(text="{broken", structured="")) == Code("{broken", "txt")
    assert form(a_result(structured='{"a":{"b":"ä"}}')) == Code('{\n  "a": {\n    "b": "ä"\n  }\n}', "json")
    assert form(a_result(text="[" * 100_000, structured="")) == Code("[" * 100_000, "txt")


@pytest.mark.parametrize(
    ("rows", "parts"),
    [
        (1, ("result:_:0",)),
        (20, ("result:_:0",)),
        (21, ("result:_:0", "result:_:1")),
        (100, tuple(f"result:_:{number}" for number in range(5))),
        (101, ("result:_:0", "file:_")),
        (5_000, ("result:_:0", "file:_")),
    ],
)
def test_a_table_comes_whole_in_pages_in_a_file_when_it_is_long(rows: int, parts: tuple[str, ...]) -> None:
    assert shown(records(rows)) == parts


def test_a_wide_table_comes_as_a_file_too() -> None:
    assert shown([{f"c{number}": 1 for number in range(21)}]) == ("result:_:0", "file:_")


def test_long_json_is_cut_and_comes_as_a_file() -> None:
    assert shown({"a": {"b": "x" * (CODE - 100)}}) == ("result:_:0",)
    assert shown({"a": {"b": "x" * CODE}}) == ("result:_:0", "file:_")


def test_images_come_alone_unless_the_result_was_made_to_be_looked_at() -> None:
    assert shown(records(2), "Done.", pictures=(a_picture(), a_picture())) == ("picture:_:0", "picture:_:1")
    assert shown(records(2), pictures=(a_picture(),)) == ("result:_:0", "picture:_:0")
    assert shown({"blocks": [BLOCK]}, "Done.", pictures=(a_picture(),)) == ("result:_:0", "picture:_:0")


def test_what_was_made_to_be_looked_at_is_shown_and_data_only_when_the_answer_refers_to_it() -> None:
    data, look, drawn = (
        a_done_call(records(64), id="c1"),
        a_done_call({"blocks": [BLOCK]}, id="c2", tool="card"),
        a_done_call(pictures=(a_picture(),), id="c3", tool="chart"),
    )
    both = ("result:c2:0", "picture:c3:0")
    assert referred("Done.", (data, look, drawn)) == ("Done.", both)
    assert referred("All of them:\n\n[[result google__list_users]]", (data, look, drawn)) == (
        "All of them:\n\n(Below: the result of list_users, 64 rows.)",
        (*(f"result:c1:{number}" for number in range(4)), *both),
    )


def test_a_list_that_came_in_several_calls_is_one_table() -> None:
    calls = [
        a_done_call({"users": rows, "next": "t"}, id=f"c{at}") for at, rows in enumerate(([*records(60)], records(50)))
    ]
    other = a_done_call({"users": [{"name": "x"}]}, id="c2")
    broken = a_done_call(records(9), id="c3", status=CallStatus.FAILED)
    everything = (*calls, other, broken)
    said, parts = referred("[[result google__list_users]]", everything)
    assert (said, parts) == ("(Below: the result of list_users, 111 rows.)", ("result:c0:0", "file:c0"))
    table = form_in(calls[0], everything)
    assert isinstance(table, Table)
    assert (table.header, table.rows[60][0], table.rows[110]) == (
        ("mail", "suspended", "n", "name"),
        "u0@example.com",
        ("", "", "", "x"),
    )


@pytest.mark.parametrize("status", [CallStatus.FAILED, CallStatus.UNKNOWN, CallStatus.DENIED])
def test_only_what_succeeded_is_shown(status: CallStatus) -> None:
    call = a_done_call({"blocks": [BLOCK]}, status=status)
    said, calls = referred("[[result google__list_users]]", (call,))
    assert (said, calls) == ("(There is no result of google__list_users to show.)", ())


def test_no_more_than_a_few_results_stand_under_one_answer() -> None:
    many = tuple(a_done_call({"blocks": [BLOCK]}, id=f"c{number}") for number in range(MOST_SHOWN + 2))
    said, parts = referred("Done.", many)
    assert (said, len(parts)) == ("Done.\n\n(2 more results are not shown.)", MOST_SHOWN)
    assert referred("Done.", many[:-1])[0].endswith("(1 more result is not shown.)")


def content(call: Call, subject: str) -> str:
    file = file_of(a_row(subject), a_record_with(call))
    assert file is not None
    return file.content.decode()


def test_a_file_holds_everything_and_no_secret() -> None:
    secret = "AKIAIOSFODNN7EXAMPLE"
    rows = [*records(200), {"mail": secret}]
    assert content(a_done_call(rows), "file:c1").count("\r\n") == 202
    assert secret not in content(a_done_call(rows), "file:c1")
    written = content(a_done_call({"a": {"b": "x" * CODE, "c": f"\u202e{secret}"}}), "file:c1")
    assert json.loads(written)["a"]["b"] == "x" * CODE
    assert secret not in written
    assert "\u202e" not in written
    assert secret not in content(a_done_call(), "file:c1") + _answer(f"key {secret}")


def _answer(text: str) -> str:
    file = file_of(a_row(ANSWER, text=text), a_record_with())
    assert file is not None
    return file.content.decode()


def test_every_row_has_a_name_of_its_own_for_its_file_and_always_the_same() -> None:
    record = a_record_with(a_done_call(records(200), (a_picture(), a_picture()), tool="list/../users\u202e"))
    rows = [a_row(subject) for subject in ("file:c1", "picture:c1:0", "picture:c1:1")]
    names = [file.name for row in rows for _ in range(2) if (file := file_of(row, record))]
    assert len(set(names)) == 3
    assert names[0::2] == names[1::2]
    assert [name.rpartition("-")[0] for name in names[0::2]] == ["list_users_"] * 3
    assert [name.rpartition(".")[2] for name in names[0::2]] == ["csv", "png", "png"]


def test_an_image_is_a_file_with_words_for_it() -> None:
    file = file_of(a_row("picture:c1:0"), a_record_with(a_done_call(pictures=(a_picture(),))))
    assert file is not None
    assert (file.content, file.alt) == (PNG, "Image 1 of list_users (from google)")


def test_files_and_messages_are_told_apart() -> None:
    subjects = ("0", "result:c1:0", "file:c1", ANSWER, "picture:c1:0")
    assert [is_file(a_row(subject)) for subject in subjects] == [False, False, True, True, True]


def test_a_result_says_whose_it_is_and_hides_nothing_in_the_name() -> None:
    assert source(a_done_call(tool="x\u202e", server="s")) == "x⟨U+202E⟩ (from s)"
