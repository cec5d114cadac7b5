"""What a JSON Schema looks like (2020-12), as one flat schema: the official one takes twenty times as long to check.

Source: https://json-schema.org/draft/2020-12/schema and the vocabularies that it names.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_SCHEMA = {"$ref": "#"}
_SCHEMAS = {"type": "array", "minItems": 1, "items": _SCHEMA}
_BY_NAME = {"type": "object", "additionalProperties": _SCHEMA}
_NAMES = {"type": "array", "items": {"type": "string"}}
_COUNT = {"type": "integer", "minimum": 0}
_NUMBER = {"type": "number"}
_TEXT = {"type": "string"}
_KIND = {"enum": ["array", "boolean", "integer", "null", "number", "object", "string"]}
_KEYWORDS: Mapping[str, Any] = {
    **dict.fromkeys(("items", "contains", "additionalProperties", "propertyNames", "not"), _SCHEMA),
    **dict.fromkeys(("if", "then", "else", "unevaluatedProperties"), _SCHEMA),
    **dict.fromkeys(("prefixItems", "allOf", "anyOf", "oneOf"), _SCHEMAS),
    **dict.fromkeys(("$defs", "definitions", "properties", "patternProperties", "dependentSchemas"), _BY_NAME),
    **dict.fromkeys(("maxLength", "minLength", "maxItems", "minItems", "maxContains", "minContains"), _COUNT),
    **dict.fromkeys(("maxProperties", "minProperties"), _COUNT),
    **dict.fromkeys(("maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"), _NUMBER),
    **dict.fromkeys(("$id", "$schema", "$ref", "$anchor", "format", "pattern"), _TEXT),
    "type": {"anyOf": [_KIND, {"type": "array", "minItems": 1, "items": _KIND}]},
    "enum": {"type": "array"},
    "const": True,
    "multipleOf": {"type": "number", "exclusiveMinimum": 0},
    "uniqueItems": {"type": "boolean"},
    "required": _NAMES,
    "dependentRequired": {"type": "object", "additionalProperties": _NAMES},
    **dict.fromkeys(("unevaluatedItems", "$dynamicRef", "$dynamicAnchor"), False),
}
SHAPE: Mapping[str, Any] = {"type": ["object", "boolean"], "maxProperties": 50, "properties": _KEYWORDS}
"""Without the three keywords that cannot be gone through in bounded time, and with so many keywords in one place."""


def references(node: Any) -> Iterator[str]:
    """Every `$ref` that stands anywhere."""
    if isinstance(node, dict):
        reference = node.get("$ref")
        if isinstance(reference, str):
            yield reference
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from references(inner)
