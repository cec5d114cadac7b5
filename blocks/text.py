"""Untrusted text made safe to show. Every other module gets its characters from here.

`visible` is for exact things (arguments, names): nothing in it can hide, and it can be read back. `prose` is for
sentences of people and models: line breaks and joined emoji stay, everything else that hides is shown.
"""

import unicodedata
from collections.abc import Iterator
from datetime import datetime

from bot.untrusted import redact

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
"""Characters that Unicode calls letters, marks or symbols and that draw nothing (Unicode 15, Default_Ignorable)."""

_JOINERS = frozenset("\u200c\u200d\ufe0f")
_JOINABLE = frozenset({"So", "Sm", "Sk", "Lo", "Mn", "Mc"})


def visible(text: str) -> str:
    """Every control, bidi, zero-width or blank character as ⟨U+202E⟩; `⟨` itself too, so that it can be read back."""
    return text if text.isascii() and text.isprintable() else "".join(map(_shown, text))


def prose(text: str) -> str:
    """Like `visible`, but keeps line breaks, tabs, `⟨`, and the joiners inside emoji and of scripts that need them.

    Whatever looks like a secret is redacted here (DESIGN, rule 8). Arguments are not prose: they are shown exactly.
    """
    text = redact(text).replace("\r\n", "\n").strip()
    return text if text.isascii() and text.isprintable() else "".join(_prose_pieces(text))


def kept(text: str) -> str:
    """`prose` without its trimming: a blank at the end of a span stands between two words."""
    lead, tail = len(text) - len(text.lstrip(" \n")), len(text.rstrip(" \n"))
    return text[:lead] + prose(text[lead:tail]) + text[tail:] if tail else text


def one_line(text: str) -> str:
    """`prose` with every run of white space as one space."""
    return prose(" ".join(text.split()))


def escape(text: str) -> str:
    """Text for mrkdwn, in which nothing is a mention, a link or a date (Slack docs, "Formatting text": & < >).

    It hides nothing and shows nothing hidden: what is not ours goes through `prose` or `visible` first.
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def cut(text: str, limit: int) -> tuple[str, int]:
    """The beginning of `visible(text)` that fits into `limit` characters, and how many of `text` are missing then."""
    start = text[:limit]
    if start.isascii() and start.isprintable():
        return start, len(text) - len(start)
    size = 0
    for taken, char in enumerate(text):
        size += len(_shown(char))
        if size > limit:
            return visible(text[:taken]), len(text) - taken
    return visible(text), 0


def brief(text: str, limit: int, where: str = "") -> str:
    """A sentence on one line; when it is shortened it says by how much, and `where` the rest is."""
    whole = one_line(text)
    if len(whole) <= limit:
        return whole
    return f"{whole[:limit].rstrip()}… {len(whole) - limit:,} more characters{where and f' {where}'}"


def clip(text: str, limit: int) -> str:
    """An exact thing for a heading; when it is shortened it says by how much."""
    shown, left = cut(text, limit)
    return f"{shown}… (+{left:,})" if left else shown


def slack_date(at: datetime) -> str:
    """A moment in the reader's own time zone, for mrkdwn (Slack docs, "Formatting text", date tokens)."""
    return f"<!date^{int(at.timestamp())}^{DATE_FORMAT}|{utc(at)}>"


DATE_FORMAT = "{date_short_pretty} {time}"


def utc(at: datetime) -> str:
    """A moment for those who cannot be asked for their time zone."""
    return f"{at:%Y-%m-%d %H:%M} UTC"


def duration(seconds: float) -> str:
    """How long something took: "340 ms", "1.2 s", "4 hours", "1 day 2 hours"."""
    if seconds < 0.9995:
        return f"{round(seconds * 1000)} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    minutes = round(seconds / 60)
    parts = ((minutes // 1440, "day"), (minutes // 60 % 24, "hour"), (minutes % 60, "minute"))
    return " ".join([counted(count, unit) for count, unit in parts if count][:2])


def counted(count: int, noun: str) -> str:
    """ "1 action", "2 actions", "1,204 characters"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _prose_pieces(text: str) -> Iterator[str]:
    before = " "
    for char in text:
        joined = char in _JOINERS and unicodedata.category(before) in _JOINABLE
        yield char if char in "\n\t⟨" or joined else _shown(char)
        before = char


def _shown(char: str) -> str:
    return f"⟨U+{ord(char):04X}⟩" if _hides(char) else char


def _hides(char: str) -> bool:
    if not char.isprintable() or char == "⟨" or char in _BLANK:
        return True
    return "\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef"
