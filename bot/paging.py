"""An answer in pages: cut between paragraphs; tables repeat their header, code its fence; nothing lost."""

import re
from collections.abc import Iterator

PAGE_TEXT = 2800
"""Characters per page; keeps one message well below Slack's 3,000 per text and 10,000 in all."""
TABLE_ROWS = 20
"""Rows of one table on one page (LOOK, "In the thread")."""
FENCE = re.compile(r" {0,3}(`{3,}|~{3,})[^`]*")
"""The line that opens code (CommonMark 0.31.2, "Fenced code blocks")."""
LONGEST_FENCE = 200
"""A longer opening line is text."""


def pages(markdown: str) -> tuple[str, ...]:
    """The markdown cut into pages of at most PAGE_TEXT characters and one table of TABLE_ROWS rows."""
    done: list[str] = []
    current = ""
    for piece in _pieces(markdown.strip()):
        joined = f"{current}\n\n{piece}" if current else piece
        if current and (len(joined) > PAGE_TEXT or (_is_table(piece) and _has_table(current))):
            done.append(current)
            joined = piece
        current = joined
    return (*done, current) if current else tuple(done)


def _pieces(markdown: str) -> Iterator[str]:
    for block in _blocks(markdown):
        if _opens_code(block.split("\n", 1)[0]):
            yield from _code(block.split("\n"))
        elif _is_table(block):
            for table in _tables(block.split("\n")):
                yield from _cut(table)
        else:
            yield from _cut(block)


def _blocks(markdown: str) -> Iterator[str]:
    """Paragraphs, with tables and code standing alone even where no blank line sets them off."""
    run: list[str] = []
    fence = ""
    for line in markdown.split("\n"):
        if not fence and run and _starts_other(run, line):
            yield "\n".join(run)
            run = []
        if fence or line.strip():
            run.append(line)
        if fence and _closes(line, fence):
            yield "\n".join(run)
            run, fence = [], ""
        elif not fence:
            fence = _opens_code(line)
    if run:
        yield "\n".join(run)


def _starts_other(run: list[str], line: str) -> bool:
    return not line.strip() or bool(_opens_code(line)) or _is_row(line) != _is_row(run[-1])


def _opens_code(line: str) -> str:
    """The fence that the line opens code with, or nothing."""
    found = FENCE.fullmatch(line)
    return found[1] if found and len(line) <= LONGEST_FENCE else ""


def _closes(line: str, fence: str) -> bool:
    said = line.strip()
    return len(said) >= len(fence) and set(said) == {fence[0]}


def _code(lines: list[str]) -> Iterator[str]:
    """Code in parts of a page's size, each in the same fence. Blank lines stay; code that was left open is closed."""
    opening, fence = lines[0], _opens_code(lines[0])
    inner = lines[1:-1] if len(lines) > 1 and _closes(lines[-1], fence) else lines[1:]
    room = PAGE_TEXT - len(opening) - len(fence) - 2
    run: list[str] = []
    for line in inner:
        for part in [line[at : at + room] for at in range(0, len(line), room)] or [""]:
            if run and len("\n".join([*run, part])) > room:
                yield "\n".join([opening, *run, fence])
                run = []
            run.append(part)
    yield "\n".join([opening, *run, fence])


def _tables(lines: list[str]) -> Iterator[str]:
    header, rows = lines[:2], lines[2:]
    run: list[str] = []
    for row in rows:
        too_long = len("\n".join([*header, *run, row])) > PAGE_TEXT
        if run and (len(run) == TABLE_ROWS or too_long):
            yield "\n".join([*header, *run])
            run = []
        run.append(row)
    yield "\n".join([*header, *run])


def _cut(block: str) -> Iterator[str]:
    """A paragraph in parts of a page's size, cut at line ends, then at spaces, then anywhere."""
    while len(block) > PAGE_TEXT:
        at = max(block.rfind("\n", 1, PAGE_TEXT), 0) or max(block.rfind(" ", 1, PAGE_TEXT), 0) or PAGE_TEXT
        yield from filter(None, [block[:at].rstrip()])
        block = block[at:].lstrip()
    yield from filter(None, [block])


def _is_row(line: str) -> bool:
    return line.lstrip().startswith("|")


def _is_table(block: str) -> bool:
    lines = block.split("\n")
    return len(lines) > 2 and _is_row(lines[0]) and set(lines[1].strip()) <= set("|-: ")


def _has_table(page: str) -> bool:
    return any(_is_table(block) for block in page.split("\n\n"))
