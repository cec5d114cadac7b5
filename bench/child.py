"""Programs that are measured run in processes of their own; each is ended by the one who started it."""

import asyncio
import json
import resource
import subprocess
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


class ChildFailed(Exception):
    """The program ended with an error; `output` is what it said."""

    def __init__(self, command: Sequence[str], output: str) -> None:
        super().__init__(f"{' '.join(command)}\n{output}")
        self.output = output


def answer_of(command: Sequence[str], *, seconds: float = 300) -> Any:
    """Runs `command` to its end and reads the JSON line it prints last. Raises ChildFailed."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=seconds, check=False)
    if done.returncode:
        raise ChildFailed(command, done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


@asynccontextmanager
async def running(
    command: Sequence[str], environment: Mapping[str, str], *, stdout: int = asyncio.subprocess.DEVNULL
) -> AsyncIterator[Process]:
    """The program runs inside the block, with nothing but `environment`, and is terminated at its end.

    `stdout`: `subprocess.PIPE` for those who read what it says.

    Raises:
        ChildFailed: it ended by itself before that.
    """
    process = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=environment, stdout=stdout, stderr=asyncio.subprocess.PIPE
    )
    said = asyncio.create_task(_read(process))
    try:
        yield process
    finally:
        ended_by_itself = process.returncode is not None
        if not ended_by_itself:
            process.terminate()
        await process.wait()
        output = await said
        if ended_by_itself:
            raise ChildFailed(command, output)


async def _read(process: Process) -> str:
    assert process.stderr is not None
    return (await process.stderr.read()).decode()


def module(name: str, *arguments: str) -> list[str]:
    """`python -m name …` with the interpreter that runs this."""
    return [sys.executable, "-m", name, *arguments]


def weight(pid: int | None = None) -> int:
    """The bytes of a process that lie in memory now; of this one without a `pid` (proc(5): statm, in pages)."""
    pages = int(Path(f"/proc/{pid or 'self'}/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
