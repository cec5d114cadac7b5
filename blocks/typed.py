"""The way back: Slack's text as the person typed it."""

import re

MARKS = re.compile(r"<([a-z][a-z0-9+.-]*:[^|>]+)(?:\|[^>]*)?>|&(amp|lt|gt);")
CHARACTERS = {"amp": "&", "lt": "<", "gt": ">"}
SILENT_SCHEMES = ("mailto:", "tel:")


def typed(text: str) -> str:
    """Slack's `text` without its escapes and link marks (Slack docs, "Formatting text").

    `&amp;`, `&lt;` and `&gt;` become characters, a link becomes its address. Mentions such as `<@U024BE7LH>` and
    `<#C024BE7LR>` stay as they are.
    """
    return MARKS.sub(_plain, text)


def _plain(mark: re.Match[str]) -> str:
    address, character = mark.groups()
    if character:
        return CHARACTERS[character]
    scheme = next((scheme for scheme in SILENT_SCHEMES if address.startswith(scheme)), "")
    return typed(address.removeprefix(scheme))
