"""What an outbox row looks like in Slack, from the saved record."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeAlias

from blocks.answer import answer_message
from blocks.card import approval_card
from blocks.message import Message
from blocks.notice import notice_message
from blocks.progress import progress_message
from blocks.reminder import reminder_message
from blocks.result import result_message
from blocks.secret import secret_message
from blocks.twin import apart_message, twin_message
from bot.adapters.slack_client import SlackIdentity
from bot.codec import decode
from bot.delivering import UNREADABLE
from bot.errors import DeliveryFailed, SecretUnreadable
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.people import Surface
from bot.models.request import Approval, Origin, Record, Request
from bot.models.sealed import Sealed
from bot.models.tools import Toolset
from bot.outcomes import phrase
from bot.ports import Unseal
from bot.requirements import people_ever
from bot.showing import RESULT

GroupId: TypeAlias = Callable[[str], Awaitable[str]]
"""The id of a group by its handle; empty when it is not known."""
ToolsOf: TypeAlias = Callable[[str], Awaitable[Toolset]]


class Renderer:
    """`tools_of` gives the tools of a request by their digest, `unseal` opens what tools made for a requester.

    Images are shown from `hosts` only.
    """

    def __init__(
        self,
        identity: SlackIdentity,
        tools_of: ToolsOf,
        unseal: Unseal | None = None,
        hosts: frozenset[str] = frozenset(),
        group_id: GroupId | None = None,
    ) -> None:
        self._identity = identity
        self._tools_of = tools_of
        self._unseal = unseal
        self._hosts = hosts
        self._group_id = group_id

    async def own_user(self) -> str:
        """Who we are in this workspace: a user id. Raises SlackRefused."""
        await self._identity.known()
        return self._identity.bot_user

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
            case Kind.REMINDER:
                return await self._reminder(row, record)
            case Kind.ANSWER:
                return answer_part(record, row.subject, self._hosts)
            case Kind.PROGRESS:
                digest = record.request.tools
                tools = await self._tools_of(digest) if digest else None
                return progress_message(record, tools, asked_at=await self._asked_at(record))
        return notice_message(row.text)

    async def _reminder(self, row: OutboxRow, record: Record) -> Message:
        """Groups are named by their ids where those are known, so that their people hear of it."""
        moment, _, card = row.text.partition(" ")
        approval = approval_of(record, row.subject)
        asked = [call.requirement for call in record.card_calls(approval.id) if call.requirement]
        groups = {name for each in asked for clause in people_ever(each) for name in clause.groups}
        ids = {name: await self._group_id(name) for name in groups} if self._group_id else {}
        await self._identity.known()
        at = address(self._identity.url, Origin(row.channel, row.thread_ts or card, card))
        tools = await self._tools_of(record.request.tools)
        return reminder_message(record, approval, tools, datetime.fromisoformat(moment), ids, address=at)

    async def twin(self, row: OutboxRow, counts: str) -> Message:
        """What stands in the place of a message that was posted twice; `counts` is the `ts` of the other one."""
        await self._identity.known()
        return twin_message(address(self._identity.url, Origin(row.channel, row.thread_ts or counts, counts)))

    async def apart(self, row: OutboxRow) -> Message:
        """A private message that is read away from its card."""
        return apart_message(row.text, row.channel)

    async def secret(self, row: OutboxRow, record: Record) -> Message:
        """What only its requester may see. Raises DeliveryFailed for good when nothing of it can be read."""
        call = next((call for call in record.calls if call.id == row.subject), None)
        sealed = decode(row.text.encode(), tuple[Sealed, ...], f"outbox {row.id}")
        opened = [text for one in sealed if call and (text := self._opened(call.name, one))]
        if call is None or not opened:
            raise DeliveryFailed(UNREADABLE, permanent=True, mend="have a new one made")
        about = phrase(call, (await self._tools_of(record.request.tools)).find(call.name))
        unsure = call.status is CallStatus.UNKNOWN
        return secret_message(call.id, about, opened, lost=len(sealed) - len(opened), unsure=unsure)

    def _opened(self, tool: str, sealed: Sealed) -> tuple[str, str] | None:
        try:
            return (sealed.label, self._unseal(tool, sealed)) if self._unseal else None
        except SecretUnreadable:
            return None

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


def answer_part(record: Record, subject: str, hosts: frozenset[str]) -> Message:
    """The page with the index `subject`, or the message of a result that it names."""
    pages = record.request.pages
    if subject.isdecimal() and int(subject) < len(pages):
        return answer_message(pages[int(subject)], int(subject) + 1, len(pages), hosts)
    what, call_id, number = (*subject.split(":"), "", "")[:3]
    call = next((one for one in record.calls if one.id == call_id and one.result), None)
    if what != RESULT or call is None or not number.isdecimal():
        raise DeliveryFailed("no_such_page", permanent=True)
    return result_message(call, record.calls, int(number), hosts)


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
