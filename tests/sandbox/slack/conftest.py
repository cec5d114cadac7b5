from collections.abc import AsyncIterator

import pytest

from tests.sandbox.slack.stage import Peer, Stage, open_stage


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with open_stage() as running:
        yield running


@pytest.fixture
async def peer(stage: Stage) -> AsyncIterator[Peer]:
    connected = await stage.connect()
    yield connected
    await connected.socket.close()
