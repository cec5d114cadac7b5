"""Looking what became of a call whose outcome was lost: a read, once. It is advice on the card; people decide."""

import json

from bot import approvers
from bot.canonical import loads
from bot.core import Core
from bot.edit import Edit, save
from bot.errors import BadInput
from bot.models.call import Call, CallStatus, Look
from bot.models.policy import Allow
from bot.models.replacing import replace
from bot.models.request import Record
from bot.models.requirement import Effect
from bot.models.tools import Probe, Tool, Toolset
from bot.policy import decide
from bot.ports import ToolOutcome
from bot.proposing import checked, question_of
from bot.untrusted import redact

PATIENCE = 10.0
"""Seconds that a look may take at most: whoever clicks meanwhile waits for it."""
LONGEST_VALUE = 200
"""Characters of the JSON text of a value; more is no use on a card."""


async def look(core: Core, record: Record) -> Record | None:
    """The record with what was seen of one unknown call that nobody has looked at, or None when there is none.

    A tool without a probe is left to people. After a crash the look is taken again: it changes nothing.
    """
    lost = [call for call in record.calls if _is_lost(call)]
    if not lost:
        return None
    toolset = await core.store.tools(record.request.tools)
    for call in lost:
        tool = toolset.find(call.name)
        if tool is not None and tool.probe is not None:
            return await _look(core, record, call, tool.probe, toolset)
    return None


def _is_lost(call: Call) -> bool:
    """Nobody has looked for it yet. One that is attached to another is looked for where that one is."""
    return call.status is CallStatus.UNKNOWN and call.look is None and not call.attached_to


async def _look(core: Core, record: Record, call: Call, probe: Probe, toolset: Toolset) -> Record:
    seen = await _seen(core, record, call, probe, toolset)
    edit = Edit(record, core.clock.now())
    edit.put(replace(call, look=replace(seen, at=edit.at)))
    said = {"tool": probe.tool, "field": seen.field, "value": seen.value, "why": seen.trouble}
    edit.note("call.looked", "", call=call.id, **said)
    return await save(core, edit)


async def _seen(core: Core, record: Record, call: Call, probe: Probe, toolset: Toolset) -> Look:
    now = core.clock.now()
    tool = toolset.find(f"{call.server}__{probe.tool}")
    if tool is None or tool.effect is not Effect.READ:
        return Look(now, trouble=f"there is no tool {probe.tool} that only reads")
    try:
        arguments = checked(tool, _arguments(call, probe), core.budgets.argument_text)
    except BadInput:
        return Look(now, trouble=f"{probe.tool} does not take these arguments")
    if not await _is_allowed(core, record, tool, arguments):
        return Look(now, trouble=f"policy does not allow {probe.tool} without asking")
    return await _asked(core, tool, arguments, probe)


async def _is_allowed(core: Core, record: Record, tool: Tool, arguments: str) -> bool:
    """Without a word of the directory: what it would have to say opens nothing."""
    asker, now = approvers.unconfirmed(record.request), core.clock.now()
    question = question_of(tool, arguments, now, asker, tainted=bool(record.request.tainted_by))
    return isinstance(decide(question, await core.store.policy()), Allow)


async def _asked(core: Core, tool: Tool, arguments: str, probe: Probe) -> Look:
    answer = await core.toolbox.call(replace(tool, timeout=min(tool.timeout, PATIENCE)), arguments)
    now = core.clock.now()
    if answer.outcome is not ToolOutcome.SUCCEEDED:
        return Look(now, trouble=f"{probe.tool} gave no answer")
    value = _value(answer.structured, probe.field)
    return Look(now, probe.field, value) if value else Look(now, trouble=f"{probe.tool} did not say {probe.field}")


def _arguments(call: Call, probe: Probe) -> str:
    given = loads(call.arguments)
    return json.dumps({name: given[source] for name, source in probe.arguments if source in given})


def _value(structured: str, field: str) -> str:
    """The JSON text of a plain member of the answer, or nothing."""
    try:
        answer = json.loads(structured)
    except ValueError:
        return ""
    value = answer.get(field) if isinstance(answer, dict) else None
    if not isinstance(value, str | int | float):
        return ""
    text = json.dumps(redact(value) if isinstance(value, str) else value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else ""
