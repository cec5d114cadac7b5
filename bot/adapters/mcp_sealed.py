"""Secrets in the `_meta` of MCP calls: what we send for a tool to seal to, and what comes back (mcp_tools/sealing)."""

from collections.abc import Mapping
from typing import Any

from bot.models.sealed import Sealed
from bot.models.tools import Tool

SEAL_TO = "countersign/seal_to"
SEAL_AS = "countersign/seal_as"
SEALED = "countersign/sealed"

MOST = 10
LONGEST_LABEL = 80
LONGEST = 11_000
"""Characters of a ciphertext: base64 of 2,000 characters of UTF-8 and the 48 bytes that HPKE adds."""
MUTILATED = Sealed("secret", "")
"""Stands for what cannot be read: its requester is told so."""


def request_meta(tool: Tool, seal_to: str) -> dict[str, Any] | None:
    """What goes along with a call; nothing without a key, and then the tool makes no secret."""
    return {SEAL_TO: seal_to, SEAL_AS: tool.full_name} if seal_to else None


def sealed_of(meta: Mapping[str, Any]) -> tuple[Sealed, ...]:
    """The secrets that came back, each as it is or as one that cannot be read; of too many the first ten."""
    if SEALED not in meta:
        return ()
    given = meta[SEALED]
    if not isinstance(given, list):
        return (MUTILATED,)
    return tuple(_sealed(one) for one in given[:MOST])


def _sealed(one: Any) -> Sealed:
    label, ciphertext = (one.get("label"), one.get("ciphertext")) if isinstance(one, dict) else (None, None)
    if not isinstance(label, str) or not isinstance(ciphertext, str):
        return MUTILATED
    fits = 0 < len(label) <= LONGEST_LABEL and label.isprintable() and 0 < len(ciphertext) <= LONGEST
    return Sealed(label, ciphertext) if fits and ciphertext.isascii() else MUTILATED
