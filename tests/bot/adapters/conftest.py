"""The workspace that adapters of Slack talk to, and the stand-in for Bedrock."""

from collections.abc import AsyncIterator

import pytest

from tests.bot.adapters.anthropic_stand_in import World as Bedrock
from tests.bot.adapters.anthropic_stand_in import bedrock_world
from tests.handlers.slack.world import World, open_world


@pytest.fixture
def aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where boto3 looks for them first."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")


@pytest.fixture
async def claude(aws_keys: None) -> AsyncIterator[Bedrock]:
    async with bedrock_world() as opened:
        yield opened


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The sandbox's, without a bot in it."""
    async with open_world() as opened:
        yield opened
