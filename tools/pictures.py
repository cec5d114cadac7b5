"""Pictures of a page as WebP without loss, some seven times smaller than PNG, and several of them as one that moves."""

import base64
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CAPTURE = "Page.captureScreenshot"
_HEADER = 12
_PICTURES = (b"VP8 ", b"VP8L", b"ALPH")


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a moving one, and how long it stands, in milliseconds."""

    webp: bytes
    stands: int


def lossless(clip: Mapping[str, float], scale: float = 1) -> dict[str, Any]:
    """What CAPTURE is asked with for this part of the page; Chromium writes WebP of quality 100 without loss."""
    return {"format": "webp", "quality": 100, "clip": {**clip, "scale": scale}, "captureBeyondViewport": True}


def picture(answer: Mapping[str, Any]) -> bytes:
    """The file in what CAPTURE answers."""
    return base64.b64decode(answer["data"])


def moving(frames: Iterable[Frame]) -> bytes:
    """An animated WebP that starts again for ever (RFC 9649, section 2.7). All frames are of one size."""
    kept = list(frames)
    size = dimensions(kept[0].webp)
    head = _chunk(b"VP8X", b"\x02\0\0\0" + size) + _chunk(b"ANIM", b"\xff\xff\xff\xff\0\0")
    body = b"".join(_chunk(b"ANMF", b"\0" * 6 + size + _three(frame.stands) + b"\x02" + _data(frame)) for frame in kept)
    return b"RIFF" + (4 + len(head + body)).to_bytes(4, "little") + b"WEBP" + head + body


def dimensions(webp: bytes) -> bytes:
    """Width and height less one, three bytes each, from the file's first chunk (RFC 9649, sections 2.7 and 3.4)."""
    name, data = next(chunks(webp))
    if name == b"VP8X":
        return data[4:10]
    bits = int.from_bytes(data[1:5], "little")
    return _three(bits & 0x3FFF) + _three(bits >> 14 & 0x3FFF)


def chunks(webp: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of the file: their names and what is in them."""
    at = _HEADER
    while at < len(webp):
        size = int.from_bytes(webp[at + 4 : at + 8], "little")
        yield webp[at : at + 4], webp[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _data(frame: Frame) -> bytes:
    return b"".join(_chunk(name, data) for name, data in chunks(frame.webp) if name in _PICTURES)


def _chunk(name: bytes, data: bytes) -> bytes:
    return name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2)


def _three(number: int) -> bytes:
    return number.to_bytes(3, "little")
