"""Images that tools return: told apart by their first bytes, never by what is said of them."""

import base64
import binascii

LARGEST = 1_000_000
"""Bytes of one image that are kept."""
MOST = 4
"""Images of one result that are kept."""


def decoded(data: str) -> bytes:
    """The bytes of base64 text; none when it is not base64, or more than LARGEST."""
    if len(data) > LARGEST * 4 // 3 + 4:
        return b""
    try:
        found = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return b""
    return found if len(found) <= LARGEST else b""


def kind(content: bytes) -> str:
    """png, jpeg, gif or webp by their signatures (W3C PNG 5.2, ITU-T T.81 B.1.1.3, GIF89a 17, RFC 9649); else empty."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith((b"GIF87a", b"GIF89a")):
        return "gif"
    return "webp" if content[:4] == b"RIFF" and content[8:12] == b"WEBP" else ""
