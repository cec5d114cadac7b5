"""Planning: what the last turn still needs, then one model turn."""

import asyncio
from collections.abc import Sequence

from bot import approvers
from bot.answering import answer, cancel, had_run
from bot.budgets import exceeded, overspent
from bot.conversation import messages
from bot.core import Core
from bot.edit import Edit, save
from bot.errors import BadInput, Unavailable
from bot.models.call import Call, CallStatus
from bot.models.inbound import ReplyReceived, WithdrawReceived
from bot.models.request import Record, Request, RequestStatus
from bot.models.requirement import Effect
from bot.ports import Prompt, Reply
from bot.preparing import objection, prepared
from bot.prompts import SYSTEM
from bot.proposing import UNREADABLE
from bot.reading import run_reads
from bot.replies import fitted, texts
from bot.stepping import Park
from bot.turns import count, spend, take_turn
from bot.withdrawing import is_requester

CANCEL_CHECK = 1.0
"""Seconds between two looks at the inbox while the model streams: DESIGN 2, Cancel, wants 2 s at most."""


async def plan(core: Core, record: Record) -> Record | Park:
    """The next step of planning."""
    if record.request.cancelled_by:
        edit = Edit(record, core.clock.now())
        cancel(edit)
        return await save(core, edit)
    calls = record.calls_of(len(record.turns))
    reads = [call for call in calls if call.status is CallStatus.ALLOWED and call.effect is Effect.READ]
    if reads:
        return await run_reads(core, record, reads)
    if any(not call.has_outcome for call in calls):
        return await _leave_planning(core, record, calls)
    return await _next_turn(core, record)


async def _leave_planning(core: Core, record: Record, calls: Sequence[Call]) -> Record:
    edit = Edit(record, core.clock.now())
    waiting = any(call.status is CallStatus.PENDING for call in calls)
    edit.move(RequestStatus.WAITING if waiting else RequestStatus.EXECUTING)
    return await save(core, edit)


async def _next_turn(core: Core, record: Record) -> Record | Park:
    if why := await _end(core, record):
        return await _say(core, record, why)
    request, toolset = await prepared(core, record.request)
    record = Record(request, record.turns, record.calls, record.approvals)
    replies = await _additions(core, record)
    prompt = Prompt(SYSTEM, toolset.tools, messages(record, texts(replies), toolset.gap))
    try:
        reply = await _unless_withdrawn(core, request, prompt)
    except BadInput as refused:
        return await _say(core, record, f"The model could not be asked: {refused.what}.")
    except Unavailable:
        await _pay_for_broken(core, record, prompt)
        raise
    if reply is None or await _withdrawn(core, request):
        return await _abandon(core, record, prompt, reply)
    return await take_turn(core, record, toolset, reply, replies)


async def _end(core: Core, record: Record) -> str:
    """Why the model is not asked (any more), in words for the requester, or nothing."""
    why = exceeded(record.request.spent, core.budgets) or _unreadable(record, core.budgets.unreadable)
    if not record.turns:
        why = why or await objection(core, record.request)
    return why or await _overspent(core, record)


async def _overspent(core: Core, record: Record) -> str:
    """Between two messages what was started has ended, so nothing is left half done."""
    actor, now = record.request.actor, core.clock.now()
    if not core.budgets.are_shared:
        return ""
    used = await core.store.used(actor.team, actor.user, record.request.origin.channel, now.date())
    why = overspent(used, core.budgets, now)
    if not why:
        return ""
    said = f"{why}: {await approvers.admins(core, actor.team)}."
    return (
        f"{said} I stopped in the middle. {had_run(Edit(record, now))}"
        if record.turns
        else f"{said} Nothing was planned."
    )


def _unreadable(record: Record, most: int) -> str:
    """The model does not find its way back to calls that can be read."""
    last = [record.calls_of(turn.number) for turn in record.turns[-most:]]
    if len(last) < most or not all(calls and all(call.rules in UNREADABLE for call in calls) for calls in last):
        return ""
    said = f"I stopped: {most} messages of the model in a row held only tool calls that cannot be read. None was run."
    return f"{said} The last problem: {last[-1][-1].reason} Please ask again, perhaps in other words."


async def _additions(core: Core, record: Record) -> list[ReplyReceived]:
    """What the requester wrote meanwhile, as far as it fits. A paused turn goes back as it is, and nothing after it."""
    if record.turns and record.turns[-1].stop_reason == "pause_turn":
        return []
    inbox = await core.store.inbox(record.request.id)
    return fitted([event for event in inbox if isinstance(event, ReplyReceived)], core.budgets)


async def _pay_for_broken(core: Core, record: Record, prompt: Prompt) -> None:
    """Counts a message that broke off, if anything had come of it. It is asked for again, so it is no turn."""
    meter = prompt.meter
    if not meter.input_tokens + meter.output_tokens:
        return
    edit = Edit(record, core.clock.now())
    spend(edit, meter.input_tokens or prompt.tokens, meter.output_tokens)
    edit.note("turn.dropped", "", stop_reason="", problem="broken off")
    await save(core, edit)


async def _abandon(core: Core, record: Record, prompt: Prompt, reply: Reply | None) -> Record:
    """Counts a message that nobody waits for any more; of one that was broken off, what had come of it, and its prompt
    by estimate if the service had told nothing yet: who withdraws in time does not ask for nothing."""
    edit = Edit(record, core.clock.now())
    meter = prompt.meter
    read = meter.input_tokens or prompt.tokens
    count(edit, reply or Reply("", "", (), "", input_tokens=read, output_tokens=meter.output_tokens))
    edit.note("turn.dropped", "", stop_reason=reply.stop_reason if reply else "", problem="withdrawn")
    return await save(core, edit)


async def _say(core: Core, record: Record, text: str) -> Record:
    edit = Edit(record, core.clock.now())
    answer(core, edit, text)
    return await save(core, edit)


async def _unless_withdrawn(core: Core, request: Request, prompt: Prompt) -> Reply | None:
    """The model's turn, or None when the requester withdrew meanwhile, in whatever process."""
    turn = asyncio.ensure_future(core.model.turn(prompt))
    try:
        while not turn.done():
            await asyncio.wait({turn}, timeout=CANCEL_CHECK)
            if not turn.done() and await _withdrawn(core, request):
                return None
        return turn.result()
    finally:
        turn.cancel()


async def _withdrawn(core: Core, request: Request) -> bool:
    """The requester has; whatever others send does not keep the model waiting."""
    inbox = await core.store.inbox(request.id)
    return any(isinstance(event, WithdrawReceived) and is_requester(request, event.actor) for event in inbox)
