"""One open session with one server, opened again when it broke."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeAlias

import mcp_types
from fastmcp import Client
from mcp.shared.exceptions import MCPError

from bot.adapters.mcp_servers import ServerSpec
from bot.errors import Unavailable

PATIENCE = 10.0
"""Seconds to connect and list; a server that is slower is treated as dead."""
STEADY = 60.0
"""Seconds after which a session counts as one that held."""
LONGEST_WAIT = 60.0
MOST_PAGES = 20
"""Of a list of tools."""
_Session: TypeAlias = Client[Any]


class Restarts:
    """When a server that broke may be started again: at once after it held, then after 1, 2, 4, … seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._falls, self._started, self._not_before = 0, now(), now()

    def begin(self) -> None:
        """It is started. Raises Unavailable while it is too early for that."""
        if (left := self._not_before - self._now()) > 0:
            raise Unavailable(f"it broke {self._falls} times, and is started again in {left:.0f} s", retry_after=left)
        self._started = self._now()

    def fell(self) -> None:
        """It could not be started, or broke."""
        self._falls = self._falls + 1 if self._now() - self._started < STEADY else 1
        wait = min(2.0 ** (self._falls - 2), LONGEST_WAIT) if self._falls > 1 else 0.0
        self._not_before = self._now() + wait


class Connection:
    """Several tasks may list and call at the same time over the one session."""

    def __init__(self, spec: ServerSpec, patience: float = PATIENCE, now: Callable[[], float] | None = None) -> None:
        self.spec = spec
        self._patience = patience
        self._now = now
        self._restarts: Restarts | None = None
        self._session: _Session | None = None
        self._opening = asyncio.Lock()
        self._calls = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._retiring: set[asyncio.Task[None]] = set()

    async def listed(self) -> list[mcp_types.Tool]:
        """What the server offers now, and so the proof that it is there. Raises Unavailable."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._listed()
        except TimeoutError as error:
            if self._session is not None and not self._calls:
                self._forget(self._session)
            raise Unavailable(f"{self.spec.alias}: no answer within {self._patience:g} seconds") from error
        except Exception as error:
            raise Unavailable(f"{self.spec.alias}: {_why(error)}") from error

    async def call(
        self, name: str, arguments: dict[str, Any], meta: dict[str, Any] | None = None
    ) -> mcp_types.CallToolResult:
        """Sends the call once, with this `_meta`, over the session that answered `listed`.

        Raises Unavailable when it was not sent, and whatever the session raises when it may have been.
        """
        session = self._session
        if session is None or not session.is_connected():
            raise Unavailable(f"{self.spec.alias}: the connection was closed")
        self._calls += 1
        self._idle.clear()
        try:
            return await session.call_tool_mcp(name, arguments, meta=meta)
        finally:
            self._calls -= 1
            if not self._calls:
                self._idle.set()

    async def close(self) -> None:
        """Ends the session. Calls that are under way raise."""
        async with self._opening:
            session, self._session = self._session, None
        if session is not None:
            await session.close()  # type: ignore[no-untyped-call]  # FastMCP leaves it untyped
        await asyncio.gather(*self._retiring, return_exceptions=True)

    async def retire(self) -> None:
        """Ends the session as soon as no call is under way."""
        await self._idle.wait()
        await self.close()

    async def _listed(self) -> list[mcp_types.Tool]:
        session = await self._open()
        try:
            return await _list(session)
        except Exception as error:
            if self._calls and session.is_connected() and not _is_closed(error):
                raise
        self._forget(session)
        return await _list(await self._open())

    async def _open(self) -> _Session:
        async with self._opening:
            if self._session is None:
                self._session = await self._opened()
            return self._session

    async def _opened(self) -> _Session:
        if self._restarts is None:
            self._restarts = Restarts(self._now or asyncio.get_running_loop().time)
        self._restarts.begin()
        # A server that asks for more input instead of answering would have the call sent again.
        session: _Session = Client(self.spec.server, input_required_max_rounds=0)
        try:
            await session.__aenter__()  # type: ignore[no-untyped-call]  # FastMCP leaves it untyped
        except BaseException:
            self._restarts.fell()
            raise
        return session

    def _forget(self, session: _Session) -> None:
        """Drops a session that broke, unless another task has done so. Whatever is left of it ends in time."""
        if self._session is not session:
            return
        self._session = None
        if self._restarts is not None:
            self._restarts.fell()
        ending = asyncio.create_task(session.close())  # type: ignore[no-untyped-call]
        self._retiring.add(ending)
        ending.add_done_callback(self._ended)

    def _ended(self, ending: "asyncio.Task[None]") -> None:
        self._retiring.discard(ending)
        if not ending.cancelled():
            ending.exception()


async def _list(session: _Session) -> list[mcp_types.Tool]:
    """All pages. Raises Unavailable for a list without an end."""
    found, cursor = list[mcp_types.Tool](), None
    for _ in range(MOST_PAGES):
        page = await session.list_tools_mcp(cursor=cursor)
        found += page.tools
        cursor = page.next_cursor
        if cursor is None:
            return found
    raise Unavailable(f"its list of tools has more than {MOST_PAGES} pages")


def _why(error: Exception) -> str:
    """What may be logged: an exception of others may quote anything."""
    cause = error.__cause__ or error
    if isinstance(cause, Unavailable):
        return cause.what
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return type(error).__name__


def _is_closed(error: Exception) -> bool:
    return isinstance(error, MCPError) and error.code == mcp_types.CONNECTION_CLOSED
