"""Secrets that a tool made for the requester: kept encrypted until they have them, or told lost (DESIGN, rule 9).

Everybody else, the model, the audit trail and the logs, hears that they were sent to the requester, and what they are.
"""

from collections.abc import Sequence

from bot.call_states import Finished
from bot.codec import encode
from bot.core import Core
from bot.edit import Edit, load, notice_row, save
from bot.errors import VersionConflict
from bot.models.call import Call, CallStatus
from bot.models.inbound import SecretSettled
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Surface
from bot.models.replacing import replace
from bot.models.request import Record, Request
from bot.models.requirement import Effect
from bot.models.sealed import Sealed
from bot.noticing import say_to_all
from bot.outcomes import secret_lost
from bot.ports import Toolbox
from bot.unsaved import Unsaved
from bot.untrusted import redact, visible

UNREADABLE = "unreadable"
"""The error of a secret that was not encrypted to our key."""
UNASKED = "nobody to send it to"


def toolbox_for(core: Core, request: Request, call: Call) -> Toolbox:
    """The tools as they are called for this requester: with a key to seal to if they can be told a secret alone.

    Reads make no secrets, since they may be repeated.
    """
    return core.toolbox if core.private is None or not _is_reached(request, call) else core.private


def announced(event: Finished, sealed: Sequence[Sealed]) -> Finished:
    """The outcome, saying what was sent to the requester."""
    if not sealed or event.status is CallStatus.FAILED:
        return event
    said = f"Sent to the requester alone, in a direct message: {_named(sealed)}."
    return replace(event, result=replace(event.result, text=f"{event.result.text}\n{said}".strip()))


async def entrust(core: Core, edit: Edit, call: Call, sealed: Sequence[Sealed]) -> None:
    """Has the secrets of a call sent to its requester. Of a call that failed there are none that are worth anything."""
    if not sealed or call.status is CallStatus.FAILED:
        return
    actor = edit.request.actor
    edit.note("secret.sealed", "", call=call.id, what=_named(sealed), to=actor.user)
    if core.private is None or not _is_reached(edit.request, call):
        await _tell_lost(core, edit, call, UNASKED)
        return
    text = encode(sealed).decode()
    row_id = f"secret:{call.id}"
    edit.entrust(
        OutboxRow(row_id, call.request_id, Kind.SECRET, "", "", edit.at, subject=call.id, text=text, user=actor.user)
    )


async def entrust_late(core: Core, record: Record, outcome: Unsaved) -> Record:
    """The same for an outcome that comes after a person said what became of the call: its secrets are still real."""
    while True:
        call = next(one for one in record.calls if one.id == outcome.call_id)
        is_ours = call.attempt is not None and call.attempt.id == outcome.outcome.attempt_id
        if not (outcome.sealed and is_ours and call.told and outcome.outcome.status is not CallStatus.FAILED):
            return record
        if any(row.id == f"secret:{call.id}" for row in await core.store.rows(record.request.id)):
            return record
        edit = Edit(record, core.clock.now())
        await entrust(core, edit, replace(call, status=outcome.outcome.status), outcome.sealed)
        try:
            return await save(core, edit)
        except VersionConflict:
            record = await load(core, record.request.id)


async def settle_secret(core: Core, edit: Edit, event: SecretSettled) -> None:
    """Audits that the requester has the secrets of a call, or tells everybody in words that nobody has."""
    call = next((one for one in edit.calls if one.id == event.call_id), None)
    if not event.error:
        edit.note("secret.sent", "", call=event.call_id, to=edit.request.actor.user)
    elif call is not None:
        await _tell_lost(core, edit, call, event.error)


async def _tell_lost(core: Core, edit: Edit, call: Call, error: str) -> None:
    """In the requester's thread, and below each card of the call that stands elsewhere."""
    edit.note("secret.lost", "", call=call.id, why=error)
    request = edit.request
    tool = (await core.store.tools(request.tools)).find(call.name)
    notice = notice_row(request, f"secret:{call.id}", secret_lost(call, tool, error), edit.at)
    await say_to_all(core, edit, notice, call)


def _is_reached(request: Request, call: Call) -> bool:
    """Only Slack has a place where one person alone reads."""
    return request.actor.surface is Surface.SLACK and call.effect is not Effect.READ


def _named(sealed: Sequence[Sealed]) -> str:
    return ", ".join(f"“{visible(redact(one.label))}”" for one in sealed)
