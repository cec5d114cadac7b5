"""The one path of a secret that a tool makes, such as a password: encrypted for whoever asked, beside the result.

Who calls sends a public key in the `_meta` of tools/call, and the tool's name as the caller knows it:

countersign/seal_to   base64 of a raw X25519 public key, 32 bytes
countersign/seal_as   such as google_admin__add_user; it is bound to what is sealed

and gets back, in the result's `_meta`, `countersign/sealed`: a list of {"label", "ciphertext"}, the second in base64.
A tool that was sent no key refuses before it changes anything: nobody could be told the secret.

A ciphertext is that of RFC 9180 (HPKE, base mode): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20Poly1305, the
encapsulated key before the sealed text; `info` is `countersign/sealed/v1`, the tool and the label, with a NUL between.
"""

import base64
import binascii
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from fastmcp import Context
from fastmcp.tools.base import ToolResult

SEAL_TO = "countersign/seal_to"
SEAL_AS = "countersign/seal_as"
SEALED = "countersign/sealed"
OUTCOME = "countersign/outcome"
VERSION = "countersign/sealed/v1"

MOST = 10
"""Secrets in one result; who calls takes no more."""
LONGEST_LABEL = 80
"""Characters of a label."""
LONGEST_SECRET = 2_000
"""Characters of a secret: what fits into one message."""
MOST_CHARACTERS = 6_000
"""Characters of all secrets of one call: what fits into one message."""

NOBODY = (
    "This makes a secret, and there is nobody to whom it could be sent privately. Nothing was changed. "
    "It must be asked for from Slack, and the bot needs COUNTERSIGN_SECRET_KEY."
)
"""What a tool says when it has no recipient."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret that only the recipient can read. `label` says what it is, and is no secret."""

    label: str
    ciphertext: bytes


@dataclass(slots=True)
class Recipient:
    """Who can read what a call makes. `tool` is the tool's name as the caller knows it."""

    key: X25519PublicKey
    tool: str
    left: int = field(default=MOST_CHARACTERS, init=False)

    def seal(self, label: str, text: str) -> Sealed:
        """Encrypts `text`: before the change that it belongs to, since a secret that cannot be sealed is lost.

        Raises ValueError when label or text is empty or too long, when the secrets of this call are too long together,
        when the label is not one plain line, or the text has characters in it that nobody can see or copy.
        """
        if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable():
            raise ValueError("a label is one line of at most 80 characters")
        if not 0 < len(text) <= LONGEST_SECRET:
            raise ValueError("a secret has at most 2,000 characters")
        if any(char not in "\n\t" and unicodedata.category(char) in _UNSEEN for char in text):
            raise ValueError("a secret has no control characters")
        if len(text) > self.left:
            raise ValueError("a secret more than 6,000 characters in one call could not be shown")
        self.left -= len(text)
        return self._sealed(label, text)

    def can_read(self) -> bool:
        """Whether anything can be encrypted to the key: some 32 bytes are none."""
        try:
            self._sealed("probe", "probe")
        except ValueError:
            return False
        return True

    def _sealed(self, label: str, text: str) -> Sealed:
        info = f"{VERSION}\0{self.tool}\0{label}".encode()
        return Sealed(label, _SUITE.encrypt(text.encode(), self.key, info))


def recipient(context: Context) -> Recipient | None:
    """To whom the secrets of this call go; None when the caller sent no key, or none that is one: then refuse."""
    request = context.request_context
    meta: dict[str, Any] = dict(request.meta or {}) if request is not None else {}
    key, tool = meta.get(SEAL_TO), meta.get(SEAL_AS)
    if not isinstance(key, str) or not isinstance(tool, str) or not tool:
        return None
    try:
        found = Recipient(X25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True)), tool)
    except (binascii.Error, ValueError):
        return None
    return found if found.can_read() else None


def refused() -> ToolResult:
    """The result of a call without a recipient; it says that nothing was changed, so that nobody has to look."""
    return ToolResult(content=NOBODY, meta={OUTCOME: "refused"}, is_error=True)


def sealed_meta(*secrets: Sealed) -> dict[str, Any]:
    """The `_meta` of a result that carries these. Raises ValueError for more than ten."""
    if len(secrets) > MOST:
        raise ValueError("a result carries at most ten secrets")
    carried = [{"label": one.label, "ciphertext": base64.b64encode(one.ciphertext).decode()} for one in secrets]
    return {SEALED: carried}


def sealed_result(structured: Any, *secrets: Sealed) -> ToolResult:
    """A result with its secrets beside it. `structured` is a model or a mapping, and holds none of them."""
    return ToolResult(structured_content=structured, meta=sealed_meta(*secrets))
