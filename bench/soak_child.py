"""One process of a soak: the real core on the world's files, until it is killed or its stdin ends.

It reads JSON lines. The first says in which world it is; each later one is an input, acknowledged on stdout once it is
durable. `look` is no input: time was moved, and what is due may have changed. Neither is `jump`: this process's clock
goes wrong.
"""

import asyncio
import json
import logging
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bench.soak_stubs import (
    APPROVERS_CHANNEL,
    POLICY,
    Fault,
    KnownPeople,
    LastingSurface,
    LastingTools,
    Outside,
    PlainModel,
)
from bench.soak_world import World, rng_of
from bench.stand_ins import NoHistory
from bot import logs
from bot.adapters.local_workflow import LocalWorkflow
from bot.adapters.sqlite_store import SqliteStore
from bot.core import Core, Operator
from bot.errors import StoreUnavailable
from bot.models.inbound import Mention
from bot.orchestrator import Orchestrator
from bot.outbox import Pump
from bot.services import Ballot, Verdict, Withdrawal
from bot.steps import drive
from bot.wiring.system import RandomIds

Taker = tuple[type, Callable[[Any], Awaitable[str | None]]]


class Engine:
    """The core with everything that is outside stood in for."""

    def __init__(self, outside: Outside, store: SqliteStore) -> None:
        world, new_id = outside.world, RandomIds()
        self.store = store
        self._world = world
        self.core = Core(
            store=store,
            directory=KnownPeople(world),
            history=NoHistory(),
            model=PlainModel(outside),
            toolbox=LastingTools(outside),
            clock=world,
            new_id=new_id,
            operator=Operator(approver_channel=APPROVERS_CHANNEL, trusted_servers=frozenset({"google"})),
        )
        self.pump = Pump(store, LastingSurface(outside, new_id), world)
        self.workflow = LocalWorkflow(store, world, self._step, self.pump.start_due)
        self._takers = takers(Orchestrator(self.core, self.workflow), outside.fault)

    async def _step(self, request_id: str) -> datetime | None:
        return (await drive(self.core, request_id)).due_at

    async def take(self, line: Mapping[str, Any]) -> None:
        """One input: durable first, then acknowledged. What was not saved is not acknowledged."""
        if line["do"] == "jump":
            self._world.ahead = line["ahead"]
        if line["do"] in {"look", "jump"}:
            await self.workflow.wake("")
            return
        cls, method = self._takers[line["do"]]
        try:
            request_id = await method(msgspec.convert(line["with"], type=cls))
        except StoreUnavailable as trouble:
            logging.getLogger(__name__).warning("input.refused", extra={"what": trouble.what})
            say(refused=line["key"])
            return
        say(ack=line["key"], request=request_id or "")

    async def close(self) -> None:
        """What was begun is finished first."""
        await self.workflow.close()
        await self.pump.close()
        await self.store.close()


def takers(orchestrator: Orchestrator, fault: Fault) -> Mapping[str, Taker]:
    """What each kind of input is, and who takes it."""

    async def forget(_ballot: Ballot) -> None:
        return None

    return {
        "mention": (Mention, orchestrator.receive),
        "vote": (Ballot, forget if fault is Fault.DEAF else orchestrator.vote),
        "withdraw": (Withdrawal, orchestrator.withdraw),
        "verdict": (Verdict, orchestrator.verdict),
    }


def say(**line: object) -> None:
    """One write, so that a line is there or is not."""
    os.write(sys.stdout.fileno(), f"{json.dumps(line)}\n".encode())


async def _lines() -> AsyncIterator[dict[str, Any]]:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        yield json.loads(line)


async def serve() -> None:
    """Works in its world until stdin ends; then closes in good order."""
    lines = _lines()
    where = await anext(lines, None)
    if where is None:
        return
    outside = Outside(World(Path(where["directory"]), where["ahead"]), rng_of(where["seed"]), Fault(where["fault"]))
    with outside.world.log.open("a", encoding="utf-8") as log:
        logs.configure(log, "WARNING")
        engine = Engine(outside, await SqliteStore.open(outside.world.database, outside.world))
        await engine.store.publish(POLICY)
        say(up=True)
        async with asyncio.TaskGroup() as group:
            work = group.create_task(engine.workflow.run())
            async for line in lines:
                group.create_task(engine.take(line))
            work.cancel()
        await engine.close()


def main() -> None:
    """See `serve`."""
    asyncio.run(serve())
