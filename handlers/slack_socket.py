"""The bot's socket: opened again and again, with one line in the log for each time that Slack does not open it."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import MappingProxyType
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack_client import TIMEOUT, TOKEN_CODES, SlackRefused, Sleep, answered, waits

log = logging.getLogger(__name__)

PAGE = "Basic Information, App-Level Tokens"
REFUSED = f"SLACK_APP_TOKEN is refused: copy it again from the app's page {PAGE}, then restart"
MENDS = MappingProxyType(
    dict.fromkeys(TOKEN_CODES, REFUSED)
    | {"missing_scope": f"SLACK_APP_TOKEN lacks the scope connections:write: make one with it at {PAGE}, then restart"}
)


class Opener(AsyncWebClient):
    """Asks Slack for a socket until it gives one: Bolt's client would log a trace every time, and not say why."""

    def __init__(self, token: str, base_url: str, sleep: Sleep) -> None:
        super().__init__(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[])
        self._sleep = sleep

    async def apps_connections_open(self, *, app_token: str, **more: Any) -> Any:
        """Slack's answer (Slack docs, apps.connections.open). Never raises; waits 2 s at first and 60 s in the end."""
        pauses = waits()
        while True:
            try:
                return await answered(super().apps_connections_open(app_token=app_token, **more))
            except SlackRefused as refused:
                again = refused.retry_after or next(pauses)
                mend = MENDS.get(refused.code, "Slack did not open a socket; trying again")
                log.warning("socket.not_open", extra={"code": refused.code, "mend": mend, "again_in": again})
                await self._sleep(again)


@asynccontextmanager
async def socket(app: AsyncApp, token: str, base_url: str, sleep: Sleep) -> AsyncIterator[AsyncSocketModeHandler]:
    """The handler, not connected yet; closed in the end."""
    handler = AsyncSocketModeHandler(app, token, web_client=Opener(token, base_url, sleep))
    try:
        yield handler
    finally:
        await handler.close_async()  # type: ignore[no-untyped-call] # Bolt does not annotate it


async def connect(handler: AsyncSocketModeHandler) -> None:
    """Returns once the socket is open; requests that wait do not need it."""
    await handler.connect_async()  # type: ignore[no-untyped-call] # as above
    log.info("socket.open")
