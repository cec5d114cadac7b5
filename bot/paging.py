"""An answer in pages: cut between paragraphs, tables with their header repeated, nothing lost."""

from collections.abc import Iterator

PAGE_TEXT = 2800
"""Characters per page; keeps one message well below Slack's 3,000 per text and 10,000 in all."""
TABLE_ROWS = 20
"""Rows of one table on one page (LOOK, "In the thread")."""


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
        if _is_table(block):
            for table in _tables(block.split("\n")):
                yield from _cut(table)
        else:
            yield from _cut(block)


def _blocks(markdown: str) -> Iterator[str]:
    """Paragraphs, with tables standing alone even where no blank line sets them off."""
    run: list[str] = []
    for line in markdown.split("\n"):
        starts_other = bool(run) and _is_row(line) != _is_row(run[-1])
        if (not line.strip() or starts_other) and run:
            yield "\n".join(run)
            run = []
        if line.strip():
            run.append(line)
    if run:
        yield "\n".join(run)


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
