"""The calls that were made, for judging them once more. Nothing is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Connection

from bot.adapters.sqlite_config import CURRENT, TOOLS, read_tools
from bot.codec import decode
from bot.errors import NotFound
from bot.models.audit import AuditEvent
from bot.models.call import Call
from bot.models.policy import Policy
from bot.models.request import Request
from bot.models.tools import Tool, Toolset

NEWEST = """SELECT calls.id, calls.body, requests.body FROM calls JOIN requests ON requests.id = calls.request_id
    ORDER BY calls.seq DESC LIMIT ?"""
ONE = """SELECT calls.id, calls.body, requests.body FROM calls JOIN requests ON requests.id = calls.request_id
    WHERE calls.id = ?"""
LATEST = "SELECT id, body FROM requests ORDER BY seq DESC LIMIT ?"
NOTED = "SELECT body FROM audit WHERE instr(CAST(body AS TEXT), ?) > 0 ORDER BY rowid DESC"
LOOKED_AT = 50
"""Requests among which a server is looked for that did not answer when the newest one began."""


@dataclass(frozen=True, slots=True)
class Past:
    """A stored call with its request, and its tool as it was then; None when that is not there any more."""

    request: Request
    call: Call
    tool: Tool | None


def current_policy(of: Connection) -> Policy:
    """Raises NotFound when none was published yet."""
    row = of.execute(CURRENT).fetchone()
    if row is None:
        raise NotFound("policy")
    return decode(row[1], Policy, f"policies {row[0]}")


def past_calls(of: Connection, limit: int) -> tuple[Past, ...]:
    """The newest calls, newest first."""
    return _with_tools(of, of.execute(NEWEST, (limit,)).fetchall())


def past_call(of: Connection, call_id: str) -> Past:
    """One of them. Raises NotFound."""
    rows = of.execute(ONE, (call_id,)).fetchall()
    if not rows:
        raise NotFound(call_id)
    return _with_tools(of, rows)[0]


def noted(of: Connection, kind: str) -> tuple[AuditEvent, ...]:
    """All audit events of this kind, newest first."""
    events = (decode(body, AuditEvent, "audit") for (body,) in of.execute(NOTED, (kind,)))
    return tuple(event for event in events if event.kind == kind)


def latest_tools(of: Connection) -> tuple[Tool, ...]:
    """The tools of each server as the newest request with that server knew them."""
    requests = [decode(body, Request, f"requests {at}") for at, body in of.execute(LATEST, (LOOKED_AT,))]
    found: dict[str, tuple[Tool, ...]] = {}
    for digest in dict.fromkeys(request.tools for request in requests):
        toolset = _toolset(of, digest)
        tools = toolset.tools if toolset else ()
        for server in {tool.server for tool in tools} - set(found):
            found[server] = tuple(tool for tool in tools if tool.server == server)
    return tuple(tool for tools in found.values() for tool in tools)


def _toolset(of: Connection, digest: str) -> Toolset | None:
    row = of.execute(TOOLS, (digest,)).fetchone()
    return read_tools(digest, row[0]) if row else None


def _with_tools(of: Connection, rows: Sequence[tuple[str, bytes, bytes]]) -> tuple[Past, ...]:
    toolsets: dict[str, Toolset | None] = {}
    found = []
    for call_id, body, of_request in rows:
        call, request = decode(body, Call, f"calls {call_id}"), decode(of_request, Request, f"request of {call_id}")
        if request.tools not in toolsets:
            toolsets[request.tools] = _toolset(of, request.tools)
        toolset = toolsets[request.tools]
        found.append(Past(request, call, toolset.find(call.name) if toolset else None))
    return tuple(found)
