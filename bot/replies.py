"""What requesters write while their request is under way: how much of it the model reads with its next message."""

from collections.abc import Sequence

from bot.budgets import Budgets
from bot.models.inbound import ReplyReceived
from bot.models.replacing import replace

LEFT_OUT = "(further messages, which are left out here: more was waiting than is read at once. Say so in your answer.)"
"""What the model reads in the place of them."""


def fitted(replies: Sequence[ReplyReceived], budgets: Budgets) -> list[ReplyReceived]:
    """The same replies, without the text of those that are too many or too long together; the first of these says so.

    A short one that comes after a long one may still fit.
    """
    found: list[ReplyReceived] = []
    size, number, noted = 0, 0, any(reply.left_out for reply in replies)
    for reply in replies:
        if reply.left_out:
            found.append(reply)
        elif number < budgets.replies and size + len(reply.text) <= budgets.request_text:
            size, number = size + len(reply.text), number + 1
            found.append(reply)
        else:
            found.append(replace(reply, text="" if noted else LEFT_OUT, left_out=True))
            noted = True
    return found


def queued(reply: ReplyReceived, waiting: Sequence[ReplyReceived], budgets: Budgets) -> ReplyReceived | None:
    """What is to be stored of a reply when these wait already: itself, one note for all that do not fit, or nothing.

    The note has an id of its own, so that it is stored once beside those that wait.
    """
    if any(known.id == reply.id for known in waiting):
        return reply
    if not fitted([*waiting, reply], budgets)[-1].left_out:
        return reply
    if any(known.left_out for known in waiting):
        return None
    first = waiting[0] if waiting else reply
    return replace(reply, id=f"left out:{first.id}", text=LEFT_OUT, left_out=True)


def texts(replies: Sequence[ReplyReceived]) -> tuple[str, ...]:
    """What the model reads of them."""
    return tuple(reply.text for reply in replies if reply.text)


def told(replies: Sequence[ReplyReceived], budgets: Budgets) -> tuple[str, str]:
    """A key, and what the requester is told once under it; both empty when nothing was left out."""
    first = next((reply.id for reply in fitted(replies, budgets) if reply.left_out), "")
    most = f"{budgets.replies} of your messages with {budgets.request_text:,} characters together"
    said = f"I read at most {most} at once, so I left out what you wrote beyond that."
    again = "Please send what matters of it again, in fewer words, after my next message here."
    return (first, f"{said} {again}") if first else ("", "")
