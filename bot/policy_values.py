"""How a value of a call compares with what a rule says. Yes, no, or None where it cannot be told."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from bot.models.policy import Condition, Operator, Scalar
from bot.policy_facts import Facts, of_any, of_each

_MISSING = object()
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_TURN = re.compile(r"(?:^|/)\.{1,2}(?:/|$)")
_TextTest = Callable[[str, str], bool]


def folded(text: str) -> str:
    """One spelling for variants in case, compatibility forms, outer spaces and characters that nobody sees, which a
    system may take to be equal.
    """
    if text.isascii():
        return text.lower().strip()
    seen = "".join(one for one in unicodedata.normalize("NFKC", text) if unicodedata.category(one) != "Cf")
    return unicodedata.normalize("NFKC", seen.casefold()).strip()


def turns(text: str) -> bool:
    """Whether it is a path that leads elsewhere than it looks: `.` or `..` is a step of it (RFC 3986, section 6.2.2),
    also percent-encoded, and also with backslashes.
    """
    if "." not in text and "%" not in text:
        return False
    return bool(_TURN.search(unquote(text).replace("\\", "/")))


def text_like(value: Any, wanted: Scalar, test: _TextTest) -> bool | None:
    """To the letter, yes. What only holds of another spelling cannot be told, nor where a path that turns leads, nor
    anything of what is no text.
    """
    if not isinstance(value, str) or not isinstance(wanted, str):
        return None
    if turns(value):
        return True if value == wanted and test(value, wanted) else None
    if test(value, wanted):
        return True
    other = folded(value)
    return None if turns(other) or test(other, folded(wanted)) else False


def equal(value: Any, wanted: Scalar) -> bool | None:
    """Numbers by value. Values of different kinds cannot be compared."""
    if isinstance(value, str) and isinstance(wanted, str):
        return text_like(value, wanted, str.__eq__)
    if value is None or wanted is None:
        return value is wanted
    if is_number(value) and is_number(wanted):
        return bool(value == wanted)
    if isinstance(value, bool) and isinstance(wanted, bool):
        return value is wanted
    return None


def is_number(value: Any) -> bool:
    """A JSON number; true and false are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def holds(condition: Condition, facts: Facts) -> bool | None:
    """Whether the condition holds. A missing argument that the tool could have taken cannot be compared."""
    value = pointed(condition.pointer, facts.arguments)
    if condition.operator is Operator.EXISTS:
        return value is not _MISSING
    if condition.operator is Operator.ABSENT:
        return value is _MISSING
    if value is _MISSING:
        return None if facts.may_take(steps(condition.pointer)[0]) else False
    compare = COMPARE[condition.operator]
    return of_each(value, lambda one: of_any(compare(one, wanted) for wanted in condition.values))


def steps(pointer: str) -> list[str]:
    """The reference tokens of a JSON pointer (RFC 6901, sections 3 and 4); one that points into something has some."""
    return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]


def pointed(pointer: str, value: Any) -> Any:
    """What the pointer points to, or a mark that nothing is there. `-` (after the last item) is never there."""
    for step in steps(pointer):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and _INDEX.fullmatch(step) and int(step) < len(value):
            value = value[int(step)]
        else:
            return _MISSING
    return value


def _less(value: Any, wanted: Scalar) -> bool | None:
    return value < wanted if is_number(value) and is_number(wanted) else None


def _more(value: Any, wanted: Scalar) -> bool | None:
    return value > wanted if is_number(value) and is_number(wanted) else None


COMPARE: Mapping[Operator, Callable[[Any, Scalar], bool | None]] = MappingProxyType(
    {
        Operator.EQUALS: equal,
        Operator.IN: equal,
        Operator.PREFIX: lambda value, wanted: text_like(value, wanted, str.startswith),
        Operator.SUFFIX: lambda value, wanted: text_like(value, wanted, str.endswith),
        Operator.GLOB: lambda value, wanted: text_like(value, wanted, fnmatchcase),
        Operator.LESS: _less,
        Operator.MORE: _more,
    }
)
"""All but `exists` and `absent`, which need no value."""
