"""The whole bot with tool servers of others: a child process, one over HTTP, and one that is not there."""

import asyncio
import json
import os
import socket
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from fastmcp import FastMCP

from bot.adapters.sqlite_inspect import read_only
from bot.adapters.sqlite_servers import kept_tools
from sandbox.__main__ import DATABASE
from sandbox.bedrock.turns import Turn
from sandbox.seed import ALEX, APPROVALS, IT_HELP
from tests.stories.scene import World, open_world

NOTES = """
import os, sys
from pathlib import Path
from fastmcp import FastMCP

file = Path(sys.argv[1])
(file.parent / "pid").write_text(str(os.getpid()))
server = FastMCP("notes")

@server.tool
def add_note(text: str) -> str:
    "Add a note."
    file.write_text(file.read_text() + text + "\\n")
    return "added for " + os.environ["OWNER"] + " of " + os.environ.get("SLACK_BOT_TOKEN", "nobody")

server.run(show_banner=False)
"""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with open_world(tmp_path) as opened:
        yield opened


@pytest.fixture
async def desk() -> AsyncIterator[str]:
    """A server over streamable HTTP, at this address."""
    mcp: FastMCP[None] = FastMCP("desk")
    mcp.tool(lambda: "three tickets", name="count_tickets", description="Count the tickets.")
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(mcp.http_app(), log_level="error"))
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    yield f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    server.should_exit = True
    await serving


def configured(folder: Path, desk: str) -> str:
    (folder / "notes.py").write_text(NOTES)
    (folder / "notes.txt").write_text("")
    (folder / "owner").write_text("Robin")
    notes = {
        "command": sys.executable,
        "args": [str(folder / "notes.py"), str(folder / "notes.txt")],
        "env": {"OWNER": f"file:{folder / 'owner'}"},
    }
    servers = {
        "notes": notes,
        "desk": {"url": desk, "effects": {"count_tickets": "read"}},
        "gone": {"command": "/no/such/program"},
    }
    (folder / "servers.json").write_text(json.dumps({"mcpServers": servers}))
    return str(folder / "servers.json")


async def test_tools_of_others_are_gated_like_ours_and_the_missing_server_is_named(
    world: World, desk: str, tmp_path: Path
) -> None:
    await world.start_bot({"COUNTERSIGN_MCP_CONFIG": configured(tmp_path, desk)})
    world.sandbox.model.say(
        Turn("Counting.", [("desk__count_tickets", "{}")]),
        Turn("Writing it down.", [("notes__add_note", '{"text":"three"}')]),
        Turn("Written down."),
    )
    await world.say("@Countersign count the tickets and write it down")
    await world.until(lambda: any("approval.approve" in str(one) for one in world.posts(APPROVALS)))
    [card] = [one for one in world.posts(APPROVALS) if "approval.approve" in str(one)]
    assert (tmp_path / "notes.txt").read_text() == ""
    assert (await world.press(ALEX, card, "approval.approve"))["acked"] is True
    await world.until(lambda: any("Written down." in str(one) for one in world.posts(IT_HELP)))
    assert (tmp_path / "notes.txt").read_text() == "three\n"
    [answer] = [str(one) for one in world.posts(IT_HELP) if "Written down." in str(one)]
    assert "`gone` did not answer" in answer
    [*_, last] = [str(one.raw) for one in world.sandbox.model.requests]
    assert "added for Robin of nobody" in last
    with read_only(world.folder / DATABASE) as connection:
        assert {(one.alias, one.tool): one.state for one in kept_tools(connection)} == {
            ("desk", "count_tickets"): "accepted",
            ("notes", "add_note"): "accepted",
        }
    child = int((tmp_path / "pid").read_text())
    await world.bot.stop()
    with pytest.raises(ProcessLookupError):
        os.killpg(child, 0)
