"""One reading of what the model wrote, and the digest that binds an approval to it (DESIGN, rule 1).

`canonical` parses the raw text of a tool input once and refuses whatever two readers could read differently. Everything
after it (policy, card, digest, executor) uses the text that it returns.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import Any, NoReturn

from bot.errors import BadInput

MAX_DEPTH = 64
MAX_SAFE_INTEGER = 2**53 - 1
"""RFC 7493 (I-JSON) section 2.2: beyond it, readers round differently."""

_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")


def canonical(text: str) -> str:
    """The arguments as compact JSON with sorted keys; numbers stand as they were written.

    Raises:
        BadInput: not one JSON object, or one that could be read in two ways: duplicate or case-variant keys, NaN,
            infinities, lone surrogates, numbers that change when they are read and written again, more than 64 levels.
    """
    try:
        value = json.loads(
            text or "{}",
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_decimal,
            parse_constant=_not_a_number,
        )
    except ValueError as error:
        raise BadInput("the arguments are not complete JSON", mend=str(error)) from error
    except RecursionError as error:
        raise BadInput("the arguments are nested too deeply", mend=f"at most {MAX_DEPTH} levels") from error
    if not isinstance(value, dict):
        raise BadInput("the arguments are not a JSON object", mend="write {...}")
    return _write(value, 0)


def loads(arguments: str) -> dict[str, Any]:
    """The Python values of canonical arguments, for schema checks and for the wire."""
    value: dict[str, Any] = json.loads(arguments)
    return value


def digest(*fields: str) -> str:
    """SHA-256 over the fields, each with its ends known, so that no two lists of fields give the same bytes."""
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()


def tools_digest(tools: object, missing: Iterable[str]) -> str:
    """What a snapshot of tools is stored under: `tools` as plain JSON values with all their fields, so that a snapshot
    which an older version wrote, with fewer fields, still has the digest that it had then.
    """
    return digest(json.dumps(tools, sort_keys=True), *missing)


class _Number(str):
    """A number as it was written."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    seen: dict[str, str] = {}
    for key, _ in pairs:
        folded = _folded(key)
        if folded in seen:
            raise BadInput(f"the key {key!r} stands there twice", mend="use each key once, in one spelling")
        seen[folded] = key
    return dict(pairs)


def _folded(key: str) -> str:
    """One spelling for all case and compatibility variants (Unicode Standard 3.13, toNFKC_Casefold)."""
    once = unicodedata.normalize("NFKC", unicodedata.normalize("NFD", key).casefold())
    return unicodedata.normalize("NFKC", once.casefold())


def _integer(written: str) -> _Number:
    if not _INTEGER.fullmatch(written) or written == "-0":
        raise BadInput(f"the number {written} is ambiguous", mend="write 0")
    if len(written) > 17 or abs(int(written)) > MAX_SAFE_INTEGER:
        raise BadInput(f"the number {written[:40]} is too large to be exact", mend="send it as a string")
    return _Number(written)


def _decimal(written: str) -> _Number:
    exact = repr(float(written))
    if written != exact or "e" in exact or "n" in exact or exact == "-0.0":
        raise BadInput(f"the number {written[:40]} can be written in several ways", mend=_plain(exact))
    return _Number(written)


def _plain(exact: str) -> str:
    if "e" in exact or "n" in exact or abs(float(exact)) > MAX_SAFE_INTEGER:
        return "send it as a string"
    return "write 0" if exact == "-0.0" else f"write {exact}"


def _not_a_number(written: str) -> NoReturn:
    raise BadInput(f"{written} is not a JSON number", mend="leave the argument out")


def _write(value: Any, depth: int) -> str:
    if depth >= MAX_DEPTH and isinstance(value, dict | list):
        raise BadInput("the arguments are nested too deeply", mend=f"at most {MAX_DEPTH} levels")
    match value:
        case _Number():
            return str(value)
        case str():
            return _string(value)
        case dict():
            pairs = (f"{_string(key)}:{_write(value[key], depth + 1)}" for key in sorted(value))
            return "{" + ",".join(pairs) + "}"
        case list():
            return "[" + ",".join(_write(item, depth + 1) for item in value) + "]"
        case _:
            return json.dumps(value)


def _string(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise BadInput("a text holds half of a character (a lone surrogate)", mend="send whole characters") from error
    return json.dumps(value, ensure_ascii=False)
