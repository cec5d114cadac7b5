"""The type of what travels as a JSON object."""

from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]
