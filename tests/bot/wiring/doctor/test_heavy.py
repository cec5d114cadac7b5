"""Tool servers and the model, as doctor meets them."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from fastmcp import FastMCP

from bot.adapters.mcp_servers import ServerSpec
from bot.adapters.sqlite_store import SqliteStore
from bot.models.servers import KeptTool, Sighting
from bot.settings import Settings
from bot.wiring.doctor import heavy, model
from bot.wiring.doctor.finding import Finding, State
from sandbox.bedrock.turns import Fault
from tests.bot.wiring.doctor.ward import Ward
from tests.factories import HandClock

SEEN = Sighting("look", "{}", "looks", "read", "here")
TOKENS = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def spec(*names: str) -> ServerSpec:
    """A server in this process with such tools, each without arguments."""
    built: FastMCP[None] = FastMCP("notes")
    for name in names:
        built.tool(lambda: "done", name=name)
    return ServerSpec(alias="notes", server=built, identity="notes")


async def found(tmp_path: Path, **environ: str) -> dict[str, Finding]:
    given = {**TOKENS, "DATABASE_URL": f"sqlite:///{tmp_path / 'store.sqlite3'}", **environ}
    return {one.name: one for one in await heavy.servers(Settings.load(given))}


async def test_a_server_that_answers_tells_how_many_tools_it_has() -> None:
    finding = await heavy.server(spec("look", "write"))
    assert (finding.state, finding.what) == (State.OK, "answers with 2 tools")


async def test_refused_tools_are_named_with_the_reason() -> None:
    finding = await heavy.server(spec("look", "has blanks", "l00k"))
    assert finding.state is State.WARN
    assert finding.evidence["tools"] == 0
    assert "has blanks: alias__name is not 1 to 64" in finding.what
    assert "l00k: the name, or one that looks like it" in finding.what


async def test_tools_in_quarantine_are_named_with_the_command_that_accepts_them() -> None:
    finding = await heavy.server(spec("look"), [KeptTool("notes", "look", None, SEEN)])
    assert (finding.state, finding.evidence["quarantined"]) == (State.WARN, ["look"])
    assert "`countersign servers accept notes`" in finding.mend


async def test_tools_that_are_off_are_not_counted() -> None:
    assert (await heavy.server(spec("look", "write"), off=frozenset({"write"}))).evidence["tools"] == 1


async def test_a_pattern_that_fits_no_tool_is_said() -> None:
    finding = await heavy.server(replace(spec("look"), disabled_tools=("nosuch*",)))
    assert (finding.state, "no tool is named nosuch*" in finding.what) == (State.WARN, True)


async def test_servers_that_are_dead_are_told_while_the_rest_is_looked_at(tmp_path: Path) -> None:
    config = tmp_path / "servers.json"
    dead = {"command": sys.executable, "args": ["-c", "raise SystemExit(3)"]}
    config.write_text(json.dumps({"mcpServers": {"dead": dead, "away": {"url": "http://127.0.0.1:1/mcp"}}}))
    seen = await found(tmp_path, COUNTERSIGN_MCP_CONFIG=str(config))
    assert {name: one.state for name, one in seen.items()} == dict.fromkeys(
        ("servers.dead", "servers.away"), State.FAIL
    )


async def test_a_configuration_that_cannot_be_used_is_one_finding(tmp_path: Path) -> None:
    (tmp_path / "servers.json").write_text("{}")
    seen = await found(tmp_path, COUNTERSIGN_MCP_CONFIG=str(tmp_path / "servers.json"))
    assert {name: one.state for name, one in seen.items()} == {"servers": State.FAIL}


async def test_a_server_that_is_switched_off_is_left_alone(tmp_path: Path) -> None:
    store = await SqliteStore.open(tmp_path / "store.sqlite3", HandClock())
    await store.publish_servers(json.dumps({"mcpServers": {"away": {"url": "http://127.0.0.1:1/mcp"}}}), "U1")
    await store.set_disabled("away", "U1", disabled=True)
    await store.close()
    seen = await found(tmp_path)
    assert (seen["servers.away"].state, "servers enable away" in seen["servers.away"].mend) == (State.SKIPPED, True)


async def test_without_a_server_that_is_said(tmp_path: Path) -> None:
    assert (await found(tmp_path))["servers"].state is State.SKIPPED


@pytest.mark.parametrize(
    ("kind", "status", "state"),
    [("AccessDeniedException", 403, State.FAIL), ("ThrottlingException", 429, State.WARN)],
)
async def test_a_model_that_does_not_answer_is_named_with_its_region(
    ward: Ward, kind: str, status: int, state: State
) -> None:
    ward.sandbox.model.faults.append(Fault(type=kind, message="No.", status=status))
    finding = (await ward.look())["model"]
    assert (finding.state, finding.evidence["region"]) == (state, "us-east-1")
    assert finding.mend in model.MENDS.values()


async def test_claudes_own_api_has_its_own_remedies(ward: Ward) -> None:
    found = await ward.look(
        COUNTERSIGN_MODEL_KIND="anthropic",
        ANTHROPIC_API_KEY="sk-ant-canary-0123456789",
        MODEL_BASE_URL="http://127.0.0.1:1",
    )
    assert found["model"].what.startswith("global.anthropic.claude-opus-4-8 at Claude's API: unreachable")
    assert "AWS_REGION" not in found["model"].mend
