"""What of the tools' results people see under an answer, and how: as messages and as files (docs/results.md).

A result that was made to be looked at (blocks, an image) is shown by itself. Any other is shown when the answer refers
to it with a line `[[result alias__tool]]`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from bot.models.call import Call, CallStatus, Result
from bot.tabular import Table, joined, table_of

PAGE_ROWS = 20
"""Rows of a table in one message (LOOK, "In the thread")."""
MOST_ROWS = 100
"""A table of more rows is shown by its first page, and comes whole as a file."""
MOST_COLUMNS = 20
"""Slack docs, "Table block": 20 cells in a row. A wider table comes as a file only."""
MOST_CELLS = 500_000
"""Records in which hardly any name is there twice make a table of their number squared: they are shown as JSON."""
DEEPEST = 40
"""JSON that is nested deeper is not written over lines: their indentation would be a thousand times what it says."""
CODE = 2_400
"""Characters of JSON or text in a message; what is longer comes whole as a file."""
MOST_SHOWN = 5
"""Results under one answer."""
REFERENCE = re.compile(r"\[\[\s*result\s+([A-Za-z0-9_.:-]{1,200})\s*\]\]")
RESULT, FILE, PICTURE = "result", "file", "picture"
IMAGE_KEYS = ("gif_url", "image_url")
IMAGE_WORDS = frozenset({*IMAGE_KEYS, "type", "alt_text", "title", "text", "width", "height"})
"""What an object that is an image has in it. One that has more is a record, of which the image is one part."""
BLOCKS: Mapping[str, AbstractSet[str]] = MappingProxyType(
    {
        "actions": {"elements"},
        "context": {"elements"},
        "divider": {"type"},
        "header": {"text"},
        "image": {"image_url", "slack_file"},
        "input": {"element"},
        "markdown": {"text"},
        "rich_text": {"elements"},
        "section": {"text", "fields"},
        "table": {"rows"},
        "video": {"video_url"},
    }
)
"""Types of blocks, and fields of which one has at least one; other things have such types, too, and are no blocks."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks that a tool made, as they came: whoever shows them picks out what only displays."""

    items: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """An image somewhere else, with the words that came with it."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Text in a monospace font. `ending` is that of a file with it."""

    text: str
    ending: str


Form: TypeAlias = Blocks | Named | Table | Code


def form(result: Result) -> Form:
    """How a result is shown."""
    value = _value(result)
    blocks = _blocks(value)
    if blocks is not None:
        return Blocks(tuple(blocks))
    if isinstance(value, dict) and (image := _image(value)) is not None:
        return image
    if _cells(value) <= MOST_CELLS and (table := table_of(value)) is not None:
        return table
    if isinstance(value, dict | list):
        return Code(_lines(value), "json")
    return Code(value if isinstance(value, str) else result.text, "txt")


def _image(value: Mapping[str, object]) -> Named | None:
    if not value.keys() <= IMAGE_WORDS or value.get("type", "image") != "image":
        return None
    url = next((url for key in IMAGE_KEYS if isinstance(url := value.get(key), str)), "")
    words = next((text for key in ("alt_text", "title", "text") if isinstance(text := value.get(key), str)), "")
    return Named(url, words) if url else None


def form_in(call: Call, calls: Sequence[Call]) -> Form:
    """How the result of a call is shown among all `calls`: a list that a tool gave in several calls is one table."""
    assert call.result is not None, "the caller has looked"
    own = form(call.result)
    if not isinstance(own, Table):
        return own
    parts = [part for one in calls if one.name == call.name and (part := _table(one))]
    cells = sum(len(part.rows) for part in parts) * len({name for part in parts for name in part.header})
    return joined(parts) if len(parts) > 1 and cells <= MOST_CELLS else own


def referred(text: str, calls: Sequence[Call]) -> tuple[str, tuple[str, ...]]:
    """The answer with its references in words, and the subjects of what is shown under it, in call order."""
    named = set(REFERENCE.findall(text))
    wanted = list(_wanted(calls, named))
    shown = (subject for call in wanted[:MOST_SHOWN] for subject in _subjects(call, calls, whole=call.name in named))
    words = {name: _in_words(name, wanted, calls) for name in named}
    said = REFERENCE.sub(lambda found: words[found[1]], text)
    if left := len(wanted) - MOST_SHOWN:
        more = "1 more result is" if left == 1 else f"{left} more results are"
        said += f"\n\n({more} not shown.)" if left > 0 else ""
    return said, tuple(shown)


