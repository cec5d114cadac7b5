"""The bot over Socket Mode or signed HTTP: settings → wiring → register → run, until a signal ends it."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NoReturn

from slack_bolt.async_app import AsyncApp

from bot.errors import BadInput, StoreUnavailable
from bot.logs import configure
from bot.settings import Settings
from bot.wiring.local import Local, local
from bot.wiring.system import RandomIds, SystemClock
from bot.wiring.usable import usable
from handlers.slack.app import build_app
from handlers.slack.signature import Replays, Signatures
from handlers.slack_http import Door, listening, web_app
from handlers.slack_socket import connect, socket

log = logging.getLogger(__name__)

USAGE = 2
"""Exit code for settings that cannot be used."""


def main() -> None:
    """Reads the settings and runs until SIGINT or SIGTERM. Exit code 2 for settings that cannot be used."""
    environ = dict(os.environ)  # noqa: TID251 - an entry point; everything below is handed the settings
    try:
        settings = usable(environ, Path(".env"), Path("countersign.yml"))
        configure(sys.stderr, settings.log_level)
        asyncio.run(serve(settings))
    except (BadInput, StoreUnavailable) as wrong:
        sys.stderr.write(f"Countersign cannot start. {wrong}\n")
        sys.exit(USAGE)
    _leave()


def _leave() -> NoReturn:
    """Ends the process at once: all is closed and on the disk by now. Python would take seconds to give back, object by
    object, the memory of the model's and the tools' SDKs, and wait for a thread that may still be loading them.
    """
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def serve(settings: Settings) -> None:
    """Runs the bot until a signal comes. What was begun is finished first; the rest waits in the store."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    door = _behind_url if settings.over_http else _with_socket
    async with local(settings) as wired, door(settings, wired) as reached:
        work = (reached, wired.late.loaded(), wired.identity.learn(), wired.workflow.run())
        jobs = [asyncio.ensure_future(job) for job in work]
        log.info("bot.started", extra={"environment": settings.environment})
        await _until(stop, jobs)
        for job in jobs:
            job.cancel()


async def _until(stop: asyncio.Event, jobs: list[asyncio.Task[None]]) -> None:
    """Until the signal, or until a job that never ends has broken."""
    stopped = asyncio.ensure_future(stop.wait())
    waiting: set[asyncio.Future[Any]] = {stopped, *jobs}
    while not stopped.done():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for job in done:
            job.result()


@asynccontextmanager
async def _with_socket(settings: Settings, wired: Local) -> AsyncIterator[Coroutine[None, None, None]]:
    """Socket Mode. Gives the job that opens the socket."""
    app = _app(settings, wired)
    async with socket(app, settings.slack_app_token, settings.slack_api_url, asyncio.sleep) as handler:
        yield connect(handler)


@asynccontextmanager
async def _behind_url(settings: Settings, wired: Local) -> AsyncIterator[Coroutine[None, None, None]]:
    """Signed HTTP. Gives the job that says where; it listens already. Raises BadInput when it cannot."""
    clock = SystemClock()
    signatures = Signatures(settings.slack_signing_secret, clock)
    door = Door(_app(settings, wired), signatures, Replays(clock))
    async with listening(web_app(door), settings.http_bind, int(settings.http_port)) as port:
        yield _tell(settings.http_bind, port)


async def _tell(host: str, port: int) -> None:
    log.info("http.open", extra={"host": host, "port": port})


def _app(settings: Settings, wired: Local) -> AsyncApp:
    return build_app(
        wired.services,
        wired.client,
        wired.identity,
        tools_of=wired.store.tools,
        new_id=RandomIds(),
        signing_secret=settings.slack_signing_secret,
    )
