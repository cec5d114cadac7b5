"""A running Google stand-in, and Google's own client in front of it."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httplib2
from aiohttp import web
from googleapiclient.discovery import build

from sandbox.clock import SettableClock
from sandbox.google.directory import DirectoryWorld
from sandbox.google.faults import Faults
from sandbox.google.seed import seed_directory
from sandbox.google.server import add_routes
from sandbox.steps import StepLog

START = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StandIn:
    """`url` is the base address a client is given."""

    url: str
    world: DirectoryWorld
    log: StepLog
    faults: Faults


@asynccontextmanager
async def running_stand_in(door: socket.socket | None = None) -> AsyncIterator[StandIn]:
    """`door` is a listening socket to answer at, which is closed afterwards; else a port of its own is taken."""
    world, log, faults = seed_directory(), StepLog(SettableClock(START)), Faults()
    app = web.Application()
    add_routes(app, world, log, faults=faults)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.SockSite(runner, door) if door else web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield StandIn(f"http://{host}:{port}/google/", world, log, faults)
    finally:
        await runner.cleanup()


class Bearer(httplib2.Http):  # type: ignore[misc]  # httplib2 is untyped
    """Adds the token that Google's client expects its `http` to add, and leaves no connection open."""

    def request(self, uri: str, method: str = "GET", body: Any = None, headers: Any = None) -> Any:
        try:
            signed = {**(headers or {}), "Authorization": "Bearer sandbox"}
            return super().request(uri, method, body=body, headers=signed)
        finally:
            self.close()


def google_api(stand_in: StandIn, name: str = "admin", version: str = "directory_v1") -> Any:
    """googleapiclient's own object, built from the discovery document it is shipped with."""
    return build(name, version, http=Bearer(), static_discovery=True, client_options={"api_endpoint": stand_in.url})


def google_users(stand_in: StandIn) -> Any:
    """The users collection of it."""
    return google_api(stand_in).users()
