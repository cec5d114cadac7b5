"""A tool's schema, closed: at every depth where it names members, it takes no others (DESIGN, rule 3)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import unquote

Schema: TypeAlias = dict[str, Any]

BRANCHES = ("allOf", "anyOf", "oneOf")
"""They speak of the value that the schema itself speaks of (JSON Schema 2020-12, "in-place applicators")."""
CHOICES = ("then", "else")
VALUES = frozenset({"items", "prefixItems", "additionalProperties", "properties", "patternProperties"})
"""What stands under these speaks of values inside the value."""
NEIGHBOURS = frozenset({*BRANCHES, *CHOICES, "$defs", "definitions", "dependentSchemas"})
NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""These hold schemas by name."""
SAYS = ("additionalProperties", "unevaluatedProperties")


@dataclass(frozen=True, slots=True)
class _Whole:
    """The document, and what is to be called at every part of it."""

    root: Schema
    tick: Callable[[], object]


def closed(schema: Schema, tick: Callable[[], object] = lambda: None) -> Schema:
    """The same valid schema, in which objects with named members take no others, unless they say whether they do.

    Maps, which name no members, stay open, and so do conditions (`if`, `not`, `contains`). Calls `tick` at every step,
    which may raise. Raises RecursionError.
    """
    found: Schema = _value(schema, _Whole(schema, tick))
    return found


def _value(schema: Any, whole: _Whole) -> Any:
    """The schema of a value: closed as a whole, with all that its branches name."""
    inner = _inner(schema, whole)
    if not isinstance(inner, dict):
        return inner
    parts = list(_parts(inner, whole, set()))
    names, says = any(part.get("properties") for part in parts), any(key in part for part in parts for key in SAYS)
    return inner | {"unevaluatedProperties": False} if names and not says else inner


def _inner(schema: Any, whole: _Whole) -> Any:
    """A schema whose values are closed, but not itself: its neighbours may name more members of the same object."""
    if not isinstance(schema, dict):
        return schema
    return {key: _keyword(key, value, whole) for key, value in schema.items()}


def _keyword(key: str, value: Any, whole: _Whole) -> Any:
    close = _value if key in VALUES else _inner
    if key not in VALUES | NEIGHBOURS:
        return value
    if key in NAMED:
        return {name: close(each, whole) for name, each in value.items()}
    return [close(each, whole) for each in value] if isinstance(value, list) else close(value, whole)


def _parts(schema: Any, whole: _Whole, seen: set[str]) -> Iterator[Mapping[str, Any]]:
    """The schema and all others that speak of the same value, through references within the document."""
    if not isinstance(schema, dict):
        return
    whole.tick()
    yield schema
    branches = [branch for key in BRANCHES for branch in schema.get(key, ())]
    choices = [schema.get(key) for key in CHOICES]
    for part in (*branches, *choices, *schema.get("dependentSchemas", {}).values()):
        yield from _parts(part, whole, seen)
    reference = schema.get("$ref", "")
    if reference and reference not in seen:
        seen.add(reference)
        yield from _parts(target(reference, whole.root), whole, seen)


def target(reference: str, root: Schema) -> Any:
    """What a local reference names (RFC 6901), or nothing."""
    found: Any = root if reference.startswith("#") else None
    for step in unquote(reference.removeprefix("#")).split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            found = found[int(key)] if key.isdecimal() and int(key) < len(found) else None
        else:
            found = found.get(key) if isinstance(found, dict) else None
    return found
