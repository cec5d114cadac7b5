"""Where a call differs from the words of the request, so that an approver need not compare letter by letter.

It is help for reading, never a gate: names may rightly come from a look-up. It reads the request and the arguments
only, not what the model says about them.
"""

import json
import re
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

from blocks.calls import Row
from blocks.parts import Parts, bold, say
from blocks.text import brief, cut

_NAME = re.compile(r"[\w.+:/@#=-]*\w", re.ASCII)
_TELLING = re.compile(r"@|[a-z].*[0-9]|[0-9]{6}|[^\W_][._:/-]\w", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([T ].*)?|[+-]?[\d.:,]+%?")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "_": "-", ".": "-", "+": "-"})
_CLOSE = 0.8
"""Part of the letters that two names share when a hurried reader takes one for the other."""
_ENVIRONMENTS = MappingProxyType(
    {
        **dict.fromkeys(("prod", "prd", "production"), "prod"),
        **dict.fromkeys(("dev", "development"), "dev"),
        **dict.fromkeys(("stage", "staging", "stg"), "staging"),
    }
)
_SHOWN = 5
_ROOM = 80


def unasked(row: Row) -> Parts:
    """What of the arguments the request does not name, the dangerous first; nothing when it names all."""
    asked = row.record.request.text
    said = {name.casefold(): name for name in _NAME.findall(asked)}
    values = list(_values(row))
    lines = [_elsewhere(place, _environments(asked)) for place in _environments(" ".join(values))]
    missing = dict.fromkeys(value for value in values if _is_name(value) and not _is_said(value.casefold(), said))
    named = {value.casefold() for value in values}
    free = [name for key, name in said.items() if key not in named and _is_name(name)]
    twins = {value: _twin(value, free) for value in missing}
    lines += [_mistaken(value, twin) for value, twin in twins.items() if twin]
    strangers = [value for value, twin in twins.items() if not twin]
    people = [value for value in strangers if "@" in value]
    others = [value for value in strangers if "@" not in value]
    lines += [_unnamed("⚠️ Not named in the request: ", people), _unnamed("Not named in the request: ", others)]
    return [part for line in lines if line for part in (say("\n"), *line)]


def _values(row: Row) -> Iterator[str]:
    for argument in row.arguments:
        if not row.hides(argument.name):
            yield from _texts(json.loads(argument.written))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _texts(one)
    elif isinstance(value, str):
        yield value


def _is_name(text: str) -> bool:
    """One word that means one thing: an address, an id, a host; not prose, a time, a number or a region."""
    return bool(
        _NAME.fullmatch(text)
        and _TELLING.search(text.casefold())
        and not (_MOMENT.fullmatch(text) or _REGION.fullmatch(text))
    )


def _is_said(value: str, said: Collection[str]) -> bool:
    """Whole, or but for a prefix that people leave out: the dev account is acme-dev. Of an address, only whole."""
    last = re.split(r"[^a-z0-9]+", value)[-1]
    return value in said or ("@" not in value and not last.isdecimal() and last in said)


def _environments(text: str) -> list[str]:
    words = re.split(r"[^a-z]+", text.casefold())
    return list(dict.fromkeys(_ENVIRONMENTS[word] for word in words if word in _ENVIRONMENTS))


def _elsewhere(place: str, asked: list[str]) -> Parts:
    if not asked or place in asked:
        return []
    return [say(f"⚠️ This is about {place}. The request says {' and '.join(asked)}.")]


def _twin(value: str, names: list[str]) -> str:
    """The name in the request that a reader could take for this one."""
    close = ((_likeness(value, name), name) for name in names)
    return max((pair for pair in close if pair[0] >= _CLOSE), default=(0, ""))[1]


def _likeness(one: str, other: str) -> float:
    """From 0 to 1; of addresses, the less alike of their halves."""
    halves = zip_longest(*(name.casefold().translate(_ALIKE).split("@") for name in (one, other)), fillvalue="")
    return min(SequenceMatcher(None, half, other_half).ratio() for half, other_half in halves)


def _mistaken(value: str, twin: str) -> Parts:
    return [say("⚠️ "), bold(cut(value, _ROOM)[0]), say(" is not "), bold(brief(twin, _ROOM)), say(" of the request.")]


def _unnamed(words: str, values: list[str]) -> Parts:
    if not values:
        return []
    shown = [part for value in values[:_SHOWN] for part in (say(", "), bold(cut(value, _ROOM)[0]))][1:]
    more = len(values) - _SHOWN
    return [say(words), *shown, *([say(f" and {more} more")] if more > 0 else [])]
