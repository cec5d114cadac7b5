"""Saying something to everybody whom a call concerns: who asked for it, and who was asked about it."""

from bot.core import Core
from bot.edit import Edit
from bot.models.call import Call
from bot.models.outbox import Kind, OutboxRow
from bot.models.replacing import replace


async def say_to_all(core: Core, edit: Edit, notice: OutboxRow, call: Call) -> None:
    """The notice in the requester's thread, and below each card of the call that stands elsewhere."""
    edit.say(notice)
    for card in await core.store.rows(edit.request.id):
        if card.kind is Kind.CARD and card.subject == call.approval_id and card.posted_ts:
            place = (card.channel, card.thread_ts or card.posted_ts)
            if place != (notice.channel, notice.thread_ts):
                edit.say(replace(notice, id=f"{notice.id}:{card.id}", channel=place[0], thread_ts=place[1]))
