"""Slack's Web API as our adapters use it: one kind of refusal, and who we are."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeAlias

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.untrusted import redact

log = logging.getLogger(__name__)

Json: TypeAlias = dict[str, Any]
Sleep: TypeAlias = Callable[[float], Awaitable[None]]

SILENT = "no_answer"
TOKEN_CODES = frozenset(
    {"account_inactive", "invalid_auth", "not_allowed_token_type", "not_authed", "token_expired", "token_revoked"}
)
REFUSED_BY_SLACK = "SLACK_BOT_TOKEN is refused: copy it again from the app's page OAuth & Permissions, then restart"
TIMEOUT = 10
"""Seconds for one call."""
SECONDS_BETWEEN_TRIES = (2.0, 5.0, 10.0, 30.0, 60.0)


class SlackRefused(Exception):
    """Slack said no. `code` is its own error code, `retry_after` in seconds, `needed` the scopes that it misses.

    `status` is that of HTTP, 0 when no answer came.
    """

    def __init__(self, code: str, retry_after: float | None = None, needed: str = "", status: int = 0) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after
        self.needed = needed
        self.status = status


async def answered(call: Awaitable[Any]) -> Json:
    """The answer of a Web API call. Raises SlackRefused, with code `no_answer` when none came."""
    data: Json = (await heard(call)).data
    return data


async def heard(call: Awaitable[Any]) -> Any:
    """The same with its headers, as the SDK has it."""
    try:
        return await call
    except SlackApiError as refused:
        raise refusal(refused) from refused
    except (SlackClientError, aiohttp.ClientError, TimeoutError, OSError) as silent:
        raise SlackRefused(SILENT) from silent


def refusal(error: SlackApiError) -> SlackRefused:
    """What the SDK raised, in our words; it raises the same class for a body that is not JSON."""
    response = error.response
    data = getattr(response, "data", None)
    headers = {key.lower(): value for key, value in dict(getattr(response, "headers", None) or {}).items()}
    after = str(headers.get("retry-after", ""))
    said: Json = data if isinstance(data, dict) else {}
    code, needed = said.get("error"), str(said.get("needed") or "")
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    wait = float(after) if after.isdecimal() else None
    return SlackRefused(redact(str(code or SILENT)), wait, needed, status if isinstance(status, int) else 0)


def outgoing_client(token: str, base_url: str, session: aiohttp.ClientSession | None = None) -> AsyncWebClient:
    """A client that never sends twice by itself: after a lost answer only its message tells whether it was posted.

    With a `session` (`outgoing_session`) connections are used again from call to call; the caller closes it.
    """
    return AsyncWebClient(token=token, base_url=base_url, timeout=TIMEOUT, retry_handlers=[], session=session)


def outgoing_session() -> aiohttp.ClientSession:
    """Connections for `outgoing_client`. The timeout stands here, since the SDK sets none on a session it is given."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))


class SlackIdentity:
    """Who the app is. Empty until `learn` has had an answer: nothing waits for Slack at start.

    `url` is the workspace's address, ending in a slash.
    """

    def __init__(self, client: AsyncWebClient, sleep: Sleep, app_id: str = "") -> None:
        self._client = client
        self._sleep = sleep
        self._asking = asyncio.Lock()
        self.app_id = app_id
        self.team = ""
        self.bot_user = ""
        self.bot_id = ""
        self.url = ""

    async def learn(self) -> None:
        """Asks until it is known: a task for the background. A revoked token is asked about again, it may be mended."""
        for pause in waits():
            try:
                await self.known()
            except SlackRefused as refused:
                mend = REFUSED_BY_SLACK if refused.code in TOKEN_CODES else "Slack did not answer; trying again"
                again = refused.retry_after or pause
                said = {"code": refused.code, "mend": mend, "again_in": again}
                log.warning("slack does not say who we are", extra=said)
                await self._sleep(again)
            else:
                return

    async def known(self) -> None:
        """Asks once, unless it is known already. Raises SlackRefused."""
        async with self._asking:
            if self.team:
                return
            answer = await answered(self._client.auth_test())
            self.bot_user = str(answer.get("user_id") or "")
            self.bot_id = str(answer.get("bot_id") or "")
            self.url = str(answer.get("url") or "")
            self.team = str(answer.get("team_id") or "")


def waits() -> Iterator[float]:
    """Seconds between tries, without end."""
    yield from SECONDS_BETWEEN_TRIES
    while True:
        yield SECONDS_BETWEEN_TRIES[-1]


def app_id_of(app_token: str) -> str:
    """The app that an app-level token belongs to, from the token itself: `xapp-1-A0123456-…`; else empty."""
    parts = app_token.split("-")
    return parts[2] if len(parts) > 3 and parts[2].startswith("A") else ""
