"""(a) How long a mention waits for its durable ack, 50 of them at once, against a bare Bolt app with one insert."""

import asyncio
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from statistics import median

from bench import ours
from bench.child import module, running
from bench.ours import Program
from bench.results import Goal, Measurement, Row, Sense, percentile
from bench.slack_peer import SlackPeer, mention

MENTIONS = 50
BURSTS = 5


async def burst(peer: SlackPeer, first: int) -> list[float]:
    """Milliseconds to the ack of each of 50 mentions sent together."""
    sent = (peer.acked_after("events_api", mention(first + number)) for number in range(MENTIONS))
    return await asyncio.gather(*sent)


async def acks_of(peer: SlackPeer, program: Program) -> list[float]:
    """A fresh process: one burst to warm it up, then five that count."""
    async with running(program.command, program.environment):
        await peer.connected()
        firsts = count(0, MENTIONS)
        await burst(peer, next(firsts))
        return [ms for _ in range(BURSTS) for ms in await burst(peer, next(firsts))]


def bare(api_url: str, directory: Path) -> Program:
    arguments = ("--api-url", api_url, "--database", str(directory / "bare.sqlite3"))
    return Program(module("bench.bare_bolt", *arguments), {})


async def measure(directory: Path, rounds: int) -> Measurement:
    """The two apps take turns, each time in a new process with a new store below `directory`."""
    mine, floor = [], []
    for number in range(rounds):
        below = directory / f"acks-{number}"
        below.mkdir()
        async with SlackPeer() as peer:
            floor.append(await acks_of(peer, bare(peer.api_url, below)))
        async with SlackPeer() as peer:
            if program := ours.slack_app(peer.api_url, below):
                mine.append(await acks_of(peer, program))
    return report(mine, floor)


def report(mine: Sequence[Sequence[float]], floor: Sequence[Sequence[float]]) -> Measurement:
    return Measurement(
        title="(a) Durable ack of a mention, 50 in parallel",
        rows=[_row("p50", 0.50, mine, floor), _row("p99", 0.99, mine, floor)],
        how=f"Milliseconds from the moment a mention is sent on the socket to its ack. {MENTIONS} mentions at once, "
        f"{BURSTS} times a round after one that is not counted. The other side is a bare Bolt app in Socket Mode that "
        "answers `authorize` from memory and does one fsynced SQLite insert (WAL, FULL) before the ack. Both run in a "
        "process of their own against the same stand-in for Slack.",
        limits="The acks of one burst leave one after another: 50 of them in the p99 of the bare app is "
        f"{_last(floor) / MENTIONS:.2f} ms of Bolt and disk for each.",
    )


def _last(rounds: Sequence[Sequence[float]]) -> float:
    return median(percentile(values, 0.99) for values in rounds)


def _row(name: str, share: float, mine: Sequence[Sequence[float]], floor: Sequence[Sequence[float]]) -> Row:
    def of(rounds: Sequence[Sequence[float]]) -> list[float]:
        return [percentile(values, share) for values in rounds]

    return Row(name, "ms", of(mine), "bare Bolt", of(floor), Goal(Sense.AT_MOST, 1.3))
