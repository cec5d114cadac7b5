"""Whether a body has the outline of Slack's payloads: what holds the secret may still send nonsense."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

OBJECTS = frozenset({"event", "user", "team", "channel", "view", "message", "container", "enterprise"})
LISTS = frozenset({"actions", "authorizations"})
TEXT = MappingProxyType({"type": str, "command": str})


def is_payload(body: Any) -> bool:
    """Of an event, an interaction or a command (Slack docs: "Events API", "Block payloads", "Slash commands").

    Parts that may be absent may be null, too.
    """
    return isinstance(body, Mapping) and all(_fits(name, part) for name, part in body.items() if part is not None)


def _fits(name: str, part: Any) -> bool:
    if name in OBJECTS:
        return isinstance(part, Mapping) and isinstance(part.get("type", ""), str)
    if name in LISTS:
        return isinstance(part, list) and all(isinstance(one, Mapping) for one in part)
    return isinstance(part, TEXT.get(name, object))
