"""The Toolbox port over MCP servers (DESIGN, rules 1, 2 and 5)."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import mcp_types
from mcp.shared.exceptions import MCPError

from bot.adapters.mcp_connection import PATIENCE, Connection
from bot.adapters.mcp_listing import Offer, apart, face, offer, without
from bot.adapters.mcp_logs import silence
from bot.adapters.mcp_outputs import mismatch
from bot.adapters.mcp_quarantine import Quarantine
from bot.adapters.mcp_results import result, unexplained
from bot.adapters.mcp_roster import Roster
from bot.adapters.mcp_sealed import request_meta
from bot.adapters.mcp_servers import ServerSpec
from bot.canonical import canonical, loads, tools_digest
from bot.errors import BadInput, StoreUnavailable, Unavailable
from bot.models.replacing import replace
from bot.models.requirement import Effect
from bot.models.tools import Tool, Toolset
from bot.ports import ToolOutcome, ToolResult
from bot.store_ports import ServerStore
from bot.untrusted import redact

log = logging.getLogger(__name__)

MOST_LINES = 20
"""Refused tools of one server that are logged by name; `countersign servers list` has more."""
_CUT_SHORT = frozenset({mcp_types.CONNECTION_CLOSED, mcp_types.REQUEST_TIMEOUT})


class McpToolbox:
    """The tools of all servers; sessions are opened when they are first needed, and ended by `close`.

    A server has `patience` seconds to connect and list. Constructing it silences the loggers of the MCP libraries.
    With a `store`, what was published there counts from the next listing on (`published` reads it), what somebody
    disabled is neither offered nor called, and acceptance outlives the process (see Quarantine, and rule 5).
    `now` tells seconds, for the waits between restarts.

    Raises:
        BadInput: two servers with the same alias, or with aliases that look alike.
    """

    def __init__(
        self,
        servers: Sequence[ServerSpec],
        *,
        patience: float = PATIENCE,
        store: ServerStore | None = None,
        published: Callable[[str], Sequence[ServerSpec]] = lambda _: (),
        now: Callable[[], float] | None = None,
    ) -> None:
        silence()
        self._roster = Roster(servers, lambda spec: Connection(spec, patience, now), store, published)
        self._quarantine = Quarantine(store)
        self._sent: set[asyncio.Task[ToolResult]] = set()
        self._told: dict[str, frozenset[tuple[str, str]]] = {}

    async def tools(self) -> Toolset:
        """See bot.ports.Toolbox. Tools that were refused are named in the log. Raises StoreUnavailable."""
        servers = await self._roster.now()
        offers = await asyncio.gather(*(self._offer(one) for one in servers.values()))
        missing = tuple(alias for alias, found in zip(servers, offers, strict=True) if found is None)
        ours = [alias for alias, one in servers.items() if not one.spec.where]
        found = apart({alias: one for alias, one in zip(servers, offers, strict=True) if one is not None}, ours)
        accepted = list[Tool]()
        for alias, one in found.items():
            accepted += await self._quarantine.accepted(servers[alias].spec, one, self._roster.book.events)
        faces = Counter(face(tool.full_name) for tool in accepted)
        alike = [tool for tool in accepted if faces[face(tool.full_name)] > 1]
        for alias, one in found.items():
            self._tell_refused(alias, without(one, [tool for tool in alike if tool.server == alias]))
        tools = tuple(sorted((tool for tool in accepted if tool not in alike), key=lambda tool: tool.full_name))
        return Toolset(tools_digest([asdict(tool) for tool in tools], missing), tools, missing)

    async def call(self, tool: Tool, arguments: str, seal_to: str = "") -> ToolResult:
        """See bot.ports.Toolbox. A tool of ours, or of a trusted server, may make a secret for the holder of `seal_to`.

        What the server offers is read again first: a call that was decided about another tool than the one that is
        there now is not sent. Once the call has left, cancelling the caller does not stop it, because half of it may
        have happened: it runs to its end or its timeout, its outcome is logged as `tool.late`, `close` waits for it.
        Reading is part of the tool's time: nothing leaves after the moment at which others give the attempt up.
        """
        try:
            sending = await self._checked(tool, arguments, seal_to)
        except StoreUnavailable:
            return _not_sent("The store does not answer, so it is not known whether the tool may be used")
        except (Unavailable, TimeoutError):
            return _not_sent(f"The tool server {tool.server} does not answer")
        except BadInput as why:
            return _not_sent(why.what)
        return await self._in_its_own_task(tool, _send(sending))

    async def _checked(self, tool: Tool, arguments: str, seal_to: str) -> "_Sending":
        """What may be sent. Raises BadInput for what may not, Unavailable and TimeoutError when nobody answers."""
        until = asyncio.get_running_loop().time() + tool.timeout
        if not _is_canonical(arguments):
            raise BadInput("The stored arguments can be read in more than one way")
        async with asyncio.timeout_at(until):
            connection = (await self._roster.now()).get(tool.server)
            if connection is None:
                raise BadInput(f"The tool server {tool.server} is switched off or not there any more")
            if self._roster.is_off(tool.server, tool.name):
                raise BadInput(f"The tool {tool.full_name} was disabled")
            listed = await connection.listed()
        now = offer(connection.spec, listed, partial(self._roster.is_off, tool.server))
        if not _is_offered(tool, now):
            raise BadInput(f"The tool {tool.full_name} has changed since it was accepted")
        [found] = [one for one in listed if one.name == tool.name]
        return _Sending(connection, tool, found, arguments, until, seal_to)

    async def close(self) -> None:
        """Waits for calls that have left, each at most its timeout, and ends all sessions."""
        await asyncio.gather(*self._sent, return_exceptions=True)
        await self._roster.close()

    async def _offer(self, connection: Connection) -> Offer | None:
        alias = connection.spec.alias
        try:
            listed = await connection.listed()
        except Unavailable as silent:
            log.warning("server.missing", extra={"server": alias, "what": silent.what})
            return None
        return offer(connection.spec, listed, partial(self._roster.is_off, alias))

    def _tell_refused(self, alias: str, found: Offer) -> None:
        """Once, and again when something of it has changed."""
        lines = frozenset([*found.refused.items(), *((warning, "") for warning in found.warnings)])
        if self._told.get(alias, frozenset()) == lines:
            return
        self._told[alias] = lines
        for name, why in [*found.refused.items()][:MOST_LINES]:
            log.warning("tool.refused", extra={"server": alias, "tool": name, "why": why})
        if (more := len(found.refused) - MOST_LINES) > 0:
            log.warning("tools.refused", extra={"server": alias, "more": more})
        for warning in found.warnings[:MOST_LINES]:
            log.warning("server.configured_in_vain", extra={"server": alias, "what": warning})

    async def _in_its_own_task(self, tool: Tool, sending: Coroutine[Any, Any, ToolResult]) -> ToolResult:
        sent = asyncio.create_task(sending)
        self._sent.add(sent)
        sent.add_done_callback(self._sent.discard)
        try:
            return await asyncio.shield(sent)
        except asyncio.CancelledError:
            sent.add_done_callback(lambda late: _tell_late(tool, late))
            raise


@dataclass(frozen=True, slots=True)
class _Sending:
    """One call, checked. `until` is a moment of the loop's clock."""

    connection: Connection
    tool: Tool
    listed: mcp_types.Tool
    arguments: str
    until: float
    seal_to: str

    @property
    def may_seal(self) -> bool:
        """What it seals is sent to the requester as a secret, unseen: not what a stranger may have us do."""
        return self.tool.trusted or not self.connection.spec.where


