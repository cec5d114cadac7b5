"""Shows outbox rows in Slack: posts, updates, finds again, tries smaller, closes twins."""

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from blocks.message import Message
from bot.adapters.slack_client import TOKEN_CODES, SlackRefused, answered
from bot.adapters.slack_files import SlackFiles, still_ours
from bot.adapters.slack_find import find, metadata
from bot.adapters.slack_passing import Passing
from bot.adapters.slack_queue import Busy, SlackQueue
from bot.adapters.slack_refusals import Remedy, mend, remedy
from bot.adapters.slack_render import Renderer
from bot.adapters.slack_urgency import matters, urgency
from bot.errors import DeliveryFailed, NotFound, Unavailable
from bot.files import is_file
from bot.models.outbox import Kind, OutboxRow
from bot.models.replacing import replace
from bot.models.request import Record

Draw: TypeAlias = Callable[[], Awaitable[Message]]

log = logging.getLogger(__name__)

QUIET: dict[str, Any] = {"unfurl_links": False, "unfurl_media": False}
LEVELS = (0, 1)
AGAIN = 600.0
"""Seconds between two tries to reach somebody whom Slack does not let us reach."""
PROBE = 30.0
"""Seconds between two tries while the operator must mend something."""


class SlackNotifier:
    """The `Notifier` of a workspace. `client` must not retry by itself (`outgoing_client`).

    A private message cannot be found again: after a crash in the middle of one it may be seen twice.
    """

    def __init__(self, client: AsyncWebClient, queue: SlackQueue, renderer: Renderer) -> None:
        self._client = client
        self._queue = queue
        self._renderer = renderer
        self._files = SlackFiles(client, queue, renderer)
        self._passing = Passing(queue)

    async def show(self, row: OutboxRow, record: Record) -> str:
        """As the port says; returns the message's `ts`."""
        if wait := self._passing.wait(row, record):
            raise DeliveryFailed("passing", retry_after=wait, sent=False)
        try:
            if row.kind is Kind.PRIVATE:
                return await self._whisper(row, record)
            if row.kind is Kind.SECRET:
                return await self._entrust(row, record)
            if is_file(row):
                return await self._files.show(row, record)
            ts, twins = await self._at_some_size(row, record)
            await self._close(row, record, ts, twins)
        except SlackRefused as refused:
            raise self._failed(row, refused) from refused
        except Busy as busy:
            raise DeliveryFailed("busy", retry_after=busy.retry_after, sent=False) from busy
        except (Unavailable, NotFound) as silent:
            raise DeliveryFailed("record_unavailable") from silent
        self._passing.shown(row, record)
        return ts

    def _failed(self, row: OutboxRow, refused: SlackRefused) -> DeliveryFailed:
        """What the pump is to do about it."""
        kind = remedy(refused.code)
        how = mend(refused.code, row.channel, refused.needed)
        if kind is Remedy.ALARM:
            if refused.code in TOKEN_CODES:
                self._queue.stopped(PROBE)
            return DeliveryFailed(refused.code, retry_after=PROBE, sent=False, mend=how, alarm=True)
        permanent, after = kind in (Remedy.TELL, Remedy.SMALLER), refused.retry_after
        if permanent and row.kind is Kind.SECRET:  # they may be reached yet: somebody is activated again
            return DeliveryFailed(refused.code, retry_after=AGAIN, mend=how)
        return DeliveryFailed(refused.code, permanent=permanent, retry_after=after, sent=after is None, mend=how)

    async def _at_some_size(self, row: OutboxRow, record: Record) -> tuple[str, list[str]]:
        *roomier, smallest = LEVELS
        for level in roomier:
            try:
                return await self._deliver(row, record, partial(self._renderer.render, row, record, level))
            except SlackRefused as refused:
                if remedy(refused.code) is not Remedy.SMALLER:
                    raise
        return await self._deliver(row, record, partial(self._renderer.render, row, record, smallest))

    async def _deliver(self, row: OutboxRow, record: Record, draw: Draw) -> tuple[str, list[str]]:
        """The message that counts, and its twins as far as they are known."""
        ts, twins = row.posted_ts, [*row.twins]
        stands = bool(ts) and await self._update(row, record, ts, draw)
        if row.tried_at and (row.looks or not stands):
            found = await find(self._client, self._queue, row, urgency(row, record))
            twins += [one for one in found if one not in (ts, *twins)]
        while twins and not stands:
            ts = twins.pop(0)
            stands = await self._update(row, record, ts, draw)
        if not stands:
            ts = await self._post(row, record, draw)
        return ts, [one for one in twins if one != ts]

    async def _post(self, row: OutboxRow, record: Record, draw: Draw) -> str:
        thread = row.thread_ts or None
        said = {"thread_ts": thread, "metadata": metadata(row), **QUIET}
        answer = await self._call("chat.postMessage", row, record, draw, **said)
        return str(answer["ts"])

    async def _update(self, row: OutboxRow, record: Record, ts: str, draw: Draw) -> bool:
        """False when the message is no more, or no longer ours to change; then it is taken away if it can be."""
        try:
            await self._call("chat.update", row, record, draw, ts=ts, metadata=metadata(row), **QUIET)
        except SlackRefused as refused:
            if remedy(refused.code) is not Remedy.ANEW:
                raise
            if refused.code != "message_not_found":
                await self._take_away(row, record, ts)
            return False
        return True

    async def _take_away(self, row: OutboxRow, record: Record, ts: str) -> None:
        """A message that can no longer be changed must not keep its buttons."""
        try:
            async with self._queue.turn("chat.delete", row.channel, urgency(row, record)):
                await answered(self._client.chat_delete(channel=row.channel, ts=ts))
        except SlackRefused as refused:
            if remedy(refused.code) not in (Remedy.TELL, Remedy.ANEW):
                raise
            log.warning("message.left_behind", extra={"row": row.id, "ts": ts, "code": refused.code})

    async def _close(self, row: OutboxRow, record: Record, ts: str, twins: list[str]) -> None:
        """The message that counts is shown by now, so that trouble with a twin must not make it look as if not."""
        draw = partial(self._renderer.twin, row, ts)
        try:
            for twin in twins:
                if row.kind is Kind.CARD:
                    await self._update(row, record, twin, draw)
                else:
                    await self._take_away(row, record, twin)
        except SlackRefused as refused:
            if remedy(refused.code) is not Remedy.TELL:
                raise DeliveryFailed(refused.code, retry_after=refused.retry_after or PROBE) from refused
        except (Busy, DeliveryFailed) as later:
            raise DeliveryFailed("busy", retry_after=later.retry_after) from later

    async def _whisper(self, row: OutboxRow, record: Record) -> str:
        """Where somebody is not, nothing can be said to them alone: then in a direct message."""
        draw = partial(self._renderer.render, row, record, 0)
        if row.channel:
            try:
                said: dict[str, Any] = {"user": row.user, "thread_ts": row.thread_ts or None}
                answer = await self._call("chat.postEphemeral", row, record, draw, **said)
                return str(answer["message_ts"])
            except SlackRefused as refused:
                if remedy(refused.code) is not Remedy.TELL:
                    raise
        draw = partial(self._renderer.apart, row)
        where = {"channel": await self._direct(row, record), "metadata": metadata(row), **QUIET}
        return str((await self._call("chat.postMessage", row, record, draw, **where))["ts"])

    async def _entrust(self, row: OutboxRow, record: Record) -> str:
        """A direct message. One that stands there already, since we crashed before that was saved, is enough."""
        there = replace(row, channel=await self._direct(row, record))
        if row.tried_at and (found := await find(self._client, self._queue, there, urgency(row, record))):
            return found[0]
        return await self._post(there, record, partial(self._renderer.secret, row, record))

    async def _direct(self, row: OutboxRow, record: Record) -> str:
        """The channel in which only the user of the row and we are."""
        async with self._queue.turn("conversations.open", row.user, urgency(row, record)):
            opened = await answered(self._client.conversations_open(users=[row.user]))
        return str(opened["channel"]["id"])

    async def _call(
        self, method: str, row: OutboxRow, record: Record, draw: Draw, *, channel: str = "", **arguments: Any
    ) -> dict[str, Any]:
        calls: dict[str, Callable[..., Awaitable[Any]]] = {
            "chat.postMessage": self._client.chat_postMessage,
            "chat.update": self._client.chat_update,
            "chat.postEphemeral": self._client.chat_postEphemeral,
        }
        channel = channel or row.channel
        spare = row.kind is Kind.PROGRESS and method == "chat.update"
        turn = (
            self._queue.spare_turn(method, channel, matters=matters(record))
            if spare
            else self._queue.turn(method, channel, urgency(row, record))
        )
        try:
            async with turn:
                still_ours(self._queue, row)
                message = await draw()  # only now, since a turn that is not given would make it in vain
                blocks = message.blocks or None
                return await answered(calls[method](channel=channel, text=message.text, blocks=blocks, **arguments))
        except SlackRefused as refused:
            if refused.retry_after:
                self._queue.limited(method, channel, refused.retry_after)
            raise
