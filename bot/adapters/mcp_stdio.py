"""An MCP server as a child process: its own process group, an emptied environment, bounded lines, and an end."""

import asyncio
import logging
import os
import re
import shutil
import signal
import tempfile
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, Unpack

import anyio
import mcp_types
from anyio.abc import ObjectReceiveStream, ObjectSendStream
from fastmcp.client.transports.base import ClientTransport, SessionKwargs, TransportOptions
from mcp import ClientSession
from mcp.shared.message import SessionMessage

from bot.adapters.mcp_limits import MOST_BYTES, TOO_LARGE, TOO_LARGE_TEXT, UNREADABLE_TEXT, OwnChecks
from bot.errors import Unavailable
from bot.untrusted import redact, visible

log = logging.getLogger(__name__)

MINIMUM = {"PATH": "/usr/local/bin:/usr/bin:/bin"}
"""All that a child is given beside what is configured for it."""
GRACE = 2.0
"""Seconds that a child has after its input is closed, and again after TERM, before its whole group is killed."""
POLL = 0.02
"""Seconds between two looks whether a group is gone."""
LINES, LINE = 200, 2000
"""Of what a child writes to its standard error so many lines are logged, each cut to so many characters."""
_CHUNK = 65536
_ENDS = 1024
"""Bytes at each end of a line in which the number of its request is looked for."""
_FIRST = re.compile(rb'\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*|"id"\s*:\s*(\d{1,18})\s*,\s*)*"(?:result|error)"\s*:')
_LAST = re.compile(rb',\s*"id"\s*:\s*(\d{1,18})\s*(?:,\s*"jsonrpc"\s*:\s*"2\.0"\s*)?\}\s*$')
"""The members of an answer itself: what stands in its result may look like them."""
_Sent = SessionMessage | Exception


class StdioTransport(ClientTransport):
    """Starts `argv` anew for each session, with nothing in its environment but MINIMUM and what `environ` gives.

    `environ` is asked at each start, so that a secret in a file may change. Without `cwd` each child has an empty
    folder of its own: what lies beside the bot is none of its business. Raises OSError or Unavailable when the child
    cannot be started. When the session ends, its process group is told to end (input closed, TERM) and then killed.
    """

    def __init__(
        self,
        alias: str,
        argv: Sequence[str],
        environ: Callable[[], Mapping[str, str]],
        cwd: str | None = None,
        *,
        grace: float = GRACE,
        most: int = MOST_BYTES,
    ) -> None:
        self._alias, self._argv, self._environ, self._cwd = alias, tuple(argv), environ, cwd
        self._grace, self._most = grace, most
        self._ending: set[asyncio.Task[None]] = set()

    def __repr__(self) -> str:
        return f"<StdioTransport {self._alias}>"

    @asynccontextmanager
    async def connect_session(
        self, *, transport_options: TransportOptions | None = None, **session_kwargs: Unpack[SessionKwargs]
    ) -> AsyncIterator[ClientSession]:
        """A session with a child that was started for it."""
        del transport_options
        child, folder = await self._started()
        try:
            async with (
                _talking(self._alias, child, self._most) as (received, sending),
                OwnChecks(received, sending, **session_kwargs) as session,
            ):
                yield session
        finally:
            await asyncio.shield(self._end(child, folder))

    async def close(self) -> None:
        """Waits until the children of all sessions are gone."""
        while self._ending:
            await asyncio.wait(self._ending)

    async def _started(self) -> tuple[Process, str]:
        starting = asyncio.create_task(self._start())
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(lambda done: done.cancelled() or done.exception() or self._end(*done.result()))
            raise

    async def _start(self) -> tuple[Process, str]:
        """The child, and the folder that goes with it."""
        environ = {**MINIMUM, **self._environ()}
        folder = "" if self._cwd else tempfile.mkdtemp(prefix="countersign-")
        try:
            child = await asyncio.create_subprocess_exec(
                *self._argv,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=environ,
                cwd=self._cwd or folder,
                start_new_session=True,
            )
        except OSError as error:
            _remove(folder)
            if not isinstance(error, FileNotFoundError) or error.filename != self._argv[0]:
                raise
            raise Unavailable(f"there is no program {self._argv[0]} (its PATH is {environ['PATH']})") from error
        return child, folder

    def _end(self, child: Process, folder: str) -> asyncio.Task[None]:
        """In a task of its own: whoever waits for it may be cancelled, the child ends all the same."""
        ending = asyncio.create_task(_end(child, self._grace, folder))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)
        return ending


