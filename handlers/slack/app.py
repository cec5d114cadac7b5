"""The Bolt app, for Socket Mode and for HTTP alike."""

import logging
from typing import Any, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.ports import NewId
from bot.services import Services
from handlers.slack import payloads
from handlers.slack.errors import error_edge
from handlers.slack.identity import BotIdentity
from handlers.slack.modals import ToolsOf
from handlers.slack.routes import register

CALL_SECONDS = 1.5


class Next(Protocol):
    """Goes on to the listeners."""

    async def __call__(self) -> None: ...


def build_app(
    services: Services,
    client: AsyncWebClient,
    identity: BotIdentity,
    *,
    tools_of: ToolsOf,
    new_id: NewId,
    signing_secret: str = "",
) -> AsyncApp:
    """The app with its listeners. `client` gives token and address; listeners get a client of their own.

    The ack follows the listener, so an event is acknowledged after it was stored. Nobody is called to authorize: a
    Slack that does not answer loses nothing. `signing_secret` is needed for HTTP only.
    """
    app = AsyncApp(
        name="countersign",
        client=listener_client(client),
        authorize=answering(identity, client.token or ""),
        signing_secret=signing_secret,
        process_before_response=True,
        raise_error_for_unhandled_request=True,
    )
    app.middleware(only_for(identity))
    app.error(error_edge(new_id))
    register(app, services, identity, tools_of)
    return app


def listener_client(client: AsyncWebClient) -> AsyncWebClient:
    """Tries once and briefly: an ack waits for it. Without a token, since `authorize` gives it per request."""
    return AsyncWebClient(
        base_url=client.base_url,
        timeout=CALL_SECONDS,  # type: ignore[arg-type] # aiohttp takes fractions
        ssl=client.ssl,
        proxy=client.proxy,
        logger=logging.getLogger(__name__),
        retry_handlers=[],
    )


def answering(identity: BotIdentity, token: str) -> Any:
    """Bolt's `authorize`, from memory."""

    async def authorize(enterprise_id: str | None, team_id: str | None, user_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_user_id=identity.bot_user or None,
            bot_id=identity.bot_id or None,
            bot_token=token,
            user_id=user_id,
        )

    return authorize


def only_for(identity: BotIdentity) -> Any:
    """Acknowledges payloads of another app without looking at them."""

    async def ours(ack: AsyncAck, body: dict[str, Any], next: Next) -> Any:  # noqa: A002 - Bolt's name for it
        named = payloads.app_id(body)
        if identity.app_id and named and named != identity.app_id:
            return await ack()
        return await next()

    return ours
