"""Planning: what the last turn still needs, then one model turn."""

import asyncio
from collections.abc import Sequence

from bot.answering import answer, cancel
from bot.budgets import exceeded
from bot.conversation import messages
from bot.core import Core
from bot.edit import Edit, save
from bot.errors import BadInput
from bot.models.call import Call, CallStatus
from bot.models.inbound import ReplyReceived, WithdrawReceived
from bot.models.request import Record, Request, RequestStatus
from bot.models.requirement import Effect
from bot.ports import Prompt, Reply
from bot.preparing import objection, prepared
from bot.prompts import SYSTEM
from bot.reading import run_reads
from bot.stepping import Park
from bot.turns import take_turn
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
    why = exceeded(record.request.spent, core.budgets)
    if not record.turns:
        why = why or await objection(core, record.request)
    if why:
        return await _say(core, record, why)
    request, toolset = await prepared(core, record.request)
    record = Record(request, record.turns, record.calls, record.approvals)
    replies = [event for event in await core.store.inbox(request.id) if isinstance(event, ReplyReceived)]
    prompt = Prompt(SYSTEM, toolset.tools, messages(record, [reply.text for reply in replies]))
    try:
        reply = await _unless_withdrawn(core, request, prompt)
    except BadInput as refused:
        return await _say(core, record, f"The model could not be asked: {refused.what}.")
    if reply is None or await _withdrawn(core, request):
        return record
    return await take_turn(core, record, toolset, reply, replies)


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
