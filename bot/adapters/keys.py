"""Keys for several uses out of the one secret of a deployment, COUNTERSIGN_SECRET_KEY: one for each label."""

import base64
import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SIZE = 32
ENTERS = "what enters the store"
"""The label of what proves clicks and policies (docs/adr/0009)."""


def derived(secret_key: str, label: str) -> bytes:
    """32 bytes for the use `label`, which say nothing of those for another (HKDF-SHA256, RFC 5869, `info`).

    `secret_key` is the setting, which was checked: base64 of 32 bytes.
    """
    secret = base64.b64decode(secret_key, validate=True)
    return HKDF(algorithm=SHA256(), length=SIZE, salt=None, info=f"countersign/{label}/v1".encode()).derive(secret)


def signer(secret_key: str, label: str) -> Callable[[bytes], bytes]:
    """Signs texts of the use `label` (HMAC-SHA256, RFC 2104)."""
    key = derived(secret_key, label)
    return lambda text: hmac.digest(key, text, "sha256")
