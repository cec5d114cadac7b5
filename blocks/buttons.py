"""What can be done with an approval now: buttons stand only where they still mean something."""

from slack_sdk.models.blocks import ActionsBlock, ButtonElement, ConfirmObject

from blocks import ids
from blocks.calls import Row
from blocks.parts import button, dialog
from blocks.text import clip, counted
from bot.models.call import CallStatus
from bot.models.requirement import Confirm

OPEN_DETAILS = "Open All details to approve"
TYPED = frozenset({Confirm.TYPE_THE_TARGET, Confirm.TOTP})
"""What needs a form."""


def is_pending(row: Row) -> bool:
    """People can still decide it."""
    return row.call.status is CallStatus.PENDING


def approve(rows: tuple[Row, ...], value: str, text: str = "Approve") -> ButtonElement:
    """Approves these rows; with a question first, or a form, when any of them demands more than a click."""
    if any(row.call.requirement and row.call.requirement.confirm in TYPED for row in rows):
        return button(f"{text}…", ids.CONFIRM, value, style="primary")
    question = _question(rows)
    return button(text, ids.APPROVE, f"{value}{ids.ASKED if question else ''}", style="primary", confirm=question)


def deny(value: str, text: str = "Deny…") -> ButtonElement:
    """Opens the modal that asks for the reason."""
    return button(text, ids.DENY, value, style="danger")


def details(value: str, text: str = "All details", style: str | None = None) -> ButtonElement:
    """Opens All details."""
    return button(text, ids.DETAILS, value, style=style)


def withdraw(value: str, action_id: str = ids.WITHDRAW) -> ButtonElement:
    """Takes the request back; refused for anybody but the requester. `value` names a card, or with
    `ids.WITHDRAW_REQUEST` the request itself.
    """
    what = "Only the requester can. What has started is finished; nothing else of this request will be done."
    return button("Withdraw", action_id, value, confirm=dialog("Withdraw the request?", what, "Withdraw"))


def card_buttons(rows: tuple[Row, ...], value: str, *, inline: bool) -> ActionsBlock:
    """The last row of a card. `inline` is false when the card does not show all that would be approved."""
    pending = tuple(filter(is_pending, rows))
    if not pending:
        return ActionsBlock(elements=[details(value)])
    every = len(rows) > 1
    no = deny(value, "Deny all…" if every else "Deny…")
    if not inline:
        return ActionsBlock(elements=[details(value, OPEN_DETAILS, "primary"), no, withdraw(value)])
    yes = approve(pending, value, "Approve all" if every else "Approve")
    return ActionsBlock(elements=[yes, no, details(value), withdraw(value)])


def row_buttons(row: Row, *, inline: bool) -> list[ActionsBlock]:
    """The choice of one row of several, if there is one."""
    value = ids.value(row.call.approval_id, row.call.id)
    if row.call.status is CallStatus.UNKNOWN:
        return [ActionsBlock(elements=reconcile(row))]
    if not is_pending(row):
        return []
    yes = approve((row,), value) if inline else details(value, OPEN_DETAILS)
    return [ActionsBlock(elements=[yes, deny(value)])]


def reconcile(row: Row) -> list[ButtonElement]:
    """A person tells what became of a call that was cut short."""
    value = ids.value(row.call.approval_id, row.call.id)
    what = f"{clip(row.title, 160)}. The requester is told so, and that you have checked it."
    yes = dialog("You have checked that this happened?", what, "It happened")
    no = dialog("You have checked that this did not happen?", what, "It did not happen")
    return [
        button("It happened", ids.HAPPENED, value, confirm=yes),
        button("It did not happen", ids.NOT_HAPPENED, value, confirm=no),
    ]


def _question(rows: tuple[Row, ...]) -> ConfirmObject | None:
    if all(row.call.requirement is None or row.call.requirement.confirm is Confirm.NONE for row in rows):
        return None
    more = f" and {counted(len(rows) - 1, 'other action')}" if len(rows) > 1 else ""
    return dialog("Approve this?", clip(rows[0].title, 250) + more, "Approve")
