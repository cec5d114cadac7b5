"""Configured tool servers: versions of their configuration, what was accepted of them, what is off."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from sqlite3 import Connection

from bot.adapters.sqlite_part import SqlitePart
from bot.codec import decode, encode
from bot.models.audit import GENESIS, AuditEvent, Entry, link
from bot.models.servers import KeptTool, ServersBook, Sighting

CHAIN = "servers"
"""The name under which the hash chain of these events stands."""
TOLD_AT_MOST = 200
"""Refused tools that are kept by name for each server."""

NEWEST = "SELECT version, body FROM servers ORDER BY version DESC LIMIT 1"
PUBLISH = "INSERT INTO servers (version, body) VALUES (?, ?)"
DISABLED = "SELECT alias, tool FROM server_tools WHERE kind = 'disabled'"
EVENTS = "SELECT coalesce(max(number), 0) FROM server_events"
LAST_EVENT = "SELECT number, body FROM server_events ORDER BY number DESC LIMIT 1"
ALL_EVENTS = "SELECT number, body FROM server_events ORDER BY number"
ADD_EVENT = "INSERT INTO server_events (number, body) VALUES (?, ?)"
KEEP = """INSERT INTO server_tools (alias, tool, kind, digest, body) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (alias, tool, kind) DO UPDATE SET digest = excluded.digest, body = excluded.body"""
FORGET = "DELETE FROM server_tools WHERE alias = ? AND tool = ? AND kind = ?"
FORGET_ALL = "DELETE FROM server_tools WHERE alias = ? AND kind = ?"
OF_SERVER = "SELECT tool, digest FROM server_tools WHERE alias = ? AND kind = ?"
ONE = "SELECT body FROM server_tools WHERE alias = ? AND tool = ? AND kind = 'changed' AND digest = ?"
KEPT = """SELECT alias, tool, kind, body FROM server_tools
    WHERE kind <> 'disabled' AND NOT (kind = 'accepted' AND tool = '') ORDER BY alias, tool, kind"""


class SqliteServers(SqlitePart):
    """The ServerStore port."""

    async def servers(self) -> ServersBook:
        return await self._database.read(book)

    async def publish_servers(self, text: str, by: str) -> int:
        return await self._database.write(lambda to: _publish(to, self._clock.now(), text, by))

    async def see(self, alias: str, offered: Sequence[Sighting], refused: Mapping[str, str]) -> frozenset[str]:
        return await self._database.write(lambda to: _see(to, self._clock.now(), alias, offered, refused))

    async def accept(self, alias: str, tool: str, digest: str, by: str) -> bool:
        return await self._database.write(lambda to: _accept(to, self._clock.now(), (alias, tool, digest), by))

    async def set_disabled(self, name: str, by: str, *, disabled: bool) -> None:
        await self._database.write(lambda to: _set_disabled(to, self._clock.now(), name, by, disabled=disabled))


def book(of: Connection) -> ServersBook:
    """What is set now."""
    row = of.execute(NEWEST).fetchone()
    version, text = (row[0], decode(row[1], str, f"servers {row[0]}")) if row else (0, "")
    disabled = frozenset(f"{alias}.{tool}" if tool else alias for alias, tool in of.execute(DISABLED))
    (events,) = of.execute(EVENTS).fetchone()
    return ServersBook(version, text, disabled, events)


def kept_tools(of: Connection) -> tuple[KeptTool, ...]:
    """Everything that is known of the tools of configured servers, by alias and name."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for alias, tool, kind, body in of.execute(KEPT):
        where = f"server_tools {alias} {tool} {kind}"
        value: object = decode(body, str, where) if kind == "refused" else decode(body, Sighting, where)
        found.setdefault((alias, tool), {})[kind] = value
    return tuple(_kept(alias, tool, kinds) for (alias, tool), kinds in found.items())


def events(of: Connection) -> Iterator[tuple[int, bytes]]:
    """The rows of the chain, oldest first."""
    yield from of.execute(ALL_EVENTS)


def _kept(alias: str, tool: str, kinds: Mapping[str, object]) -> KeptTool:
    accepted, changed, refused = (kinds.get(kind) for kind in ("accepted", "changed", "refused"))
    return KeptTool(
        alias,
        tool,
        accepted if isinstance(accepted, Sighting) else None,
        changed if isinstance(changed, Sighting) else None,
        str(refused or ""),
    )


def _publish(to: Connection, at: datetime, text: str, by: str) -> int:
    current = book(to)
    if current.version and current.text == text:
        return current.version
    version = current.version + 1
    to.execute(PUBLISH, (version, encode(text)))
    _note(to, at, by, "servers.published", version=version)
    return version


def _see(
    to: Connection, at: datetime, alias: str, offered: Sequence[Sighting], refused: Mapping[str, str]
) -> frozenset[str]:
    _keep_refused(to, alias, refused)
    accepted = dict(to.execute(OF_SERVER, (alias, "accepted")).fetchall())
    if not accepted:
        _keep(to, alias, "accepted", Sighting("", "", "", "", ""))
        for one in offered:
            _keep(to, alias, "accepted", one)
        names = sorted(one.tool for one in offered)
        _note(to, at, "", "server.first_seen", server=alias, tools=names)
        return frozenset(names)
    changed = dict(to.execute(OF_SERVER, (alias, "changed")).fetchall())
    for one in offered:
        if accepted.get(one.tool) == one.digest:
            to.execute(FORGET, (alias, one.tool, "changed"))
        elif changed.get(one.tool) != one.digest:
            _keep(to, alias, "changed", one)
            _note(to, at, "", "tool.quarantined", server=alias, tool=one.tool, digest=one.digest)
    return frozenset(one.tool for one in offered if accepted.get(one.tool) == one.digest)


def _keep_refused(to: Connection, alias: str, refused: Mapping[str, str]) -> None:
    to.execute(FORGET_ALL, (alias, "refused"))
    for tool, why in [*refused.items()][:TOLD_AT_MOST]:
        to.execute(KEEP, (alias, tool, "refused", "", encode(why)))


def _accept(to: Connection, at: datetime, seen: tuple[str, str, str], by: str) -> bool:
    row = to.execute(ONE, seen).fetchone()
    if row is None:
        return False
    alias, tool, digest = seen
    _keep(to, alias, "accepted", decode(row[0], Sighting, f"server_tools {alias} {tool} changed"))
    to.execute(FORGET, (alias, tool, "changed"))
    _note(to, at, by, "tool.accepted", server=alias, tool=tool, digest=digest)
    return True


def _set_disabled(to: Connection, at: datetime, name: str, by: str, *, disabled: bool) -> None:
    alias, _, tool = name.partition(".")
    before = book(to).disabled
    if (name in before) is disabled:
        return
    if disabled:
        to.execute(KEEP, (alias, tool, "disabled", "", encode(by)))
    else:
        to.execute(FORGET, (alias, tool, "disabled"))
    _note(to, at, by, "tool.disabled" if disabled else "tool.enabled", server=alias, tool=tool)


def _keep(to: Connection, alias: str, kind: str, one: Sighting) -> None:
    to.execute(KEEP, (alias, one.tool, kind, one.digest, encode(one)))


def _note(to: Connection, at: datetime, actor: str, kind: str, **detail: object) -> None:
    row = to.execute(LAST_EVENT).fetchone()
    last = decode(row[1], AuditEvent, f"server_events {row[0]}") if row else None
    number = row[0] + 1 if row else 1
    event = link(last.hash if last else GENESIS, CHAIN, number, at, Entry(actor, kind, detail))
    to.execute(ADD_EVENT, (number, encode(event)))
