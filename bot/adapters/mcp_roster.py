"""The servers that there are now: those that came with us, those of files, and those that were published meanwhile."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence

from bot.adapters.mcp_connection import Connection
from bot.adapters.mcp_listing import face
from bot.adapters.mcp_servers import ServerSpec
from bot.errors import BadInput
from bot.models.replacing import replace
from bot.models.servers import ServersBook
from bot.store_ports import ServerStore

log = logging.getLogger(__name__)
NOTHING = ServersBook()


class Roster:
    """Connections by alias. `published` makes servers of a published configuration; it raises BadInput.

    Raises:
        BadInput: two of the fixed servers with the same alias, or with aliases that look alike.
    """

    def __init__(
        self,
        fixed: Sequence[ServerSpec],
        connect: Callable[[ServerSpec], Connection],
        store: ServerStore | None,
        published: Callable[[str], Sequence[ServerSpec]],
    ) -> None:
        self._fixed, self._connect, self._store, self._published = tuple(fixed), connect, store, published
        self._version = 0
        self._retiring: set[asyncio.Task[None]] = set()
        self.connections = {spec.alias: connect(spec) for spec in fixed}
        self.book = NOTHING
        demand_distinct([spec.alias for spec in fixed])

    async def now(self) -> Mapping[str, Connection]:
        """The servers that are on. Raises StoreUnavailable."""
        if self._store is not None:
            self.book = await self._store.servers()
        if self.book.version != self._version:
            self._version = self.book.version
            self._take_over(self.book.text)
        return {alias: one for alias, one in self.connections.items() if alias not in self.book.disabled}

    def is_off(self, alias: str, tool: str) -> bool:
        """Whether somebody has disabled the tool while the program runs."""
        return f"{alias}.{tool}" in self.book.disabled

    async def close(self) -> None:
        """Ends all sessions. One that does not end well keeps none of the others open."""
        ended = [one.close() for one in self.connections.values()]
        for error in await asyncio.gather(*ended, *self._retiring, return_exceptions=True):
            if isinstance(error, Exception):
                log.warning("server.not_closed", extra={"what": type(error).__name__})

    def _take_over(self, text: str) -> None:
        try:
            wanted = self._admitted(self._published(text))
        except BadInput as wrong:
            log.error("servers.unusable", extra={"what": str(wrong)})  # noqa: TRY400 - it says why
            return
        before, after = self.connections, dict[str, Connection]()
        for spec in (*self._fixed, *wanted):
            known = before.get(spec.alias)
            same = known is not None and replace(known.spec, server=spec.server) == spec
            after[spec.alias] = known if known is not None and same else self._connect(spec)
        for alias, one in before.items():
            if after.get(alias) is not one:
                self._retire(one)
        self.connections = after

    def _admitted(self, specs: Sequence[ServerSpec]) -> list[ServerSpec]:
        """Without those whose alias is taken, or looks like one that is; a published server replaces no other."""
        taken, admitted = {face(spec.alias) for spec in self._fixed}, list[ServerSpec]()
        for spec in specs:
            if face(spec.alias) in taken:
                why = "another server has this alias, or one that looks like it"
                log.error("server.refused", extra={"server": spec.alias, "why": why})
                continue
            taken.add(face(spec.alias))
            admitted.append(spec)
        return admitted

    def _retire(self, one: Connection) -> None:
        leaving = asyncio.create_task(one.retire())
        self._retiring.add(leaving)
        leaving.add_done_callback(self._retiring.discard)


def demand_distinct(aliases: Sequence[str]) -> None:
    """Raises BadInput when two are the same, or look alike."""
    seen: dict[str, str] = {}
    for alias in aliases:
        other = seen.setdefault(face(alias), alias)
        if other != alias:
            raise BadInput(f"the aliases {other} and {alias} look alike", mend="name the servers differently")
        if aliases.count(alias) > 1:
            raise BadInput(f"two tool servers have the same alias {alias}", mend="give each its own")
