"""The modal that asks why."""

from collections.abc import Sequence
from typing import Any

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement

from blocks import ids
from blocks.calls import Row
from blocks.forms import form, waiting_rows
from blocks.metadata import ModalState
from blocks.parts import Parts, bold, line, plain, rich, say
from blocks.states import RISKS, icon
from blocks.text import counted
from bot.models.request import Approval, Record
from bot.models.tools import Toolset

_NAMED = 10


def deny_view(
    record: Record,
    approval: Approval,
    tools: Toolset,
    call_ids: tuple[str, ...] = (),
    *,
    channel: str = "",
    message_ts: str = "",
) -> dict[str, Any] | None:
    """Names what is denied and asks for the reason (required, 3 to 500 characters). No `call_ids`: all that still wait.

    None when nothing of it waits any more.
    """
    waiting = waiting_rows(record, approval, tools, call_ids)
    if not waiting:
        return None
    reason = InputBlock(
        block_id=ids.REASON_BLOCK,
        label=plain("Why?"),
        hint=plain("The requester and the model read this."),
        element=PlainTextInputElement(action_id=ids.REASON_INPUT, multiline=True, min_length=3, max_length=500),
    )
    blocks = [rich(*(line(parts) for parts in _named(waiting))), reason]
    state = ModalState(approval.id, call_ids, 0, channel, message_ts)
    return form(ids.DENY_REASON_VIEW, "Deny", len(waiting), state, blocks)


def _named(waiting: Sequence[Row]) -> list[Parts]:
    """What will not be done."""
    lines: list[Parts] = [[bold("This will not be done:" if len(waiting) == 1 else "None of these will be done:")]]
    lines += [[say(f"{icon(row.call.status)} {row.title} · {RISKS[row.call.risk]}")] for row in waiting[:_NAMED]]
    more = len(waiting) - _NAMED
    return [*lines, [say(f"and {counted(more, 'more action')}")]] if more > 0 else lines