def written_out(text: str) -> str:
    """JSON over several lines; any other text as it is."""
    value = _read(text)
    return text if isinstance(value, str) else _lines(value)


def needs_file(shown: Form) -> bool:
    """Whether it is too long for messages."""
    if isinstance(shown, Table):
        return len(shown.rows) > MOST_ROWS or len(shown.header) > MOST_COLUMNS
    return isinstance(shown, Code) and len(shown.text) > CODE


def _wanted(calls: Sequence[Call], named: AbstractSet[str]) -> Iterator[Call]:
    """The calls whose results are shown; of those that gave parts of one table the first."""
    tables = set[str]()
    for call in calls:
        if call.status is not CallStatus.SUCCEEDED or call.result is None:
            continue
        is_part = call.name in tables and _table(call) is not None
        if _displays(call.result) or (call.name in named and not is_part):
            yield call
        tables |= {call.name} if _table(call) else set()


def _table(call: Call) -> Table | None:
    if call.status is not CallStatus.SUCCEEDED or call.result is None:
        return None
    found = form(call.result)
    return found if isinstance(found, Table) else None


def _subjects(call: Call, calls: Sequence[Call], *, whole: bool) -> Iterator[str]:
    """Messages, then files, then images; without `whole` only what was made to be looked at."""
    assert call.result is not None, "the caller has looked"
    shown = form_in(call, calls)
    if whole or isinstance(shown, Blocks | Named):
        yield from (f"{RESULT}:{call.id}:{number}" for number in range(_messages(shown)))
        if needs_file(shown):
            yield f"{FILE}:{call.id}"
    yield from (f"{PICTURE}:{call.id}:{number}" for number in range(len(call.result.pictures)))


def _messages(shown: Form) -> int:
    if isinstance(shown, Table) and not needs_file(shown):
        return -(-len(shown.rows) // PAGE_ROWS)
    return 1


def _displays(result: Result | None) -> bool:
    return result is not None and (bool(result.pictures) or isinstance(form(result), Blocks | Named))


def _in_words(name: str, wanted: Sequence[Call], calls: Sequence[Call]) -> str:
    found = next((call for call in wanted if call.name == name), None)
    if found is None:
        return f"(There is no result of {name} to show.)"
    table = form_in(found, calls)
    rows = len(table.rows) if isinstance(table, Table) else 0
    return f"(Below: the result of {found.tool}{f', {rows:,} rows' if rows else ''}.)"


def _blocks(value: object) -> list[object] | None:
    inner = value.get("blocks") if isinstance(value, dict) else None
    if isinstance(inner, list):
        return inner if any(map(_is_block, inner)) else None
    return value if isinstance(value, list) and value and all(map(_is_block, value)) else None


def _is_block(item: object) -> bool:
    return isinstance(item, dict) and any(name in item for name in BLOCKS.get(str(item.get("type")), ()))


def _cells(value: object) -> int:
    """How many cells a table of the value would have, filled or not."""
    lists = [value] if isinstance(value, list) else list(value.values()) if isinstance(value, dict) else []
    found = [[one for one in part if isinstance(one, dict)] for part in lists if isinstance(part, list)]
    return max((len(records) * len({name for one in records for name in one}) for records in found), default=0)


def _lines(value: object) -> str:
    """JSON over several lines, or on one when it is nested too deeply."""
    indent = 2 if _depth(value) <= DEEPEST else None
    return json.dumps(value, indent=indent, ensure_ascii=False)


def _depth(value: object) -> int:
    level, depth = [value], 0
    while level and depth <= DEEPEST:
        level = [inner for one in level for inner in _inner(one)]
        depth += 1
    return depth


def _inner(value: object) -> Sequence[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else ()


def _value(result: Result) -> Any:
    """What came back as JSON values; what a server wrapped as `result` is unwrapped. Text that is no JSON is a text."""
    value = _read(result.structured) if result.structured else _read(result.text)
    if isinstance(value, dict) and list(value) == ["result"]:
        value = value["result"]
        return _read(value) if isinstance(value, str) else value
    return value


def _read(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