@asynccontextmanager
async def _talking(alias: str, child: Process, most: int) -> AsyncIterator[tuple[Any, Any]]:
    received_in, received = anyio.create_memory_object_stream[_Sent](0)
    sending, sending_out = anyio.create_memory_object_stream[SessionMessage](0)
    async with received_in, received, sending, sending_out, anyio.create_task_group() as tasks:
        tasks.start_soon(_hear, child, received_in, most)
        tasks.start_soon(_tell, child, sending_out, received_in)
        tasks.start_soon(_log_errors, alias, child)
        try:
            yield received, sending
        finally:
            tasks.cancel_scope.cancel()


async def _hear(child: Process, to: ObjectSendStream[_Sent], most: int) -> None:
    """The child's messages, one a line. Of a line that is too long only the number of its request is read."""
    assert child.stdout is not None, "the child has pipes"
    line, head = bytearray(), b""
    with suppress(anyio.BrokenResourceError, anyio.ClosedResourceError):
        async with to:
            while chunk := await child.stdout.read(_CHUNK):
                *ends, rest = chunk.split(b"\n")
                for end in ends:
                    line += end
                    message = _too_large(head, bytes(line)) if head else _message(bytes(line))
                    if message is not None:
                        await to.send(message)
                    elif head:
                        return
                    line, head = bytearray(), b""
                line += rest
                if head or len(line) > most:
                    head, line = head or bytes(line[:_ENDS]), line[-_ENDS:]


async def _tell(child: Process, of: ObjectReceiveStream[SessionMessage], broken: ObjectSendStream[_Sent]) -> None:
    assert child.stdin is not None, "the child has pipes"
    try:
        async for sent in of:
            text = sent.message.model_dump_json(by_alias=True, exclude_unset=True)
            child.stdin.write(text.encode() + b"\n")
            await child.stdin.drain()
    except OSError:
        await broken.aclose()


async def _log_errors(alias: str, child: Process) -> None:
    """What the child writes beside the protocol, in our log; it is read to its end, so that the child never waits."""
    assert child.stderr is not None, "the child has pipes"
    rest, told = b"", 0
    while chunk := await child.stderr.read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LINE * 4:
            lines, rest = [*lines, rest], b""
        for line in lines[: max(0, LINES - told)]:
            log.info("server.said", extra={"server": alias, "line": _plain(line)})
        told += len(lines)
        if told > LINES >= told - len(lines):
            log.warning("server.said_too_much", extra={"server": alias, "lines": LINES})


def _plain(line: bytes) -> str:
    text = visible(redact(line[: LINE * 4].decode(errors="replace")))
    return text if len(text) <= LINE else f"{text[:LINE]}…"


def _message(line: bytes) -> SessionMessage | None:
    """One message. What is none, such as a word that a library prints, is passed over."""
    if not line.strip():
        return None
    try:
        return SessionMessage(mcp_types.jsonrpc_message_adapter.validate_json(line, by_name=False))
    except ValueError:
        return _refusal(line, line, mcp_types.ErrorData(code=mcp_types.PARSE_ERROR, message=UNREADABLE_TEXT))


def _too_large(head: bytes, tail: bytes) -> SessionMessage | None:
    return _refusal(head, tail, mcp_types.ErrorData(code=TOO_LARGE, message=TOO_LARGE_TEXT))


def _refusal(head: bytes, tail: bytes, error: mcp_types.ErrorData) -> SessionMessage | None:
    """What stands for an answer that is not read, or None when it is none, or nobody can tell whose it is."""
    first = _FIRST.match(head[:_ENDS])
    last = _LAST.search(tail[-_ENDS:])
    number = (first[1] or (last[1] if last else None)) if first else None
    if number is None:
        return None
    return SessionMessage(mcp_types.JSONRPCError(jsonrpc="2.0", id=int(number), error=error))


async def _end(child: Process, grace: float, folder: str) -> None:
    """Closes the child's input, then TERM, then KILL for its whole group; whoever it forked belongs to that."""
    assert child.stdin is not None, "the child has pipes"
    child.stdin.close()
    for signal_number in (None, signal.SIGTERM, signal.SIGKILL):
        if signal_number is not None:
            _signal(child.pid, signal_number)
        deadline = asyncio.get_running_loop().time() + grace
        while _signal(child.pid, 0) and asyncio.get_running_loop().time() < deadline:
            if signal_number is None and child.returncode is not None:
                break
            await asyncio.sleep(POLL)
    # A survivor that left the group may hold a pipe, and asyncio offers no other way to let go of it.
    child._transport.close()  # type: ignore[attr-defined]  # noqa: SLF001
    await asyncio.to_thread(_remove, folder)


def _remove(folder: str) -> None:
    if folder:
        shutil.rmtree(folder, ignore_errors=True)


def _signal(group: int, number: int) -> bool:
    """False when nobody of the group is left. The group has the number of the child that leads it."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
