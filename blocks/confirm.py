"""The form in which an approver types what a call is about, or a one-time code."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import Block, InputBlock, PlainTextInputElement

from blocks import ids
from blocks.arguments import argument_lines
from blocks.calls import Row
from blocks.forms import form, waiting_rows
from blocks.metadata import ModalState
from blocks.parts import Parts, bold, line, plain, rich, say
from blocks.states import RISKS, icon
from blocks.text import clip
from bot.models.request import Approval, Record
from bot.models.requirement import Confirm
from bot.models.tools import Toolset
from bot.targets import named

_ROOM = 2_000
_LABEL = 150


def confirm_view(
    record: Record,
    approval: Approval,
    tools: Toolset,
    call_ids: tuple[str, ...] = (),
    *,
    channel: str = "",
    message_ts: str = "",
) -> dict[str, Any] | None:
    """Shows what is approved, exactly, and asks for what is wanted. No `call_ids`: all that still wait.

    None when nothing of it waits any more.
    """
    waiting = waiting_rows(record, approval, tools, call_ids)
    if not waiting:
        return None
    blocks = [*(block for row in waiting for block in _row(row, len(waiting))), *_code(waiting)]
    state = ModalState(approval.id, tuple(row.call.id for row in waiting), 0, channel, message_ts)
    return form(ids.CONFIRM_VIEW, "Approve", len(waiting), state, blocks)


def _row(row: Row, among: int) -> list[Block]:
    arguments = argument_lines(row, _ROOM // among)
    head: Parts = [bold(f"{icon(row.call.status)} {row.title}"), say(f" · {RISKS[row.call.risk]}\n")]
    shown = rich(line(head), line(arguments.parts))
    return [shown, _target(row)] if _wants(row) is Confirm.TYPE_THE_TARGET else [shown]


def _wants(row: Row) -> Confirm:
    return row.call.requirement.confirm if row.call.requirement else Confirm.NONE


def _target(row: Row) -> InputBlock:
    what = named(row.call, row.tool)
    return InputBlock(
        block_id=f"{ids.TARGET_BLOCK}{row.call.id}",
        label=plain(clip(f"Type {what}", _LABEL)),
        hint=plain("Exactly. Nothing is approved until it fits."),
        element=PlainTextInputElement(action_id=ids.TARGET_INPUT),
    )


def _code(waiting: Sequence[Row]) -> list[InputBlock]:
    """One code is enough for all of them."""
    if all(_wants(row) is not Confirm.TOTP for row in waiting):
        return []
    element = PlainTextInputElement(action_id=ids.CODE_INPUT, min_length=6, max_length=9)
    hint = plain("From your authenticator. Each code counts once.")
    return [InputBlock(block_id=ids.CODE_BLOCK, label=plain("One-time code"), hint=hint, element=element)]
