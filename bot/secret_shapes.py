"""What a secret looks like, and the names under which one stands. Shapes of the providers' own documentation.

A secret that is written in another alphabet (base64, hex, reversed, in words) is not recognised.
"""

import re

_START = r"(?<![A-Za-z0-9])"
_END = r"(?![A-Za-z0-9_-])"
_SPLIT = (
    r"xox[abcdeprs]-[A-Za-z0-9-]{8,}",
    r"xapp-[A-Za-z0-9-]{8,}",
    r"(?<=hooks\.slack\.com/services/)[A-Za-z0-9/_-]{20,}",
)
_SPLIT_AFTER_START = (
    r"(?:AKIA|ASIA)(?=[A-Z]*[0-9])[A-Z0-9]{16}(?![A-Za-z0-9])",
    rf"AIza[A-Za-z0-9_-]{{35}}{_END}",
    r"ya29\.[A-Za-z0-9_-]{20,}",
    r"GOCSPX-[A-Za-z0-9_-]{20,}",
    r"gh[pousr]_[A-Za-z0-9]{30,}",
    r"github_pat_[A-Za-z0-9_]{22,}",
    r"glpat-[A-Za-z0-9_-]{20,}",
    r"sk-(?:ant|proj)-(?=[A-Za-z_-]{0,80}[0-9])[A-Za-z0-9_-]{20,}",
    r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,}",
    r"whsec_[A-Za-z0-9+/]{20,}",
    r"eyJ[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,4000}\.[A-Za-z0-9_-]{8,}",
)
"""These and the ones above cannot be anything else, so that they are also found with a line break in the middle."""
_WHOLE_AFTER_START = (
    r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Za-z0-9])",
    r"1//0[A-Za-z0-9_-]{20,}",
    r"sk-(?=[A-Za-z_-]{0,80}[0-9])[A-Za-z0-9_-]{20,}",
    r"(?i:bearer)\s+(?=[A-Za-z._~+/=-]{0,200}[0-9])[A-Za-z0-9._~+/=-]{16,}",
)
_WHOLE = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----[^\"']*?(?:-----END [A-Z ]*PRIVATE KEY-----|(?=[\"'])|\Z)",
    r"(?<=://)[^/\s:@]{0,64}:[^/\s@]{3,}(?=@)",
)


def _after_start(*shapes: str) -> str:
    """The start of a word is looked for once, and not by each of its shapes."""
    return f"{_START}(?:{'|'.join(shapes)})"


SPLIT = re.compile("|".join((*_SPLIT, _after_start(*_SPLIT_AFTER_START))))
SHAPES = re.compile("|".join((*_SPLIT, _after_start(*_SPLIT_AFTER_START, *_WHOLE_AFTER_START), *_WHOLE)))
"""Each match is a secret."""

_MIXED = r"(?=[a-z0-9/+]*[A-Z])(?=[A-Z0-9/+]*[a-z])(?=[A-Za-z/+]*[0-9])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"
_GAP = r"[^A-Za-z0-9]{1,40}"
_SAID = r"(?i:(?<![A-Za-z0-9])pass(?:word|phrase|code)[\"']?\s+(?:is|was|will\sbe|set\sto|to)[:\s]+[\"'`]?)"
_CODES = r"(?i:(?:backup|recovery)[ _-]?(?:verification[ _-])?codes?\b[^\n0-9]{0,30}?(?:[:=\n]|\\n)(?:\s|\\n)*)"
_AFTER = (
    rf"{_START}(?:AKIA|ASIA)[A-Z0-9]{{16}}{_GAP}(?:[A-Za-z_ ]{{1,40}}{_GAP})?(?={_MIXED})",
    r"(?i:(?<![A-Za-z0-9])authorization[\"']?\s*[:=]\s*[\"']?(?:basic|token|apikey)\s+)(?=[^\s\"',]{8})",
    r"(?i:[?&](?:token|sig|signature|auth|key|x-amz-signature|x-amz-security-token)=)(?=[^&\s\"'<>]{8})",
    _SAID + r"(?=[^\s\"'`]{0,99}[0-9])(?=[^\s\"'`]{0,99}[A-Za-z])(?=[^\s\"'`]{8})(?![^\s\"'`]{0,99}[@/])",
    _CODES + r"(?=[0-9]{4})",
)
_VALUES = (
    r"[A-Za-z0-9/+]{40}",
    r"[^\s\"',]+",
    r"[^&\s\"'<>]+",
    r"[^\s\"'`]+",
    r"[0-9]{4}(?:[ -]?[0-9]{2,})*(?:(?:[\s,;]|\\[nN])+[0-9]{4}(?:[ -]?[0-9]{2,})*)*",
)
FOLLOWING = tuple(re.compile(rf"({before})(?:{value})") for before, value in zip(_AFTER, _VALUES, strict=True))
"""Group 1 says that what follows it is a secret."""
SIGN = re.compile(r"[:=\n]|\\[nN]")
"""Without one of these a text holds no match of ASSIGNED, nor of any in FOLLOWING but those in UNSIGNED."""
UNSIGNED = (FOLLOWING[0], FOLLOWING[3])

_NAMES = r"""(?:secret[_-]?access[_-]?key|secret[_-]?key|(?:client|signing|webhook|shared|consumer|totp|otp)[_-]?secret
    |password|passwd|passphrase|api[_-]?key|private[_-]?key|encryption[_-]?key
    |(?:access|refresh|session|auth|bot|bearer|security|id)[_-]?token|(?:backup|recovery)[_-]?codes?)"""
NAME = re.compile(rf"(?ix) .* {_NAMES} | token | secret | authorization | (?:set-)?cookie")
"""A name under which a secret stands, in a mapping."""
ASSIGNED = re.compile(
    rf"""(?ix) ({_NAMES}) (\\*["']?) (\s*[:=]\s*)
    (?: (\\*["']) (?:(?!\4)(?:\\.|[^\n\\])){{4,}} (?:\4)?     # in quotes, which JSON inside JSON escapes
      | \[ [^\[\]]* \]?                                      # a list
      | (?!(?:null|none|true|false)\b) [^\s"',}}{{\[\]\\]{{4,}} )"""
)
"""The same in a text: name, quote after it, sign, quote before the value."""
