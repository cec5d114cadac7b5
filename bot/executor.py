"""Executing: exactly the decided calls, in call order, each at most once, no model in between (DESIGN, rule 2)."""

from contextlib import suppress
from datetime import datetime

from bot.approvers import heed_the_clock
from bot.call_states import Skipped, Started
from bot.claiming import Claimable, claim
from bot.contradicting import told_otherwise
from bot.core import Core
from bot.delivering import announced, entrust, entrust_late, toolbox_for
from bot.edit import Edit, load, save
from bot.errors import IllegalTransition, NotFound, StoreUnavailable, VersionConflict
from bot.models.call import Attempt, Call, CallStatus
from bot.models.policy import Decision
from bot.models.question import Question
from bot.models.replacing import replace
from bot.models.request import Approval, Record, RequestStatus
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.ports import ToolOutcome, ToolResult
from bot.proposing import is_about
from bot.reading import taint
from bot.results import nothing_known, received, room
from bot.settling import conclude
from bot.shadowing import beside
from bot.stepping import Park
from bot.unsaved import Unsaved

_READY = frozenset({CallStatus.APPROVED, CallStatus.ALLOWED})
HELD_UP = "The bot was held up until the time for this was over, so nothing was sent."


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
    tool = (await core.store.tools(record.request.tools)).find(call.name)
    judged: list[tuple[Question, Decision]] = []
    verdict = await claim(core, record.request, call, tool, lambda asked, live: judged.append((asked, live)))
    edit = Edit(record, core.clock.now())
    for asked, live in judged:
        await beside(core, edit, call, asked, live)
    if not isinstance(verdict, Claimable):
        _skip_the_rest(edit, edit.apply(call.id, verdict))
        conclude(edit)
        return await save(core, edit)
    attempt = Attempt(core.new_id(), edit.at, tool.timeout if tool else 0.0, core.operator.grace)
    edit.apply(call.id, Started(attempt), attempt=attempt.id)
    record = await save(core, edit)
    return await _send(core, record, call, attempt, tool)


async def _send(core: Core, record: Record, call: Call, attempt: Attempt, tool: Tool | None) -> Record:
    answer = await _answer(core, record, call, attempt, tool)
    left = room(record.calls, core.budgets.result_kept)
    event = await received(attempt.id, answer, core.clock.now(), core.budgets.result_text, left)
    event = announced(event, answer.sealed)
    outcome = Unsaved(record.request.id, call.id, event, answer.reference, answer.sealed)
    try:
        return await record_outcome(core, record, outcome)
    except StoreUnavailable:
        core.unsaved.keep(outcome)
        raise


async def _answer(core: Core, record: Record, call: Call, attempt: Attempt, tool: Tool | None) -> ToolResult:
    """What the tool says. A change leaves only in the attempt's own time: later others may have told its outcome."""
    if tool is None:
        return ToolResult(ToolOutcome.FAILED, f"The tool {call.name} is not there any more. Nothing was sent.")
    if call.effect is not Effect.READ:
        left = attempt.timeout - (core.clock.now() - attempt.at).total_seconds()
        if left <= 0:
            return ToolResult(ToolOutcome.FAILED, HELD_UP)
        tool = replace(tool, timeout=min(tool.timeout, left))
    toolbox = toolbox_for(core, record.request, call)
    return await toolbox.call(tool, call.arguments)


async def save_unsaved(core: Core, record: Record) -> Record:
    """The record with the outcomes that the store did not take before. Raises StoreUnavailable: then they are kept."""
    for outcome in core.unsaved.of(record.request.id):
        record = await record_outcome(core, record, outcome)
        core.unsaved.drop(outcome)
    return record


async def save_all_unsaved(core: Core) -> None:
    """The same for every request, also for one that another process works on; it goes on with what is saved."""
    for request_id in core.unsaved.requests:
        with suppress(StoreUnavailable, NotFound):
            await save_unsaved(core, await load(core, request_id))
            await core.store.wake(request_id, core.clock.now())


async def record_outcome(core: Core, record: Record, outcome: Unsaved) -> Record:
    """Saves what came back, conditioned on the attempt and not on any lease: a late result still counts.

    Whoever brings it late may end before the next step, so the request is made due with it.
    """
    event = outcome.outcome
    while True:
        edit = Edit(record, core.clock.now())
        try:
            done = edit.apply(outcome.call_id, event, attempt=event.attempt_id, reference=outcome.reference)
        except IllegalTransition:
            record = await told_otherwise(core, record, outcome)
            return await entrust_late(core, record, outcome)
        await taint(core, edit, [done])
        await entrust(core, edit, done, outcome.sealed)
        _after(core, edit, done)
        if edit.request.status is RequestStatus.EXECUTING:
            conclude(edit)
        else:
            edit.wake([edit.request.id])
        try:
            return await save(core, edit)
        except VersionConflict:
            record = await load(core, record.request.id)


async def _recover(core: Core, record: Record, call: Call) -> Record | Park:
    """A started call without an outcome: cut short. Reads run again; anything else becomes unknown once it must be.

    Raises ClockDiffers: by a clock that is wrong nobody knows whether an answer may still come.
    """
    attempt = call.attempt
    assert attempt is not None, "started means an attempt"
    if call.effect is Effect.READ:
        tool = (await core.store.tools(record.request.tools)).find(call.name)
        return await _send(core, record, call, attempt, tool if tool and is_about(call, tool) else None)
    await heed_the_clock(core, record.request)
    now = core.clock.now()
    edit = Edit(record, now)
    if now < attempt.at:
        return await _timed_anew(core, edit, call, attempt, now)
    if now < attempt.over:
        return Park(attempt.over) if attempt.interrupted else await _interrupted(core, edit, call, attempt)
    _after(core, edit, edit.apply(call.id, nothing_known(call, edit.at), attempt=attempt.id))
    conclude(edit)
    return await save(core, edit)


async def _timed_anew(core: Core, edit: Edit, call: Call, attempt: Attempt, now: datetime) -> Record:
    """It left when a clock was ahead. Nobody knows how long ago, so all of its time is waited for from now on."""
    edit.put(replace(call, attempt=replace(attempt, at=now)))
    edit.note("call.timed_anew", "", call=call.id, attempt=attempt.id, was=attempt.at.isoformat())
    return await save(core, edit)


async def _interrupted(core: Core, edit: Edit, call: Call, attempt: Attempt) -> Record:
    """Has the card say that nobody is at work on it any more, and until when an answer may still come."""
    edit.put(replace(call, attempt=replace(attempt, interrupted=True)))
    edit.note("call.interrupted", "", call=call.id, attempt=attempt.id)
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
