"""Tables: as a block while Slack takes it, else as aligned text."""

import unicodedata
from collections.abc import Sequence

from slack_sdk.models.blocks import RawTextObject, TableBlock

ROWS = 20
"""Rows below the header that are shown as a table (LOOK, "In the thread")."""
_COLUMNS = 20
_EMPTY = "–"
_WIDEST = 40


def table_block(cells: Sequence[Sequence[str]]) -> TableBlock | None:
    """A table block of cells that are safe to show; None when there are too many rows or columns.

    Slack docs, "Table block": 20 cells in a row.
    """
    if not cells or len(cells) > ROWS + 1 or max(map(len, cells)) > _COLUMNS:
        return None
    return TableBlock(rows=[[RawTextObject(text=cell.strip() or _EMPTY) for cell in row] for row in cells])


def table_text(cells: Sequence[Sequence[str]]) -> str:
    """The same in columns of blanks, for a preformatted text. A very wide cell pushes the rest of its row aside."""
    columns = [list(column) for column in zip(*cells, strict=True)]
    widths = [min(max(map(_width, column)), _WIDEST) for column in columns]
    lines = ["  ".join(_padded(*each) for each in zip(row, widths, strict=True)) for row in zip(*columns, strict=True)]
    return "\n".join(line.rstrip() for line in lines) or _EMPTY


def _padded(text: str, width: int) -> str:
    return text + " " * max(0, width - _width(text))


def _width(text: str) -> int:
    """In a monospace font (Unicode Standard Annex 11: wide and full-width characters take two columns)."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
