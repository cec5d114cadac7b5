"""The modal that asks why."""

from typing import Any

from slack_sdk.models.blocks import InputBlock, PlainTextInputElement
from slack_sdk.models.views import View

from blocks import ids
from blocks.metadata import ModalState
from blocks.parts import plain
from blocks.text import counted


def deny_view(
    approval_id: str, call_ids: tuple[str, ...] = (), channel: str = "", message_ts: str = ""
) -> dict[str, Any]:
    """Asks for the reason of a denial (required, 3 to 500 characters). No `call_ids`: all rows still pending."""
    what = f"Deny {counted(len(call_ids), 'action')}" if call_ids else "Deny what still waits"
    reason = InputBlock(
        block_id=ids.REASON_BLOCK,
        label=plain("Why?"),
        hint=plain(f"{what}. The requester and the model read this."),
        element=PlainTextInputElement(action_id=ids.REASON_INPUT, multiline=True, min_length=3, max_length=500),
    )
    return View(
        type="modal",
        callback_id=ids.DENY_REASON_VIEW,
        title=plain("Deny"),
        submit=plain("Deny"),
        close=plain("Go back"),
        private_metadata=ModalState(approval_id, call_ids, 0, channel, message_ts).dump(),
        blocks=[reason],
    ).to_dict()
