"""Images are what their first bytes say."""

import base64

import pytest

from bot.pictures import LARGEST, decoded, kind
from tests.results import PNG


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (PNG, "png"),
        (b"\xff\xd8\xff\xe0rest", "jpeg"),
        (b"GIF89a", "gif"),
        (b"GIF87a", "gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "webp"),
        (b"RIFF\0\0\0\0WAVE", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"%PDF-1.7", ""),
        (b"<html>\x89PNG\r\n\x1a\n", ""),
        (b"", ""),
    ],
)
def test_nothing_but_four_formats_is_an_image(content: bytes, name: str) -> None:
    assert kind(content) == name


@pytest.mark.parametrize(
    "data", ["not base64!", "ä", "A", base64.b64encode(b"x" * (LARGEST + 1)).decode(), "A" * 2_000_000]
)
def test_what_is_no_base64_or_too_large_is_nothing(data: str) -> None:
    assert decoded(data) == b""


def test_an_image_of_exactly_the_most_is_kept() -> None:
    assert len(decoded(base64.b64encode(b"x" * LARGEST).decode())) == LARGEST
