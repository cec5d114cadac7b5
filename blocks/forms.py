"""What the forms of a decision have in common."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from blocks.buttons import is_pending
from blocks.calls import Row, rows
from blocks.metadata import ModalState
from blocks.parts import plain
from bot.models.request import Approval, Record
from bot.models.tools import Toolset


def waiting_rows(record: Record, approval: Approval, tools: Toolset, call_ids: tuple[str, ...]) -> list[Row]:
    """Those of these rows that still wait. No `call_ids`: of all rows."""
    found = [row for row in rows(record, approval, tools) if not call_ids or row.call.id in call_ids]
    return [row for row in found if is_pending(row)]


def form(callback_id: str, verb: str, count: int, state: ModalState, blocks: Sequence[Block]) -> dict[str, Any]:
    """A modal that can be sent; its button says how many rows it is about."""
    return View(
        type="modal",
        callback_id=callback_id,
        title=plain(verb),
        submit=plain(verb if count == 1 else f"{verb} {count}"),
        close=plain("Go back"),
        private_metadata=state.dump(),
        blocks=blocks,
    ).to_dict()
