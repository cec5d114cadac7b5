"""What was accepted counts: a tool that is new or changed is put aside until somebody accepts it (DESIGN, rule 5)."""

import logging
from collections.abc import Sequence

from bot.adapters.mcp_listing import ALIKE, Offer, server_digest
from bot.adapters.mcp_servers import ServerSpec
from bot.canonical import digest
from bot.models.requirement import Effect
from bot.models.servers import Sighting
from bot.models.tools import Tool
from bot.store_ports import ServerStore

log = logging.getLogger(__name__)

CHANGED = "it is new or changed since the server was accepted"


class Quarantine:
    """Which tools of an offer are as they were accepted.

    Of servers in this process the first listing counts, for as long as the process lives: they came with us. Of others
    the store knows what was accepted, over restarts; without a store they are treated alike. What looks like a tool of
    another server is not accepted by being there first.
    """

    def __init__(self, store: ServerStore | None) -> None:
        self._store = store
        self._accepted: dict[str, str] = {}
        self._judged: dict[str, tuple[str, frozenset[str]]] = {}
        self._told: dict[tuple[str, str], str] = {}

    async def accepted(self, spec: ServerSpec, found: Offer, events: int) -> tuple[Tool, ...]:
        """The tools that may be offered. `events` is the store's count of what happened to servers."""
        if self._store is None or not spec.where:
            return tuple(tool for tool in found.tools if self._is_as_accepted(tool, found))
        offered = [_sighting(spec, found, tool) for tool in found.tools]
        names = await self._judge(self._store, spec.alias, offered, found, events)
        for one in offered:
            if one.tool not in names:
                why = ALIKE if one.tool in found.disputed else CHANGED
                how = f"`countersign servers accept {spec.alias}.{one.tool}`"
                self._tell(spec.alias, one.tool, one.digest, f"{why}; {how} to accept it as it is now")
        return tuple(tool for tool in found.tools if tool.name in names)

    async def _judge(
        self, store: ServerStore, alias: str, offered: Sequence[Sighting], found: Offer, events: int
    ) -> frozenset[str]:
        refused = {**dict.fromkeys(found.warnings, "the configuration is not about any tool"), **found.refused}
        state = digest(str(events), *(one.digest for one in offered), *refused, *refused.values())
        known = self._judged.get(alias)
        if known is None or known[0] != state:
            if found.disputed:
                await store.see(alias, [one for one in offered if one.tool not in found.disputed], refused)
            names = await store.see(alias, offered, refused)
            if known is None:
                log.info("server.listed", extra={"server": alias, "tools": len(offered), "accepted": len(names)})
            known = self._judged[alias] = (state, names)
        return known[1]

    def _is_as_accepted(self, tool: Tool, found: Offer) -> bool:
        if tool.name in found.disputed and tool.full_name not in self._accepted:
            self._tell(tool.server, tool.name, tool.schema_digest, ALIKE)
            return False
        accepted = self._accepted.setdefault(tool.full_name, tool.schema_digest) == tool.schema_digest
        if not accepted:
            self._tell(tool.server, tool.name, tool.schema_digest, f"{CHANGED}; restart to accept it as it is now")
        return accepted

    def _tell(self, alias: str, tool: str, seen: str, why: str) -> None:
        """Once for each change."""
        if self._told.get((alias, tool)) == seen:
            return
        self._told[alias, tool] = seen
        log.warning("tool.quarantined", extra={"server": alias, "tool": tool, "why": why})


def _sighting(spec: ServerSpec, found: Offer, tool: Tool) -> Sighting:
    hint = found.hints.get(tool.name, Effect.WRITE).value
    seen = digest(tool.schema_digest, server_digest(spec), hint)
    return Sighting(tool.name, seen, spec.where, tool.description, tool.schema, hint)
