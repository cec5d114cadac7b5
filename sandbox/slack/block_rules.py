"""Slack's Block Kit rules applied to one value: which fields, which elements where, how long, how many."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from sandbox.slack.contract import limit, load

Spec: TypeAlias = dict[str, Any]
REASON = "invalid_blocks"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where (a JSON pointer), and the error code Slack gives a message for it."""

    pointer: str
    reason: str
    code: str = REASON

    def __str__(self) -> str:
        return f"{self.reason} [json-pointer:{self.pointer}]"


Problems: TypeAlias = Iterator[Problem]
Check: TypeAlias = Callable[[str, Any, Spec, str], Problems]


def text_check(at: str, value: Any, spec: Spec, _surface: str) -> Problems:
    """A text object."""
    allowed = spec.get("allowed", ["plain_text", "mrkdwn"])
    if not isinstance(value, dict) or value.get("type") not in allowed:
        yield Problem(at, f"must be a text object of type {' or '.join(allowed)}")
        return
    yield from object_check(at, value, load("blocks")["objects"][value["type"]], "")
    if isinstance(value.get("text"), str):
        yield from at_most(f"{at}/text", len(value["text"]), spec.get("max", limit("text_object.text")), "characters")


def at_most(at: str, size: int, maximum: int | None, unit: str, code: str = REASON) -> Problems:
    if maximum is not None and size > maximum:
        yield Problem(at, f"must be at most {maximum} {unit}, not {size}", code)


def string_check(at: str, value: Any, spec: Spec, _surface: str) -> Problems:
    if not isinstance(value, str):
        yield Problem(at, "must be a string")
    elif not value and not spec.get("empty"):
        yield Problem(at, "must not be empty")
    elif "enum" in spec and value not in spec["enum"]:
        yield Problem(at, f"must be one of {', '.join(spec['enum'])}")
    else:
        yield from at_most(at, len(value), spec.get("max"), "characters", spec.get("code", REASON))


def boolean_check(at: str, value: Any, _spec: Spec, _surface: str) -> Problems:
    if not isinstance(value, bool):
        yield Problem(at, "must be a boolean")


def integer_check(at: str, value: Any, spec: Spec, _surface: str) -> Problems:
    if isinstance(value, bool) or not isinstance(value, int):
        yield Problem(at, "must be an integer")
    elif not spec.get("min", value) <= value <= spec.get("max", value):
        yield Problem(at, f"must be between {spec.get('min')} and {spec.get('max')}")


def anything(_at: str, _value: Any, _spec: Spec, _surface: str) -> Problems:
    yield from ()


def list_check(at: str, value: Any, spec: Spec, _surface: str) -> Problems:
    if not isinstance(value, list):
        yield Problem(at, "must be an array")
        return
    yield from at_most(at, len(value), spec.get("max"), "items")
    if len(value) < spec.get("min", 0):
        yield Problem(at, f"must have at least {spec['min']} item(s)")


def each(item: Check) -> Check:
    """A list, and `item` for everything in it."""

    def check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
        yield from list_check(at, value, spec, surface)
        for i, entry in enumerate(value if isinstance(value, list) else ()):
            yield from item(f"{at}/{i}", entry, spec, surface)

    return check


def short_text_check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
    yield from text_check(at, value, {"allowed": spec["allowed"], "max": spec["item_max"]}, surface)


def named(name: str) -> Check:
    """An object with fixed fields, like a confirm dialog."""

    def check(at: str, value: Any, _spec: Spec, surface: str) -> Problems:
        yield from object_check(at, value, load("blocks")["objects"][name], surface)

    return check


def option_check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
    rules = load("blocks")["objects"]["option"]
    allowed = {"allowed": spec["allowed"]}
    fields = {key: rule | (allowed if rule["kind"] == "text" else {}) for key, rule in rules["fields"].items()}
    yield from object_check(at, value, rules | {"fields": fields}, surface)


def options_check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
    yield from each(option_check)(at, value, spec, surface)
    options = value if isinstance(value, list) else []
    values = [str(option["value"]) for option in options if isinstance(option, dict) and "value" in option]
    yield from (Problem(at, f"option value {same!r} is used twice") for same in repeated(values))


