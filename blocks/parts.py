"""Repeated shapes. Everything is rich text with typed elements: text is never parsed, so nothing in it is live."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, TypeAlias

from slack_sdk.models.blocks import (
    ButtonElement,
    ConfirmObject,
    HeaderBlock,
    PlainTextObject,
    RichTextBlock,
    RichTextElement,
    RichTextElementParts,
    RichTextPreformattedElement,
    RichTextQuoteElement,
    RichTextSectionElement,
)

from blocks.text import DATE_FORMAT, utc, visible
from bot.untrusted import redact

Parts: TypeAlias = list[RichTextElement]

TO_THE_SECOND = "{time_secs}"
"""For moments that are only seconds apart (Slack docs, "Formatting text", date tokens)."""
_USER = re.compile(r"[UW][A-Z0-9]{2,}")
_GROUP = re.compile(r"S[A-Z0-9]{2,}")
_CHANNEL = re.compile(r"[CG][A-Z0-9]{2,}")
_BOLD = RichTextElementParts.TextStyle(bold=True)
_CODE = RichTextElementParts.TextStyle(code=True)


def say(text: str) -> RichTextElement:
    """Words of ours."""
    return RichTextElementParts.Text(text=text)


def bold(text: str) -> RichTextElement:
    """Words of ours that stand out."""
    return RichTextElementParts.Text(text=text, style=_BOLD)


def code(text: str) -> RichTextElement:
    """An exact value, already visible: its ends can be seen, and no key can be imitated in it."""
    return RichTextElementParts.Text(text=text, style=_CODE)


def when(at: datetime, form: str = DATE_FORMAT) -> RichTextElement:
    """A moment in the reader's own time zone."""
    return RichTextElementParts.Date(timestamp=int(at.timestamp()), format=form, fallback=utc(at))


def person(user: str) -> RichTextElement:
    """A mention for a Slack user id; any other name is text."""
    return RichTextElementParts.User(user_id=user) if _USER.fullmatch(user) else say(named(user) or "somebody")


def group(name: str) -> RichTextElement:
    """A mention for a Slack user group id; a handle is text."""
    return RichTextElementParts.UserGroup(usergroup_id=name) if _GROUP.fullmatch(name) else say(named(name) or "?")


def place(channel: str) -> Parts:
    """Where somebody asked."""
    if _CHANNEL.fullmatch(channel):
        return [say(" in "), RichTextElementParts.Channel(channel_id=channel)]
    return [say(" in a direct message")] if channel.startswith("D") else []


def link(url: str, text: str) -> Parts:
    """A link of ours (a permalink); nothing for anything but https."""
    return [RichTextElementParts.Link(url=url, text=text)] if url.startswith("https://") else []


def listed(items: Sequence[RichTextElement], last: str = " or ") -> Parts:
    """Elements with commas, and a word before the last."""
    parts: Parts = []
    for index, item in enumerate(items):
        between = last if index == len(items) - 1 else ", "
        parts += [say(between), item] if index else [item]
    return parts


def joined(segments: Sequence[Parts]) -> Parts:
    """Facts on one line, with dots between them."""
    return [part for index, segment in enumerate(segments) for part in ([say(" · "), *segment] if index else segment)]


def spoken(parts: Iterable[RichTextElement]) -> str:
    """The same for a push notice, in which nobody is mentioned."""
    return "".join(_spoken(part.to_dict()) for part in parts)


def line(parts: Iterable[RichTextElement]) -> RichTextSectionElement:
    """One paragraph of rich text."""
    return RichTextSectionElement(elements=list(parts))


def quote(parts: Iterable[RichTextElement]) -> RichTextQuoteElement:
    """What somebody else wrote."""
    return RichTextQuoteElement(elements=list(parts))


def preformatted(text: str) -> RichTextPreformattedElement:
    """Exact text, already visible."""
    return RichTextPreformattedElement(elements=[say(text)])


def rich(*elements: RichTextElement) -> RichTextBlock:
    """A block of paragraphs, quotes and lists."""
    return RichTextBlock(elements=elements)


def plain(text: str) -> PlainTextObject:
    """Plain text: no formatting, and `:shortcodes:` stay text, so that nobody can write our icons."""
    return PlainTextObject(text=text, emoji=False)


def header(text: str) -> HeaderBlock:
    """The heading of a card or a page."""
    return HeaderBlock(text=plain(text))


def button(
    text: str, action_id: str, value: str, *, style: str | None = None, confirm: ConfirmObject | None = None
) -> ButtonElement:
    """A button; `value` comes back with the click."""
    return ButtonElement(text=plain(text), action_id=action_id, value=value, style=style, confirm=confirm)


def dialog(title: str, text: str, yes: str) -> ConfirmObject:
    """The question before a click counts (Slack docs, "Confirmation dialog": title 100, text 300)."""
    return ConfirmObject(title=plain(title), text=plain(text), confirm=plain(yes), deny=plain("Go back"))


def named(name: str) -> str:
    """A name that others gave: exact, but for what looks like a secret."""
    return visible(redact(name))


def _spoken(part: dict[str, Any]) -> str:
    names = {"user": "a person", "usergroup": "a group", "channel": "a channel"}
    return str(part.get("text") or part.get("fallback") or names[part["type"]])
