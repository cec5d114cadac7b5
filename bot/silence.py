"""Waiting for a directory that does not answer: rarely asked again, and said to people once it lasts."""

from datetime import timedelta

from bot.core import Core
from bot.edit import Edit, save
from bot.errors import DirectoryUnavailable
from bot.models.replacing import replace
from bot.models.request import Record, Silence
from bot.stepping import Park

TOLD_AFTER = timedelta(seconds=10)
"""A silence as short as that is nobody's concern."""
SOONEST, LATEST = timedelta(seconds=2), timedelta(seconds=60)


async def wait(core: Core, record: Record, away: DirectoryUnavailable) -> Park:
    """Asks again after half of the time that it has lasted, or when the directory said. Raises VersionConflict."""
    edit = Edit(record, core.clock.now())
    silence = record.request.silence or Silence(edit.at)
    lasts = edit.at - silence.since
    if lasts >= TOLD_AFTER and not silence.told:
        silence = replace(silence, told=True)
        edit.show()
    if silence != record.request.silence:
        edit.note("directory.silent", "", why=away.what, since=silence.since.isoformat(), told=silence.told)
        edit.request = replace(edit.request, silence=silence)
        await save(core, edit)
    asked = timedelta(seconds=away.retry_after or 0)
    return Park(edit.at + max(asked, min(max(lasts / 2, SOONEST), LATEST)))


async def over(core: Core, record: Record) -> Record:
    """The record without the silence that it had."""
    if record.request.silence is None:
        return record
    edit = Edit(record, core.clock.now())
    edit.request = replace(edit.request, silence=None)
    edit.note("directory.answered", "")
    if record.request.silence.told:
        edit.show()
    return await save(core, edit)
