"""The processes of a soak, from the outside; each is ended by the one who started it, and by nobody else."""

import asyncio
import json
import signal
from collections.abc import Callable, Mapping
from typing import Any

from bench import soak_child
from bench.child import ROOT
from bench.forked import Forked, forked
from bench.soak_stubs import Fault
from bench.soak_world import World

LOOK_EVERY = 0.002
"""Seconds between two looks at what another process may have done."""


async def until(true: Callable[[], bool], seconds: float) -> bool:
    """Whether it came true within that time."""
    end = asyncio.get_running_loop().time() + seconds
    while not true():
        if asyncio.get_running_loop().time() > end:
            return False
        await asyncio.sleep(LOOK_EVERY)
    return True


class Worker:
    """One process. `acks` are the keys that it has acknowledged, each with the request that it named."""

    def __init__(self, process: Forked) -> None:
        self._process = process
        self.acks: dict[str, str] = {}
        self.up = False
        self._owed = 0
        self._reading = asyncio.ensure_future(self._read())

    @classmethod
    async def spawn(cls) -> "Worker":
        """A process that has loaded its code and waits to be told where it is."""
        return cls(await forked(soak_child.main, {}, ROOT))

    def begin(self, world: World, seed: str, fault: Fault, ahead: float = 0.0) -> None:
        """Tells it where it is; `up` becomes true when it works there. `ahead` (seconds): its clock is wrong."""
        self.say(directory=str(world.directory), seed=seed, fault=fault, ahead=ahead)

    def say(self, **line: Any) -> None:
        """Hands a line to its stdin. A dead process hears nothing, and nobody is told."""
        if not self._process.stdin.is_closing():
            self._process.stdin.write(f"{json.dumps(line)}\n".encode())

    def hand(self, line: Mapping[str, object]) -> None:
        """Hands it an input, for which it owes an answer."""
        self._owed += 1
        self.say(**line)

    @property
    def owes_nothing(self) -> bool:
        """Every input that it was handed is acknowledged or refused."""
        return self._owed == 0

    def stop(self) -> None:
        """From now on it does nothing, and does not know."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It goes on as if no time had passed."""
        if not self.ended:
            self._process.send_signal(signal.SIGCONT)

    @property
    def ended(self) -> bool:
        """It is gone, whoever ended it."""
        return self._reading.done()

    async def kill(self) -> None:
        """SIGKILL, also for a stopped one. What it had acknowledged before is in `acks` afterwards."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def close(self, seconds: float) -> int | None:
        """Ends in good order; returns the exit code, or None when it had to be killed after that time."""
        self._process.stdin.close()
        if not await until(lambda: self.ended, seconds):
            await self.kill()
            return None
        return await self._process.wait()

    async def _read(self) -> None:
        async for text in self._process.stdout:
            line = json.loads(text)
            self.up = self.up or "up" in line
            self._owed -= "up" not in line
            if "ack" in line:
                self.acks[line["ack"]] = line["request"]


class Workers:
    """Gives one process after the other; one more is always loading, so that nobody waits for an interpreter."""

    def __init__(self) -> None:
        self._spare: asyncio.Task[Worker] | None = None
        self._given: list[Worker] = []

    async def next(self) -> Worker:
        """A fresh process."""
        spare = self._spare or asyncio.ensure_future(Worker.spawn())
        self._spare = asyncio.ensure_future(Worker.spawn())
        worker = await spare
        self._given = [given for given in self._given if not given.ended]
        self._given.append(worker)
        return worker

    async def close(self) -> None:
        """Ends all that were given and still are there."""
        if self._spare is not None:
            self._given.append(await self._spare)
        for worker in self._given:
            await worker.kill()
