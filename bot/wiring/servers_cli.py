"""The composition root of `countersign servers`. All raise BadInput and StoreUnavailable."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.adapters import mcp_config, sqlite_inspect, sqlite_servers
from bot.adapters.builtin_servers import GOOGLE
from bot.adapters.mcp_configured import specs
from bot.adapters.mcp_listing import face
from bot.adapters.mcp_roster import demand_distinct
from bot.adapters.mcp_servers import ALIAS
from bot.adapters.sqlite_connection import told
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import BadInput
from bot.models.servers import KeptTool, ServersBook
from bot.setting_sources import read_text
from bot.untrusted import redact, visible
from bot.wiring.system import SystemClock
from mcp_tools.google_admin.effects import EFFECTS

T = TypeVar("T")
_NAME = re.compile(rf"{ALIAS.pattern}(\.[A-Za-z0-9_-]{{1,64}})?")


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of tool servers."""

    book: ServersBook
    tools: tuple[KeptTool, ...]


def known(database: Path) -> Known:
    """What was accepted, what waits, what was refused, what is off; as of the last time the bot looked."""
    with sqlite_inspect.read_only(database) as connection, told(database):
        sqlite_inspect.demand_current(connection, database)
        return Known(sqlite_servers.book(connection), sqlite_servers.kept_tools(connection))


def publish(file: Path, by: str, database: Path) -> int:
    """The version under which the servers of the file are stored, once they are what a bot here would take.

    Secrets must be references.
    """
    text = mcp_config.to_publish(file.name, read_text(file))
    read = mcp_config.read_file(file.name, text)
    specs(read)
    demand_distinct([GOOGLE, *read.entries])
    if not database.exists():
        raise BadInput("there is no such file", where=str(database), mend="start the bot once, it makes the store")
    return _with_store(database, lambda store: store.publish_servers(text, by))


def set_disabled(name: str, by: str, database: Path, *, disabled: bool) -> None:
    """Switches ALIAS or ALIAS.TOOL off or on."""
    if disabled and not _NAME.fullmatch(name):
        mend = "write ALIAS or ALIAS.TOOL; patterns are not taken"
        raise BadInput(f"{visible(redact(name))[:80]!r} is no server and no tool", mend=mend)
    if not disabled and name not in known(database).book.disabled:
        raise BadInput(f"{name} is not disabled", mend="`countersign servers list` shows what is")
    _with_store(database, lambda store: store.set_disabled(name, by, disabled=disabled))


def is_seen(name: str, database: Path) -> bool:
    """Whether anything is known of ALIAS or ALIAS.TOOL."""
    kept = known(database)
    tools = {f"{one.alias}.{one.tool}" for one in kept.tools} | {f"{GOOGLE}.{tool}" for tool in EFFECTS}
    return name in tools or name in {one.partition(".")[0] for one in tools} | _published(kept.book)


def unseen(kept: Known) -> list[str]:
    """Published servers of which no tool was seen yet."""
    return sorted(_published(kept.book) - {one.alias for one in kept.tools})


def alike(one: KeptTool, database: Path) -> list[str]:
    """Accepted tools of other servers whose full names look like that of this one."""
    others = [tool for tool in known(database).tools if tool.accepted and tool.alias != one.alias]
    return [f"{tool.alias}.{tool.tool}" for tool in others if face(_full(tool)) == face(_full(one))]


def _full(one: KeptTool) -> str:
    return f"{one.alias}__{one.tool}"


def _published(book: ServersBook) -> set[str]:
    if not book.version:
        return set()
    entries = mcp_config.read_file("the published servers", book.text).entries
    return {alias for alias, entry in entries.items() if entry.enabled}


def waiting(name: str, database: Path) -> list[KeptTool]:
    """What is in quarantine of ALIAS, or the one tool ALIAS.TOOL."""
    alias, _, tool = name.partition(".")
    found = [one for one in known(database).tools if one.changed and one.alias == alias and tool in ("", one.tool)]
    if not found:
        raise BadInput(f"nothing of {name} is in quarantine", mend="`countersign servers list` shows what is")
    return found


def accept(tools: list[KeptTool], by: str, database: Path) -> list[KeptTool]:
    """Accepts them exactly as they were shown; returns those that have changed again since."""

    async def each(store: SqliteStore) -> list[KeptTool]:
        left = []
        for one in tools:
            seen = one.changed
            if seen is None or not await store.accept(one.alias, one.tool, seen.digest, by):
                left.append(one)
        return left

    return _with_store(database, each)


def _with_store(database: Path, work: Callable[[SqliteStore], Awaitable[T]]) -> T:
    async def done() -> T:
        store = await SqliteStore.open(database, SystemClock())
        try:
            return await work(store)
        finally:
            await store.close()

    with sqlite_inspect.read_only(database) as connection, told(database):
        sqlite_inspect.demand_current(connection, database)
    return asyncio.run(done())
