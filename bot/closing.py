"""A tool's schema, closed: at every depth where it names members, it takes no others (DESIGN, rule 3)."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

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


def closed(schema: Schema) -> Schema:
    """The same valid schema, in which objects with named members take no others, unless they say whether they do.

    Maps, which name no members, stay open, and so do conditions (`if`, `not`, `contains`). Raises RecursionError.
    """
    found: Schema = _value(schema, schema)
    return found


def _value(schema: Any, root: Schema) -> Any:
    """The schema of a value: closed as a whole, with all that its branches name."""
    inner = _inner(schema, root)
    if not isinstance(inner, dict):
        return inner
    parts = list(_parts(inner, root, frozenset()))
    names, says = any(part.get("properties") for part in parts), any(key in part for part in parts for key in SAYS)
    return inner | {"unevaluatedProperties": False} if names and not says else inner


def _inner(schema: Any, root: Schema) -> Any:
    """A schema whose values are closed, but not itself: its neighbours may name more members of the same object."""
    if not isinstance(schema, dict):
        return schema
    return {key: _keyword(key, value, root) for key, value in schema.items()}


def _keyword(key: str, value: Any, root: Schema) -> Any:
    close = _value if key in VALUES else _inner
    if key not in VALUES | NEIGHBOURS:
        return value
    if key in NAMED:
        return {name: close(each, root) for name, each in value.items()}
    return [close(each, root) for each in value] if isinstance(value, list) else close(value, root)


def _parts(schema: Any, root: Schema, seen: frozenset[str]) -> Iterator[Mapping[str, Any]]:
    """The schema and all others that speak of the same value, through references within the document."""
    if not isinstance(schema, dict):
        return
    yield schema
    branches = [branch for key in BRANCHES for branch in schema.get(key, ())]
    choices = [schema.get(key) for key in CHOICES]
    for part in (*branches, *choices, *schema.get("dependentSchemas", {}).values()):
        yield from _parts(part, root, seen)
    reference = schema.get("$ref", "")
    if reference and reference not in seen:
        yield from _parts(_target(reference, root), root, seen | {reference})


def _target(reference: str, root: Schema) -> Any:
    """What a local reference names (RFC 6901), or nothing."""
    found: Any = root if reference.startswith("#") else None
    for step in reference.removeprefix("#").split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        found = found.get(key) if isinstance(found, dict) else None
    return found
