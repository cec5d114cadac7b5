"""(b) From the click on Approve to the call that leaves, 50 clicks at once."""

import asyncio
import json
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Any

from bench import ours
from bench.child import running
from bench.results import Goal, Measurement, Row, Sense, percentile
from bench.slack_peer import SlackPeer, approve, mention, workspace

CLICKS = 50
BURSTS = 3
SECONDS = 60.0
P50 = Goal(Sense.AT_MOST, 50, of_ratio=False)
P99 = Goal(Sense.AT_MOST, 150, of_ratio=False)

SETUPS: Mapping[str, Sequence[Sequence[str]]] = {
    "same process": (("--socket", "--work"),),
    "same process, with its messages": (("--socket", "--work", "--messages"),),
    "two processes": (("--socket",), ("--work",)),
}
"""The roles of each process; the last one takes the steps."""


async def said(worker: Process, lines: int) -> list[dict[str, Any]]:
    """Its next lines. Raises EOFError when it has ended, TimeoutError when it stays silent."""
    assert worker.stdout is not None
    heard: list[dict[str, Any]] = []
    async with asyncio.timeout(SECONDS):
        while len(heard) < lines:
            line = await worker.stdout.readline()
            if not line:
                await worker.wait()
                raise EOFError
            heard.append(json.loads(line))
    return heard


async def burst(peer: SlackPeer, worker: Process, first: int, clicks: int) -> list[float]:
    """Milliseconds from each click to its call. The requests are parked before the first click is sent."""
    numbers = range(first, first + clicks)
    await asyncio.gather(*(peer.acked_after("events_api", mention(number)) for number in numbers))
    cards = await said(worker, clicks)
    sent = {}

    async def click(number: int, card: Mapping[str, str]) -> None:
        sent[card["arguments"]] = time.monotonic()
        await peer.acked_after("interactive", approve(number, card["parked"]))

    clicked = asyncio.gather(*(click(*pair) for pair in zip(numbers, cards, strict=True)))
    calls = await said(worker, clicks)
    await clicked
    return [1000 * (call["at"] - sent.pop(call["called"])) for call in calls]


async def clicks_of(setup: Sequence[Sequence[str]], database: Path, *, clicks: int = CLICKS) -> list[float]:
    """Fresh processes on a fresh store: one burst to warm them up, then those that count."""
    async with SlackPeer(workspace()) as peer, AsyncExitStack() as stack:
        for roles in setup:
            program = ours.app(peer.api_url, database, *roles)
            worker = await stack.enter_async_context(running(program.command, program.environment, stdout=PIPE))
            if "--socket" in roles:
                await peer.connected()
        firsts = count(0, clicks)
        await burst(peer, worker, next(firsts), clicks)
        return [ms for _ in range(BURSTS) for ms in await burst(peer, worker, next(firsts), clicks)]


async def measure(directory: Path, rounds: int) -> Measurement:
    taken: dict[str, list[list[float]]] = {name: [] for name in SETUPS}
    for number in range(rounds):
        for place, (name, setup) in enumerate(SETUPS.items()):
            taken[name].append(await clicks_of(setup, directory / f"clicks-{number}-{place}.sqlite3"))
    return report(taken)


def report(taken: Mapping[str, Sequence[Sequence[float]]]) -> Measurement:
    return Measurement(
        title=f"(b) Approve click → tool call leaves, {CLICKS} clicks at once",
        rows=[row for name, rounds in taken.items() for row in _rows(name, rounds)],
        how=f"Milliseconds from the moment a click is sent on the socket to the moment its tool call leaves, by the "
        f"system-wide monotonic clock. {CLICKS} requests wait, then all are approved at once, by 5 people in turn; "
        f"{BURSTS} times a round after one that is not counted. Between the two: the vote is stored and acknowledged, "
        "the voter and their group are asked for afresh at Slack (which answers at once), the vote is judged, the "
        "request settled, the call claimed and stored as started. Two processes: one has the socket, the other "
        "takes the steps; they share nothing but the store.",
        limits="Cards and progress are shown in one setup only: Slack's own limits (a post a second and channel) make "
        "messages wait far longer than calls.",
    )


def _rows(name: str, rounds: Sequence[Sequence[float]]) -> list[Row]:
    def of(share: float) -> list[float]:
        return [percentile(values, share) for values in rounds]

    return [Row(f"{name}, p50", "ms", of(0.50), goal=P50), Row(f"{name}, p99", "ms", of(0.99), goal=P99)]
