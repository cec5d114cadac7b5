"""Frames as botocore reads them."""

import json

import pytest
from botocore.eventstream import ChecksumMismatch, EventStreamBuffer

from sandbox.bedrock.frames import chunk, events, exception, pieces
from sandbox.bedrock.prefix import Counted
from sandbox.bedrock.turns import Turn, content


def test_a_frame_survives_any_cut() -> None:
    data = chunk({"type": "message_stop", "é": "\ud83d\ude00"}) + exception("throttlingException", "slow down")
    buffer = EventStreamBuffer()
    messages = []
    for at in range(len(data)):
        buffer.add_data(data[at : at + 1])
        messages += list(buffer)
    assert [message.headers for message in messages] == [
        {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"},
        {":exception-type": "throttlingException", ":content-type": "application/json", ":message-type": "exception"},
    ]
    assert json.loads(messages[1].payload) == {"message": "slow down"}


def test_a_flipped_bit_is_noticed() -> None:
    data = bytearray(chunk({"type": "ping"}))
    data[-6] ^= 1
    buffer = EventStreamBuffer()
    buffer.add_data(bytes(data))
    with pytest.raises(ChecksumMismatch):
        next(iter(buffer))


@pytest.mark.parametrize("text", ["", "x", "ab", "é" * 400, "a" * 10_000])
def test_pieces_make_up_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text
    assert next(pieces(text)) == ""


def test_the_order_of_events_is_claudes() -> None:
    turn = Turn("a", [("x__y", "{}")], stop_reason="max_tokens")
    kinds = [event["type"] for event in events(turn, "m", "seed", Counted(5, 0, 0), content(turn, "seed"))]
    assert kinds == [
        "message_start",
        *["content_block_start", *["content_block_delta"] * 2, "content_block_stop"],
        *["content_block_start", *["content_block_delta"] * 3, "content_block_stop"],
        "message_delta",
        "message_stop",
    ]
