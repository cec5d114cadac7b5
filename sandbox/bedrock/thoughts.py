"""Thinking blocks: signed with all that stood before them, and refused when that, or they, are not what they were."""

from collections.abc import Sequence
from hashlib import sha256

from sandbox.bedrock.prefix import parts, written
from sandbox.bedrock.turns import Body, parsed

KINDS = frozenset({"thinking", "redacted_thinking"})
SECRET = b"the stand-in's own"


def signed(body: Body, blocks: Sequence[Body]) -> list[Body]:
    """New blocks of an answer to that request, with signatures; inputs of calls are still raw text."""
    before = [written(role, block, in_order=True) for role, block in parts(body)]
    done: list[Body] = []
    for plain in blocks:
        block = _with_signature(before, plain) if plain["type"] in KINDS else plain
        done.append(block)
        sent_back = {**block, "input": parsed(block["input"])} if "input" in block else block
        before.append(written("assistant", sent_back, in_order=True))
    return done


def first_strange(body: Body) -> int | None:
    """The number of the first block (counted over all messages) whose signature does not fit, or None."""
    before: list[bytes] = []
    number = 0
    if not any(block.get("type") in KINDS for _, block in parts(body)):
        return None
    for role, block in parts(body):
        if block.get("type") in KINDS and _with_signature(before, block) != _unmarked(block):
            return number
        before.append(written(role, block, in_order=True))
        number += role not in {"tool", "system"}
    return None


def _with_signature(before: Sequence[bytes], block: Body) -> Body:
    field = "signature" if block["type"] == "thinking" else "data"
    told = block.get("thinking", "").encode()
    return {**_unmarked(block), field: sha256(b"\x00".join((SECRET, *before, told))).hexdigest()}


def _unmarked(block: Body) -> Body:
    return {name: value for name, value in block.items() if name != "cache_control"}