async def _send(sending: _Sending) -> ToolResult:
    """Sends the call, once. Whatever breaks from here on may have happened."""
    tool = sending.tool
    try:
        async with asyncio.timeout_at(sending.until):
            meta = request_meta(tool, sending.seal_to) if sending.may_seal else None
            answer = await sending.connection.call(tool.name, loads(sending.arguments), meta)
    except Unavailable:
        return _not_sent(f"The tool server {tool.server} does not answer")
    except TimeoutError:
        return _unknown(f"{tool.full_name} gave no answer within {tool.timeout:g} seconds")
    except MCPError as error:
        if error.code in _CUT_SHORT:
            return _unknown(f"The connection to {tool.server} broke{_said(error)}")
        return ToolResult(
            unexplained(tool.effect), f"{tool.server} answered with error {error.code}: {redact(error.message)[:500]}"
        )
    except Exception as error:  # noqa: BLE001 - the port promises an outcome, whatever a server or a transport does
        return _unknown(f"The call of {tool.full_name} was cut short ({type(error).__name__})")
    found = result(answer, tool.effect)
    found = found if sending.may_seal else replace(found, sealed=())
    why = mismatch(sending.listed, answer)
    return _not_promised(tool, found, redact(why)) if why else found


def _not_promised(tool: Tool, found: ToolResult, why: str) -> ToolResult:
    """A server whose answer breaks its own promise is not believed that the call went well."""
    said = f"{tool.full_name} answered otherwise than its own output schema says: {why}"
    if tool.effect is Effect.READ:
        return ToolResult(ToolOutcome.FAILED, f"{said}. The answer was dropped.", sealed=found.sealed)
    return replace(_unknown(said), sealed=found.sealed)


def _said(error: MCPError) -> str:
    """The SDK says so when it stopped reading what was too large."""
    return f" ({redact(error.message)[:200]})" if "exceed" in error.message else ""


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
