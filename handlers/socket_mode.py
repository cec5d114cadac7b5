"""The bot over Socket Mode: settings → wiring → register → run, until a signal ends it."""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BadInput, StoreUnavailable
from bot.logs import configure
from bot.settings import Settings
from bot.wiring.local import Local, local
from bot.wiring.system import RandomIds
from handlers.slack.app import build_app

log = logging.getLogger(__name__)

CONNECT_AGAIN = 2.0
"""Seconds between two attempts to open the socket."""
HOW_TO_MEND = "If Slack answers invalid_auth: copy SLACK_APP_TOKEN again from Basic Information, App-Level Tokens"
USAGE = 2
"""Exit code for settings that cannot be used."""


def main() -> None:
    """Reads the settings and runs until SIGINT or SIGTERM. Exit code 2 for settings that cannot be used."""
    environ = dict(os.environ)  # noqa: TID251 - an entry point; everything below is handed the settings
    try:
        settings = Settings.load(environ, Path(".env"), Path("countersign.yml"))
        configure(sys.stderr, settings.log_level)
        asyncio.run(serve(settings))
    except (BadInput, StoreUnavailable) as wrong:
        sys.stderr.write(f"Countersign cannot start. {wrong}\n")
        sys.exit(USAGE)


async def serve(settings: Settings) -> None:
    """Runs the bot until a signal comes. What was begun is finished first; the rest waits in the store."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    async with local(settings) as wired:
        handler = _socket(settings, wired)
        jobs = [asyncio.ensure_future(job) for job in (wired.workflow.run(), wired.identity.learn(), _connect(handler))]
        log.info("bot.started", extra={"environment": settings.environment})
        await _until(stop, jobs)
        for job in jobs:
            job.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call] # Bolt does not annotate it


async def _until(stop: asyncio.Event, jobs: list[asyncio.Task[None]]) -> None:
    """Until the signal, or until a job that never ends has broken."""
    stopped = asyncio.ensure_future(stop.wait())
    waiting: set[asyncio.Future[Any]] = {stopped, *jobs}
    while not stopped.done():
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for job in done:
            job.result()


def _socket(settings: Settings, wired: Local) -> AsyncSocketModeHandler:
    app = build_app(wired.services, wired.client, wired.identity, tools_of=wired.store.tools, new_id=RandomIds())
    opener = AsyncWebClient(token=settings.slack_app_token, base_url=settings.slack_api_url)
    return AsyncSocketModeHandler(app, settings.slack_app_token, web_client=opener)


async def _connect(handler: AsyncSocketModeHandler) -> None:
    """Opens the socket, again and again if need be: requests that wait do not need it."""
    while True:
        try:
            await handler.connect_async()  # type: ignore[no-untyped-call] # Bolt does not annotate it
        except (SlackClientError, OSError, TimeoutError) as away:
            log.warning("socket.not_open", extra={"why": str(away), "mend": HOW_TO_MEND})
            await asyncio.sleep(CONNECT_AGAIN)
        else:
            log.info("socket.open")
            return
