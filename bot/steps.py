"""The one table that maps a status to the function that takes the next step. Workflows call `advance`, nothing else."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType

from bot import silence
from bot.answering import fail, finish
from bot.core import Core
from bot.edit import Edit, load, save
from bot.errors import (
    ClockDiffers,
    DirectoryUnavailable,
    ModelUnavailable,
    StoreUnavailable,
    Unavailable,
    Unreadable,
    VersionConflict,
)
from bot.executor import execute, save_unsaved
from bot.inbox import take_in
from bot.models.replacing import replace
from bot.models.request import Record, RequestStatus
from bot.planner import plan
from bot.probing import look
from bot.settling import settle
from bot.stepping import Park, Step
from bot.trusting import trusted_or_told

log = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=2)
"""How long to leave a port alone that did not answer and did not say for how long."""
LISTENING = frozenset({RequestStatus.PLANNING, RequestStatus.WAITING, RequestStatus.EXECUTING})
"""Before these steps the inbox is read again; at other times what comes in wakes the request."""


async def _settled(core: Core, record: Record) -> Record | Park:
    return await look(core, record) or await settle(core, record)


async def _closed(core: Core, record: Record) -> Record | Park:
    """Nothing more happens, but a call that was away when the request ended may still be looked for."""
    return await look(core, record) or Park()


STEPS: Mapping[RequestStatus, Step] = MappingProxyType(
    {
        RequestStatus.PLANNING: plan,
        RequestStatus.WAITING: _settled,
        RequestStatus.EXECUTING: execute,
        RequestStatus.ANSWERING: finish,
        RequestStatus.DONE: _closed,
        RequestStatus.CANCELLED: _closed,
        RequestStatus.FAILED: _closed,
    }
)


async def advance(core: Core, request_id: str) -> Park:
    """Takes steps until the request has to wait. Safe to call at any time, by anybody, again.

    Raises:
        VersionConflict: somebody else changed the request; call again.
        Unavailable: a port did not answer; nothing is lost, call again later.
        Unreadable: what is stored of the request is damaged, or was edited; nothing is done with it.
    """
    record = await take_in(core, await save_unsaved(core, await load(core, request_id)))
    while True:
        step = await STEPS[record.request.status](core, record)
        if isinstance(step, Park):
            await silence.over(core, record)
            return step
        record = await take_in(core, step) if step.request.status in LISTENING else step


async def drive(core: Core, request_id: str) -> Park:
    """`advance`, with every failure turned into the right kind of waiting. Raises StoreUnavailable only."""
    try:
        return await advance(core, request_id)
    except Unreadable:
        await trusted_or_told(core.store, request_id)
        raise
    except StoreUnavailable:
        raise
    except VersionConflict:
        return Park(core.clock.now())
    except ModelUnavailable as away:
        return await _stumble(core, request_id, f"the model could not be reached ({away.what}).", away.retry_after)
    except DirectoryUnavailable as away:
        return await _wait(core, request_id, away)
    except Unavailable as away:
        log.warning("port.unavailable", extra={"request": request_id, "what": away.what})
        return Park(core.clock.now() + _patience(away.retry_after))
    except Exception:  # the edge of the engine: a defect of ours must end in words, not in a dead request
        log.exception("step.broke", extra={"request": request_id})
        return await _stumble(core, request_id, "something went wrong on our side.", None)


async def _wait(core: Core, request_id: str, away: DirectoryUnavailable) -> Park:
    if isinstance(away, ClockDiffers):  # an alarm says so; what a wrong clock saves would stay ahead of the right one
        return Park(core.clock.now() + PATIENCE)
    log.warning("directory.silent", extra={"request": request_id, "what": away.what})
    try:
        return await silence.wait(core, await load(core, request_id), away)
    except VersionConflict:
        return Park(core.clock.now())


async def _stumble(core: Core, request_id: str, why: str, retry_after: float | None) -> Park:
    """Counts a step that broke; after too many in a row the request fails, in words. A closed one is left alone."""
    record = await load(core, request_id)
    if not record.request.is_open:
        return Park()
    failures = record.request.failures + 1
    try:
        if failures >= core.budgets.step_failures:
            await fail(core, record, why)
            return Park(core.clock.now())
        await _count(core, record, why, failures)
    except VersionConflict:
        return Park(core.clock.now())
    return Park(core.clock.now() + _patience(retry_after) * failures)


async def _count(core: Core, record: Record, why: str, failures: int) -> None:
    edit = Edit(record, core.clock.now())
    edit.request = replace(edit.request, failures=failures)
    edit.note("step.failed", "", why=why, failures=failures)
    await save(core, edit)


def _patience(retry_after: float | None) -> timedelta:
    return PATIENCE if retry_after is None else timedelta(seconds=retry_after)
