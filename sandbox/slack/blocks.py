"""Whole payloads: is Slack going to accept these blocks, this message, this view? And what it makes of them."""

import json
from copy import deepcopy
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from sandbox.slack.block_rules import (
    REASON,
    Problem,
    Problems,
    at_most,
    block_check,
    each,
    nested,
    object_check,
    repeated,
    strings,
    text_size,
)
from sandbox.slack.contract import limit, listed, load
from sandbox.slack.errors import with_messages
from sandbox.slack.ids import Ids

TABLES = ("table", "data_table")


def require_message_blocks(blocks: Any, method: str = "chat.postMessage") -> None:
    """Raises SlackError, as the method answers: invalid_blocks_format, invalid_blocks, msg_blocks_too_long, …"""
    if not isinstance(blocks, list):
        raise with_messages("invalid_blocks_format", "blocks must be an array")
    problems = [*blocks_check("/blocks", blocks, "message", limit("message.blocks")), *totals_check(blocks)]
    if problems:
        code = next((problem.code for problem in problems if problem.code != REASON), REASON)
        raise with_messages(code if code == REASON else listed(method, code), *map(str, problems))


def require_view(view: Any, surface: str) -> None:
    """Raises SlackError, as views.open answers: invalid_arguments or view_too_large. `surface` is modal or home."""
    if not isinstance(view, dict):
        raise with_messages("invalid_arguments", "view must be an object [json-pointer:/view]")
    if len(json.dumps(view, ensure_ascii=False).encode()) > limit("view.size"):
        raise with_messages("view_too_large", f"view must be at most {limit('view.size')} bytes")
    problems = list(view_check(view, surface))
    if problems:
        raise with_messages("invalid_arguments", *map(str, problems))


def blocks_check(at: str, blocks: list[Any], surface: str, most: int) -> Problems:
    found = list(each(block_check)(at, blocks, {"max": most}, surface))
    found += [Problem(at, f"block_id {same!r} is used twice") for same in repeated(strings(blocks, "block_id"))]
    yield from found or sdk_check(at, blocks)


def sdk_check(at: str, blocks: list[dict[str, Any]]) -> Problems:
    """What Slack's own SDK refuses in blocks that passed every rule."""
    for i, block in enumerate(blocks):
        try:
            parsed = Block.parse(block)
            if parsed is not None:
                parsed.validate_json()
        except (SlackObjectFormationError, TypeError, ValueError) as refused:
            yield Problem(f"{at}/{i}", str(refused))


def totals_check(blocks: list[Any]) -> Problems:
    """Limits of a message as a whole; the one on all text is a field report (contract: message.block_text)."""
    tables = [block for block in nested(blocks) if block.get("type") in TABLES]
    yield from at_most(
        "/blocks", len(tables), limit("message.tables"), "table: only_one_table_allowed", "invalid_attachments"
    )
    markdown = [block for block in nested(blocks) if block.get("type") == "markdown"]
    written = sum(len(text) for text in strings(markdown, "text"))
    yield from at_most("/blocks", written, limit("message.markdown_blocks"), "characters", "msg_blocks_too_long")
    yield from at_most("/blocks", text_size(blocks), limit("message.block_text"), "characters", "msg_blocks_too_long")


def view_check(view: dict[str, Any], surface: str) -> Problems:
    yield from object_check("/view", view, load("blocks")["views"][surface], surface, ignored=())
    blocks = view.get("blocks")
    if not isinstance(blocks, list) or not blocks:
        yield Problem("/view/blocks", "must be an array with at least 1 item")
        return
    yield from blocks_check("/view/blocks", blocks, surface, limit("view.blocks"))
    has_input = any(block.get("type") == "input" for block in nested(blocks))
    if surface == "modal" and has_input and not view.get("submit"):
        yield Problem("/view/submit", "missing required field: submit, a modal with an input block needs it")


def completed(blocks: list[dict[str, Any]], ids: Ids) -> list[dict[str, Any]]:
    """The blocks as Slack gives them back: with block and action ids, and every text object complete."""
    done = deepcopy(blocks)
    for block in done:
        block.setdefault("block_id", ids.new("b"))
    for found in nested(done):
        kind = found.get("type")
        if kind in load("blocks")["elements"] and "action_id" in load("blocks")["elements"][kind]["fields"]:
            found.setdefault("action_id", ids.new("a"))
        if kind == "plain_text":
            found.setdefault("emoji", True)
        if kind == "mrkdwn":
            found.setdefault("verbatim", False)
    return done
