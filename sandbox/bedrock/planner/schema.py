"""What a tool's schema has places for."""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sandbox.bedrock.planner.words import split_name, stem

TOKEN = re.compile(r"^(?:next_?|starting_?|page_?)?(?:page_?)?(?:token|cursor)$", re.IGNORECASE)
# Words of a property's name, and the kinds of entity that it takes; the first line that fits counts.
KINDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "command cli": ("commands", "quotes"),
        "starts prefix": ("query",),
        "group groups": ("groups",),
        "licence license sku": ("licences",),
        "domain": ("domains",),
        "region regions": ("regions",),
        "query q search jql filter term contains matching": ("query",),
        "given first family last surname": ("part of name",),
        "mail email user member person owner assignee recipient attendee attendees guest login username": ("mails",),
        "account accounts": ("accounts", "mails"),
        "project": ("projects",),
        "issue ticket": ("keys",),
        "instance instances arn arns resource": ("ids",),
        "url uri link endpoint": ("urls",),
        "channel": ("channels",),
        "reason justification": ("reason",),
        "date day since until when start end": ("dates",),
        "summary title subject text message body comment content": ("text",),
        "id ids key keys identifier": ("ids", "keys", "mails"),
        "name": ("name",),
    }
)
TARGETS = ("mails", "ids", "keys", "accounts")


def resolve(schema: Any, root: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind a $ref into the same document, or behind "this or null"; its type is one word."""
    if not isinstance(schema, dict):
        return {}
    if "$ref" in schema:
        target: Any = root
        for part in str(schema["$ref"]).removeprefix("#/").split("/"):
            target = target.get(part, {})
        return resolve(target, root)
    for choice in schema.get("anyOf", ()):
        if choice.get("type") != "null":
            return {**resolve(choice, root), **{key: value for key, value in schema.items() if key != "anyOf"}}
    if isinstance(schema.get("type"), list):
        return schema | {"type": next((word for word in schema["type"] if word != "null"), "null")}
    return schema


def properties(schema: Mapping[str, Any], root: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every property that is no object itself, those of nested objects included."""
    for name, raw in schema.get("properties", {}).items():
        inner = resolve(raw, root)
        if inner.get("properties"):
            yield from properties(inner, root)
        else:
            yield name, inner


def kinds(name: str) -> tuple[str, ...]:
    """The kinds of entity that a property of this name takes."""
    parts = set(split_name(name)) | {stem(part) for part in split_name(name)}
    return next((kinds for line, kinds in KINDS.items() if parts & set(line.split())), ())


def named_target(schema: Mapping[str, Any], missing: list[str]) -> tuple[str, str] | None:
    """The kind of the missing target, and its property, which a name may stand for until it is looked up."""
    for name, _ in properties(schema, schema):
        kind = (kinds(name) or ("",))[0].replace("groups", "mails")
        if name in missing and kind in TARGETS:
            return kind, name
    return None
