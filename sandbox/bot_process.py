"""The bot as a child process: started, killed, started again; what it logs becomes steps."""

import asyncio
import json
import signal
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from sandbox.feed import Feed
from sandbox.payload import Json
from sandbox.slack.tasks import Tasks
from sandbox.steps import StepLog

PATIENCE_SECONDS = 10
LONGEST_LINE = 1 << 20
CALLED_OFF = "Kill after send is off again"


class KillAfterSend(StrEnum):
    """What becomes of the bot when Google carries out a change."""

    OFF = "off"
    ARMED = "armed"
    STRUCK = "struck"


class Running(Protocol):
    """What is needed of a process that was started: see `asyncio.subprocess.Process`."""

    @property
    def pid(self) -> int: ...
    @property
    def returncode(self) -> int | None: ...
    @property
    def stdout(self) -> asyncio.StreamReader | None: ...
    @property
    def stderr(self) -> asyncio.StreamReader | None: ...
    def send_signal(self, signal: int) -> None: ...
    def kill(self) -> None: ...
    async def wait(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Command:
    """What to run, where, and the whole of its environment."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: Path

    async def start(self) -> Running:
        """The process, and what it writes."""
        return await asyncio.create_subprocess_exec(
            *self.arguments,
            env=dict(self.environment),
            cwd=self.folder,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=PIPE,
            limit=LONGEST_LINE,
        )


@dataclass(slots=True)
class BotProcess:
    """One bot. Nothing of this process's own environment reaches it but what the command says.

    `patience` is how many seconds it has to end when asked to. `kill_after_send` is `armed` when the next change that
    Google carries out ends the process before it hears the answer, and `struck` from then until the next start; Google
    takes `moment` seconds, in which people see that it runs. `model` names the model that it asks, for people.
    """

    command: Command
    log: StepLog
    feed: Feed
    patience: float = PATIENCE_SECONDS
    kill_after_send: KillAfterSend = KillAfterSend.OFF
    moment: float = 0.5
    model: str = ""
    _process: Running | None = None
    _tasks: Tasks = field(default_factory=Tasks)
    _over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def state(self) -> Json:
        """`running` with its pid, or `stopped`; and what is planned for it."""
        planned: Json = {"kill_after_send": self.kill_after_send.value} | ({"model": self.model} if self.model else {})
        if self._process is None or self._process.returncode is not None:
            return {"state": "stopped", **planned}
        return {"state": "running", "pid": self._process.pid, **planned}

    async def start(self) -> None:
        """Starts it unless it runs."""
        if self.state["state"] == "running":
            return
        self._process = await self.command.start()
        self._over.clear()
        if self.kill_after_send is KillAfterSend.STRUCK:
            self.kill_after_send = KillAfterSend.OFF
        self._tasks.start(self._follow(self._process))
        self._tell("The bot's process started")

    async def kill(self) -> None:
        """Ends it at once, as a crash or a power cut would (SIGKILL)."""
        await self._end(signal.SIGKILL)

    def arm(self, *, armed: bool) -> None:
        """Plans `strike` for the next change that Google carries out, or calls it off."""
        self.kill_after_send = KillAfterSend.ARMED if armed else KillAfterSend.OFF
        self._tell("Kill after send is armed: the next change is the last thing the bot does" if armed else CALLED_OFF)

    async def strike(self) -> bool:
        """Google has carried out a change and has not answered yet: kills the bot if that is planned."""
        if not self._is_to_strike():
            return False
        await asyncio.sleep(self.moment)
        if not self._is_to_strike():
            return False
        self.kill_after_send = KillAfterSend.STRUCK
        self._tell("Killed after send: Google has carried the change out, and the bot will never hear it")
        await self.kill()
        return True

    def _is_to_strike(self) -> bool:
        return self.kill_after_send is KillAfterSend.ARMED and self.state["state"] == "running"

    async def restart(self) -> None:
        """Starts it again; a running one is killed first."""
        await self.kill()
        await self.start()

    async def stop(self) -> None:
        """Asks it to end (SIGTERM), and kills it when its time is over."""
        await self._end(signal.SIGTERM)
        if self._process is not None:
            await self.ended()

    async def ended(self) -> None:
        """Returns when the process has ended and all it wrote was read."""
        await self._over.wait()

    async def _end(self, how: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(how)
        try:
            await asyncio.wait_for(process.wait(), self.patience)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def _follow(self, process: Running) -> None:
        assert process.stdout is not None, "stdout was asked for"
        assert process.stderr is not None, "stderr was asked for"
        await asyncio.gather(self._read(process.stdout), self._read(process.stderr))
        code = await process.wait()
        if process is self._process:
            self._over.set()
        self._tell(f"The bot's process ended ({how_it_ended(code)})")

    async def _read(self, stream: asyncio.StreamReader) -> None:
        async for line in stream:
            text = line.decode(errors="replace").rstrip()
            if text:
                self.log.append("bot", *described(text))

    def _tell(self, title: str) -> None:
        self.log.append("bot", title, self.state)
        self.feed.publish("bot", self.state)


def described(line: str) -> tuple[str, Any]:
    """A line of the bot's log as the title and detail of a step: JSON objects by their event, others as they are."""
    try:
        entry = json.loads(line)
    except ValueError:
        return line[:200], line
    if not isinstance(entry, dict) or "event" not in entry:
        return line[:200], entry
    return f"Bot: {entry['event']}", entry


def how_it_ended(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
