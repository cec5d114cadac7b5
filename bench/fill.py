"""A store with a history: many finished requests, and many that wait for people with their cards shown.

Prints one JSON line: what the process weighed on its way, and approvals to click on.
"""

import argparse
import asyncio
import json
from collections.abc import Callable, Coroutine
from itertools import count
from pathlib import Path
from typing import Any

from bench.child import weight
from bench.cycle_ours import PEOPLE, Suspend, ended
from bench.engine import POLICY, core_over, workflow_of
from bench.watched_store import WatchedStore
from bot.adapters.static_directory import StaticDirectory
from bot.models.outbox import OutboxRow
from bot.models.request import Record
from bot.orchestrator import Orchestrator
from bot.outbox import Pump
from bot.wiring.system import SystemClock

AT_ONCE = 64
WARM = 1_000
"""Requests after which what stays in memory is there."""


class InstantSlack:
    """Shows every message at once."""

    def __init__(self) -> None:
        self._posted = count()

    async def show(self, row: OutboxRow, _record: Record) -> str:
        return row.posted_ts or f"1767603900.{next(self._posted):06d}"


async def fill(database: Path, finished: int, waiting: int) -> dict[str, object]:
    clock = SystemClock()
    store = await WatchedStore.open(database, clock)
    await store.publish(POLICY)
    core = core_over(store, StaticDirectory(PEOPLE, clock), lambda _arguments: None)
    pump = Pump(store, InstantSlack(), clock)
    workflow = workflow_of(core, pump.start_due)
    suspend = Suspend(Orchestrator(core, workflow))
    store.saved = suspend.saved
    working = asyncio.ensure_future(workflow.run())
    warm = min(WARM, finished)
    await together(suspend.cycle, warm)
    before = weight()
    await together(suspend.cycle, finished - warm)
    after = weight()
    approvals: list[str] = []

    async def park() -> None:
        approvals.append((await suspend.park())[1].approval_id)

    await together(park, waiting)
    await ended(working)
    await workflow.close()
    await pump.close()
    await pump.drain()
    await store.close()
    return {"bytes_before": before, "bytes_after": after, "approvals": approvals}


async def together(job: Callable[[], Coroutine[Any, Any, None]], times: int) -> None:
    """The job so many times, some at once."""
    left = iter(range(times))

    async def one_after_another() -> None:
        for _ in left:
            await job()

    await asyncio.gather(*(one_after_another() for _ in range(AT_ONCE)))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--finished", type=int, default=0)
    parser.add_argument("--waiting", type=int, default=0)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(fill(options.database, options.finished, options.waiting))))


if __name__ == "__main__":
    main()
