"""Policy versions and tool snapshots."""

from dataclasses import replace
from sqlite3 import Connection

from bot.adapters.sqlite_database import Database
from bot.adapters.sqlite_part import SqlitePart
from bot.codec import decode, encode
from bot.errors import NotFound
from bot.models.policy import Policy
from bot.models.tools import Toolset
from bot.ports import Clock

CURRENT = "SELECT version, body FROM policies WHERE version = (SELECT max(version) FROM policies)"
PUBLISH = "INSERT INTO policies (version, body) VALUES (?, ?)"
SAVE_TOOLS = "INSERT INTO toolsets (digest, body) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING"
KEPT = 32
TOOLS = "SELECT body FROM toolsets WHERE digest = ?"


class SqliteConfig(SqlitePart):
    """The ConfigStore port. The newest snapshots are kept in memory: under its digest a snapshot never changes."""

    def __init__(self, database: Database, clock: Clock) -> None:
        super().__init__(database, clock)
        self._toolsets: dict[str, Toolset] = {}

    async def policy(self) -> Policy:
        current = await self._database.look_up(_current)
        if current is None:
            raise NotFound("policy")
        return current

    async def publish(self, policy: Policy) -> Policy:
        return await self._database.write(lambda to: _publish(to, policy))

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
        tools = decode(row[0], Toolset, f"toolsets {digest}")
        self._keep(tools)
        return tools

    def _keep(self, tools: Toolset) -> None:
        if len(self._toolsets) >= KEPT:
            self._toolsets.clear()
        self._toolsets[tools.digest] = tools


def _current(of: Connection) -> Policy | None:
    row = of.execute(CURRENT).fetchone()
    return None if row is None else decode(row[1], Policy, f"policies {row[0]}")


def _publish(to: Connection, policy: Policy) -> Policy:
    current = _current(to)
    version = 0 if current is None else current.version
    if replace(policy, version=version) == current:
        return current
    published = replace(policy, version=version + 1)
    to.execute(PUBLISH, (published.version, encode(published)))
    return published
