from collections.abc import AsyncIterator

import pytest

from tests.mcp_tools.google_admin.tools import Tools, client_of
from tests.sandbox.google.stand_in import StandIn, running_stand_in


@pytest.fixture
async def google() -> AsyncIterator[StandIn]:
    async with running_stand_in() as stand_in:
        yield stand_in


@pytest.fixture
async def tools(google: StandIn) -> AsyncIterator[Tools]:
    async with client_of(google.url) as client:
        yield client
