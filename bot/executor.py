"""Executing: exactly the decided calls, in call order, each at most once, no model in between (DESIGN, rule 2)."""

from dataclasses import replace
from datetime import timedelta

from bot.call_states import Skipped, Started
from bot.claiming import Claimable, claim
from bot.core import Core
from bot.edit import Edit, save
from bot.errors import IllegalTransition, VersionConflict
from bot.models.call import Attempt, Call, CallStatus
from bot.models.request import Approval, Record, RequestStatus
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.ports import ToolOutcome, ToolResult
from bot.reading import taint
from bot.results import finished, nothing_known
from bot.settling import conclude
from bot.stepping import Park

GRACE = timedelta(seconds=5)
"""Added to a tool's timeout before an attempt that nobody heard of counts as unknown."""
_READY = frozenset({CallStatus.APPROVED, CallStatus.ALLOWED})


async def execute(core: Core, record: Record) -> Record | Park:
    """Takes the first call of the turn that is not settled one step on."""
    calls = record.calls_of(len(record.turns))
    started = next((call for call in calls if call.status is CallStatus.STARTED), None)
    if started is not None:
        return await _recover(core, record, started)
    ready = next((call for call in calls if call.status in _READY), None)
    if ready is None or record.request.cancelled_by:
        edit = Edit(record, core.clock.now())
        conclude(edit)
        return await save(core, edit)
    return await _run(core, record, ready)


async def _run(core: Core, record: Record, call: Call) -> Record:
    verdict = await claim(core, record.request, call)
    edit = Edit(record, core.clock.now())
    if not isinstance(verdict, Claimable):
        _skip_the_rest(edit, edit.apply(call.id, verdict))
        conclude(edit)
        return await save(core, edit)
    tool = (await core.store.tools(record.request.tools)).find(call.name)
    attempt = Attempt(core.new_id(), edit.at, tool.timeout if tool else 0.0)
    edit.apply(call.id, Started(attempt), attempt=attempt.id)
    record = await save(core, edit)
    return await _send(core, record, call, attempt, tool)


async def _send(core: Core, record: Record, call: Call, attempt: Attempt, tool: Tool | None) -> Record:
    gone = ToolResult(ToolOutcome.FAILED, f"The tool {call.name} is not there any more. Nothing was sent.")
    answer = await core.toolbox.call(tool, call.arguments) if tool else gone
    return await record_outcome(core, record, call, attempt, answer)


async def record_outcome(core: Core, record: Record, call: Call, attempt: Attempt, answer: ToolResult) -> Record:
    """Saves what came back, conditioned on the attempt and not on any lease: a late result still counts."""
    event = finished(attempt.id, answer, core.clock.now(), core.budgets.result_text)
    while True:
        edit = Edit(record, core.clock.now())
        try:
            done = edit.apply(call.id, event, attempt=attempt.id, reference=answer.reference)
        except IllegalTransition:
            return record
        taint(core, edit, [call])
        _after(core, edit, done)
        if edit.request.status is RequestStatus.EXECUTING:
            conclude(edit)
        try:
            return await save(core, edit)
        except VersionConflict:
            record = await core.store.load(record.request.id)


async def _recover(core: Core, record: Record, call: Call) -> Record | Park:
    """A started call without an outcome: cut short. Reads run again; anything else becomes unknown once it must be."""
    attempt = call.attempt
    assert attempt is not None, "started means an attempt"
    if call.effect is Effect.READ:
        tool = (await core.store.tools(record.request.tools)).find(call.name)
        return await _send(core, record, call, attempt, tool)
    over = attempt.at + timedelta(seconds=attempt.timeout) + GRACE
    if core.clock.now() < over:
        return Park(over)
    edit = Edit(record, core.clock.now())
    _after(core, edit, edit.apply(call.id, nothing_known(call, edit.at), attempt=attempt.id))
    conclude(edit)
    return await save(core, edit)


def _after(core: Core, edit: Edit, done: Call) -> None:
    """An outcome that nobody knows is asked about on a card, also where policy had asked nobody."""
    if done.status is CallStatus.UNKNOWN and not done.approval_id:
        card = Approval(core.new_id(), edit.request.id, done.turn, core.approver_channel(edit.request), edit.at)
        edit.add_approval(card)
        edit.put(replace(done, approval_id=card.id))
    _skip_the_rest(edit, done)


def _skip_the_rest(edit: Edit, failed: Call) -> None:
    """After a call that did not succeed, later ones of its turn are not run; one that waits again holds them up."""
    if failed.status in {CallStatus.SUCCEEDED, CallStatus.PENDING}:
        return
    for call in edit.calls_of(failed.turn):
        if call.index > failed.index and call.status in _READY:
            edit.apply(call.id, Skipped(f"{failed.tool} did not succeed.", edit.at))
