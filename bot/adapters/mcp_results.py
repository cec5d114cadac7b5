"""What a server answered, as a ToolResult. `_meta` is read for the outcome and goes no further."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import mcp_types

from bot.adapters.mcp_sealed import sealed_of
from bot.models.call import Picture
from bot.models.requirement import Effect
from bot.pictures import MOST, decoded, kind
from bot.ports import ToolOutcome, ToolResult

OUTCOME_KEY = "countersign/outcome"
"""What our own tool servers say of a failed call: refused, failed or unknown."""
LONGEST = 4_000_000
"""Characters of a result that leave the adapter; the core cuts further."""

_COMPACT = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":"))
_OUTCOMES = {"refused": ToolOutcome.FAILED, "failed": ToolOutcome.FAILED, "unknown": ToolOutcome.UNKNOWN}


def result(answer: mcp_types.CallToolResult, effect: Effect) -> ToolResult:
    """The answer to a call that arrived."""
    structured = _json(answer.structured_content)
    pictures = _pictures(answer.content)
    text = "\n".join(_texts(answer.content, pictures)) or structured
    outcome = _failure(answer.meta or {}, effect) if answer.is_error else ToolOutcome.SUCCEEDED
    structured = structured if len(structured) <= LONGEST else ""
    return ToolResult(
        outcome, _cut(text), structured, pictures=tuple(pictures.values()), sealed=sealed_of(answer.meta or {})
    )


def _pictures(content: list[mcp_types.ContentBlock]) -> dict[int, Picture]:
    """The images that are kept, by their place: what their first bytes say they are, not what the server says."""
    found: dict[int, Picture] = {}
    for place, block in enumerate(content):
        if isinstance(block, mcp_types.ImageContent) and len(found) < MOST and (name := kind(decoded(block.data))):
            found[place] = Picture(name, block.data)
    return found


def unexplained(effect: Effect) -> ToolOutcome:
    """The outcome of an error that says no more: of a read, nothing happened; of anything else, nobody knows."""
    return ToolOutcome.FAILED if effect is Effect.READ else ToolOutcome.UNKNOWN


def _failure(meta: dict[str, Any], effect: Effect) -> ToolOutcome:
    said = meta.get(OUTCOME_KEY)
    return _OUTCOMES.get(said, ToolOutcome.UNKNOWN) if isinstance(said, str) else unexplained(effect)


def _texts(content: list[mcp_types.ContentBlock], pictures: Mapping[int, Picture]) -> Iterator[str]:
    for place, block in enumerate(content):
        match block:
            case mcp_types.TextContent(text=text):
                yield text
            case mcp_types.EmbeddedResource(resource=mcp_types.TextResourceContents(text=text)):
                yield text
            case mcp_types.EmbeddedResource(resource=mcp_types.BlobResourceContents() as blob):
                yield _left_out(blob.mime_type, blob.blob)
            case mcp_types.ImageContent() if place in pictures:
                yield f"[{pictures[place].kind} image; people see it under your answer]"
            case mcp_types.ImageContent() | mcp_types.AudioContent():
                yield _left_out(block.mime_type, block.data)
            case mcp_types.ResourceLink():
                yield f"[a link to {block.uri}]"


def _left_out(kind: str | None, data: str) -> str:
    """Base64 takes four characters for three bytes (RFC 4648, 4)."""
    return f"[{kind or 'data'}, {max(1, len(data) * 3 // 4000)} kB left out]"


def _json(structured: dict[str, Any] | None) -> str:
    """Compact JSON, or nothing when the server, being in this process, gave what JSON cannot hold."""
    try:
        text = "" if structured is None else _COMPACT.encode(structured)
        return text.encode(errors="replace").decode()
    except (ValueError, TypeError, RecursionError):
        return ""


def _cut(text: str) -> str:
    whole = text.encode(errors="replace").decode()
    if len(whole) <= LONGEST:
        return whole
    return f"{whole[:LONGEST]}\n[cut: {len(whole) - LONGEST:,} more characters were left out]"
