"""What a server offers, as our Tools; what could not be called safely is left out, with the reason."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import mcp_types

from bot.adapters.mcp_servers import CardWords, ServerSpec
from bot.canonical import digest
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.untrusted import redact

# Anthropic docs, "Tool use": a tool's name, and the keywords that its schema may not have at the top.
_NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_ALIKE = str.maketrans("01i5-", "olls_")
_UNDERSCORES = re.compile("_+")
_NOT_AT_THE_TOP = ("anyOf", "allOf", "oneOf")
LONGEST_DESCRIPTION = 10_000
"""Characters, as for LONGEST_SCHEMA: every tool is sent to the model with every turn."""
LONGEST_SCHEMA = 100_000
_NO_WORDS = CardWords("", "", "")


@dataclass(frozen=True, slots=True)
class Offer:
    """The tools of one server, and why others of it were refused, by the name they came with."""

    tools: tuple[Tool, ...]
    refused: Mapping[str, str]


class _Unusable(Exception):
    """Why a tool is refused."""


def offer(spec: ServerSpec, listed: Sequence[mcp_types.Tool]) -> Offer:
    """Our view of a listing. Names that look alike are two faces of one tool to a reader: both are refused."""
    tools: list[Tool] = []
    refused: dict[str, str] = {}
    faces = Counter(face(tool.name) for tool in listed)
    for tool in listed:
        try:
            _check_name(spec, tool.name, faces)
            tools.append(_tool(spec, tool))
        except _Unusable as why:
            refused[redact(tool.name)[:100]] = str(why)
    return Offer(tuple(tools), refused)


def face(name: str) -> str:
    """The same for names that a reader takes for one another: of another case, o and 0, l, i and 1, rn and m, - and _.

    Names are ASCII (Unicode Technical Standard 39, "confusables", for these letters).
    """
    plain = name.casefold().translate(_ALIKE).replace("rn", "m").replace("vv", "w")
    return _UNDERSCORES.sub("_", plain)


def server_digest(spec: ServerSpec) -> str:
    """Binds calls to the server's configuration."""
    return digest(spec.alias, spec.identity)


def _check_name(spec: ServerSpec, name: str, faces: Mapping[str, int]) -> None:
    if not name or not _NAME.fullmatch(f"{spec.alias}__{name}"):
        raise _Unusable("alias__name is not 1 to 64 of the characters a-z A-Z 0-9 _ -")
    if faces[face(name)] > 1:
        raise _Unusable("the name, or one that looks like it, stands there more than once")


def _tool(spec: ServerSpec, listed: mcp_types.Tool) -> Tool:
    description = listed.description or ""
    if len(description) > LONGEST_DESCRIPTION:
        raise _Unusable(f"the description has {len(description):,} characters")
    schema = _schema(listed.input_schema)
    words = spec.words.get(listed.name, _NO_WORDS)
    effect = spec.effects.get(listed.name, Effect.WRITE)
    return Tool(
        server=spec.alias,
        name=listed.name,
        description=description,
        schema=schema,
        schema_digest=digest(listed.name, description, schema),
        server_digest=server_digest(spec),
        effect=effect,
        category=spec.category,
        verb=words.verb,
        target=words.target,
        system=words.system,
        undo=words.undo,
        timeout=spec.timeout if effect is Effect.READ else spec.write_timeout,
        secrets=_secrets(listed.input_schema),
        probe=None if effect is Effect.READ else spec.probes.get(listed.name),
    )


def _schema(schema: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(schema, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
        text.encode()
    except (ValueError, TypeError, RecursionError) as error:
        raise _Unusable("the schema is no JSON") from error
    if len(text) > LONGEST_SCHEMA:
        raise _Unusable(f"the schema has {len(text):,} characters")
    if schema.get("type") != "object" or any(name in schema for name in _NOT_AT_THE_TOP):
        raise _Unusable("the model's API takes a plain object at the top of a schema only")
    return text


def _secrets(schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The arguments that are secret, or hold something secret at any depth."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return ()
    try:
        return tuple(sorted(name for name, value in properties.items() if _is_secret(value, schema, set())))
    except RecursionError as error:
        raise _Unusable("the schema is nested too deeply") from error


def _is_secret(node: Any, schema: Mapping[str, Any], seen: set[str]) -> bool:
    """JSON Schema Validation 9.4 (writeOnly); OpenAPI 3 (format: password). Each reference is followed once."""
    if isinstance(node, list):
        return any(_is_secret(item, schema, seen) for item in node)
    if not isinstance(node, dict):
        return False
    if node.get("writeOnly") is True or node.get("format") == "password":
        return True
    reference = node.get("$ref")
    if isinstance(reference, str) and reference not in seen:
        seen.add(reference)
        if _is_secret(_referred(reference, schema), schema, seen):
            return True
    return any(_is_secret(value, schema, seen) for value in node.values())


def _referred(reference: str, schema: Mapping[str, Any]) -> Any:
    """What a reference inside this schema points at, or nothing."""
    node: Any = schema
    for step in reference.removeprefix("#/").split("/"):
        node = node.get(step) if isinstance(node, dict) else None
    return node
