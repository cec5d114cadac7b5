"""Whether arguments fit a tool's schema. The schema is a server's: whatever stands in it, checking it ends soon.

Nothing but this is done with schemas by others, and it is done on the event loop. The library is JSON Schema's own;
what it would leave to Python's `re`, or compare each with each, is done here.
"""

import json
import time
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, TypeAlias

import regex
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable

from bot.closing import SAYS, closed, target
from bot.errors import BadInput, CountersignError
from bot.schemas import SHAPE, references

PREPARING = 0.12
"""Seconds of processor time to make a schema ready, which is kept."""
FITTING = 0.08
"""Seconds of processor time to check one call's arguments."""
LONGEST_PATTERN = 600
"""Characters: what `regex` prepares for a text of that length takes 50 ms, of double the length eight times that."""
MOST_VALUES = 10_000
"""In the arguments of one call, counted at every depth."""
NO_SCHEMA = "it is no JSON Schema that we can follow"

Schema: TypeAlias = dict[str, Any]
Keyword: TypeAlias = Callable[[Any, Any, Any, Any], Iterator[ValidationError]]


class Unusable(CountersignError):
    """The schema of this tool cannot be checked: it is wrong, or it takes too long."""


class TooSlow(Unusable):
    """The time was over."""


class Work(FormatChecker):
    """What one check may still cost. It stands where the library keeps its formats: it hands that to every part."""

    def __init__(self, root: Schema, seconds: float, clock: Callable[[], float] = time.thread_time) -> None:
        super().__init__(formats=())
        self.root = root
        self._clock = clock
        self._until = clock() + seconds

    def tick(self) -> None:
        """Raises TooSlow when the time is over."""
        if self._clock() > self._until:
            raise TooSlow("it takes too long")

    def matches(self, pattern: str, text: str) -> bool:
        """Whether the pattern is found in the text. Raises Unusable for one that is wrong, too long or too slow."""
        self.tick()
        if len(pattern) > LONGEST_PATTERN:
            raise Unusable("a pattern is too long")
        try:
            return regex.search(pattern, text, timeout=max(self._until - self._clock(), 0.001)) is not None
        except TimeoutError as error:
            raise TooSlow("a pattern cannot be used: it takes too long") from error
        except (regex.error, MemoryError, ValueError, OverflowError) as error:
            raise Unusable("a pattern cannot be used") from error


def misfit(schema: str, arguments: Schema, clock: Callable[[], float] = time.thread_time) -> ValidationError | None:
    """How these arguments, read from canonical JSON, do not fit the schema. Raises Unusable, BadInput.

    What takes too long is tried once more: a sweep of the whole memory may have used up the time of the first try.
    """
    try:
        return _misfit(schema, arguments, clock)
    except TooSlow:
        return _misfit(schema, arguments, clock)


def _misfit(schema: str, arguments: Schema, clock: Callable[[], float]) -> ValidationError | None:
    try:
        ready = prepared(schema)
        work = Work(ready, FITTING, clock)
        if (values := _values(arguments)) > MOST_VALUES:
            raise BadInput(f"the arguments hold {values:,} values", mend=f"at most {MOST_VALUES:,}")
        return _first(ready, arguments, work)
    except (Unresolvable, RecursionError, ValueError, ArithmeticError) as error:
        raise Unusable("it cannot be followed") from error


@lru_cache(maxsize=256)
def prepared(schema: str) -> Schema:
    """The schema, closed, if it is one. Made once for each text. Raises Unusable, RecursionError, ValueError."""
    read: Schema = json.loads(schema)
    work = Work({}, PREPARING)
    if not isinstance(read, dict):
        raise Unusable(NO_SCHEMA)
    targets = {reference: target(reference, read) for reference in references(read)}
    for part in (read, *targets.values()):
        if part is None or _first(dict(SHAPE), part, work):
            raise Unusable(NO_SCHEMA)
    return closed(read, work.tick)


