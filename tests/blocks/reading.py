"""Reads our own blocks back, the way a person with a very good eye would."""

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

_SHOWN = re.compile(r"⟨U\+([0-9A-F]{4,6})⟩")


def nested(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a payload, outermost first."""
    if isinstance(value, dict):
        yield value
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for item in items:
        yield from nested(item)


def unshown(text: str) -> str:
    """The text behind `visible`."""
    return _SHOWN.sub(lambda found: chr(int(found[1], 16)), text)


def arguments_on(blocks: Sequence[dict[str, Any]]) -> str:
    """The canonical JSON behind the lines of a card with one call."""
    texts = [part for part in nested(list(blocks)) if part.get("type") == "text"]
    values = [index for index, part in enumerate(texts) if part.get("style") == {"code": True}]
    pairs = (f"{_name(texts[index - 2]['text'])}:{_value(unshown(texts[index]['text']))}" for index in values)
    return "{" + ",".join(pairs) + "}"


def preformatted_in(view: dict[str, Any]) -> str:
    """The exact text of a page of All details."""
    boxes = [part for part in nested(view["blocks"]) if part.get("type") == "rich_text_preformatted"]
    return unshown("".join(box["elements"][0]["text"] for box in boxes))


def buttons_of(payload: Any) -> dict[str, str]:
    """Action ids of all buttons with their values; the last one of a kind."""
    return {part["action_id"]: part["value"] for part in nested(payload) if part.get("type") == "button"}


def labels_of(payload: Any) -> list[str]:
    """What stands on the buttons."""
    return [part["text"]["text"] for part in nested(payload) if part.get("type") == "button"]


def words_of(payload: Any) -> str:
    """All text, one piece per line; people and groups by id."""
    keys = ("text", "user_id", "usergroup_id", "channel_id", "fallback")
    return "\n".join(part[key] for part in nested(payload) for key in keys if isinstance(part.get(key), str))


def _name(shown: str) -> str:
    name = unshown(shown)
    return name if name.startswith('"') else json.dumps(name, ensure_ascii=False)


def _value(shown: str) -> str:
    try:
        json.loads(shown)
    except (ValueError, RecursionError):
        return f'"{shown}"'
    return shown
