"""A store with a hundred thousand finished requests: what it weighs, how soon work is found, what the list costs."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median

from bench.child import answer_of, module
from bench.results import Goal, Measurement, Row, Sense
from bot.adapters.sqlite_store import SqliteStore
from bot.wiring.system import SystemClock

LONG, SHORT, WAITING = 100_000, 1_000, 500
LISTED = 100
LOOKS = 31
AT_ONCE = 64
MEGABYTE = 1_000_000
GREW = Goal(Sense.AT_MOST, 50.0, of_ratio=False)
SCANNED = Goal(Sense.AT_MOST, 2.0, of_ratio=False)
LIKE_SHORT = Goal(Sense.AT_MOST, 1.3)


@dataclass(frozen=True, slots=True)
class Look:
    """Seconds to open the store and find what is due, milliseconds for one list of what is pending."""

    scan: float
    listing: float


async def look(database: Path) -> Look:
    """What a process does first, and what `countersign requests` does."""
    clock = SystemClock()
    begun = time.perf_counter()
    store = await SqliteStore.open(database, clock)
    now = clock.now()
    await store.next_due()
    await store.claim(now, now + timedelta(seconds=1), AT_ONCE)
    await store.claim_rows(now, now + timedelta(seconds=1), AT_ONCE)
    scan = time.perf_counter() - begun
    listing = median([await _timed(lambda: store.open_requests(LISTED)) for _ in range(LOOKS)])
    await store.close()
    return Look(scan, 1000 * listing)


async def _timed(job: Callable[[], Awaitable[object]]) -> float:
    begun = time.perf_counter()
    await job()
    return time.perf_counter() - begun


async def measure(
    directory: Path, rounds: int, *, long: int = LONG, short: int = SHORT, waiting: int = WAITING
) -> Measurement:
    """The long store is filled once, in a process of its own, which weighs itself on the way."""
    filled = {}
    for name, finished in (("long", long), ("short", short)):
        options = ("--finished", str(finished), "--waiting", str(waiting))
        command = module("bench.fill", "--database", str(directory / f"{name}.sqlite3"), *options)
        filled[name] = await asyncio.to_thread(answer_of, command, seconds=3600)
    looks = [(await look(directory / "long.sqlite3"), await look(directory / "short.sqlite3")) for _ in range(rounds)]
    grew = (filled["long"]["bytes_after"] - filled["long"]["bytes_before"]) / MEGABYTE
    return Measurement(
        title=f"(g) {long:,} finished requests",
        rows=[
            Row(f"memory gained from the {short:,}th to the last", "MB", [grew], goal=GREW),
            Row("recovery scan", "s", [one.scan for one, _ in looks], goal=SCANNED),
            Row(
                f"list of {LISTED} pending",
                "ms",
                [one.listing for one, _ in looks],
                f"with {short:,} finished",
                [other.listing for _, other in looks],
                LIKE_SHORT,
            ),
        ],
        how=f"One process takes {long:,} requests from the mention to the answer, messages included, and weighs itself "
        f"(resident memory) after {short:,} and at the end; {waiting} more wait. The scan is what a start does: open "
        "the file, find and lease the requests and messages that are due. The list is what `countersign requests` "
        f"reads, the median of {LOOKS}.",
        limits="Slack, model and tools answer at once, and nothing is deleted.",
    )
