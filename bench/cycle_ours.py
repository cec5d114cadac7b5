"""Ours: park → vote → resume through the real core and store; takes the peers' options, prints the peers' JSON line.

A cycle: the mention is stored, planned (the model answers at once) and parked with its card; the vote is stored, judged
and settled; the call is claimed, sent and its result stored; the model is asked again and its answer stored. The cycle
ends when the answer is durable. Messages are rows that nobody shows: neither peer has any.
"""

import argparse
import asyncio
import json
import time
from collections import defaultdict
from importlib.metadata import version
from itertools import count
from pathlib import Path

from bench.engine import POLICY, core_over, workflow_of
from bench.watched_store import SilentStore
from bot.adapters.static_directory import StaticDirectory
from bot.adapters.static_people import Entry, People
from bot.models.inbound import Mention
from bot.models.people import Actor, Surface
from bot.models.request import RequestStatus
from bot.orchestrator import Orchestrator
from bot.services import Ballot
from bot.store_ports import Change
from bot.wiring.system import SystemClock

REQUESTER, APPROVER = (Actor("T0ACME01", user, Surface.SLACK) for user in ("U0ROBIN01", "U0SASHA01"))
PEOPLE = People(
    {actor.user: Entry(actor.user, email=f"{actor.user}@example.com") for actor in (REQUESTER, APPROVER)},
    {"it-admins": (APPROVER.user,)},
)


class Suspend:
    """One request after another in a channel, each in a thread of its own."""

    def __init__(self, orchestrator: Orchestrator) -> None:
        loop = asyncio.get_running_loop()
        self._orchestrator = orchestrator
        self._numbers = count()
        self._parked: defaultdict[str, asyncio.Future[str]] = defaultdict(loop.create_future)
        self._answered: defaultdict[str, asyncio.Future[None]] = defaultdict(loop.create_future)

    def saved(self, change: Change) -> None:
        """A request was parked with its card, or its answer is durable."""
        if change.approvals:
            self._parked[change.request.id].set_result(change.approvals[0].id)
        elif change.request.status is RequestStatus.ANSWERING:
            self._answered[change.request.id].set_result(None)

    async def cycle(self) -> None:
        await self.decide(*await self.park())

    async def park(self) -> tuple[str, Ballot]:
        """A request that waits with its card, and the vote that would approve it."""
        number = next(self._numbers)
        ts = f"1767603600.{number:06d}"
        text = f"suspend leaver{number}@example.com, they left on Friday"
        mention = Mention(REQUESTER, "C0ITHELP1", ts, ts, text, (f"event:Ev{number}", f"message:{ts}"))
        request_id = await self._orchestrator.receive(mention)
        approval_id = await self._parked[request_id]
        self._parked.pop(request_id)
        vote = Ballot(approval_id, (), APPROVER, yes=True, key=f"click:{number}", channel="C0APPROVE", message_ts=ts)
        return request_id, vote

    async def decide(self, request_id: str, vote: Ballot) -> None:
        """Returns when the answer is durable."""
        await self._orchestrator.vote(vote)
        await self._answered[request_id]
        self._answered.pop(request_id)


async def run(database: Path, parallel: int, cycles: int) -> dict[str, object]:
    clock = SystemClock()
    store = await SilentStore.open(database, clock)
    await store.publish(POLICY)
    ran: list[str] = []
    core = core_over(store, StaticDirectory(PEOPLE, clock), ran.append)
    workflow = workflow_of(core)
    suspend = Suspend(Orchestrator(core, workflow))
    store.saved = suspend.saved
    working = asyncio.ensure_future(workflow.run())
    await suspend.cycle()
    seconds = await timed(suspend, parallel, cycles)
    if len(ran) != cycles + 1 or len(set(ran)) != len(ran):
        raise SystemExit("a vote was lost, or a call ran twice")
    await ended(working)
    await workflow.close()
    pragmas = {name: await store.pragma(name) for name in ("synchronous", "journal_mode")}
    await store.close()
    return {"rate": cycles / seconds, **pragmas, "versions": {"msgspec": version("msgspec")}}


async def ended(task: "asyncio.Task[None]") -> None:
    """Cancels until it has ended: `asyncio.wait_for` of Python 3.11 may swallow a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=1)


async def timed(suspend: Suspend, parallel: int, cycles: int) -> float:
    """Seconds for all cycles, `parallel` of them at once."""
    left = iter(range(cycles))

    async def one_after_another() -> None:
        for _ in left:
            await suspend.cycle()

    begun = time.perf_counter()
    await asyncio.gather(*(one_after_another() for _ in range(parallel)))
    return time.perf_counter() - begun


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--concurrency", type=int, default=1)
    parser.add_argument("--cycles", type=int, default=100)
    options = parser.parse_args()
    print(json.dumps(asyncio.run(run(options.database, options.concurrency, options.cycles))))


if __name__ == "__main__":
    main()
