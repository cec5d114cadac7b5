"""Processes forked from one that has loaded our code and its libraries: a second or two less of work for each."""

import asyncio
import multiprocessing
import os
import signal
import sys
from asyncio import StreamReader, StreamWriter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from pathlib import Path
from typing import Any

LOADED = ["bench.soak_child", "handlers.socket_mode", "bot.wiring.brain", "boto3", "mcp_tools.google_admin.server"]
"""What a bot loads at once or when it has begun."""
LONGEST_LINE = 1 << 20


@dataclass(frozen=True, slots=True)
class Forked:
    """A process of its own, which may be killed at any point. As `asyncio.subprocess.Process`, so far as it is used."""

    stdin: StreamWriter
    stdout: StreamReader
    stderr: StreamReader
    _process: ForkServerProcess

    @property
    def pid(self) -> int:
        """Its own, as the system knows it."""
        assert self._process.pid is not None, "it was started"
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """None while it runs; below zero the signal that ended it."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Nothing once it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """SIGKILL."""
        self.send_signal(signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        watched = os.dup(self._process.sentinel)
        loop.add_reader(watched, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(watched)
            os.close(watched)
        self.stdin.close()
        assert self.returncode is not None, "its sentinel can be read"
        return self.returncode


async def forked(main: Callable[[], object], environment: Mapping[str, str], folder: Path) -> Forked:
    """Runs `main` in a new process, with nothing but `environment`, in `folder`. The first waits for the libraries."""
    server = multiprocessing.get_context("forkserver")
    server.set_forkserver_preload(LOADED)
    (theirs_in, stdin), (stdout, theirs_out), (stderr, theirs_err) = os.pipe(), os.pipe(), os.pipe()
    theirs = (theirs_in, theirs_out, theirs_err)
    process = server.Process(target=_run, args=(main, dict(environment), folder, _Streams(theirs)), daemon=True)
    try:
        await asyncio.to_thread(process.start)
    finally:
        for theirs_end in theirs:
            os.close(theirs_end)
    return Forked(await _writer(stdin), await _reader(stdout), await _reader(stderr), process)


class _Streams:
    """Three file descriptors, which become another process's standard streams when it is started."""

    def __init__(self, numbers: tuple[int, int, int]) -> None:
        self._numbers = numbers

    def __getstate__(self) -> list[Any]:
        return [DupFd(number) for number in self._numbers]

    def __setstate__(self, handles: list[Any]) -> None:
        self.passed = [handle.detach() for handle in handles]


def _run(main: Callable[[], object], environment: Mapping[str, str], folder: Path, streams: _Streams) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, passed in enumerate(streams.passed):
        os.dup2(passed, number)
        os.close(passed)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - until now it read nothing
    main()


async def _reader(number: int) -> StreamReader:
    reader = StreamReader(LONGEST_LINE)
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(number, "rb", 0))
    return reader


async def _writer(number: int) -> StreamWriter:
    loop = asyncio.get_running_loop()
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(number, "wb", 0))
    return StreamWriter(transport, protocol, None, loop)
