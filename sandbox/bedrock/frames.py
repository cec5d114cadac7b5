"""Claude's stream events in frames of application/vnd.amazon.eventstream (AWS docs: "Event stream encoding")."""

import base64
import json
import struct
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType
from typing import Any

from sandbox.bedrock.prefix import Counted
from sandbox.bedrock.turns import Body, Turn

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


def sse(event: Mapping[str, Any]) -> bytes:
    """One stream event as the Messages API sends it (Claude docs, "Streaming messages")."""
    return f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode()


def sse_error(type_: str, message: str) -> bytes:
    """An error after the answer has begun, as the Messages API tells it."""
    return sse({"type": "error", "error": {"type": type_, "message": message}})


def events(turn: Turn, model: str, seed: str, counted: Counted, blocks: Sequence[Body]) -> Iterator[dict[str, Any]]:
    """The message of these blocks as Claude streams it (Claude docs, "Streaming messages")."""
    usage = {**asdict(counted), "output_tokens": 1}
    start = {"id": f"msg_bdrk_{seed}", "type": "message", "role": "assistant", "model": model, "content": []}
    yield {"type": "message_start", "message": {**start, "stop_reason": None, "stop_sequence": None, "usage": usage}}
    for index, block in enumerate(blocks):
        yield from _block_events(index, block)
    delta = {"stop_reason": turn.ends_with, "stop_sequence": None, "stop_details": turn.stop_details}
    yield {"type": "message_delta", "delta": delta, "usage": {"output_tokens": output_tokens(blocks)}}
    yield {"type": "message_stop", **turn.extra}


def output_tokens(blocks: Sequence[Body]) -> int:
    """About four characters make a token; thoughts cost what text does."""
    return 1 + sum(len(block.get(name, "")) for block in blocks for name in ("text", "input", "thinking")) // 4


STREAMED: Mapping[str, tuple[str, str, str]] = MappingProxyType(
    {
        "text": ("text", "text_delta", "text"),
        "thinking": ("thinking", "thinking_delta", "thinking"),
        "tool_use": ("input", "input_json_delta", "partial_json"),
    }
)
"""The member of a block that is streamed, the kind of its pieces, and what a piece calls it."""


def _block_events(index: int, block: Body) -> Iterator[dict[str, Any]]:
    deltas = list(_deltas(block))
    empty = {"text": "", "thinking": "", "signature": "", "input": {}}
    cleared = {name: empty.get(name, value) if deltas else value for name, value in block.items()}
    yield {"type": "content_block_start", "index": index, "content_block": cleared}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def _deltas(block: Body) -> Iterator[dict[str, Any]]:
    if block["type"] not in STREAMED:
        return
    member, kind, name = STREAMED[block["type"]]
    for piece in pieces(block[member]):
        yield {"type": kind, name: piece}
    if "signature" in block:
        yield {"type": "signature_delta", "signature": block["signature"]}
