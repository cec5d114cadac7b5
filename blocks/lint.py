"""What slack_sdk does not check about a list of blocks, and where to look at one."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Literal, TypeAlias
from urllib.parse import quote

Surface: TypeAlias = Literal["message", "modal", "home"]
Json: TypeAlias = dict[str, Any]

TEXT_BUDGET = 10_000
"""Slack publishes no number; messages failed with `msg_blocks_too_long` below 12,000 (bolt-js issue 2509)."""

_COUNTS: Mapping[Surface, int] = MappingProxyType({"message": 50, "modal": 100, "home": 100})
"""Slack docs, "Blocks": at most 50 in a message and 100 in a view."""

_ONLY_IN: Mapping[str, tuple[Surface, ...]] = MappingProxyType(
    {"table": ("message",), "markdown": ("message",), "alert": ("modal",)}
)
_SHOWN = frozenset({"text", "alt_text", "title", "label", "hint", "description", "fallback"})


def lint(blocks: Sequence[Json], surface: Surface) -> list[str]:
    """Problems as sentences; none means that Slack should take it."""
    found = [*_counts(blocks, surface), *_places(blocks, surface), *_repeated_ids(blocks)]
    size = text_size(blocks)
    if surface == "message" and size > TEXT_BUDGET:
        found.append(f"{size:,} characters of text, more than {TEXT_BUDGET:,}")
    return found


def text_size(blocks: Sequence[Json]) -> int:
    """The characters that a reader would see."""
    strings = (text for part in _parts(blocks) for key, text in part.items() if key in _SHOWN)
    return sum(len(text) for text in strings if isinstance(text, str))


def builder_url(blocks: Sequence[Json]) -> str:
    """Slack's Block Kit Builder with these blocks in it."""
    return "https://app.slack.com/block-kit-builder/#" + quote(json.dumps({"blocks": list(blocks)}), safe="")


def _counts(blocks: Sequence[Json], surface: Surface) -> Iterator[str]:
    if not blocks:
        yield "no blocks"
    if len(blocks) > _COUNTS[surface]:
        yield f"{len(blocks)} blocks, more than {_COUNTS[surface]}"
    tables = [block for block in blocks if block["type"] == "table"]
    if len(tables) > 1:
        yield f"{len(tables)} tables, more than 1"
    for table in tables:
        yield from _table(table)


def _table(table: Json) -> Iterator[str]:
    """Slack docs, "Table block": 100 rows, 20 columns, 10,000 characters."""
    rows: list[list[Json]] = table["rows"]
    if len(rows) > 100:
        yield f"a table of {len(rows)} rows, more than 100"
    if max(map(len, rows)) > 20:
        yield f"a table of {max(map(len, rows))} columns, more than 20"


def _places(blocks: Sequence[Json], surface: Surface) -> Iterator[str]:
    for block in blocks:
        if surface not in _ONLY_IN.get(block["type"], (surface,)):
            yield f"a {block['type']} block cannot stand in a {surface}"


def _repeated_ids(blocks: Sequence[Json]) -> Iterator[str]:
    block_ids = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (f"the block_id {name} stands there twice" for name, count in block_ids.items() if count > 1)
    for block in blocks:
        actions = Counter(part["action_id"] for part in _parts(block) if "action_id" in part)
        repeated = [name for name, count in actions.items() if count > 1]
        yield from (f"the action_id {name} stands twice in one block" for name in repeated)


def _parts(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        yield value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, (list, tuple)) else ()
    for item in items:
        yield from _parts(item)
