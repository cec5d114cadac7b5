"""Text by others than the requester: marked for the model, nothing hidden, secrets redacted (DESIGN, rule 8)."""

import json
import re
import unicodedata
from typing import Any

REDACTED = "‹redacted›"
_KEPT_CONTROLS = frozenset("\n\t")
_HIDING = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0d\uffa0\U000e0000-\U000e0fff]")
"""Code points that are drawn as nothing though their category is a letter or mark (Unicode: default ignorable)."""
_TAG = re.compile(r"<(\s*/?\s*untrusted)", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r'[<>"&\s]+')
_SHAPES = (
    r"xox[abeprs]-[A-Za-z0-9-]{8,}",
    r"xapp-[A-Za-z0-9-]{8,}",
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"\bAIza[A-Za-z0-9_-]{35}\b",
    r"\bya29\.[A-Za-z0-9_-]{20,}",
    r"\bgh[pousr]_[A-Za-z0-9]{30,}\b",
    r"\bgithub_pat_[A-Za-z0-9_]{22,}\b",
    r"\bsk-[A-Za-z0-9_-]{20,}",
    r"\b[sr]k_(?:live|test)_[A-Za-z0-9]{16,}\b",
    r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"']*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?=[\"'])|\Z)",
    r"(?i:\bbearer)\s+[A-Za-z0-9._~+/=-]{16,}",
    r"(?<=://)[^/\s:@]{1,64}:[^/\s@]{3,}(?=@)",
)
_SECRETS = re.compile("|".join(_SHAPES))
_NAMES = r"""(?:secret[_-]?access[_-]?key|client[_-]?secret|password|passwd|api[_-]?key|access[_-]?token
    |refresh[_-]?token|backup[_-]?codes?)"""
_SECRET_NAME = re.compile(rf"(?ix) .* {_NAMES}")
_ASSIGNED = re.compile(
    rf"""(?ix) ({_NAMES}) (\\*["']?) (\s*[:=]\s*)
    (?: (\\*["']) (?:(?!\4)(?:\\.|[^\n\\])){{4,}} (?:\4)?     # in quotes, which JSON inside JSON escapes
      | \[ [^\[\]]* \]?                                      # a list
      | (?!(?:null|none|true|false)\b) [^\s"',}}{{\[\]\\]{{4,}} )"""
)


def visible(text: str) -> str:
    """The text without control, bidirectional and zero-width characters; each is written out as ⟨U+202E⟩."""
    return "".join(char if _is_plain(char) else f"⟨U+{ord(char):04X}⟩" for char in text)


def redact(text: str) -> str:
    """The text with everything that looks like a secret replaced."""
    return _ASSIGNED.sub(_assigned, _SECRETS.sub(REDACTED, text))


def redacted(value: Any) -> Any:
    """A JSON value with its texts redacted, and everything under a secret's name."""
    match value:
        case str():
            return redact(value)
        case dict():
            return {key: REDACTED if _is_secret(key) and item else redacted(item) for key, item in value.items()}
        case list() | tuple():
            return [redacted(item) for item in value]
        case _:
            return value


def redact_json(text: str) -> str:
    """JSON text redacted value by value; text that is not JSON is redacted as it stands."""
    try:
        return json.dumps(redacted(json.loads(text)), ensure_ascii=False, separators=(",", ":"))
    except ValueError:
        return redact(text)


def marked(text: str, source: str) -> str:
    """The text between tags that tell the model it is data. A tag inside the text cannot close the mark."""
    inner = _TAG.sub(r"‹\1", visible(text))
    return f'<untrusted source="{_NOT_IN_A_NAME.sub(" ", visible(source))}">\n{inner}\n</untrusted>'


def _assigned(match: re.Match[str]) -> str:
    name, after_name, sign, quote = match.groups()
    quote = quote or after_name
    return f"{name}{after_name}{sign}{quote}{REDACTED}{quote}"


def _is_secret(key: object) -> bool:
    return _SECRET_NAME.fullmatch(str(key)) is not None


def _is_plain(char: str) -> bool:
    hides = unicodedata.category(char) in _HIDING or _UNSEEN.match(char)
    return char in _KEPT_CONTROLS or not hides
