"""Tools as actions of a Cedar schema, with the types of their arguments."""

import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from bot.canonical import loads
from bot.models.tools import Tool

SPACE = "AgentCore"
TYPES: Mapping[str, str] = MappingProxyType({"string": "String", "integer": "Long", "boolean": "Bool"})
"""JSON Schema's words for what Cedar has too."""
CONTEXT = "people?: Bool, tainted?: Bool, risk?: String, surface?: String, channel?: String"


def quoted(text: str) -> str:
    """A Cedar string. Its escapes are those of Rust: \\\\u{41} (Cedar docs, "Policy grammar", STR)."""
    pieces = (_escaped(char) for char in text)
    return f'"{"".join(pieces)}"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return f"\\{char}"
    return char if char.isprintable() else f"\\u{{{ord(char):x}}}"


def action(tool: Tool) -> str:
    """The action of a tool: `AgentCore::Action::"google___suspend_user"`."""
    return f"{SPACE}::Action::{quoted(action_name(tool))}"


def action_name(tool: Tool) -> str:
    """Target, three underscores, tool."""
    return f"{tool.server}___{tool.name}"


def arguments_of(tool: Tool) -> dict[str, str]:
    """The arguments that have a type Cedar knows, with that type."""
    read = _read(tool)
    known = read.get("properties")
    found = known.items() if isinstance(known, dict) else ()
    return {name: TYPES[kind] for name, about in found if (kind := _kind(about)) in TYPES and _is_plain(name)}


def takes_more(tool: Tool) -> bool:
    """Whether it can be called with arguments that it does not name; then nothing is certain of those."""
    read = _read(tool)
    return bool(read.get("additionalProperties")) or not isinstance(read.get("properties", {}), dict)


def names_of(tool: Tool) -> frozenset[str]:
    """All arguments that it names."""
    known = _read(tool).get("properties")
    return frozenset(known) if isinstance(known, dict) else frozenset()


def _kind(about: Any) -> str:
    kind = about.get("type") if isinstance(about, dict) else None
    return kind if isinstance(kind, str) else ""


def _read(tool: Tool) -> dict[str, Any]:
    try:
        read: Any = loads(tool.schema)
    except (ValueError, RecursionError):
        return {"additionalProperties": True}
    return read if isinstance(read, dict) else {"additionalProperties": True}


def schema_of(tools: Sequence[Tool]) -> str:
    """The schema of these tools. An argument of a type that Cedar does not have is not in it."""
    lines = [
        f"namespace {SPACE} {{",
        "  entity Gateway;",
        "  entity Group;",
        "  entity OAuthUser in [Group];",
        *(f"  {_declared(tool)}" for tool in tools),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _declared(tool: Tool) -> str:
    fields = ", ".join(f"{json.dumps(name)}?: {kind}" for name, kind in arguments_of(tool).items())
    context = f"{{ input: {{ {fields} }}, {CONTEXT} }}"
    applies = f"principal: [OAuthUser], resource: [Gateway], context: {context}"
    return f"action {quoted(action_name(tool))} appliesTo {{ {applies} }};"


def _is_plain(name: str) -> bool:
    """Whether the name is written the same in JSON and in Cedar."""
    return name.isascii() and name.isprintable() and not set(name) & {'"', "\\"}
