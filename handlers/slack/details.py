"""All details: a modal that opens at once and is filled when the record was read."""

from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks.details import details_view, first_page, loading_view, revealed
from bot.services import Services
from handlers.slack import payloads
from handlers.slack.modals import ToolsOf, filled, opened


@dataclass(frozen=True, slots=True)
class Details:
    """Listeners for All details and its pages. `tools_of` gives the tools of a request by their digest."""

    services: Services
    tools_of: ToolsOf

    async def show(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        view_id = await opened(client, click, loading_view())
        await filled(client, view_id, self._view(click))
        await ack()

    async def previous(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await self._turn(payloads.click(body), client, -1)
        await ack()

    async def following(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        await self._turn(payloads.click(body), client, 1)
        await ack()

    async def _turn(self, click: payloads.Click, client: AsyncWebClient, step: int) -> None:
        wanted = replace(click, page=click.page + step, call_ids=())
        await filled(client, click.view_id, self._view(wanted))

    async def _view(self, click: payloads.Click) -> dict[str, Any]:
        record, approval = await self.services.details(click.approval_id)
        tools = await self.tools_of(record.request.tools)
        if any(tool.secrets for tool in tools.tools) and await self.services.may_decide(approval.id, click.actor):
            tools = revealed(tools)
        page = first_page(record, approval, tools, click.call_id) if click.call_id else click.page
        return details_view(record, approval, tools, page, channel=click.channel, message_ts=click.message_ts)
