"""An outcome that comes after a person told another one: it changes nothing any more, but nobody is left in error."""

import logging

from bot.core import Core
from bot.edit import Edit, load, notice_row, save
from bot.errors import VersionConflict
from bot.models.call import CallStatus
from bot.models.request import Record
from bot.noticing import say_to_all
from bot.outcomes import otherwise
from bot.unsaved import Unsaved

log = logging.getLogger(__name__)

KNOWN = frozenset({CallStatus.SUCCEEDED, CallStatus.FAILED})


async def told_otherwise(core: Core, record: Record, outcome: Unsaved) -> Record:
    """Tells people and the audit trail, once, that the tool's own answer is not what the person told."""
    said = outcome.outcome.status
    while True:
        call = next(one for one in record.calls if one.id == outcome.call_id)
        is_ours = call.attempt is not None and call.attempt.id == outcome.outcome.attempt_id
        if not (is_ours and call.told and {said, call.status} == KNOWN):
            return record
        edit = Edit(record, core.clock.now())
        tool = (await core.store.tools(edit.request.tools)).find(call.name)
        row = notice_row(edit.request, f"otherwise:{call.id}", otherwise(call, said, tool), edit.at)
        if any(one.id == row.id for one in await core.store.rows(edit.request.id)):
            return record
        edit.note("call.contradicted", "", call=call.id, told=call.status, tool=said)
        await say_to_all(core, edit, row, call)
        log.warning("call.contradicted", extra={"call": call.id, "told": call.status, "tool": said})
        try:
            return await save(core, edit)
        except VersionConflict:
            record = await load(core, record.request.id)
