"""Opens what tool servers have encrypted to this bot: RFC 9180, in the form that mcp_tools/sealing.py describes."""

import base64
import binascii
from dataclasses import dataclass, field
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from bot.adapters.keys import derived
from bot.errors import SecretUnreadable
from bot.models.sealed import Sealed

VERSION = "countersign/sealed/v1"
LABEL = "sealed secrets"

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)


@dataclass(frozen=True, slots=True)
class Unsealing:
    """The bot's key. `public` is what tools seal to: base64 of 32 bytes."""

    _key: X25519PrivateKey = field(repr=False)

    @classmethod
    def of(cls, secret_key: str) -> Self:
        """The key that belongs to COUNTERSIGN_SECRET_KEY, which was checked."""
        return cls(X25519PrivateKey.from_private_bytes(derived(secret_key, LABEL)))

    @property
    def public(self) -> str:
        """The public half."""
        return base64.b64encode(self._key.public_key().public_bytes_raw()).decode()

    def open(self, tool: str, sealed: Sealed) -> str:
        """The secret that `tool` (its full name) made. Raises SecretUnreadable: it was made for somebody else."""
        info = f"{VERSION}\0{tool}\0{sealed.label}".encode()
        try:
            return _SUITE.decrypt(base64.b64decode(sealed.ciphertext, validate=True), self._key, info).decode()
        except (InvalidTag, binascii.Error, ValueError) as wrong:
            raise SecretUnreadable(tool) from wrong
