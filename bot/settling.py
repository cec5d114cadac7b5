"""Waiting: expiry, outcomes shared with identical calls, and what comes next. Whatever woke us, the record decides."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.answering import cancel, fail
from bot.approvers import heed_the_clock
from bot.call_states import Released, Shared, TimedOut
from bot.core import Core
from bot.edit import Edit, card_id, load, save
from bot.errors import NotFound, Unreadable
from bot.models.call import Call, CallStatus, Result
from bot.models.outbox import Kind
from bot.models.replacing import replace
from bot.models.request import Record, RequestStatus
from bot.reminders import next_reminder, remind
from bot.stepping import Park
from bot.turns import attach, open_cards

CANNOT_BE_READ = (
    "This was asked for in another request already, and waited for what became of it there. That request's stored "
    "record was changed outside Countersign, so nobody can tell, and nothing of it runs any more. Do not try the same "
    "call again: an admin has to look (countersign audit verify names it)."
)
ATTACHED_LOOK = timedelta(seconds=30)
OF_ITS_OWN = frozenset({CallStatus.WITHDRAWN, CallStatus.NOT_RUN, CallStatus.SUPERSEDED})
"""Outcomes that say nothing of an identical call in another request: its requester still wants it."""


async def settle(core: Core, record: Record) -> Record | Park:
    """Applies what time has decided, and moves on once every call of the turn is decided."""
    edit = Edit(record, core.clock.now())
    await _share(core, edit, len(record.turns))
    await conclude_in_time(core, edit)
    await remind(core, edit)
    if not edit.is_empty:
        return await save(core, edit)
    if lost := await _card_nobody_sees(core, record):
        await fail(core, record, f"the approval card could not be shown ({lost}).")
        return Park()
    return Park(_next_look(edit))


async def _card_nobody_sees(core: Core, record: Record) -> str:
    """Why the card of a waiting call can never be shown, or never again (the surface's own code), or nothing."""
    waiting = {call.approval_id for call in record.calls if call.status is CallStatus.PENDING}
    cards = {card_id(approval) for approval in record.approvals if approval.id in waiting}
    rows = await core.store.rows(record.request.id, Kind.CARD)
    return next((row.error for row in rows if row.id in cards and row.gave_up), "")


async def conclude_in_time(core: Core, edit: Edit) -> None:
    """As `conclude`; but nothing expires by a clock that is wrong. Raises ClockDiffers."""
    if any(_is_late(call, edit.at) for call in edit.calls_of(edit.last_turn)):
        await heed_the_clock(core, edit.request)
    conclude(edit)


def conclude(edit: Edit) -> None:
    """The request's next status, by the calls of its last turn alone. Late calls expire first."""
    number = edit.last_turn
    _expire(edit, number)
    status = _next(edit, edit.calls_of(number))
    if status is RequestStatus.CANCELLED:
        cancel(edit)
    elif status is not edit.request.status:
        edit.move(status)


def _next(edit: Edit, calls: Sequence[Call]) -> RequestStatus:
    own = {call.id for call in calls}
    statuses = {call.status for call in calls if call.attached_to not in own or call.has_outcome}
    if CallStatus.STARTED in statuses:
        return RequestStatus.EXECUTING
    if edit.request.cancelled_by:
        return RequestStatus.CANCELLED
    if CallStatus.PENDING in statuses:
        return RequestStatus.WAITING
    if statuses & {CallStatus.APPROVED, CallStatus.ALLOWED}:
        return RequestStatus.EXECUTING
    return RequestStatus.WAITING if CallStatus.UNKNOWN in statuses else RequestStatus.PLANNING


def _is_late(call: Call, at: datetime) -> bool:
    waits = call.status is CallStatus.PENDING and not call.attached_to
    return waits and call.requirement is not None and call.requirement.expires_at <= at


def _expire(edit: Edit, number: int) -> None:
    for call in edit.calls_of(number):
        if _is_late(call, edit.at):
            edit.apply(call.id, TimedOut(edit.at))


async def _share(core: Core, edit: Edit, number: int) -> None:
    """Gives attached calls the outcome of the call that stands for them, unless that concerns its own request only."""
    for call in edit.calls_of(number):
        if not _shares_later(call):
            continue
        first = await _first(core, edit, call)
        if first is None or not first.has_outcome or first.status is call.status:
            continue
        if first.request_id != call.request_id and first.status in OF_ITS_OWN:
            await _release(core, edit, call, first)
        else:
            edit.apply(call.id, Shared(first), shared_with=first.id)


async def _release(core: Core, edit: Edit, call: Call, first: Call) -> None:
    """The other request gave up: this call attaches to the next identical one, or people are asked for it itself."""
    edit.apply(call.id, Released(), given_up=first.id, was=first.status)
    other = await core.store.find_open_call(call.fingerprint)
    if other is not None and other.id != call.id:
        await attach(core, edit, call, other)
        return
    open_cards(core, edit, call.turn, _written(edit, call.turn))


def _written(edit: Edit, number: int) -> str:
    """What the model wrote in this turn beside its calls."""
    turn = next(turn for turn in edit.record().turns if turn.number == number)
    return "\n".join(block["text"] for block in json.loads(turn.content) if block.get("type") == "text")


def _shares_later(call: Call) -> bool:
    """An attached call whose outcome is still to come, or to become known."""
    return bool(call.attached_to) and (call.status is CallStatus.UNKNOWN or not call.has_outcome)


async def _first(core: Core, edit: Edit, call: Call) -> Call | None:
    here = next((other for other in edit.calls if other.id == call.attached_to), None)
    if here is not None:
        return here
    try:
        there = await load(core, (await core.store.call(call.attached_to)).request_id)
    except NotFound:
        return None
    except Unreadable:
        return None if call.status is CallStatus.UNKNOWN else _lost(call, edit.at)
    return next((other for other in there.calls if other.id == call.attached_to), None)


def _lost(call: Call, at: datetime) -> Call:
    """What stands for a call whose record nobody can trust: no word of that is passed on."""
    return replace(call, id=call.attached_to, status=CallStatus.FAILED, result=Result(CANNOT_BE_READ, at))


def _next_look(edit: Edit) -> datetime | None:
    """The first expiry or reminder; an attached call is looked at now and then, should its wake-up have been lost."""
    calls = edit.calls_of(edit.last_turn)
    waiting = [call for call in calls if call.status is CallStatus.PENDING]
    moments = [call.requirement.expires_at for call in waiting if call.requirement and not call.attached_to]
    if any(_shares_later(call) for call in calls):
        moments.append(edit.at + ATTACHED_LOOK)
    return min([*moments, *next_reminder(edit)], default=None)
