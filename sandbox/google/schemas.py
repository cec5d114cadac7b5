"""Custom attributes of accounts (Google docs: "Manage custom user fields"): the schemas, and what may be stored."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sandbox.google.errors import invalid

_ROLE = MappingProxyType(
    {
        "kind": "admin#directory#schema#fieldspec",
        "fieldId": "c2FuZGJveC1yb2xl",
        "etag": '"role"',
        "fieldType": "STRING",
        "fieldName": "Role",
        "displayName": "Role",
        "multiValued": True,
        "readAccessType": "ADMINS_AND_SELF",
    }
)
AMAZON: Mapping[str, Any] = MappingProxyType(
    {
        "kind": "admin#directory#schema",
        "schemaId": "c2FuZGJveC1hbWF6b24=",
        "etag": '"amazon"',
        "schemaName": "Amazon",
        "displayName": "Amazon",
        "fields": [dict(_ROLE)],
    }
)
VALUE_TYPES = frozenset({"custom", "home", "other", "work"})


def read_custom(value: Any, schemas: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """What customSchemas of a `User` sets. Raises GoogleError 400 for what no schema has a place for."""
    if not isinstance(value, dict) or not all(isinstance(fields, dict) for fields in value.values()):
        raise invalid("Invalid Input: custom_schema")
    for schema, fields in value.items():
        known = {spec["fieldName"]: spec for spec in schemas.get(schema, {}).get("fields", ())}
        if schema not in schemas or not fields.keys() <= known.keys():
            raise invalid("Invalid Input: custom_schema")
        for items in fields.values():
            _check_items(items)
    return value


def _check_items(items: Any) -> None:
    if not isinstance(items, list):
        raise invalid("Invalid Input: custom_schema")
    for item in items:
        fits = isinstance(item, dict) and item.keys() <= {"type", "customType", "value"}
        if not fits or not isinstance(item.get("value"), str) or item.get("type") not in VALUE_TYPES:
            raise invalid("Invalid Input: custom_schema")
