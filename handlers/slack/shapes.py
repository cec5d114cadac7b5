"""Whether a body has the outline of Slack's payloads: what holds the secret may still send nonsense."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

OBJECTS = frozenset({"event", "user", "team", "channel", "view", "message", "container", "enterprise"})
LISTS = frozenset({"actions", "authorizations"})
MADE_OF = frozenset({"event", "view", "actions"})
TEXT = MappingProxyType({"type": str, "command": str})


def is_payload(body: Any) -> bool:
    """Of an event, an interaction or a command (Slack docs: "Events API", "Block payloads", "Slash commands").

    Parts that may be absent may be null, too, but for those that make it what it is.
    """
    return isinstance(body, Mapping) and all(_fits(name, part) for name, part in body.items())


def _fits(name: str, part: Any) -> bool:
    if part is None:
        return name not in MADE_OF
    if name in OBJECTS:
        return isinstance(part, Mapping) and isinstance(part.get("type", ""), str)
    if name in LISTS:
        return isinstance(part, list) and _are_objects(part) and (len(part) > 0 or name not in MADE_OF)
    return isinstance(part, TEXT.get(name, object))


def _are_objects(parts: list[Any]) -> bool:
    return all(isinstance(one, Mapping) for one in parts)
