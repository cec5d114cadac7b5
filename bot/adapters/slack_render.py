"""What an outbox row looks like in Slack, from the saved record."""

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from blocks.answer import answer_message
from blocks.card import approval_card
from blocks.message import Message
from blocks.notice import notice_message
from blocks.progress import progress_message
from blocks.twin import apart_message, twin_message
from bot.adapters.slack_client import SlackIdentity
from bot.errors import DeliveryFailed
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Surface
from bot.models.request import Approval, Origin, Record, Request
from bot.models.tools import Toolset

ToolsOf: TypeAlias = Callable[[str], Awaitable[Toolset]]


class Renderer:
    """`tools_of` gives the tools of a request by their digest."""

    def __init__(self, identity: SlackIdentity, tools_of: ToolsOf) -> None:
        self._identity = identity
        self._tools_of = tools_of

    async def render(self, row: OutboxRow, record: Record, level: int) -> Message:
        """The message; `level` 1 is the smaller one for when Slack refused the first.

        Raises SlackRefused, DeliveryFailed, and what `tools_of` raises.
        """
        if row.kind is Kind.CARD:
            return await self._card(row, record, level)
        message = await self._plain(row, record)
        return Message(message.text, []) if level else message

    async def _plain(self, row: OutboxRow, record: Record) -> Message:
        match row.kind:
            case Kind.ANSWER:
                return page(record.request, row.subject)
            case Kind.PROGRESS:
                digest = record.request.tools
                tools = await self._tools_of(digest) if digest else None
                return progress_message(record, tools, asked_at=await self._asked_at(record))
        return notice_message(row.text)

    async def twin(self, row: OutboxRow, counts: str) -> Message:
        """What stands in the place of a message that was posted twice; `counts` is the `ts` of the other one."""
        await self._identity.known()
        return twin_message(address(self._identity.url, Origin(row.channel, row.thread_ts or counts, counts)))

    async def apart(self, row: OutboxRow) -> Message:
        """A private message that is read away from its card."""
        return apart_message(row.text, row.channel)

    async def _asked_at(self, record: Record) -> str:
        """Where the same was asked before, if calls of the record wait for that."""
        found = [call.elsewhere for call in record.calls if call.elsewhere and not call.has_outcome]
        places = [Origin(place.channel, place.thread_ts, place.message_ts) for place in found]
        if not places:
            return ""
        await self._identity.known()
        return in_thread(self._identity.url, places[0])

    async def _card(self, row: OutboxRow, record: Record, level: int) -> Message:
        approval = approval_of(record, row.subject)
        tools = await self._tools_of(record.request.tools)
        await self._identity.known()
        link = permalink(self._identity.url, record.request)
        undo = {tool.full_name: f"ask me to {tool.undo}" for tool in tools.tools if tool.undo}
        return approval_card(record, approval, tools, permalink=link, undo=undo, level=level)


def approval_of(record: Record, approval_id: str) -> Approval:
    found = next((approval for approval in record.approvals if approval.id == approval_id), None)
    if found is None:
        raise DeliveryFailed("no_such_approval", permanent=True)
    return found


def page(request: Request, subject: str) -> Message:
    """The page with the index `subject`."""
    if not subject.isdecimal() or int(subject) >= len(request.pages):
        raise DeliveryFailed("no_such_page", permanent=True)
    number = int(subject)
    return answer_message(request.pages[number], number + 1, len(request.pages))


def permalink(url: str, request: Request) -> str:
    """The address of the message that asked, with its thread open; empty if it is not Slack's."""
    return in_thread(url, request.origin) if request.actor.surface is Surface.SLACK else ""


def in_thread(url: str, at: Origin) -> str:
    """The address of a message, in the form that opens its thread: for the first message of one, too."""
    link = address(url, at)
    return f"{link}?thread_ts={at.thread_ts}&cid={at.channel}" if link and at.thread_ts == at.message_ts else link


def address(url: str, at: Origin) -> str:
    """The form that `chat.getPermalink` gives; empty while the workspace's own address is not known."""
    if not url:
        return ""
    link = f"{url.rstrip('/')}/archives/{at.channel}/p{at.message_ts.replace('.', '')}"
    return link if at.thread_ts == at.message_ts else f"{link}?thread_ts={at.thread_ts}&cid={at.channel}"