def object_check(at: str, value: Any, rules: Spec, surface: str, ignored: tuple[str, ...] = ("type",)) -> Problems:
    """Unknown, missing and wrong fields of one object."""
    if not isinstance(value, dict):
        yield Problem(at, "must be an object")
        return
    fields: Spec = rules["fields"]
    unknown = [key for key in value if key not in fields and key not in ignored and not rules.get("open")]
    yield from (Problem(f"{at}/{key}", "additional properties are not allowed") for key in unknown)
    missing = [key for key, spec in fields.items() if spec.get("required") and value.get(key) is None]
    yield from (Problem(at, f"missing required field: {key}") for key in missing)
    for key in fields.keys() & value.keys():
        if value[key] is not None:
            yield from KINDS[fields[key]["kind"]](f"{at}/{key}", value[key], fields[key], surface)
    group = rules.get("any_of", [])
    if group and not any(value.get(key) for key in group):
        yield Problem(at, f"must have one of {', '.join(group)}")


def element_check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in spec["allowed"]:
        yield Problem(f"{at}/type", f"unsupported type: {kind}")
    elif kind in ("plain_text", "mrkdwn"):
        yield from text_check(at, value, {}, surface)
    else:
        yield from typed_check("elements", at, value, surface)


def typed_check(table: str, at: str, value: Spec, surface: str) -> Problems:
    """A block or an element of a known type."""
    rules = load("blocks")[table][value["type"]]
    if surface not in rules["surfaces"]:
        yield Problem(f"{at}/type", f"{value['type']} is not available in a {surface}")
    yield from object_check(at, value, rules, surface)


def block_check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
    known = load("blocks")["blocks"]
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in known or kind not in spec.get("allowed", known):
        yield Problem(f"{at}/type", f"unsupported type: {kind}")
        return
    yield from typed_check("blocks", at, value, surface)
    inner = [item for key, item in value.items() if key not in ("child_blocks", "tasks")]
    yield from (Problem(at, f"action_id {same!r} is used twice") for same in repeated(strings(inner, "action_id")))


def rich_check(at: str, value: Any, _spec: Spec, surface: str) -> Problems:
    known = load("blocks")["rich_text"]
    kind = value.get("type") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in known:
        yield Problem(f"{at}/type", f"unsupported type: {kind}")
        return
    unknown = [key for key in value if key not in known[kind] and key != "type"]
    yield from (Problem(f"{at}/{key}", "additional properties are not allowed") for key in unknown)
    if kind.startswith("rich_text_"):
        yield from each(rich_check)(f"{at}/elements", value.get("elements"), {}, surface)


def rows_check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
    """The rows of a table."""
    row_check = each(cell_check)
    row_spec = {"allowed": spec["allowed"], "max": spec["columns"]}
    yield from each(lambda where, row, _spec, on: row_check(where, row, row_spec, on))(at, value, spec, surface)
    rows = [row for row in value if isinstance(row, list)] if isinstance(value, list) else []
    if spec.get("equal_columns") and len({len(row) for row in rows}) > 1:
        yield Problem(at, "all rows must have the same number of cells")
    yield from at_most(at, text_size(rows), spec["text_max"], "characters")


def cell_check(at: str, value: Any, spec: Spec, surface: str) -> Problems:
    kind = value.get("type") if isinstance(value, dict) else None
    if kind not in spec["allowed"]:
        yield Problem(f"{at}/type", f"unsupported type: {kind}")
    elif kind == "rich_text":
        yield from block_check(at, value, {}, surface)
    elif value.get("value" if kind == "raw_number" else "text") in (None, ""):
        yield Problem(at, "must not be empty")


def repeated(values: list[str]) -> list[str]:
    return [value for value, times in Counter(values).items() if times > 1]


def nested(value: Any) -> Iterator[Spec]:
    """Every object inside a payload, the outermost first."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from nested(item)


def strings(value: Any, key: str) -> list[str]:
    """All strings under that key, however deep."""
    return [found[key] for found in nested(value) if isinstance(found.get(key), str)]


READ_BY_PEOPLE = frozenset(
    ("text", "alt_text", "title", "subtitle", "body", "caption", "label", "hint", "description", "fallback")
)


def text_size(value: Any) -> int:
    """Characters a reader would see."""
    return sum(len(text) for key in READ_BY_PEOPLE for text in strings(value, key))


KINDS: dict[str, Check] = {
    "any": anything,
    "block": block_check,
    "blocks": each(block_check),
    "boolean": boolean_check,
    "confirm": named("confirm"),
    "element": element_check,
    "elements": each(element_check),
    "feedback": named("feedback"),
    "integer": integer_check,
    "list": list_check,
    "option": option_check,
    "option_groups": each(named("option_group")),
    "options": options_check,
    "rich": each(rich_check),
    "rows": rows_check,
    "string": string_check,
    "text": text_check,
    "texts": each(short_text_check),
}
