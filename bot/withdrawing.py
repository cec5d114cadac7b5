"""The requester takes the whole request back: what that means in each status, and what they are told."""

from collections.abc import Mapping
from types import MappingProxyType

from bot.answering import take_back
from bot.edit import Edit
from bot.models.inbound import WithdrawReceived
from bot.models.people import Actor
from bot.models.replacing import replace
from bot.models.request import Request, RequestStatus

NOT_YOURS = "Only the person who asked for this can withdraw it."
AGAIN = "You have withdrawn this already. What had started is finished first, and recorded."
TOO_LATE: Mapping[RequestStatus, str] = MappingProxyType(
    {
        RequestStatus.ANSWERING: "Too late to withdraw: nothing waits any more, and the answer is being written. "
        "What was done is on its cards.",
        RequestStatus.DONE: "This request is finished; there is nothing to withdraw. What was done is on its cards.",
        RequestStatus.CANCELLED: "This request was withdrawn before. Nothing more will run for it.",
        RequestStatus.FAILED: "This request ended with a fault of ours; there is nothing to withdraw.",
    }
)
"""What is said once nothing can be taken back; in every other status the request is cancelled."""


def withdraw(edit: Edit, event: WithdrawReceived) -> str:
    """Sets the flag and takes back every call that has not started; returns what to say when nothing was changed.

    A started call finishes and is recorded; the step that comes next ends the request.
    """
    request, user = edit.request, event.actor.user
    if not is_requester(request, event.actor):
        edit.note("withdraw.refused", user, withdraw=event.id)
        return NOT_YOURS
    if too_late := TOO_LATE.get(request.status) or (AGAIN if request.cancelled_by else ""):
        edit.note("withdraw.late", user, withdraw=event.id, status=request.status)
        return too_late
    edit.request = replace(request, cancelled_by=user)
    edit.note("request.cancel_requested", user, withdraw=event.id, status=request.status)
    edit.show()
    take_back(edit, user)
    return ""


def is_requester(request: Request, actor: Actor) -> bool:
    """Whether this is the person who asked."""
    return (request.actor.team, request.actor.user) == (actor.team, actor.user)
