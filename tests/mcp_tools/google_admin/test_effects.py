"""What the bot reads about the tools without starting them."""

import subprocess
import sys
from pathlib import Path
from typing import TypeAlias

import pytest

from bot.models.requirement import Effect as BotEffect
from bot.risk import assess
from mcp_tools.google_admin.effects import (
    CARD_WORDS,
    CATEGORIES,
    CATEGORY,
    EFFECTS,
    PROBES,
    RISK_HINTS,
    SYSTEM,
    WITHOUT_PROBE,
    CardWords,
)
from tests.mcp_tools.google_admin.tools import Tools

ROOT = Path(__file__).parents[3]
Row: TypeAlias = tuple[str, str, str, str, str, str]
USERS, AWS = "user_account_access", "aws_role_access"
TABLE: list[Row] = [
    ("list_users", "read", USERS, "LOW", "List users · domain · ", ""),
    ("get_user", "read", USERS, "LOW", "Look up user · user_key · ", ""),
    (
        "add_user",
        "write",
        USERS,
        "HIGH",
        "Add user · primary_email · suspend user",
        "get_user.suspended = false",
    ),
    (
        "suspend_user",
        "write",
        USERS,
        "HIGH",
        "Suspend user · user_key · unsuspend user",
        "get_user.suspended = true",
    ),
    (
        "unsuspend_user",
        "write",
        USERS,
        "HIGH",
        "Unsuspend user · user_key · suspend user",
        "get_user.suspended = false",
    ),
    ("reset_password", "write", USERS, "HIGH", "Reset password · user_key · ", ""),
    ("reset_2fa", "write", USERS, "HIGH", "Make new backup codes · user_key · ", ""),
    (
        "turn_off_2fa",
        "write",
        USERS,
        "HIGH",
        "Turn off 2-Step Verification · user_key · ",
        "get_user.enrolled_in_2sv = false",
    ),
    ("sign_out_user", "write", USERS, "HIGH", "Sign out everywhere · user_key · ", ""),
    ("list_groups", "read", USERS, "LOW", "List groups · user_key · ", ""),
    ("list_group_members", "read", USERS, "LOW", "List group members · group_key · ", ""),
    ("get_group_member", "read", USERS, "LOW", "Look up group member · user_key · ", ""),
    (
        "add_group_member",
        "write",
        USERS,
        "HIGH",
        "Add to group · user_key · remove from group",
        "get_group_member.is_member = true",
    ),
    (
        "remove_group_member",
        "write",
        USERS,
        "HIGH",
        "Remove from group · user_key · add to group",
        "get_group_member.is_member = false",
    ),
    ("list_licences", "read", USERS, "LOW", "List licences ·  · ", ""),
    ("list_user_licences", "read", USERS, "LOW", "List licences of user · user_key · ", ""),
    ("get_user_licence", "read", USERS, "LOW", "Look up licence · user_key · ", ""),
    (
        "assign_licence",
        "write",
        USERS,
        "HIGH",
        "Assign licence · user_key · remove licence",
        "get_user_licence.assigned = true",
    ),
    (
        "remove_licence",
        "write",
        USERS,
        "HIGH",
        "Remove licence · user_key · assign licence",
        "get_user_licence.assigned = false",
    ),
    ("get_amazon_roles", "read", AWS, "LOW", "List AWS roles of user · user_key · ", ""),
    ("has_amazon_role", "read", AWS, "LOW", "Look up AWS role · user_key · ", ""),
    (
        "add_amazon_role",
        "write",
        AWS,
        "HIGH",
        "Add AWS role · user_key · remove AWS role",
        "has_amazon_role.assigned = true",
    ),
    (
        "remove_amazon_role",
        "write",
        AWS,
        "HIGH",
        "Remove AWS role · user_key · add AWS role",
        "has_amazon_role.assigned = false",
    ),
]
HEAVY = "{'fastmcp', 'mcp', 'mcp_types', 'pydantic', 'googleapiclient', 'google'}"


async def test_every_tool_has_its_effect_risk_and_words(tools: Tools) -> None:
    listed = {tool.name: tool for tool in await tools.list_tools()}
    assert listed.keys() == {row[0] for row in TABLE} == EFFECTS.keys() == CARD_WORDS.keys() == RISK_HINTS.keys()
    for name, tool in listed.items():
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is (EFFECTS[name] == "read")
        assert CARD_WORDS[name].target in {"", *tool.input_schema["properties"]}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_a_tool_is_said_and_judged_as_the_table_has_it(row: Row) -> None:
    name, effect, category, risk, said, probe = row
    words, look = CARD_WORDS[name], PROBES.get(name)
    assert (EFFECTS[name], CATEGORIES[name], RISK_HINTS[name]) == (effect, category, risk)
    assert f"{words.verb} · {words.target} · {words.undo}" == said
    assert words.system == SYSTEM
    assert probe == (f"{look.tool}.{look.field} = {look.happened}" if look else "")


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row[0])
def test_the_risk_that_a_tool_claims_is_the_one_that_the_bot_finds(row: Row) -> None:
    found = assess(row[0], BotEffect(row[1]), row[2], '{"user_key":"sam@example.com"}')
    assert found.risk.name == row[3]


async def test_a_probe_is_a_read_with_arguments_of_the_write(tools: Tools) -> None:
    listed = {tool.name: tool for tool in await tools.list_tools()}
    assert PROBES.keys() | WITHOUT_PROBE == {name for name, effect in EFFECTS.items() if effect == "write"}
    assert not PROBES.keys() & WITHOUT_PROBE
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
