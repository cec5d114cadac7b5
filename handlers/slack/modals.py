"""Opening and filling modals. The trigger of a click lives for 3 seconds (Slack docs, "Modals")."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from blocks.details import loading_view
from blocks.notice import notice_message
from bot.errors import CountersignError
from bot.models.tools import Toolset
from handlers.slack import payloads
from handlers.slack.sentences import SLACK_ERRORS, alarm, sentence

ToolsOf: TypeAlias = Callable[[str], Awaitable[Toolset]]

log = logging.getLogger(__name__)


async def opened(client: AsyncWebClient, click: payloads.Click, view: dict[str, Any]) -> str:
    """Opens a modal, on top of the one in which the click was made; returns its id."""
    show = client.views_push if click.view_id else client.views_open
    answer = await show(trigger_id=click.trigger_id, view=view)
    return payloads.opened_view(answer)


async def filled(client: AsyncWebClient, view_id: str, view: Awaitable[dict[str, Any]]) -> None:
    """Replaces what the modal shows; an error of ours becomes a sentence in it."""
    try:
        content = await view
    except CountersignError as error:
        alarm(error)
        content = said(sentence(error))
    await replace(client, view_id, content)


async def settled(client: AsyncWebClient, click: payloads.Click, text: str) -> None:
    """Was the click made in a modal, its buttons give way to a sentence. What was saved stays saved if they do not."""
    if click.view_id:
        try:
            await replace(client, click.view_id, said(text))
        except SLACK_ERRORS as silent:
            log.warning("modal could not be settled", exc_info=silent)


async def replace(client: AsyncWebClient, view_id: str, view: dict[str, Any]) -> None:
    """Replaces the modal's content, unless the person has closed it by now."""
    try:
        await client.views_update(view_id=view_id, view=view)
    except SlackApiError as refused:
        if refused.response.get("error") != "not_found":
            raise


def said(text: str) -> dict[str, Any]:
    """A modal with one sentence."""
    return loading_view() | {"blocks": notice_message(text).blocks}
