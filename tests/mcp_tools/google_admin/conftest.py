import socket
from collections.abc import AsyncIterator, Iterator

import pytest
from fastmcp import Client, FastMCP

from tests.mcp_tools.google_admin.tools import Tools, server_of
from tests.sandbox.google.stand_in import StandIn, running_stand_in


@pytest.fixture(scope="session")
def door() -> Iterator[socket.socket]:
    """One address for the stand-ins of all tests, so that the tools are built once."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture(scope="session")
def server(door: socket.socket) -> FastMCP:
    return server_of(f"http://127.0.0.1:{door.getsockname()[1]}/google/")


@pytest.fixture
async def google(door: socket.socket) -> AsyncIterator[StandIn]:
    async with running_stand_in(door.dup()) as stand_in:
        yield stand_in


@pytest.fixture
async def tools(google: StandIn, server: FastMCP) -> AsyncIterator[Tools]:
    async with Client(server) as client:
        yield client
