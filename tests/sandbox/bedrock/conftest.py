from collections.abc import AsyncIterator

import pytest

from tests.sandbox.bedrock.client import Bedrock, bedrock


@pytest.fixture
async def world() -> AsyncIterator[Bedrock]:
    async with bedrock() as opened:
        yield opened
