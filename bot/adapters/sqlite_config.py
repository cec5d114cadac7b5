"""Policy versions and tool snapshots."""

import logging
from sqlite3 import Connection
from typing import Any

from bot.adapters.sqlite_database import Database
from bot.adapters.sqlite_part import SqlitePart
from bot.adapters.sqlite_proofs import Proofs
from bot.canonical import tools_digest
from bot.codec import decode, encode
from bot.errors import ChangedOutside, NotFound, Unreadable
from bot.models.policy import Policy
from bot.models.replacing import replace
from bot.models.tools import Toolset
from bot.ports import Clock

log = logging.getLogger(__name__)

CURRENT = "SELECT version, body, proof FROM policies WHERE version = (SELECT max(version) FROM policies)"
NEWEST = "SELECT max(version) FROM policies"
PUBLISH = "INSERT INTO policies (version, body, proof) VALUES (?, ?, ?)"
SAVE_TOOLS = """INSERT INTO toolsets (digest, body) VALUES (?, ?)
    ON CONFLICT (digest) DO UPDATE SET body = excluded.body WHERE body <> excluded.body"""
"""Under its digest a snapshot never changes: one that differs was damaged."""
KEPT = 32
TOOLS = "SELECT body FROM toolsets WHERE digest = ?"


class SqliteConfig(SqlitePart):
    """The ConfigStore port.

    The newest snapshots are kept in memory: under its digest a snapshot never changes, and what is read is held against
    it. The policy is read each time, but the same bytes are the same object, so that what is worked out of it is worked
    out once.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._toolsets: dict[str, Toolset] = {}
        self._policy: tuple[tuple[int, bytes, bytes | None], Policy] | None = None

    async def policy(self) -> Policy:
        row = await self._database.look_up(lambda of: of.execute(CURRENT).fetchone())
        if row is None:
            raise NotFound("policy")
        if self._policy is None or self._policy[0] != row:
            self._policy = (row, _read(row, self._database.proofs))
        return self._policy[1]

    async def publish(self, policy: Policy) -> Policy:
        return await self._database.write(lambda to: _publish(to, policy, self._database.proofs))

    async def save_tools(self, tools: Toolset) -> None:
        if tools.digest in self._toolsets:
            return
        row = (tools.digest, encode(tools))
        await self._database.write(lambda to: to.execute(SAVE_TOOLS, row).rowcount)
        self._keep(tools)

    async def tools(self, digest: str) -> Toolset:
        if digest in self._toolsets:
            return self._toolsets[digest]
        row = await self._database.look_up(lambda of: of.execute(TOOLS, (digest,)).fetchone())
        if row is None:
            raise NotFound(digest)
        tools = read_tools(digest, row[0])
        self._keep(tools)
        return tools

    def _keep(self, tools: Toolset) -> None:
        if len(self._toolsets) >= KEPT:
            self._toolsets.clear()
        self._toolsets[tools.digest] = tools


def read_tools(digest: str, body: bytes) -> Toolset:
    """The snapshot of these bytes. Raises Unreadable; ChangedOutside when they are not what this digest was made of."""
    where = f"toolsets {digest}"
    plain = decode(body, dict[str, Any], where)
    tools = decode(encode(plain), Toolset, where)  # of the one reading, should a name stand there twice
    if digest != tools.digest or digest != tools_digest(plain["tools"], tools.missing):
        raise ChangedOutside(where, "the tools are not those that its digest was made of")
    return tools


def _read(row: tuple[int, bytes, bytes | None], proofs: Proofs) -> Policy:
    version, body, proof = row
    proofs.demand_policy(proof, version, body)
    return decode(body, Policy, f"policies {version}")


def _publish(to: Connection, policy: Policy, proofs: Proofs) -> Policy:
    """A current policy that is damaged is replaced: the file it came from has been read again."""
    try:
        row = to.execute(CURRENT).fetchone()
        current = None if row is None else _read(row, proofs)
    except Unreadable as damaged:
        log.error("record.unreadable", extra=damaged.said)  # noqa: TRY400 - it says why
        current = None
    (newest,) = to.execute(NEWEST).fetchone()
    version = newest or 0
    if replace(policy, version=version) == current:
        return current
    published = replace(policy, version=version + 1)
    body = encode(published)
    to.execute(PUBLISH, (published.version, body, proofs.of_policy(published.version, body)))
    return published
