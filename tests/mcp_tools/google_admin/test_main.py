"""The server as a program of its own: settings from the environment, MCP on stdio."""

import json
import subprocess
import sys
from pathlib import Path

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from tests.mcp_tools.google_admin.tools import answer
from tests.sandbox.google.stand_in import StandIn

ROOT = Path(__file__).parents[3]
PROGRAM = ["-W", "error", "-m", "mcp_tools.google_admin"]


async def test_it_serves_the_tools_on_stdio(google: StandIn, tmp_path: Path) -> None:
    environ = {"GOOGLE_TOKEN_JSON": json.dumps({"token": "sandbox"}), "GOOGLE_API_URL": google.url}
    stdio = StdioTransport(
        sys.executable, PROGRAM, env=environ, cwd=str(ROOT), keep_alive=False, log_file=tmp_path / "stderr"
    )
    async with Client(stdio) as tools:
        closed = await answer(tools, "suspend_user", user_key="leaver@example.com")
    assert closed["summary"] == "leaver@example.com is now suspended."
    assert len(google.world.effects) == 1


def test_without_a_credential_it_says_what_is_missing_and_does_not_start() -> None:
    ended = subprocess.run([sys.executable, *PROGRAM], env={}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("GOOGLE_TOKEN_JSON: not set")
