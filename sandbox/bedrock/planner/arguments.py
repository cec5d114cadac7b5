"""What a clause says, put into a tool's schema."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.bedrock.planner.request import Clause
from sandbox.bedrock.planner.schema import TARGETS, kinds, properties, resolve
from sandbox.bedrock.planner.values import Place, group_mails, near, value_for


@dataclass(slots=True)
class Filled:
    """Arguments, and the required properties for which the clause had nothing. `used` is what may not be used again."""

    args: dict[str, Any] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)


def calls(schema: Mapping[str, Any], clause: Clause) -> list[Filled]:
    """One call, or one for each target if the clause names several and the schema has one place for them."""
    places = [name for name, prop in properties(schema, schema) if prop.get("type", "string") == "string"]
    for kind in TARGETS:
        mine = [name for name in places if kind in kinds(name)]
        labelled = [found[0] for name in mine if (found := near(name, clause, clause.get(kind)))]
        groups = [mail for name in places if "groups" in kinds(name) for mail in group_mails(name, clause)]
        free = [value for value in clause.get(kind) if value not in labelled + groups]
        if len(free) > 1 and len(mine) - len(labelled) == 1:
            return [fill(schema, clause.only(kind, *groups, *labelled, value), schema) for value in free]
    return [fill(schema, clause, schema)]


def fill(schema: Mapping[str, Any], clause: Clause, root: Mapping[str, Any], used: set[str] | None = None) -> Filled:
    """Arguments for one call."""
    filled = Filled(used=set() if used is None else used)
    for name, raw in schema.get("properties", {}).items():
        place = Place(name, resolve(raw, root), clause, filled.used, name in schema.get("required", ()))
        value = _nested(place, root, filled) if place.schema.get("properties") else value_for(place)
        if value is not None:
            filled.args[name] = value
        elif place.required and "default" not in place.schema:
            filled.missing.append(name)
    return filled


def _nested(place: Place, root: Mapping[str, Any], filled: Filled) -> dict[str, Any] | None:
    inner = fill(place.schema, place.clause, root, place.used)
    if not (inner.args or place.required):
        return None
    filled.missing += inner.missing
    return inner.args


def with_context(clause: Clause, mails: tuple[str, ...]) -> Clause:
    """The clause with addresses seen elsewhere in the conversation: good for a domain, never a target."""
    return replace(clause, found=clause.found | {"context": mails})
