from collections.abc import AsyncIterator

import pytest

from tests.bot.adapters.anthropic_stand_in import World, bedrock_world


@pytest.fixture
def aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where boto3 looks for them first."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")


@pytest.fixture
async def claude(aws_keys: None) -> AsyncIterator[World]:
    async with bedrock_world() as opened:
        yield opened
