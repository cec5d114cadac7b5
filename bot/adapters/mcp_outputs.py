"""Whether a result is what the tool's own output schema promises, as far as a reader relies on it."""

from collections.abc import Mapping
from typing import Any

import mcp_types

_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int, float),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}


def mismatch(listed: mcp_types.Tool, answer: mcp_types.CallToolResult) -> str:
    """How the structured result breaks the promise, or nothing.

    Members that must be there, and the kinds of those that are: the schema is the server's, and one that is gone
    through as a whole can keep us busy for ever.
    """
    schema, structured = listed.output_schema, answer.structured_content
    if schema is None or answer.is_error:
        return ""
    if structured is None:
        return "there is no structured result"
    required, properties = schema.get("required"), schema.get("properties")
    for name in required if isinstance(required, list) else ():
        if name not in structured:
            return f"{str(name)[:80]!r} is missing"
    for name, said in properties.items() if isinstance(properties, dict) else ():
        kind = said.get("type") if isinstance(said, dict) else None
        if name in structured and isinstance(kind, str) and not _is(structured[name], kind):
            return f"{str(name)[:80]!r} is not of type {kind[:20]}"
    return ""


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean" or kind not in _KINDS
    return kind not in _KINDS or isinstance(value, _KINDS[kind])
