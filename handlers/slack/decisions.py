"""Clicks that say yes, no, never mind, it happened, it did not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from blocks import ids
from blocks.confirm import confirm_view
from blocks.deny import deny_view
from blocks.details import loading_view
from bot.errors import NotConfirmed
from bot.services import Ballot, Services, Verdict, Withdrawal
from handlers.slack import payloads
from handlers.slack.modals import ToolsOf, filled, opened, said, settled

NOTHING_WAITS = "Nothing of this waits for a decision any more. The card shows what became of it."
SAVED = "Your approval is saved. The card shows what became of it."


Form: TypeAlias = Callable[..., dict[str, Any] | None]
"""Draws a form for what of a card still waits."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """Listeners for the buttons of a card. Each returns after the decision is durable; nobody is judged here.

    `tools_of` gives the tools of a request by their digest.
    """

    services: Services
    tools_of: ToolsOf

    async def approve(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        await self.services.vote(
            Ballot(
                approval_id=click.approval_id,
                call_ids=click.call_ids,
                actor=click.actor,
                yes=True,
                key=click.key,
                channel=click.channel,
                message_ts=click.message_ts,
                at=click.at,
                asked=click.asked,
            )
        )
        await settled(client, click, SAVED)
        await ack()

    async def ask_to_confirm(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        view_id = await opened(client, click, loading_view())
        await filled(client, view_id, self._form(click, confirm_view))
        await ack()

    async def confirm(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        sent = payloads.confirm_submission(body)
        try:
            await self.services.vote(_ballot(sent, yes=True))
        except NotConfirmed as wrong:
            block = f"{ids.TARGET_BLOCK}{wrong.call_id}" if wrong.call_id else ids.CODE_BLOCK
            await ack(response_action="errors", errors={block: wrong.why})
            return
        await ack(response_action="clear")

    async def ask_why(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        click = payloads.click(body)
        view_id = await opened(client, click, loading_view())
        await filled(client, view_id, self._form(click, deny_view))
        await ack()

    async def _form(self, click: payloads.Click, form: Form) -> dict[str, Any]:
        record, approval = await self.services.details(click.approval_id)
        tools = await self.tools_of(record.request.tools)
        where = {"channel": click.channel, "message_ts": click.message_ts}
        return form(record, approval, tools, click.call_ids, **where) or said(NOTHING_WAITS)

    async def deny(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self.services.vote(_ballot(payloads.deny_submission(body), yes=False))
        await ack(response_action="clear")

    async def withdraw(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        click = payloads.click(body)
        await self.services.withdraw(Withdrawal(click.approval_id, click.actor, click.key, click.channel, at=click.at))
        await ack()

    async def withdraw_request(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        click = payloads.click(body)
        withdrawal = Withdrawal("", click.actor, click.key, click.channel, click.approval_id, click.at)
        await self.services.withdraw(withdrawal)
        await ack()

    async def happened(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._tell(payloads.click(body), happened=True)
        await ack()

    async def did_not_happen(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await self._tell(payloads.click(body), happened=False)
        await ack()

    async def _tell(self, click: payloads.Click, *, happened: bool) -> None:
        verdict = Verdict(click.approval_id, click.call_id, click.actor, happened, click.key, click.channel, click.at)
        await self.services.verdict(verdict)


def _ballot(sent: payloads.Submission, *, yes: bool) -> Ballot:
    return Ballot(
        approval_id=sent.approval_id,
        call_ids=sent.call_ids,
        actor=sent.actor,
        yes=yes,
        key=sent.key,
        channel=sent.channel,
        message_ts=sent.message_ts,
        reason=sent.reason,
        typed=sent.typed,
        code=sent.code,
    )
