"""While a card waits: reminders, and further people who join. At most one message for each moment that policy names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.approvers import heed_the_clock
from bot.core import Core
from bot.edit import Edit, card_id
from bot.models.call import Call, CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.replacing import replace
from bot.models.request import Approval
from bot.models.requirement import Requirement


async def remind(core: Core, edit: Edit) -> None:
    """Has cards of the last turn shown where they escalate to, and their people reminded. Raises ClockDiffers.

    Of several moments that have passed since somebody looked only the last is told of. A card that nobody has seen yet
    needs no reminder.
    """
    due = [one for one in _waiting(edit) if one.moments and one.moments[0] <= edit.at]
    if not due:
        return
    rows = {row.id: row for row in await core.store.rows(edit.request.id)}
    news = False
    for one in due:
        news |= _escalate(edit, one)
        moment = max(moment for moment in one.moments if moment <= edit.at)
        card = rows.get(card_id(one.approval))
        if card is not None and card.posted_ts and not any(_is_told(row_id, one, moment) for row_id in rows):
            edit.say(_reminder(edit, card, one, moment))
            edit.note("approval.reminded", "", approval=one.approval.id, of=moment.isoformat())
            news = True
    if news:
        await heed_the_clock(core, edit.request)


def escalate(edit: Edit) -> None:
    """Has every card that waits shown where it may have escalated to by now."""
    for one in list(_waiting(edit)):
        _escalate(edit, one)


def next_reminder(edit: Edit) -> Iterator[datetime]:
    """When a card that waits is to be reminded of, or escalates, next."""
    for one in _waiting(edit):
        yield from (moment for moment in one.moments if moment > edit.at)


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A card of which something waits. `moments` are in their order."""

    approval: Approval
    requirements: tuple[Requirement, ...]

    @property
    def moments(self) -> tuple[datetime, ...]:
        joining = (one.escalate_at for one in self.requirements if one.escalate_at is not None)
        return tuple(sorted({*joining, *(moment for one in self.requirements for moment in one.reminders)}))


def _waiting(edit: Edit) -> Iterator[_Waiting]:
    calls = [call for call in edit.calls_of(edit.last_turn) if _waits(call)]
    for approval in edit.approvals:
        own = tuple(call.requirement for call in calls if call.requirement and call.approval_id == approval.id)
        if own:
            yield _Waiting(approval, own)


def _waits(call: Call) -> bool:
    return call.status is CallStatus.PENDING and not call.attached_to


def _escalate(edit: Edit, one: _Waiting) -> bool:
    """The card stands in the channel of whoever has joined, too. Whether that is new."""
    joined = [each for each in one.requirements if each.escalate_at is not None and each.escalate_at <= edit.at]
    known = (one.approval.channel, *one.approval.also)
    new = [each.escalation_channel for each in joined if each.escalation_channel not in ("", *known)]
    if new:
        edit.add_approval(replace(one.approval, also=(*one.approval.also, *dict.fromkeys(new))))
        edit.show()
        edit.note("approval.escalated", "", approval=one.approval.id, channels=list(dict.fromkeys(new)))
    return bool(new)


def _reminder(edit: Edit, card: OutboxRow, one: _Waiting, moment: datetime) -> OutboxRow:
    """Below the card."""
    row_id = f"{_prefix(one)}{int(moment.timestamp())}"
    thread = card.thread_ts or card.posted_ts
    row = OutboxRow(row_id, card.request_id, Kind.REMINDER, card.channel, thread, edit.at, subject=one.approval.id)
    return replace(row, text=f"{moment.isoformat()} {card.posted_ts}")


def _is_told(row_id: str, one: _Waiting, moment: datetime) -> bool:
    """Of this moment, or of a later one."""
    begin = _prefix(one)
    return row_id.startswith(begin) and int(row_id.removeprefix(begin)) >= int(moment.timestamp())


def _prefix(one: _Waiting) -> str:
    return f"reminder:{one.approval.id}:"
