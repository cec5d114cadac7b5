"""Snapshots of tools as they come back from the file: what their digest was made of, or not at all."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest
from fastmcp import FastMCP

from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.mcp_toolbox import McpToolbox
from bot.adapters.sqlite_audit import verify
from bot.adapters.sqlite_inspect import read_only
from bot.adapters.sqlite_past import latest_tools
from bot.adapters.sqlite_store import SqliteStore
from bot.canonical import tools_digest
from bot.codec import encode
from bot.errors import ChangedOutside
from bot.models.requirement import Effect
from bot.models.tools import Probe, Toolset
from tests.engine import Engine
from tests.factories import HandClock, a_tool, a_toolset
from tests.world import World, suspend, uses

TOOLS = a_toolset(
    tools=(a_tool(category="accounts", timeout=7.5), a_tool(name="look", probe=Probe("get", (("a", "b"),), "c", "d"))),
    missing=("jira",),
)
EDITS: dict[str, tuple[bytes, bytes]] = {
    "category": (b'"category":"accounts"', b'"category":"harmless"'),
    "effect": (b'"effect":"write"', b'"effect":"read"'),
    "trusted": (b'"trusted":false', b'"trusted":true'),
    "an unknown field": (b'"trusted":false', b'"trusted":false,"more":1'),
    "a field that is left out": (b'"category":"accounts",', b""),
    "missing": (b'"missing":["jira"]', b'"missing":[]'),
    "digest": (b'{"digest":"', b'{"digest":"0'),
}


async def kept(path: Path, tools: Toolset, edit: Callable[[bytes], bytes] = bytes) -> None:
    store = await SqliteStore.open(path, HandClock())
    await store.save_tools(tools)
    await store.close()
    with closing(sqlite3.connect(path)) as outside:
        [(body,)] = outside.execute("SELECT body FROM toolsets").fetchall()
        outside.execute("UPDATE toolsets SET body = ?", (edit(body),))
        outside.commit()


async def read(path: Path, digest: str) -> Toolset:
    """As a process does that begins anew."""
    store = await SqliteStore.open(path, HandClock())
    try:
        return await store.tools(digest)
    finally:
        await store.close()


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS.keys())
async def test_an_edited_snapshot_is_not_read_and_verify_names_it(tmp_path: Path, old: bytes, new: bytes) -> None:
    path = tmp_path / "store.db"
    await kept(path, TOOLS)
    assert await read(path, TOOLS.digest) == TOOLS
    with read_only(path) as connection:
        assert verify(connection, None).flaws == ()
    await kept(path, TOOLS, lambda body: body.replace(old, new, 1))
    with pytest.raises(ChangedOutside) as told:
        await read(path, TOOLS.digest)
    assert told.value.where == f"toolsets {TOOLS.digest}"
    with read_only(path) as connection:
        [flaw] = verify(connection, None).flaws
    assert flaw.request_id == told.value.where


async def test_a_field_that_stands_twice_is_read_as_it_was_checked(tmp_path: Path) -> None:
    twice = b'"category":"harmless","category":"accounts"'
    await kept(tmp_path / "store.db", TOOLS, lambda body: body.replace(b'"category":"accounts"', twice))
    assert await read(tmp_path / "store.db", TOOLS.digest) == TOOLS


async def test_a_row_that_stands_in_the_place_of_another_is_not_read(tmp_path: Path) -> None:
    path, other = tmp_path / "store.db", a_toolset(tools=(a_tool(category="harmless"),))
    await kept(path, TOOLS, lambda _: encode(other))
    with pytest.raises(ChangedOutside):
        await read(path, TOOLS.digest)


async def test_a_snapshot_of_a_version_that_knew_fewer_fields_is_read(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    older = [{name: value for name, value in asdict(tool).items() if name != "trusted"} for tool in TOOLS.tools]
    digest = tools_digest(older, TOOLS.missing)
    await kept(
        path,
        Toolset(digest, TOOLS.tools, TOOLS.missing),
        lambda _: encode({"digest": digest, "tools": older, "missing": TOOLS.missing}),
    )
    assert (await read(path, digest)).tools == TOOLS.tools


async def test_what_the_toolbox_listed_is_read(tmp_path: Path) -> None:
    server: FastMCP[None] = FastMCP("bench")

    def look(size: float = 1.5) -> str:
        """Looks; ü and \U0001f600."""
        return str(size)

    server.tool(look)
    toolbox = McpToolbox([ServerSpec("bench", server, "v1", timeout=7, effects={"look": Effect.READ})])
    tools = await toolbox.tools()
    await toolbox.close()
    assert tools.tools
    await kept(tmp_path / "store.db", tools)
    assert await read(tmp_path / "store.db", tools.digest) == tools


async def test_policies_are_not_judged_anew_with_edited_tools(tmp_path: Path) -> None:
    path, world = tmp_path / "store.db", World(script=[uses(suspend())], toolset=TOOLS)
    engine = await Engine.open(path, world)
    await engine.mention("suspend them")
    await engine.run()
    await engine.close()
    await kept(path, TOOLS, lambda body: body.replace(b"accounts", b"harmless"))
    with read_only(path) as connection, pytest.raises(ChangedOutside):
        latest_tools(connection)
