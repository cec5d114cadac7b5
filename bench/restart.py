"""A restart while thousands of approvals wait: how soon the bot hears, what it weighs, whether a click is lost."""

import asyncio
import shutil
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import ours
from bench.child import answer_of, module, running, weight
from bench.clicks import said
from bench.results import Goal, Measurement, Row, Sense
from bench.slack_peer import SlackPeer, approve, mention, workspace
from bot.adapters.sqlite_mark import beside

WAITING = 10_000
CLICKS = 200
MEGABYTE = 1_000_000
READY = Goal(Sense.AT_MOST, 2.0, of_ratio=False)
MORE = Goal(Sense.AT_MOST, 50.0, of_ratio=False)
LOST = Goal(Sense.AT_MOST, 0.0, of_ratio=False)


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the start of the process to the first durable ack, megabytes afterwards, clicks without a call."""

    ready: float
    megabytes: float
    lost: int


async def start(database: Path, approvals: Sequence[str]) -> Start:
    """All roles in one process; people click on `approvals` as soon as there is a socket, or somebody writes."""
    async with SlackPeer(workspace()) as peer:
        program = ours.app(peer.api_url, database, "--socket", "--work", "--messages")
        begun = time.monotonic()
        async with running(program.command, program.environment, stdout=PIPE) as worker:
            await peer.connected()
            if not approvals:
                await peer.acked_after("events_api", mention(0))
                return Start(time.monotonic() - begun, weight(worker.pid) / MEGABYTE, 0)
            first = asyncio.ensure_future(peer.acked_after("interactive", approve(0, approvals[0])))
            rest = [peer.acked_after("interactive", approve(*pair)) for pair in enumerate(approvals[1:], 1)]
            others = asyncio.gather(*rest)
            await first
            ready = time.monotonic() - begun
            await others
            lost = len(approvals) - await calls(worker, len(approvals))
            return Start(ready, weight(worker.pid) / MEGABYTE, lost)


async def calls(worker: Process, expected: int) -> int:
    """How many different calls left, once each. Raises TimeoutError when fewer than `expected` lines come."""
    left = [line["called"] for line in await said(worker, expected)]
    return len(set(left))


async def measure(directory: Path, rounds: int, *, waiting: int = WAITING) -> Measurement:
    filled = directory / "waiting.sqlite3"
    command = module("bench.fill", "--database", str(filled), "--waiting", str(waiting))
    approvals = answer_of(command)["approvals"][:CLICKS]
    none, many = [], []
    for number in range(rounds):
        none.append(await start(directory / f"none-{number}.sqlite3", ()))
        many.append(await start(_copy(filled, directory / f"many-{number}.sqlite3"), approvals))
    return report(none, many, waiting)


def _copy(database: Path, to: Path) -> Path:
    """With the file beside it; without that it would count as restored from a backup (docs/adr/0006)."""
    shutil.copyfile(database, to)
    shutil.copyfile(beside(database), beside(to))
    return to


def report(none: Sequence[Start], many: Sequence[Start], waiting: int) -> Measurement:
    more = [one.megabytes - other.megabytes for one, other in zip(many, none, strict=True)]
    return Measurement(
        title=f"(f) Restart with {waiting:,} waiting approvals",
        rows=[
            Row("ready", "s", [one.ready for one in many], "with none", [one.ready for one in none], READY),
            Row("more memory than with none", "MB", more, goal=MORE),
            Row(f"of {CLICKS} clicks at once after the start: lost", "clicks", [one.lost for one in many], goal=LOST),
        ],
        how="Ready: from the start of the process, interpreter and imports included, to the first click whose ack says "
        "that it is on disk (with none waiting: the first mention). The clicks are sent the moment the socket is open; "
        "a click is lost when its call does not leave, or not once. Memory is what lies in RAM after all of them.",
        limits="All in one process on one machine; Slack answers at once.",
    )
