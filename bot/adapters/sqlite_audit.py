"""Verifies the audit chains of a store file."""

from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Connection

from bot.adapters.sqlite_config import read_tools
from bot.adapters.sqlite_requests import record_of
from bot.adapters.sqlite_servers import CHAIN, events
from bot.codec import decode
from bot.errors import NotFound, Unreadable
from bot.models.audit import AuditEvent, Flaw, Stored, first_flaw
from bot.models.request import Request
from bot.sealing import edited

REQUESTS = "SELECT id, body FROM requests WHERE :id IS NULL OR id = :id ORDER BY seq"
ROWS = "SELECT number, body FROM audit WHERE request_id = ? ORDER BY number"
ORPHANS = """SELECT DISTINCT request_id FROM audit WHERE request_id NOT IN (SELECT id FROM requests)
    AND (:id IS NULL OR request_id = :id)"""

TOOLSETS = "SELECT digest, body FROM toolsets ORDER BY digest"

FIRST_WITH_SERVERS = 3
"""The schema version in which the chain of server events begins."""


@dataclass(frozen=True, slots=True)
class Verified:
    """How many chains and rows were read, and the first bad row of each chain that does not hold."""

    chains: int
    rows: int
    flaws: tuple[Flaw, ...]


def verify(of: Connection, request_id: str | None) -> Verified:
    """All chains, the records that they vouch for and the snapshots of tools, or those of one request.

    Raises NotFound when there is neither a request nor a row of that id, and Unreadable for a damaged file.
    """
    _demand_whole(of)
    chains, rows, flaws = 0, 0, list(_orphans(of, request_id))
    for name, body in of.execute(REQUESTS, {"id": request_id}):
        stored = [_stored(name, *row) for row in of.execute(ROWS, (name,))]
        chains, rows = chains + 1, rows + len(stored)
        flaws += list(_flaws(name, body, stored)) or list(_edits(of, name, stored))
    if request_id in (None, CHAIN) and (stored := _of_servers(of)):
        chains, rows = chains + 1, rows + len(stored)
        flaws += _of_chain(stored)
    if request_id is None:
        flaws += _of_tools(of)
    if request_id is not None and not (chains or flaws):
        raise NotFound(request_id)
    return Verified(chains, rows, tuple(flaws))


def _flaws(name: str, body: bytes, stored: list[Stored]) -> Iterator[Flaw]:
    try:
        request = decode(body, Request, f"requests {name}")
    except Unreadable as unreadable:
        yield Flaw(name, 0, f"the request itself, which knows its end, cannot be read: {unreadable.args[1]}")
        return
    flaw = first_flaw(name, stored, request.audit_seq, request.audit_hash)
    if flaw is not None:
        yield flaw


def _of_servers(of: Connection) -> list[Stored]:
    (version,) = of.execute("PRAGMA user_version").fetchone()
    return [_stored(CHAIN, *row) for row in events(of)] if version >= FIRST_WITH_SERVERS else []


def _of_chain(stored: list[Stored]) -> list[Flaw]:
    """Nothing else knows where this chain ends, so rows that were cut off its end are not missed."""
    number, last = stored[-1]
    flaw = first_flaw(CHAIN, stored, number, last.hash if last else "")
    return [flaw] if flaw else []


def _edits(of: Connection, name: str, stored: list[Stored]) -> Iterator[Flaw]:
    """The last row of a chain that holds vouches for the whole record."""
    events = [event for _, event in stored if event is not None]
    try:
        why = edited(record_of(of, name), events)
    except Unreadable as unreadable:
        why = f"{unreadable.args[0]} cannot be read: {unreadable.args[1]}"
    if why:
        yield Flaw(name, len(events), f"the request does not stand as this row says: {why}")


def _of_tools(of: Connection) -> Iterator[Flaw]:
    """A snapshot is no row of a chain: it is known by its digest."""
    for digest, body in of.execute(TOOLSETS):
        try:
            read_tools(digest, body)
        except Unreadable as unreadable:
            yield Flaw(unreadable.args[0], 0, unreadable.args[1])


def _demand_whole(of: Connection) -> None:
    """Raises Unreadable for a file whose pages are damaged: what can still be read of it proves nothing."""
    (found,) = of.execute("PRAGMA quick_check(1)").fetchone()
    if found != "ok":
        raise Unreadable("the file", str(found))


def _orphans(of: Connection, request_id: str | None) -> Iterator[Flaw]:
    for (name,) in of.execute(ORPHANS, {"id": request_id}):
        yield Flaw(name, 1, "it belongs to no request: the request was deleted, or the row was added")


def _stored(name: str, number: int, body: bytes) -> Stored:
    try:
        return number, decode(body, AuditEvent, f"audit {name} {number}")
    except Unreadable:
        return number, None
