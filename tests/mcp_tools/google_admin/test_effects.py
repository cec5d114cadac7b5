"""What the bot reads about the tools without starting them."""

import subprocess
import sys
from pathlib import Path

from mcp_tools.google_admin.effects import CARD_WORDS, CATEGORY, EFFECTS, PROBES, RISK_HINTS, SYSTEM, CardWords
from tests.mcp_tools.google_admin.tools import Tools

ROOT = Path(__file__).parents[3]
HEAVY = "{'fastmcp', 'mcp', 'mcp_types', 'pydantic', 'googleapiclient', 'google'}"


async def test_every_tool_has_its_effect_risk_and_words(tools: Tools) -> None:
    listed = {tool.name: tool for tool in await tools.list_tools()}
    assert listed.keys() == EFFECTS.keys() == CARD_WORDS.keys() == RISK_HINTS.keys()
    for name, tool in listed.items():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (EFFECTS[name] == "read")
        assert CARD_WORDS[name].target in tool.input_schema["properties"]


async def test_a_probe_is_a_read_with_arguments_of_the_write(tools: Tools) -> None:
    listed = {tool.name: tool for tool in await tools.list_tools()}
    assert PROBES.keys() == {name for name, effect in EFFECTS.items() if effect == "write"}
    for name, probe in PROBES.items():
        taken = dict(probe.arguments)
        assert EFFECTS[probe.tool] == "read"
        assert set(listed[probe.tool].input_schema["required"]) <= taken.keys()
        assert set(taken.values()) <= listed[name].input_schema["properties"].keys()
        assert probe.field in (listed[probe.tool].output_schema or {})["properties"]


def test_a_suspension_is_a_write_of_high_risk_about_somebodys_access() -> None:
    assert (EFFECTS["suspend_user"], RISK_HINTS["suspend_user"], CATEGORY) == ("write", "HIGH", "user_account_access")
    assert CARD_WORDS["suspend_user"] == CardWords("Suspend user", "user_key", SYSTEM, "unsuspend user")


def test_reading_them_loads_none_of_the_heavy_libraries() -> None:
    program = f"import sys, mcp_tools.google_admin.effects; sys.exit(bool({HEAVY} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