def _first(schema: Schema, value: Any, work: Work) -> ValidationError | None:
    """Nothing is fetched: the registry is empty."""
    validator = _Bounded(schema, registry=Registry(), format_checker=work)
    return next(validator.iter_errors(value), None)


def _values(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(_values, inner))


def _counted(keyword: Any) -> Keyword:
    def check(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
        validator.format_checker.tick()
        yield from keyword(validator, value, instance, schema) or ()

    return check


def _pattern(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str) and not validator.format_checker.matches(value, instance):
        yield ValidationError(f"{instance!r} does not match {value!r}")


def _pattern_properties(validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    for pattern, inner in value.items() if isinstance(instance, dict) else ():
        for name in _matching(validator, [pattern], instance):
            yield from validator.descend(instance[name], inner, path=name, schema_path=pattern)


def _additional(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        named = _named(validator, instance, schema)
        yield from _others(validator, value, instance, named, "Additional")


def _unevaluated(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, dict):
        plain = {key: inner for key, inner in schema.items() if key != "unevaluatedProperties"}
        yield from _others(validator, value, instance, _evaluated(validator, instance, plain), "Unevaluated")


def _others(validator: Any, value: Any, instance: Schema, named: set[str], kind: str) -> Iterator[ValidationError]:
    for name in instance:
        if name not in named and value is False:
            yield ValidationError(f"{kind} properties are not allowed ({name!r} was unexpected)")
        elif name not in named:
            yield from validator.descend(instance[name], value, path=name)


def _unique(_validator: Any, value: Any, instance: Any, _schema: Any) -> Iterator[ValidationError]:
    if value and isinstance(instance, list) and len({_key(item) for item in instance}) < len(instance):
        yield ValidationError(f"{instance!r} has non-unique elements")


def _key(value: Any) -> str:
    """The same for equal values: in JSON Schema 1 and 1.0 are equal, and 1 and true are not."""
    return json.dumps(_whole(value), sort_keys=True)


def _whole(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _whole(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_whole(inner) for inner in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _matching(validator: Any, patterns: Any, instance: Schema) -> set[str]:
    work = validator.format_checker
    return {name for name in instance if any(work.matches(pattern, name) for pattern in patterns)}


def _named(validator: Any, instance: Schema, schema: Schema) -> set[str]:
    known = {name for name in schema.get("properties", ()) if name in instance}
    return known | _matching(validator, schema.get("patternProperties", ()), instance)


def _evaluated(validator: Any, instance: Schema, schema: Any) -> set[str]:
    """The members that a schema, or one that it applies to the same object, speaks of (JSON Schema 2020-12, 11.3)."""
    validator.format_checker.tick()
    if not isinstance(schema, dict):
        return set()
    found = _named(validator, instance, schema)
    for inner in (schema[key] for key in SAYS if key in schema):
        found |= {name for name in instance if _fits(validator, instance[name], inner)}
    for part in _applied(validator, instance, schema):
        found |= _evaluated(validator, instance, part)
    return found


def _applied(validator: Any, instance: Schema, schema: Schema) -> Iterator[Any]:
    if "$ref" in schema:
        yield target(schema["$ref"], validator.format_checker.root)
    for name, part in schema.get("dependentSchemas", {}).items():
        if name in instance:
            yield part
    for key in ("allOf", "oneOf", "anyOf"):
        yield from (part for part in schema.get(key, ()) if _fits(validator, instance, part))
    if "if" in schema:
        holds = _fits(validator, instance, schema["if"])
        yield from (schema["if"], schema.get("then")) if holds else (schema.get("else"),)


def _fits(validator: Any, instance: Any, schema: Any) -> bool:
    return next(validator.descend(instance, schema), None) is None


_OURS: dict[str, Keyword] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional,
    "unevaluatedProperties": _unevaluated,
    "uniqueItems": _unique,
}
_Bounded = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {name: _counted(keyword) for name, keyword in {**Draft202012Validator.VALIDATORS, **_OURS}.items()},
)
