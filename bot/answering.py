"""Ending a request: in words, in pages, in the thread. Nothing ends silently."""

from collections.abc import Sequence
from datetime import timedelta

from bot.call_states import TakenBack
from bot.core import Core
from bot.edit import Edit, answer_row, notice_row, save
from bot.files import ANSWER
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.replacing import replace
from bot.models.request import Record, RequestStatus
from bot.models.requirement import Effect
from bot.paging import pages
from bot.results import nothing_known
from bot.showing import referred
from bot.stepping import Park
from bot.untrusted import redact

RECHECK = timedelta(seconds=30)
MOST_PAGES = 10
_NOT_STARTED = frozenset({CallStatus.PENDING, CallStatus.ALLOWED, CallStatus.APPROVED})


def answer(core: Core, edit: Edit, text: str) -> None:
    """Has the text said, page by page, then the results it refers to, and nothing planned any more.

    An answer of more than MOST_PAGES pages is shown by its first, and comes whole as a file.
    """
    text, shown = referred(redact(text), edit.calls)
    most = core.budgets.answer_text
    if len(text) > most:
        text = f"{text[:most]}\n\n(The answer was longer; {len(text) - most:,} characters were left out.)"
    said = pages(text)
    as_file = len(said) > MOST_PAGES
    if as_file:
        said = (f"{said[0]}\n\n({len(said)} pages in all: the whole answer is in the file below.)",)
    edit.request = replace(edit.request, pages=said)
    edit.move(RequestStatus.ANSWERING)
    for page in range(len(said)):
        edit.say(answer_row(edit.request, str(page), edit.at))
    if as_file:
        edit.say(answer_row(edit.request, ANSWER, edit.at, text))
    for subject in shown:
        edit.say(answer_row(edit.request, subject, edit.at))


async def finish(core: Core, record: Record) -> Record | Park:
    """Done as soon as every page is shown, or cannot be shown: then the requester is told alone."""
    rows = await core.store.rows(record.request.id, Kind.ANSWER)
    missing = [row for row in rows if row.shown < row.wanted]
    if not all(row.gave_up for row in missing):
        return Park(core.clock.now() + RECHECK)
    edit = Edit(record, core.clock.now())
    edit.move(RequestStatus.DONE)
    if missing:
        edit.say(_told_alone(edit, missing))
    await save(core, edit)
    return Park()


def _told_alone(edit: Edit, missing: Sequence[OutboxRow]) -> OutboxRow:
    """A direct message, since the thread may be gone for good (archived, or the bot was removed)."""
    request, first = edit.request, missing[0]
    code = first.error.partition(":")[0]
    lost = request.pages[int(first.subject)] if first.subject.isdecimal() else "A file or a table under the answer."
    text = f"I could not post this in the thread where you asked ({code}):\n\n{lost}"
    if more := len(missing) - 1:
        rest = "1 more page" if more == 1 else f"{more} more pages"
        text += f"\n\n({rest} could not be posted either. Ask me again here, and I look anew.)"
    row_id = f"private:answer:{request.id}"
    return OutboxRow(row_id, request.id, Kind.PRIVATE, "", "", edit.at, text=text, user=request.actor.user)


def take_back(edit: Edit, by: str) -> None:
    """Withdraws every call that has not started."""
    for call in edit.calls:
        if call.status in _NOT_STARTED:
            edit.apply(call.id, TakenBack(by, edit.at), actor=by)


def cancel(edit: Edit) -> None:
    """Ends the request after a cancellation; started calls have finished by now."""
    take_back(edit, edit.request.cancelled_by)
    edit.move(RequestStatus.CANCELLED)
    text = f"Withdrawn by the requester. {had_run(edit)}"
    edit.say(notice_row(edit.request, f"cancelled:{edit.request.id}", text, edit.at))


def had_run(edit: Edit) -> str:
    """What was done before, of everything that changes something."""
    statuses = [call.status for call in edit.calls if call.effect is not Effect.READ and not call.attached_to]
    done, failed, unknown = (
        statuses.count(status) for status in (CallStatus.SUCCEEDED, CallStatus.FAILED, CallStatus.UNKNOWN)
    )
    said = [
        *([f"{done} done before, and not undone"] if done else []),
        *([f"{failed} tried before, and failed"] if failed else []),
        *([f"{unknown} of which we do not know whether it happened (please check on the card)"] if unknown else []),
    ]
    return f"Of its actions: {'; '.join(said)}. The rest was not done." if said else "Nothing was done."


async def fail(core: Core, record: Record, why: str) -> None:
    """Ends the request for a fault of ours, with an incident id that is in the log and in the audit trail."""
    edit = Edit(record, core.clock.now())
    incident = core.new_id()[:8]
    take_back(edit, "Countersign")
    for call in edit.calls:
        if call.status is CallStatus.STARTED:
            edit.apply(call.id, nothing_known(call, edit.at))
    edit.request = replace(edit.request, incident=incident)
    edit.move(RequestStatus.FAILED)
    edit.note("request.incident", "", incident=incident, why=why)
    text = (
        f"I could not finish this: {why} Nothing more will run for this request; what ran before is on its cards. "
        f"Please ask again, or tell an admin the incident id {incident}."
    )
    edit.say(notice_row(edit.request, f"failed:{record.request.id}", text, edit.at))
    await save(core, edit)
