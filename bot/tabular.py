"""Records as a table, and a table as CSV."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.untrusted import redact, visible

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full-width in some languages."""


@dataclass(frozen=True, slots=True)
class Table:
    """Cells as text: the names of the columns, and the rows."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def table_of(value: object) -> Table | None:
    """The table of a list of records, or of an object with one such list in it; None for anything else."""
    records = _records(value)
    if not records:
        return None
    header = tuple(dict.fromkeys(key for record in records for key in record))
    rows = tuple(tuple(_cell(record.get(key)) for key in header) for record in records)
    return Table(header, rows) if header else None


def joined(tables: Sequence[Table]) -> Table:
    """One table with the rows of all, under the columns of all."""
    header = tuple(dict.fromkeys(name for table in tables for name in table.header))
    records = (dict(zip(table.header, row, strict=True)) for table in tables for row in table.rows)
    return Table(header, tuple(tuple(record.get(name, "") for name in header) for record in records))


def csv_of(table: Table) -> str:
    """RFC 4180, with a byte order mark for spreadsheets. What they would take for a formula begins with an apostrophe.

    Nothing in a cell is hidden: characters that nobody sees are written out. What looks like a secret is redacted.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(map(_safe, table.header))
    writer.writerows(map(_safe, row) for row in table.rows)
    return "\ufeff" + out.getvalue()


def _records(value: object) -> Sequence[Mapping[str, Any]]:
    if isinstance(value, dict):
        lists = [item for item in value.values() if isinstance(item, list)]
        value = lists[0] if len(lists) == 1 else []
    is_list = isinstance(value, list) and all(isinstance(item, dict) for item in value)
    return value if is_list and isinstance(value, list) else ()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case str():
            return value
        case int() | float():
            return json.dumps(value)
        case _:
            return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _safe(cell: str) -> str:
    shown = visible(redact(cell))
    return f"'{shown}" if shown.lstrip().startswith(FORMULA) and not _is_number(shown) else shown


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
