"""Claude's stream events in frames of application/vnd.amazon.eventstream (AWS docs: "Event stream encoding")."""

import base64
import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox.bedrock.turns import Turn, content

CUTS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144)


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Lengths, CRC of the lengths, headers (type 7 is a string), payload, CRC of everything before it."""
    head = b"".join(
        struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value.encode())) + value.encode()
        for name, value in headers.items()
    )
    lengths = struct.pack(">II", 12 + len(head) + len(payload) + 4, len(head))
    message = lengths + struct.pack(">I", zlib.crc32(lengths)) + head + payload
    return message + struct.pack(">I", zlib.crc32(message))


def chunk(event: Mapping[str, Any]) -> bytes:
    """One stream event of the model."""
    payload = json.dumps({"bytes": base64.b64encode(json.dumps(event).encode()).decode()})
    headers = {":event-type": "chunk", ":content-type": "application/json", ":message-type": "event"}
    return frame(headers, payload.encode())


def exception(type_: str, message: str) -> bytes:
    """An error after the answer has begun."""
    headers = {":exception-type": type_, ":content-type": "application/json", ":message-type": "exception"}
    return frame(headers, json.dumps({"message": message}).encode())


def pieces(text: str) -> Iterator[str]:
    """The text cut where it hurts: an empty piece first, then one, two, three, five … characters."""
    start = 0
    for size in CUTS:
        yield text[start : start + size]
        start += size
        if start >= len(text):
            return
    for at in range(start, len(text), 4096):
        yield text[at : at + 4096]


def events(turn: Turn, model: str, seed: str, input_tokens: int) -> Iterator[dict[str, Any]]:
    """The message as Claude streams it (Anthropic docs: "Streaming messages")."""
    blocks = content(turn, seed)
    usage = {"input_tokens": input_tokens, "output_tokens": 1}
    start = {"id": f"msg_bdrk_{seed}", "type": "message", "role": "assistant", "model": model, "content": []}
    yield {"type": "message_start", "message": {**start, "stop_reason": None, "stop_sequence": None, "usage": usage}}
    for index, block in enumerate(blocks):
        yield from _block_events(index, block)
    delta = {"stop_reason": turn.ends_with, "stop_sequence": None, "stop_details": turn.stop_details}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": output_tokens(blocks)}}
    yield {"type": "message_stop"}


def output_tokens(blocks: list[dict[str, Any]]) -> int:
    """About four characters make a token."""
    return 1 + sum(len(block.get("text", block.get("input", ""))) for block in blocks) // 4


def _block_events(index: int, block: dict[str, Any]) -> Iterator[dict[str, Any]]:
    field, kind = ("text", "text") if block["type"] == "text" else ("input", "input_json")
    empty = "" if kind == "text" else {}
    yield {"type": "content_block_start", "index": index, "content_block": {**block, field: empty}}
    for piece in pieces(block[field]):
        delta = {"type": f"{kind}_delta", "text" if kind == "text" else "partial_json": piece}
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}
