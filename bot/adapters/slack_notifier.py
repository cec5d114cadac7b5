"""Shows outbox rows in Slack: posts, updates, finds again, tries smaller."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from blocks.message import Message
from bot.adapters.slack_client import SlackRefused, answered
from bot.adapters.slack_find import find, metadata
from bot.adapters.slack_queue import Busy, SlackQueue
from bot.adapters.slack_render import Renderer
from bot.errors import DeliveryFailed, NotFound, Unavailable
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record

Draw: TypeAlias = Callable[[], Awaitable[Message]]

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
GONE = ("message_not_found", "edit_window_closed", "cant_update_message")
TOO_MUCH = ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long")
HOPELESS = (
    *TOO_MUCH,
    "cannot_reply_to_message",
    "channel_not_found",
    "is_archived",
    "is_inactive",
    "message_limit_exceeded",
    "messages_tab_disabled",
    "metadata_too_large",
    "no_text",
    "not_in_channel",
    "posting_to_channel_denied",
    "restricted_action",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "thread_not_found",
    "user_not_in_channel",
)


class SlackNotifier:
    """The `Notifier` of a workspace. `client` must not retry by itself (`outgoing_client`).

    A private message cannot be found again: after a crash in the middle of one it may be seen twice.
    """

    def __init__(self, client: AsyncWebClient, queue: SlackQueue, renderer: Renderer) -> None:
        self._client = client
        self._queue = queue
        self._renderer = renderer

    async def show(self, row: OutboxRow, record: Record) -> str:
        """As the port says; returns the message's `ts`."""
        try:
            return await self._at_some_size(row, record)
        except SlackRefused as refused:
            permanent = refused.code in HOPELESS
            raise DeliveryFailed(refused.code, permanent=permanent, retry_after=refused.retry_after) from refused
        except Busy as busy:
            raise DeliveryFailed("busy", retry_after=busy.retry_after, sent=False) from busy
        except (Unavailable, NotFound) as silent:
            raise DeliveryFailed("record_unavailable") from silent

    async def _at_some_size(self, row: OutboxRow, record: Record) -> str:
        try:
            return await self._deliver(row, partial(self._renderer.render, row, record, 0))
        except SlackRefused as refused:
            if refused.code not in TOO_MUCH:
                raise
        return await self._deliver(row, partial(self._renderer.render, row, record, 1))

    async def _deliver(self, row: OutboxRow, draw: Draw) -> str:
        if row.kind is Kind.PRIVATE:
            return await self._whisper(row, draw)
        known = row.posted_ts
        if not known and row.tried_at:
            known = await find(self._client, self._queue, row)
        if known and await self._update(row, known, draw):
            return known
        return await self._post(row, draw)

    async def _post(self, row: OutboxRow, draw: Draw) -> str:
        thread = row.thread_ts or None
        answer = await self._call("chat.postMessage", row, draw, thread_ts=thread, metadata=metadata(row), **QUIET)
        return str(answer["ts"])

    async def _update(self, row: OutboxRow, ts: str, draw: Draw) -> bool:
        """False when the message is no more, or no longer ours to change."""
        try:
            await self._call("chat.update", row, draw, ts=ts, metadata=metadata(row), **QUIET)
        except SlackRefused as refused:
            if refused.code in GONE:
                return False
            raise
        return True

    async def _whisper(self, row: OutboxRow, draw: Draw) -> str:
        if not row.channel:
            raise DeliveryFailed("no_channel", permanent=True)
        thread = row.thread_ts or None
        answer = await self._call("chat.postEphemeral", row, draw, user=row.user, thread_ts=thread)
        return str(answer["message_ts"])

    async def _call(self, method: str, row: OutboxRow, draw: Draw, **arguments: Any) -> dict[str, Any]:
        calls: dict[str, Callable[..., Awaitable[Any]]] = {
            "chat.postMessage": self._client.chat_postMessage,
            "chat.update": self._client.chat_update,
            "chat.postEphemeral": self._client.chat_postEphemeral,
        }
        turn = self._queue.spare_turn if row.kind is Kind.PROGRESS else self._queue.turn
        try:
            async with turn(method, row.channel):
                message = await draw()  # only now, since a turn that is not given would make it in vain
                blocks = message.blocks or None
                return await answered(calls[method](channel=row.channel, text=message.text, blocks=blocks, **arguments))
        except SlackRefused as refused:
            if refused.retry_after:
                self._queue.limited(method, row.channel, refused.retry_after)
            raise
