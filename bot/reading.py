"""Reads that policy allows: run at once, several at a time, and again after a crash."""

import asyncio
from collections.abc import Sequence

from bot.call_states import Finished, Started
from bot.core import Core
from bot.edit import Edit, save
from bot.errors import NotFound
from bot.models.call import Attempt, Call, CallStatus
from bot.models.replacing import replace
from bot.models.request import Record, Request
from bot.models.tools import Toolset
from bot.ports import ToolOutcome, ToolResult
from bot.proposing import is_about
from bot.results import received, room


async def run_reads(core: Core, record: Record, reads: Sequence[Call]) -> Record:
    """Runs them and saves what came back. Nothing is saved before: a read may be repeated, a write may not."""
    toolset = await core.store.tools(record.request.tools)
    left = room(record.calls, core.budgets.result_kept) // max(1, len(reads))
    ran = await asyncio.gather(*(_read(core, toolset, call, left) for call in reads))
    edit = Edit(record, core.clock.now())
    for call, (attempt, done) in zip(reads, ran, strict=True):
        edit.apply(call.id, Started(attempt))
        edit.apply(call.id, done)
    await taint(core, edit, reads)
    return await save(core, edit)


async def taint(core: Core, edit: Edit, calls: Sequence[Call]) -> None:
    """Remembers which results came from servers that the operator does not trust (DESIGN, rule 8)."""
    sources = {call.server for call in calls} - core.operator.trusted_servers - await _trusted(core, edit.request)
    tainted = dict.fromkeys((*edit.request.tainted_by, *sorted(sources)))
    edit.request = replace(edit.request, tainted_by=tuple(tainted))


async def _trusted(core: Core, request: Request) -> set[str]:
    """The servers that were configured as trusted when the request began."""
    try:
        toolset = await core.store.tools(request.tools)
    except NotFound:
        return set()
    return {tool.server for tool in toolset.tools if tool.trusted}


async def _read(core: Core, toolset: Toolset, call: Call, left: int) -> tuple[Attempt, Finished]:
    tool = toolset.find(call.name)
    if tool is not None and not is_about(call, tool):
        tool = None
    attempt = Attempt(core.new_id(), core.clock.now(), tool.timeout if tool else 0.0)
    result = await core.toolbox.call(tool, call.arguments) if tool else _gone(call)
    done = await received(attempt.id, result, core.clock.now(), core.budgets.result_text, left)
    if done.status is CallStatus.UNKNOWN:
        done = replace(done, status=CallStatus.FAILED)
    return attempt, done


def _gone(call: Call) -> ToolResult:
    return ToolResult(ToolOutcome.FAILED, f"The tool {call.name} is not there any more.")
