"""Every action_id, block_id and callback_id, and how a button's `value` names what it stands for."""

APPROVE = "approval.approve"
DENY = "approval.deny"
CONFIRM = "approval.confirm"
DETAILS = "approval.details"
WITHDRAW = "approval.withdraw"
WITHDRAW_REQUEST = "request.withdraw"
HAPPENED = "approval.happened"
NOT_HAPPENED = "approval.not_happened"
PREVIOUS_PAGE = "details.previous"
NEXT_PAGE = "details.next"
TAKE_AWAY = "secret.delete"

CONFIRM_VIEW = "confirm"
DENY_REASON_VIEW = "deny_reason"
DETAILS_VIEW = "details"

REASON_BLOCK = "deny.reason"
REASON_INPUT = "deny.reason.text"
TARGET_BLOCK = "confirm.target:"
"""Followed by the call's id."""
TARGET_INPUT = "confirm.target.text"
CODE_BLOCK = "confirm.code"
CODE_INPUT = "confirm.code.text"


ASKED = "+dialog"
"""Stands at the end of the value of a button that asks a question before its click is sent."""


def value(approval_id: str, call_id: str = "") -> str:
    """A button's value: the approval, or one row of it. Every row button names its call."""
    return f"{approval_id}:{call_id}" if call_id else approval_id


def parse_value(text: str) -> tuple[str, str]:
    """The approval's id and the call's id (empty: all rows) that a button's value names."""
    approval_id, _, call_id = text.removesuffix(ASKED).partition(":")
    return approval_id, call_id
