from collections.abc import AsyncIterator

import pytest

from tests.handlers.slack.world import World, connected, open_world


@pytest.fixture
async def world() -> AsyncIterator[World]:
    """The sandbox workspace with the connected bot; the bot does not know yet who it is."""
    async with open_world() as opened, connected(opened):
        yield opened
