"""One open session with one server, opened again when it broke."""

import asyncio
from typing import Any, TypeAlias

import mcp_types
from fastmcp import Client
from mcp.shared.exceptions import MCPError

from bot.adapters.mcp_servers import ServerSpec
from bot.errors import Unavailable

PATIENCE = 10.0
"""Seconds to connect and list; a server that is slower is treated as dead."""
_Session: TypeAlias = Client[Any]


class Connection:
    """Several tasks may list and call at the same time over the one session."""

    def __init__(self, spec: ServerSpec, patience: float = PATIENCE) -> None:
        self.spec = spec
        self._patience = patience
        self._session: _Session | None = None
        self._opening = asyncio.Lock()

    async def listed(self) -> list[mcp_types.Tool]:
        """What the server offers now, and so the proof that it is there. Raises Unavailable."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._listed()
        except Exception as error:
            raise Unavailable(f"{self.spec.alias}: {type(error).__name__}") from error

    async def call(self, name: str, arguments: dict[str, Any]) -> mcp_types.CallToolResult:
        """Sends the call once, over the session that answered `listed`.

        Raises Unavailable when it was not sent, and whatever the session raises when it may have been.
        """
        session = self._session
        if session is None or not session.is_connected():
            raise Unavailable(f"{self.spec.alias}: the connection was closed")
        return await session.call_tool_mcp(name, arguments)

    async def close(self) -> None:
        """Ends the session. Calls that are under way raise."""
        async with self._opening:
            session, self._session = self._session, None
            if session is not None:
                await session.close()  # type: ignore[no-untyped-call]  # FastMCP leaves it untyped

    async def _listed(self) -> list[mcp_types.Tool]:
        session = await self._open()
        try:
            return await session.list_tools()
        except Exception as error:
            if session.is_connected() and not _is_closed(error):
                raise
        await self._forget(session)
        return await (await self._open()).list_tools()

    async def _open(self) -> _Session:
        async with self._opening:
            if self._session is None:
                # A server that asks for more input instead of answering would have the call sent again.
                session: _Session = Client(self.spec.server, input_required_max_rounds=0)
                await session.__aenter__()  # type: ignore[no-untyped-call]  # FastMCP leaves it untyped
                self._session = session
            return self._session

    async def _forget(self, session: _Session) -> None:
        """Drops a dead session, unless another task has done so."""
        if self._session is session:
            await self.close()


def _is_closed(error: Exception) -> bool:
    return isinstance(error, MCPError) and error.code == mcp_types.CONNECTION_CLOSED
