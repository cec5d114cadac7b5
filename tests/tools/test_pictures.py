"""Still pictures become one that moves."""

from tools.pictures import Frame, chunks, dimensions, lossless, moving, picture

SIZE = bytes([99, 0, 0, 49, 0, 0])
"""100 by 50 pixels, each less one."""


def a_webp(pixels: bytes) -> bytes:
    """A file as Chromium writes it, with a chunk that a frame must not have."""
    parts = [(b"VP8X", b"\x20\0\0\0" + SIZE), (b"ICCP", b"profile"), (b"VP8L", pixels)]
    return b"RIFF....WEBP" + b"".join(
        name + len(data).to_bytes(4, "little") + data + b"\0" * (len(data) % 2) for name, data in parts
    )


def test_the_frames_stand_in_order_for_their_time() -> None:
    made = moving([Frame(a_webp(b"one"), 350), Frame(a_webp(b"four"), 70_000)])
    head, loop, *frames = chunks(made)
    assert head == (b"VP8X", b"\x02\0\0\0" + SIZE)
    assert loop == (b"ANIM", b"\xff\xff\xff\xff\0\0")
    assert [name for name, _ in frames] == [b"ANMF"] * 2
    assert [int.from_bytes(data[12:15], "little") for _, data in frames] == [350, 70_000]
    assert [data[16:] for _, data in frames] == [b"VP8L\x03\0\0\0one\0", b"VP8L\x04\0\0\0four"]


def test_the_file_says_how_long_it_is() -> None:
    made = moving([Frame(a_webp(b"one"), 350)])
    assert made[:4] + made[8:12] == b"RIFFWEBP"
    assert int.from_bytes(made[4:8], "little") == len(made) - 8
    assert dimensions(made) == SIZE


def test_a_file_without_more_says_its_size_in_its_pixels() -> None:
    bits = (99 | 49 << 14).to_bytes(4, "little")
    assert dimensions(b"RIFF....WEBPVP8L\x06\0\0\0" + b"/" + bits + b"x") == SIZE


def test_a_part_of_the_page_is_taken_without_loss() -> None:
    asked = lossless({"x": 1, "y": 2, "width": 3, "height": 4}, 1.25)
    assert (asked["format"], asked["quality"]) == ("webp", 100)
    assert asked["clip"] == {"x": 1, "y": 2, "width": 3, "height": 4, "scale": 1.25}
    assert picture({"data": "cGl4ZWxz"}) == b"pixels"
