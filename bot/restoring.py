"""After a restore: what the store knows of an open request may be long past, so the request ends, and people are told.

What ran since the backup was made is not in it. So nothing of it is run or asked about a second time.
"""

from collections.abc import Sequence

from bot.call_states import Finished, Lost, Replaced, Revoked
from bot.core import Core
from bot.edit import Edit, notice_row, save
from bot.models.call import RESTORE, Call, CallStatus, Result
from bot.models.inbound import StoreRestored
from bot.models.replacing import replace
from bot.models.request import Approval, Record, RequestStatus
from bot.models.requirement import Effect
from bot.reminders import escalate

ASK_AGAIN = "The store was restored from a backup; ask again."
MAY_HAVE_RUN = "The store was restored from a backup; whether this has run since is not known."
_MAY_RUN = frozenset({CallStatus.ALLOWED, CallStatus.APPROVED, CallStatus.STARTED})
_GOES_ON = frozenset({RequestStatus.PLANNING, RequestStatus.WAITING, RequestStatus.EXECUTING})


async def close_restored(core: Core, record: Record, events: Sequence[StoreRestored]) -> Record:
    """Every open question is superseded, every change that may have run is unknown, and the request ends in words.

    An answer that was being posted is posted to its end: it is only text, and found again if it stands there already.
    """
    edit = Edit(record, core.clock.now())
    edit.consume(event.id for event in events)
    edit.note("store.restored", "", epoch=max(event.epoch for event in events))
    if edit.request.status in _GOES_ON:
        escalate(edit)  # a card may stand there that the store has forgotten
        for call in edit.calls:
            _close(core, edit, call)
        _end(core, edit)
    return await save(core, edit)


def _close(core: Core, edit: Edit, call: Call) -> None:
    match call.status:
        case CallStatus.PENDING:
            edit.apply(call.id, Replaced(RESTORE, edit.at), why=ASK_AGAIN)
        case status if status in _MAY_RUN and call.effect is not Effect.READ:
            _ask_what_happened(core, edit, edit.apply(call.id, Lost(Result(MAY_HAVE_RUN, edit.at)), why=MAY_HAVE_RUN))
        case CallStatus.STARTED:
            assert call.attempt is not None, "started means an attempt"
            edit.apply(call.id, Finished(call.attempt.id, CallStatus.FAILED, Result(ASK_AGAIN, edit.at)))
        case CallStatus.ALLOWED | CallStatus.APPROVED:
            edit.apply(call.id, Revoked((RESTORE,), ASK_AGAIN, edit.at), why=ASK_AGAIN)


def _ask_what_happened(core: Core, edit: Edit, lost: Call) -> None:
    if not lost.approval_id:
        card = Approval(core.new_id(), edit.request.id, lost.turn, core.approver_channel(edit.request), edit.at)
        edit.add_approval(card)
        edit.put(replace(lost, approval_id=card.id))


def _end(core: Core, edit: Edit) -> None:
    incident = core.new_id()[:8]
    edit.request = replace(edit.request, incident=incident)
    edit.move(RequestStatus.FAILED)
    edit.note("request.incident", "", incident=incident, why=ASK_AGAIN)
    lost = sum(call.status is CallStatus.UNKNOWN for call in edit.calls)
    asked = f" {lost} action(s) may have run since: the cards ask people to check." if lost else ""
    text = (
        "The store was restored from a backup in which this request was still open. What happened to it since the "
        f"backup was made, I do not know; nothing more will run for it.{asked} Please look whether it was done, and "
        f"ask again if not. Incident id {incident}."
    )
    edit.say(notice_row(edit.request, f"restored:{edit.request.id}", text, edit.at))
