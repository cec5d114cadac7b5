"""What is posted."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Message:
    """`text` is what a push notice and a screen reader say: escaped, without mentions. `blocks` may be empty."""

    text: str
    blocks: list[dict[str, Any]]
