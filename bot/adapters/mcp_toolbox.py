"""The Toolbox port over MCP servers (DESIGN, rules 1, 2 and 5)."""

import asyncio
import json
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import asdict
from typing import Any

import mcp_types
from mcp.shared.exceptions import MCPError

from bot.adapters.mcp_connection import PATIENCE, Connection
from bot.adapters.mcp_listing import Offer, face, offer
from bot.adapters.mcp_logs import silence
from bot.adapters.mcp_results import result, unexplained
from bot.adapters.mcp_servers import ServerSpec
from bot.canonical import canonical, digest, loads
from bot.errors import BadInput, Unavailable
from bot.models.requirement import Effect
from bot.models.tools import Tool, Toolset
from bot.ports import ToolOutcome, ToolResult
from bot.untrusted import redact

log = logging.getLogger(__name__)

_CUT_SHORT = frozenset({mcp_types.CONNECTION_CLOSED, mcp_types.REQUEST_TIMEOUT})


class McpToolbox:
    """The tools of all servers; sessions are opened when they are first needed, and ended by `close`.

    A server has `patience` seconds to connect and list. Constructing it silences the loggers of the MCP libraries.

    The first listing of a tool is the one that counts: if its name, description or schema changes afterwards it is
    quarantined, neither offered nor called, until the process is started again or the tool is as it was (rule 5).

    Raises:
        BadInput: two servers with the same alias, or with aliases that look alike.
    """

    def __init__(self, servers: Sequence[ServerSpec], *, patience: float = PATIENCE) -> None:
        silence()
        self._connections = {spec.alias: Connection(spec, patience) for spec in servers}
        if len(self._connections) < len(servers):
            raise BadInput("two tool servers have the same alias", mend="give each its own")
        if len({face(alias) for alias in self._connections}) < len(servers):
            raise BadInput("two tool servers have aliases that look alike", mend="name them differently")
        self._accepted: dict[str, str] = {}
        self._sent: set[asyncio.Task[ToolResult]] = set()

    async def tools(self) -> Toolset:
        """See bot.ports.Toolbox. Tools that were refused are named in the log."""
        offers = await asyncio.gather(*(self._offer(one) for one in self._connections.values()))
        missing = tuple(alias for alias, found in zip(self._connections, offers, strict=True) if found is None)
        found = [tool for one in offers if one is not None for tool in one.tools if self._is_as_accepted(tool)]
        tools = tuple(sorted(found, key=lambda tool: tool.full_name))
        return Toolset(_digest(tools, missing), tools, missing)

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        """See bot.ports.Toolbox.

        What the server offers is read again first: a call that was decided about another tool than the one that is
        there now is not sent. Once the call has left, cancelling the caller does not stop it, because half of it may
        have happened: it runs to its end or its timeout, its outcome is logged as `tool.late`, `close` waits for it.
        Reading is part of the tool's time: nothing leaves after the moment at which others give the attempt up.
        """
        until = asyncio.get_running_loop().time() + tool.timeout
        connection = self._connections.get(tool.server)
        if connection is None:
            return _not_sent(f"There is no tool server {tool.server} any more")
        if not _is_canonical(arguments):
            return _not_sent("The stored arguments can be read in more than one way")
        try:
            async with asyncio.timeout_at(until):
                listed = await connection.listed()
        except (Unavailable, TimeoutError):
            return _not_sent(f"The tool server {tool.server} does not answer")
        if not _is_offered(tool, offer(connection.spec, listed)):
            return _not_sent(f"The tool {tool.full_name} has changed since it was accepted")
        return await self._in_its_own_task(tool, _send(connection, tool, arguments, until))

    async def close(self) -> None:
        """Waits for calls that have left, each at most its timeout, and ends all sessions."""
        await asyncio.gather(*self._sent, return_exceptions=True)
        await asyncio.gather(*(connection.close() for connection in self._connections.values()))

    def _is_as_accepted(self, tool: Tool) -> bool:
        accepted = self._accepted.setdefault(tool.full_name, tool.schema_digest) == tool.schema_digest
        if not accepted:
            what = "its name, description or schema changed since it was accepted; restart to accept it as it is now"
            log.warning("tool.quarantined", extra={"server": tool.server, "tool": tool.name, "why": what})
        return accepted

    async def _offer(self, connection: Connection) -> Offer | None:
        alias = connection.spec.alias
        try:
            listed = await connection.listed()
        except Unavailable as silent:
            log.warning("server.missing", extra={"server": alias, "what": silent.what})
            return None
        found = offer(connection.spec, listed)
        for name, why in found.refused.items():
            log.warning("tool.refused", extra={"server": alias, "tool": name, "why": why})
        return found

    async def _in_its_own_task(self, tool: Tool, sending: Coroutine[Any, Any, ToolResult]) -> ToolResult:
        sent = asyncio.create_task(sending)
        self._sent.add(sent)
        sent.add_done_callback(self._sent.discard)
        try:
            return await asyncio.shield(sent)
        except asyncio.CancelledError:
            sent.add_done_callback(lambda late: _tell_late(tool, late))
            raise


async def _send(connection: Connection, tool: Tool, arguments: str, until: float) -> ToolResult:
    """Sends the call, once. Whatever breaks from here on may have happened. `until` is a moment of the loop's clock."""
    try:
        async with asyncio.timeout_at(until):
            answer = await connection.call(tool.name, loads(arguments))
    except Unavailable:
        return _not_sent(f"The tool server {tool.server} does not answer")
    except TimeoutError:
        return _unknown(f"{tool.full_name} gave no answer within {tool.timeout:g} seconds")
    except MCPError as error:
        if error.code in _CUT_SHORT:
            return _unknown(f"The connection to {tool.server} broke")
        return ToolResult(
            unexplained(tool.effect), f"{tool.server} answered with error {error.code}: {redact(error.message)[:500]}"
        )
    except Exception as error:  # noqa: BLE001 - the port promises an outcome, whatever a server or a transport does
        return _unknown(f"The call of {tool.full_name} was cut short ({type(error).__name__})")
    return result(answer, tool.effect)


def _is_canonical(arguments: str) -> bool:
    try:
        return canonical(arguments) == arguments
    except BadInput:
        return False


def _is_offered(tool: Tool, now: Offer) -> bool:
    current = next((one for one in now.tools if one.name == tool.name), None)
    if current is None:
        return False
    return _pins(current) == _pins(tool)


def _pins(tool: Tool) -> tuple[str, str, Effect]:
    return tool.schema_digest, tool.server_digest, tool.effect


def _not_sent(why: str) -> ToolResult:
    return ToolResult(ToolOutcome.FAILED, f"{why}. Nothing was sent.")


def _unknown(why: str) -> ToolResult:
    return ToolResult(ToolOutcome.UNKNOWN, f"{why}. It was sent; whether it was carried out is not known.")


def _tell_late(tool: Tool, late: asyncio.Task[ToolResult]) -> None:
    outcome = "lost" if late.cancelled() else late.result().outcome.value
    log.warning("tool.late", extra={"tool": tool.full_name, "outcome": outcome})


def _digest(tools: Sequence[Tool], missing: Sequence[str]) -> str:
    """Over everything that a Toolset holds, since it is stored and found again under this digest."""
    return digest(json.dumps([asdict(tool) for tool in tools], sort_keys=True), *missing)
