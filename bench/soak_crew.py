"""The processes of one round: fed, killed, stopped, continued, and replaced by others on the same file."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from bench.soak_process import Worker, Workers, until
from bench.soak_stubs import Fault
from bench.soak_world import World
from bot.models.inbound import Mention
from bot.services import Ballot, Verdict, Withdrawal

KILLS = 5
"""In one round, at most."""
MOMENT = 0.15
"""Seconds after the last input within which a process is killed."""
PAUSES = (0, 35, 130)
"""Seconds that pass before somebody starts a process again: none, longer than a lease, longer than a call may take."""
PATIENCE = 0.25
"""Seconds without what is waited for, after which time is moved: nobody works that long on anything here."""
NUDGES = (35,) * 10 + (300,) * 26
"""Seconds. First as long as a lease, then longer: what one clock has begun may be over for another two hours later."""
ASTRAY = (-3600, 3600)
"""Seconds by which the clock of a process is wrong when it is."""
ANSWERS = 20
"""So often an input is sent that nobody acknowledges; a second each."""
LOCKED_OUT = 3
"""After so many of them who was stopped goes on: it may have been stopped with a lock of the file in its hand."""
IN_ORDER = 10.0
"""Seconds that a process may take to end when its stdin does."""

HELD_UP = timedelta(minutes=10)
"""So long an input may lie in a stopped process: `RequestStore.receive` knows a redelivery for 15 minutes."""


class Stuck(Exception):
    """It did not come to what it must come to, however much time passed."""


@dataclass(frozen=True, slots=True)
class Odds:
    """How often it comes to a kill, a stop and the end of a stop after an input, and how often one is sent again."""

    kill: float = 0.45
    stop: float = 0.15
    go_on: float = 0.1
    again: float = 0.15
    astray: float = 0.07
    """How often a process has a clock of its own, from its start or after an input."""


@dataclass(slots=True)
class Crew:
    """One process that hears the people, and those that were stopped. `acks` are all that anybody gave."""

    world: World
    workers: Workers
    chance: Random
    seed: str
    fault: Fault
    count: Counter[str]
    odds: Odds = field(default_factory=Odds)
    acks: dict[str, str] = field(default_factory=dict)
    _mine: list[Worker] = field(default_factory=list)
    _zombies: list[Worker] = field(default_factory=list)
    _stopped_at: datetime | None = None
    _kills: int = 0

    @property
    def _worker(self) -> Worker:
        return self._mine[-1]

    async def start(self) -> None:
        """The next process. One that was stopped while it was writing keeps it from starting, so that one goes on."""
        worker = await self.workers.next()
        self._mine.append(worker)
        worker.begin(self.world, f"{self.seed}/{len(self._mine)}", self.fault, self._astray())
        if not await until(lambda: worker.up or worker.ended, 1):
            self.wake_zombies()

    def _astray(self) -> float:
        """By how much the next clock is wrong; mostly it is not."""
        if self.chance.random() >= self.odds.astray:
            return 0.0
        self.count["clocks astray"] += 1
        return self.chance.choice(ASTRAY)

    async def end(self) -> None:
        """Kills whatever of this round is still there."""
        for worker in self._mine:
            await worker.kill()

    async def close(self) -> None:
        """Ends the last process in good order. Raises Stuck when it does not."""
        if await self._worker.close(IN_ORDER) != 0:
            raise Stuck("a process did not end in good order; see the log")

    async def hand_in(self, do: str, key: str, what: Ballot | Mention | Withdrawal | Verdict) -> None:
        """At least once: until it is acknowledged, and now and then once more. Trouble comes in between.

        Raises Stuck.
        """
        line: dict[str, object] = {"do": do, "key": key, "with": asdict(what)}
        self.count["inputs"] += 1
        self._worker.hand(line)
        await self._trouble()
        for tries in range(ANSWERS):
            if await until(lambda: self.heard(key) or self._worker.ended, 1) and self.heard(key):
                break
            self._demand_alive()
            if tries >= LOCKED_OUT:
                self.wake_zombies()
            self._again(line)
        else:
            raise Stuck(f"{key} was never acknowledged")
        if self.chance.random() < self.odds.again:
            self._again(line)

    def _again(self, line: dict[str, object]) -> None:
        self.count["sent again"] += 1
        self._worker.hand(line)

    def heard(self, key: str) -> bool:
        """Whether anybody acknowledged it."""
        for worker in self._mine:
            self.acks |= worker.acks
        return key in self.acks

    async def _trouble(self) -> None:
        """A jump of the clock, a kill, a stop, or nothing, at any moment after an input."""
        if ahead := self._astray():
            self._worker.say(do="jump", ahead=ahead)
        drawn, odds = self.chance.random(), self.odds
        if drawn < odds.kill:
            if self._kills < KILLS:
                await self._kill()
        elif drawn < odds.kill + odds.stop:
            if not self._zombies:
                await self._stop()
        elif drawn < odds.kill + odds.stop + odds.go_on:
            self.wake_zombies()

    async def more_kills(self) -> None:
        """Kills without a new input."""
        while self._kills < KILLS and self.chance.random() < self.odds.kill:
            await self._kill()

    async def _kill(self) -> None:
        """SIGKILL after a moment, half the time as soon as a tool has done something; then the next process."""
        before = len(self.world.effects()) if self.chance.random() < 0.5 else None
        moment = self.chance.uniform(0, MOMENT)
        await until(lambda: before is not None and len(self.world.effects()) > before, moment)
        self._demand_alive()
        self._kills += 1
        self.count["kills"] += 1
        await self._worker.kill()
        await self._let_pass(self.chance.choice(PAUSES))
        await self.start()

    def set_clock(self) -> None:
        """Somebody sees to it that the clocks are right from now on."""
        self.odds = replace(self.odds, astray=0)
        self._worker.say(do="jump", ahead=0)

    async def replace(self) -> None:
        """A fresh process, and nobody left who could still send anything."""
        await self.end()
        await self.start()

    async def _stop(self) -> None:
        """SIGSTOP in the middle of something; another takes over once the leases have run out."""
        await asyncio.sleep(self.chance.uniform(0, MOMENT / 2))
        self._demand_alive()
        self._worker.stop()
        self._zombies.append(self._worker)
        self._stopped_at = self.world.now()
        self.count["zombies"] += 1
        self.world.shift(self.chance.choice(PAUSES[1:]))
        await self.start()

    def wake_zombies(self) -> None:
        """Who was stopped goes on, and works beside the others."""
        for zombie in self._zombies:
            zombie.go_on()

    async def dismiss_zombies(self) -> None:
        """They go on for a moment and end, in good order or not. Raises Stuck when one had ended by itself."""
        self.wake_zombies()
        await asyncio.sleep(self.chance.uniform(0, MOMENT) if self._zombies else 0)
        for zombie in self._zombies:
            if zombie.ended:
                raise Stuck("a process that had been stopped ended by itself; see the log")
            await (zombie.kill() if self.chance.random() < 0.5 else zombie.close(IN_ORDER))
        self._zombies.clear()
        self._stopped_at = None

    async def wait(self, true: Callable[[], bool], otherwise: str) -> None:
        """Time is moved on as long as it does not come true. Raises Stuck."""
        for nudge in NUDGES:
            if await until(true, PATIENCE):
                return
            await self.pass_time(nudge)
        raise Stuck(otherwise)

    async def pass_time(self, seconds: float) -> None:
        """So much later, at once. Raises Stuck when there is nobody whom it concerns."""
        self._demand_alive()
        await self._let_pass(seconds)
        self._worker.say(do="look")

    async def _let_pass(self, seconds: float) -> None:
        """No input is held up for longer than a surface goes on sending it: whoever may hold one takes it first."""
        if self._stopped_at and self.world.now() + timedelta(seconds=seconds) > self._stopped_at + HELD_UP:
            await self.dismiss_zombies()
        if timedelta(seconds=seconds) > HELD_UP:
            await until(lambda: self._worker.owes_nothing or self._worker.ended, IN_ORDER)
        self.world.shift(seconds)

    def _demand_alive(self) -> None:
        if self._worker.ended:
            raise Stuck("a process ended by itself; see the log")
