"""Records as tables and as CSV."""

import csv
import io

import pytest

from bot.tabular import Table, csv_of, table_of

PEOPLE = [{"mail": "a@example.com", "admin": True}, {"mail": "b@example.com", "phones": ["1", "2"], "admin": None}]
TABLE = Table(("mail", "admin", "phones"), (("a@example.com", "yes", ""), ("b@example.com", "", '["1","2"]')))


@pytest.mark.parametrize("value", [PEOPLE, {"users": PEOPLE}, {"users": PEOPLE, "next_page_token": "x"}])
def test_records_are_a_table_also_inside_an_object(value: object) -> None:
    assert table_of(value) == TABLE


@pytest.mark.parametrize("value", [{}, [], [1, 2], [{}], {"a": [], "b": []}, {"a": PEOPLE, "b": [1]}, "text", None, 7])
def test_nothing_else_is_a_table(value: object) -> None:
    assert table_of(value) is None


def test_csv_can_be_read_back() -> None:
    rows = list(csv.reader(io.StringIO(csv_of(TABLE).removeprefix("\ufeff"))))
    assert rows == [list(TABLE.header), *map(list, TABLE.rows)]


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
        ("＝1+1", "'＝1+1"),
        ("＋1", "'＋1"),
        ("－x", "'－x"),
        ("＠SUM(1)", "'＠SUM(1)"),
        (" +1+1", "' +1+1"),
        ("-2.5", "-2.5"),
        ("+1", "+1"),
        ("a=b", "a=b"),
        ("\u202eevil", "⟨U+202E⟩evil"),
        ("AKIAIOSFODNN7EXAMPLE", "‹redacted›"),
    ],
)
def test_a_cell_does_nothing_in_a_spreadsheet_and_hides_nothing(cell: str, written: str) -> None:
    rows = list(csv.reader(io.StringIO(csv_of(Table(("name",), ((cell,),))))))
    assert rows[1] == [written]
