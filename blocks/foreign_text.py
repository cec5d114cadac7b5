"""Words in blocks that a tool made, as typed parts in which nothing is live: no mention, no link, no date.

A secret that comes together only once marks are taken away is redacted all the same; then the styles are lost.
"""

import re
from collections.abc import Sequence
from html import unescape
from types import MappingProxyType
from typing import Any

from slack_sdk.models.blocks import RichTextElementParts

from blocks.parts import Parts, say
from blocks.text import kept, prose
from bot.untrusted import redact

ROOM = 2_000
"""Characters of one text."""
MOST_PARTS = 20
_CELL = 200
_ENTITY = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")
_STYLED = re.compile(r"(?<!\w)([*_~`])(?=\S)([^\n]+?)(?<=\S)\1(?!\w)")
_STYLES = MappingProxyType({"*": "bold", "_": "italic", "~": "strike", "`": "code"})


def text_parts(text: object) -> Parts:
    """A text object; of mrkdwn, Slack's own marks become styles, and what it would make live words and an address."""
    whole = words_of(text)
    if type_of(text) != "mrkdwn":
        return plain_parts(whole)
    whole = unescape(_ENTITY.sub(_in_words, redact(whole)))
    bare = _STYLED.sub(r"\2", whole)
    if redact(bare) != bare:
        return plain_parts(bare)
    return _styled(cut(whole))


def rich_parts(elements: Sequence[object]) -> Parts:
    """The words of the elements of rich text, with their styles."""
    texts = [said(one) for one in elements]
    whole = "".join(texts)
    if redact(whole) != whole or len(whole) > ROOM or len(elements) > MOST_PARTS:
        return plain_parts(whole)
    pairs = [(shown, _style(one)) for one, text in zip(elements, texts, strict=True) if (shown := kept(text))]
    return [RichTextElementParts.Text(text=shown, style=style) for shown, style in pairs]


def plain_parts(text: str) -> Parts:
    """Text without any style."""
    shown = prose(cut(redact(text)))
    return [say(shown)] if shown else []


def said(element: object) -> str:
    """What an element of rich text says in words; its address stands beside a link."""
    text, address = string(element, "text"), string(element, "url")
    match type_of(element):
        case "text":
            return text
        case "link":
            return f"{text} ({address})" if text and text != address else address
        case "emoji":
            return f":{string(element, 'name')}:"
        case _:
            names = ("fallback", "user_id", "usergroup_id", "channel_id", "range", "value")
            return next((f"@{name}" for key in names if (name := string(element, key))), "")


def cell_text(cell: object) -> str:
    """The words of a cell of a table."""
    if type_of(cell) == "rich_text":
        inner = [one for section in list_of(field(cell, "elements")) for one in list_of(field(section, "elements"))]
        return prose("".join(map(said, inner)))[:_CELL]
    value = field(cell, "text")
    value = value if isinstance(value, str) else field(cell, "value")
    return prose(str(value))[:_CELL] if isinstance(value, str | int | float) else ""


def words_of(text: object) -> str:
    """The string itself, or that of a text object."""
    return text if isinstance(text, str) else string(text, "text")


def cut(text: str) -> str:
    """At most ROOM characters; when there were more, it says how many."""
    return text if len(text) <= ROOM else f"{text[:ROOM]}… {len(text) - ROOM:,} more characters"


def type_of(item: object) -> str:
    """The type of a block, element or text object; empty when it has none."""
    return string(item, "type")


def string(item: object, key: str) -> str:
    """A field that is text; empty when it is anything else."""
    value = field(item, key)
    return value if isinstance(value, str) else ""


def field(item: object, key: str) -> Any:
    """A field of whatever came; None when there is none."""
    return item.get(key) if isinstance(item, dict) else None


def list_of(value: object) -> list[Any]:
    """A list; empty for anything else."""
    return value if isinstance(value, list) else []


def _styled(text: str) -> Parts:
    parts, at = Parts(), 0
    for found in _STYLED.finditer(text):
        parts += _inside(text[at : found.start()])
        if shown := kept(found[2]):
            parts.append(RichTextElementParts.Text(text=shown, style={_STYLES[found[1]]: True}))
        at = found.end()
    return [*parts, *_inside(text[at:])]


def _inside(text: str) -> Parts:
    shown = kept(text)
    return [say(shown)] if shown else []


def _in_words(found: re.Match[str]) -> str:
    address, label = found[1], found[2] or ""
    if address.startswith(("@", "#", "!")):
        return label or f"@{address[1:].partition('^')[0]}"
    return f"{label} ({address})" if label and label != address else address


def _style(element: object) -> dict[str, bool] | None:
    given = field(element, "style")
    names = [name for name in _STYLES.values() if isinstance(given, dict) and given.get(name) is True]
    return dict.fromkeys(names, True) if names else None
