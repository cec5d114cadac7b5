"""Which tool servers there are, by the settings."""

import json
import logging
from pathlib import Path

import pytest

from bot.adapters.mcp_toolbox import McpToolbox
from bot.errors import BadInput
from bot.settings import Settings
from bot.wiring.tools import published, servers, toolbox
from tests.bot.adapters import raw_mcp

GOOGLE = '{"token": "sandbox"}'


def of(file: Path, text: str, mcp_servers: str = "") -> Settings:
    file.write_text(text)
    return Settings(mcp_config=str(file), google_token=GOOGLE, mcp_servers=mcp_servers)


def named(*aliases: str) -> str:
    return json.dumps({"mcpServers": {alias: {"command": "x"} for alias in aliases}})


def test_ours_come_first_then_those_of_the_file_then_the_pairs(tmp_path: Path) -> None:
    (tmp_path / "three.py").touch()
    settings = of(tmp_path / "servers.json", named("one", "two"), mcp_servers=f"three={tmp_path}/three.py")
    assert [spec.alias for spec in servers(settings)] == ["google", "one", "two", "three"]
    assert [bool(spec.where) for spec in servers(settings)] == [False, True, True, True]


def test_without_settings_there_are_none() -> None:
    assert servers(Settings()) == []


@pytest.mark.parametrize(
    ("alias", "why"), [("google", "same alias google"), ("goog1e", "google and goog1e look alike")]
)
def test_nobody_takes_the_alias_of_ours(tmp_path: Path, alias: str, why: str) -> None:
    with pytest.raises(BadInput, match=why):
        toolbox(of(tmp_path / "servers.json", named(alias)), None)


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(BadInput, match="there is no such file"):
        servers(Settings(mcp_config="/no/such/servers.json"))


def test_what_is_published_is_made_into_servers() -> None:
    assert [spec.alias for spec in published(named("one"))] == ["one"]


async def test_a_published_file_that_is_gone_costs_its_server_and_no_other(caplog: pytest.LogCaptureFixture) -> None:
    text = json.dumps({"mcpServers": {"gone": {"path": "/no/such.py"}, "raw": {"path": raw_mcp.__file__}}})
    box = McpToolbox(published(text))
    with caplog.at_level(logging.WARNING, logger="bot"):
        found = await box.tools()
    await box.close()
    assert ({tool.server for tool in found.tools}, found.missing) == ({"raw"}, ("gone",))
    assert [vars(line)["what"] for line in caplog.records] == ["gone: there is no file /no/such.py"]
