"""(a) How long a mention waits for its durable ack, 50 of them at once, against a bare Bolt app with one insert."""

import asyncio
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from statistics import median

from bench import ours
from bench.child import module, running
from bench.ours import Program
from bench.results import Goal, Measurement, Row, Sense, percentile
from bench.slack_peer import SlackPeer, mention, workspace

MENTIONS = 50
BURSTS = 5
FLOOR = "bare Bolt"
HEARING = "hearing"
WORKING = "working"
ROLES: Mapping[str, Sequence[str]] = {HEARING: ("--socket",), WORKING: ("--socket", "--work")}
WHILE_PLANNING = ", while they are planned"
GOAL = Goal(Sense.AT_MOST, 1.3)


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
    """The apps take turns, each time in a new process with a new store below `directory`."""
    taken: dict[str, list[list[float]]] = {name: [] for name in (FLOOR, *ROLES)}
    for number in range(rounds):
        below = directory / f"acks-{number}"
        below.mkdir()
        async with SlackPeer(workspace()) as peer:
            taken[FLOOR].append(await acks_of(peer, bare(peer.api_url, below)))
        for name, roles in ROLES.items():
            async with SlackPeer(workspace()) as peer:
                program = ours.app(peer.api_url, below / f"{len(roles)}.sqlite3", *roles)
                taken[name].append(await acks_of(peer, program))
    return report(taken)


def report(taken: Mapping[str, Sequence[Sequence[float]]]) -> Measurement:
    floor = taken[FLOOR]
    rows = [
        _row(f"{name}{title}", share, taken[role], floor, goal)
        for role, title, goal in ((HEARING, "", GOAL), (WORKING, WHILE_PLANNING, None))
        for name, share in (("p50", 0.50), ("p99", 0.99))
    ]
    return Measurement(
        title="(a) Durable ack of a mention, 50 in parallel",
        rows=rows,
        how=f"Milliseconds from the moment a mention is sent on the socket to its ack. {MENTIONS} mentions at once, "
        f"{BURSTS} times a round after one that is not counted. The other side is a bare Bolt app in Socket Mode that "
        "answers `authorize` from memory and does one fsynced SQLite insert (WAL, FULL) before the ack. Each runs in a "
        "process of its own against the same stand-in for Slack. Ours is the real app, core and store; its loop that "
        "takes the steps is not started, because the bare app has no work to do either. The last two rows: the loop "
        "runs in the same process and plans the very mentions that are being acknowledged, and the model answers at "
        "once, so that planning competes with the acks as hard as it can.",
        limits="The acks of one burst leave one after another: 50 of them in the p99 of the bare app is "
        f"{_last(floor) / MENTIONS:.2f} ms of Bolt and disk for each.",
    )


def _last(rounds: Sequence[Sequence[float]]) -> float:
    return median(percentile(values, 0.99) for values in rounds)


def _row(
    name: str, share: float, mine: Sequence[Sequence[float]], floor: Sequence[Sequence[float]], goal: Goal | None
) -> Row:
    def of(rounds: Sequence[Sequence[float]]) -> list[float]:
        return [percentile(values, share) for values in rounds]

    return Row(name, "ms", of(mine), FLOOR, of(floor), goal)
