"""Text by others than the requester: marked for the model, nothing hidden, secrets redacted (DESIGN, rule 8)."""

import json
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from bot.secret_shapes import ASSIGNED, FOLLOWING, NAME, SHAPES, SIGN, SPLIT, UNSIGNED

REDACTED = "‹redacted›"
_KEPT_CONTROLS = frozenset("\n\t")
_HIDING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0d\uffa0\U000e0000-\U000e0fff]")
"""Code points that are drawn as nothing though their category is a letter or mark (Unicode: default ignorable)."""
_TAG = re.compile(r"<(\s*/?\s*untrusted)", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r'[<>"&\s]+')
_DISGUISES = (
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u0600-\u0605\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\uf8ff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
    r"|⟨U\+[0-9A-F]{4,6}⟩|\\u[0-9a-fA-F]{4}|\\(?=/)"
)
_DISGUISE = re.compile(_DISGUISES)
"""What can stand inside a secret without being seen, or in place of one of its characters (JSON's escapes)."""
_DISGUISE_OR_BREAK = re.compile(rf"[ \t]*\n[ \t]*|{_DISGUISES}")
_PLAIN = re.compile("[a-z0-9]*")
"""Ids, digests, states. Every shape of a secret has a capital, a sign or a space in it."""


def visible(text: str) -> str:
    """The text without control, bidirectional and zero-width characters; each is written out as ⟨U+202E⟩."""
    return "".join(char if _is_plain(char) else f"⟨U+{ord(char):04X}⟩" for char in text)


def redact(text: str) -> str:
    """The text with everything that looks like a secret replaced, also when a secret is in disguise.

    It may be written with characters that nobody sees, with JSON's escapes, or on two lines. Redact before you cut: the
    half of a secret is not recognised.
    """
    if _PLAIN.fullmatch(text):
        return text
    if _DISGUISE.search(text):
        text = _undisguised(text, _DISGUISE, (SHAPES, ASSIGNED, *FOLLOWING))
    is_signed = SIGN.search(text) is not None
    for following in FOLLOWING if is_signed else UNSIGNED:
        text = following.sub(_followed, text)
    text = SHAPES.sub(REDACTED, text)
    if is_signed:
        text = ASSIGNED.sub(_assigned, text)
    return _undisguised(text, _DISGUISE_OR_BREAK, (SPLIT,)) if "\n" in text else text


def redacted(value: Any) -> Any:
    """A JSON value with its texts redacted, and everything under a secret's name; REDACTED when it is too deep."""
    try:
        return _redacted(value)
    except RecursionError:
        return REDACTED


def _redacted(value: Any) -> Any:
    match value:
        case str():
            return redact(value)
        case dict():
            return {
                redact(key) if isinstance(key, str) else key: REDACTED if _is_secret(key) and item else _redacted(item)
                for key, item in value.items()
            }
        case list() | tuple():
            return [_redacted(item) for item in value]
        case _:
            return value


def redact_json(text: str) -> str:
    """JSON text redacted value by value; text that is not JSON, or nested too deeply, is redacted as it stands."""
    try:
        return json.dumps(_redacted(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
    except (ValueError, RecursionError):
        return redact(text)


def marked(text: str, source: str) -> str:
    """The text between tags that tell the model it is data. A tag inside the text cannot close the mark."""
    inner = _TAG.sub(r"‹\1", visible(text))
    return f'<untrusted source="{_NOT_IN_A_NAME.sub(" ", visible(source))}">\n{inner}\n</untrusted>'


def _undisguised(text: str, disguise: re.Pattern[str], shapes: Sequence[re.Pattern[str]]) -> str:
    """Looks for secrets in the text without its disguise, and replaces them where they stand."""
    pieces, starts, origins, at, size = list[str](), list[int](), list[int](), 0, 0
    for hidden in disguise.finditer(text):
        for piece, origin in ((text[at : hidden.start()], at), (_meant(hidden.group()), hidden.start())):
            pieces.append(piece)
            starts.append(size)
            origins.append(origin)
            size += len(piece)
        at = hidden.end()
    plain = "".join((*pieces, text[at:]))
    starts, origins = [*starts, size], [*origins, at]

    def origin_of(position: int) -> int:
        number = bisect_right(starts, position) - 1
        return origins[number] + position - starts[number]

    found = [_secret_of(match) for shape in shapes for match in shape.finditer(plain)]
    return _masked(text, sorted((origin_of(start), origin_of(end - 1) + 1) for start, end in found))


def _secret_of(match: re.Match[str]) -> tuple[int, int]:
    """Where the secret itself stands: after its name, its sign, and between its quotes."""
    if match.re is ASSIGNED:
        quote = match[4] or ""
        return match.end(3) + len(quote), match.end() - (len(quote) if match[0].endswith(quote) else 0)
    return (match.end(1) if match.re.groups else match.start()), match.end()


def _meant(hidden: str) -> str:
    """What an escape of JSON stands for; everything else in a disguise stands for nothing."""
    return chr(int(f"0x{hidden[2:]}", 0)) if hidden.startswith("\\u") else ""


def _masked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    pieces, at = list[str](), 0
    for start, end in spans:
        if end > at:
            pieces += [text[at : max(start, at)], REDACTED]
            at = end
    return "".join((*pieces, text[at:]))


def _followed(match: re.Match[str]) -> str:
    return f"{match[1]}{REDACTED}"


def _assigned(match: re.Match[str]) -> str:
    name, after_name, sign, quote = match.groups()
    quote = quote or after_name
    return f"{name}{after_name}{sign}{quote}{REDACTED}{quote}"


def _is_secret(key: object) -> bool:
    return NAME.fullmatch(str(key)) is not None


def _is_plain(char: str) -> bool:
    hides = unicodedata.category(char) in _HIDING or _UNSEEN.match(char)
    return char in _KEPT_CONTROLS or not hides
