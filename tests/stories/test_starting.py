"""Starting the bot: with Slack's own hook, and with settings that cannot be used."""

import asyncio
import re
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from pathlib import Path

import pytest

from sandbox.__main__ import ROOT, bot_environment, start_bot
from sandbox.bot_process import Command
from tests.stories.scene import open_world

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOWHERE = "http://127.0.0.1:1"
WRONG_POLICY = """\
defaults:
  ask:
    approvers: ["@it-admins"]
rules:
  - name: user accounts
    effect: perhaps
"""


async def refused(folder: Path, changes: Mapping[str, str]) -> str:
    """What the bot says when it cannot start; it must end with exit code 2."""
    environment = bot_environment({}, NOWHERE, folder) | dict(changes)
    command = (sys.executable, "app.py")
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=ROOT, stdout=DEVNULL, stderr=PIPE)
    _, said = await asyncio.wait_for(process.communicate(), 30)
    assert process.returncode == 2, said.decode()
    return said.decode()


async def test_a_policy_that_cannot_be_used_is_named_with_file_line_and_remedy(tmp_path: Path) -> None:
    policy = tmp_path / "policy.yml"
    policy.write_text(WRONG_POLICY, encoding="utf-8")
    said = await refused(tmp_path, {"POLICY_PATH": str(policy)})
    assert said.splitlines()[-1].startswith("Countersign cannot start. ")
    assert "policy.yml, line 6" in said
    assert "'perhaps' is not known here" in said
    assert "write allow, ask, deny" in said


async def test_a_missing_token_is_named(tmp_path: Path) -> None:
    said = await refused(tmp_path, {"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": ""})
    assert said.startswith("Countersign cannot start. 2 settings are wrong:\n")
    for name in ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert re.search(rf"^  {name}: the token is missing \(.+\)$", said, re.MULTILINE), said


async def test_the_hook_of_the_slack_command_line_starts_the_bot(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        environment = bot_environment({}, world.address, tmp_path)
        hook = Command((sys.executable, "-m", "slack_cli_hooks.hooks.start"), environment, ROOT)
        assert await start_bot(world.sandbox, hook, asyncio.Event())
        await world.bot.stop()
        assert world.steps("bot", "ended (exit code 0)")
