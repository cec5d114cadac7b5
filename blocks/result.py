"""A tool's result under an answer: always below a line that says whose it is, so that it is taken for nothing else."""

from collections.abc import Mapping, Sequence

from slack_sdk.models.blocks import Block, ContextBlock

from blocks.foreign import Display
from blocks.images import Gallery, left_out
from blocks.lint import lint
from blocks.message import Message
from blocks.parts import bold, line, plain, preformatted, rich, say
from blocks.tables import table_block, table_text
from blocks.text import brief, counted, escape, prose
from bot.files import maker, source
from bot.models.call import Call
from bot.showing import CODE, MOST_COLUMNS, PAGE_ROWS, Blocks, Code, Named, form_in, needs_file
from bot.tabular import Table
from bot.untrusted import redact

_CELL = 200
_TEXT = 3_000
"""Characters of what a push notice and a screen reader say."""
_FILE_BELOW = "all of it is in the file below"


def result_message(call: Call, calls: Sequence[Call], number: int, hosts: frozenset[str]) -> Message:
    """Message `number` (from 0) of the result of a call that has one, among all `calls` of its request.

    What is not shown of it is named or counted.
    """
    match form_in(call, calls):
        case Blocks(items=items):
            return _of_blocks(call, items, hosts)
        case Named(url=url, text=text):
            return _of_image(call, url, text, hosts)
        case Table() as table:
            return _of_table(call, table, number)
        case Code() as code:
            return _of_code(call, code)


def _of_blocks(call: Call, items: tuple[object, ...], hosts: frozenset[str]) -> Message:
    display = Display(hosts)
    shown = display.rebuilt(items)
    while shown and _is_too_much([_heading(call), *shown]):
        shown = shown[:-1]
        display.dropped["more block"] += 1
    return _message(call, shown, _named(display.dropped, display.gallery))


def _of_image(call: Call, url: str, text: str, hosts: frozenset[str]) -> Message:
    gallery = Gallery(hosts)
    found = gallery.take(url, text)
    words = [rich(line([say(brief(text, 1_000))]))] if text.strip() else []
    return _message(call, [*words, *([found] if found else [])], _named({}, gallery))


def _of_table(call: Call, table: Table, number: int) -> Message:
    start = number * PAGE_ROWS
    rows = table.rows[start : start + PAGE_ROWS]
    cells = [[_cell(cell) for cell in row[:MOST_COLUMNS]] for row in (table.header, *rows)]
    total, pages = len(table.rows), -(-len(table.rows) // PAGE_ROWS)
    where = f"Rows {start + 1:,}–{start + len(rows):,} of {total:,}" if pages > 1 else counted(total, "row")
    if len(table.header) > MOST_COLUMNS:
        where += f", columns 1–{MOST_COLUMNS} of {len(table.header):,}"
    ending = f": {_FILE_BELOW}" if needs_file(table) else f" ({number + 1}/{pages})" if pages > 1 else ""
    block = table_block(cells)
    shown: Block = block if block and not _is_too_much([_heading(call), block]) else _aligned(cells)
    return _message(call, [shown], [ContextBlock(elements=[plain(where + ending)])], table_text(cells))


def _of_code(call: Call, code: Code) -> Message:
    text = prose(redact(code.text))
    left = len(text) - CODE
    more = f"{left:,} more characters" + (f": {_FILE_BELOW}" if needs_file(code) else "")
    ending: list[Block] = [ContextBlock(elements=[plain(more)])] if left > 0 else []
    return _message(call, [rich(preformatted(text[:CODE] or "(nothing)"))], ending)


def _heading(call: Call) -> Block:
    tool, server = maker(call)
    return rich(line([say("Result of "), bold(tool), say(f" (from {server})")]))


def _aligned(cells: list[list[str]]) -> Block:
    text = table_text(cells)
    return rich(preformatted(text if len(text) <= CODE else f"{text[:CODE]}… {len(text) - CODE:,} more characters"))


def _named(dropped: Mapping[str, int], gallery: Gallery) -> list[Block]:
    found = left_out(dropped, gallery.foreign)
    return [found] if found else []


def _message(call: Call, shown: list[Block], ending: list[Block], text: str = "") -> Message:
    blocks = [block.to_dict() for block in (_heading(call), *shown, *ending)]
    said = text or "\n".join(_words(blocks[1:]))
    whole = f"Result of {source(call)}\n{said}"
    more = f"… {len(whole) - _TEXT:,} more characters" if len(whole) > _TEXT else ""
    return Message(escape(whole[:_TEXT] + more), blocks)


def _words(value: object) -> list[str]:
    """All words in blocks of ours, in order."""
    if isinstance(value, dict):
        own = [value[key] for key in ("text", "alt_text") if isinstance(value.get(key), str)]
        return [*own, *(word for item in value.values() for word in _words(item))]
    return [word for item in value for word in _words(item)] if isinstance(value, list) else []


def _is_too_much(blocks: list[Block]) -> bool:
    return bool(lint([block.to_dict() for block in blocks], "message"))


def _cell(cell: str) -> str:
    shown = prose(redact(cell))
    return shown if len(shown) <= _CELL else f"{shown[:_CELL]}…"
