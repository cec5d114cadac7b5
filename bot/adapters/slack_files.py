"""Files into a thread, in three steps (Slack docs, "Working with files"): a place to upload to, the bytes, the sharing.

Nothing is seen before the last step. A file has no metadata, so after a crash it is looked for by its name, which holds
the row's own mark, among the files that we shared in the thread.
"""

import asyncio
import logging

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.adapters.slack_client import SILENT, Json, SlackRefused, answered
from bot.adapters.slack_find import posted_since
from bot.adapters.slack_queue import SlackQueue
from bot.adapters.slack_refusals import Remedy, remedy
from bot.adapters.slack_render import Renderer
from bot.adapters.slack_urgency import urgency
from bot.errors import DeliveryFailed
from bot.files import File, file_of
from bot.models.outbox import OutboxRow
from bot.models.request import Record

log = logging.getLogger(__name__)

ALT = 1_000
"""Characters of `alt_txt` (Slack docs, "files.getUploadURLExternal")."""
TICKET, SHARE, DELETE = "files.getUploadURLExternal", "files.completeUploadExternal", "files.delete"


class SlackFiles:
    """Shows rows that are files. Their `posted_ts` is the file's id."""

    def __init__(self, client: AsyncWebClient, queue: SlackQueue, renderer: Renderer) -> None:
        self._client = client
        self._queue = queue
        self._renderer = renderer

    async def show(self, row: OutboxRow, record: Record) -> str:
        """Shares the file once. Raises SlackRefused, Busy, DeliveryFailed."""
        file = await asyncio.to_thread(file_of, row, record)
        if file is None or not file.content:
            raise DeliveryFailed("no_such_file", permanent=True)
        counts, *twins = [*filter(None, [row.posted_ts]), *await self._shared(row, record, file)] or [""]
        counts = counts or await self._share(row, record, file)
        for twin in dict.fromkeys((*twins, *row.twins)):
            if twin != counts:
                await self._delete(row, record, twin)
        return counts

    async def _shared(self, row: OutboxRow, record: Record, file: File) -> list[str]:
        """The ids of files of this row that stand in the thread, oldest first."""
        if not row.tried_at or row.posted_ts:
            return []
        ours = await self._renderer.own_user()
        messages = [message async for message in posted_since(self._client, self._queue, row, urgency(row, record))]
        messages.sort(key=lambda message: str(message["ts"]))
        files = [one for message in messages for one in message.get("files") or ()]
        return [str(one["id"]) for one in files if one.get("name") == file.name and one.get("user") == ours]

    async def _share(self, row: OutboxRow, record: Record, file: File) -> str:
        about: Json = {"filename": file.name, "length": len(file.content)}
        if file.alt:
            about["alt_txt"] = file.alt[:ALT]
        async with self._queue.turn(TICKET, row.channel, urgency(row, record)):
            ticket = await answered(self._client.files_getUploadURLExternal(**about))
        await self._send(str(ticket["upload_url"]), file.content)
        async with self._queue.turn(SHARE, row.channel, urgency(row, record)):
            still_ours(self._queue, row)
            shared: Json = {"files": [{"id": ticket["file_id"], "title": file.title}], "channel_id": row.channel}
            await answered(self._client.files_completeUploadExternal(**shared, thread_ts=row.thread_ts or None))
        return str(ticket["file_id"])

    async def _send(self, url: str, content: bytes) -> None:
        """The bytes alone: this address is not told our token."""
        session = self._client.session or aiohttp.ClientSession()
        try:
            async with session.post(url, data=content) as answer:
                if answer.status != 200:
                    raise SlackRefused(SILENT, status=answer.status)
        except (aiohttp.ClientError, TimeoutError, OSError) as silent:
            raise SlackRefused(SILENT) from silent
        finally:
            if session is not self._client.session:
                await session.close()

    async def _delete(self, row: OutboxRow, record: Record, file_id: str) -> None:
        try:
            async with self._queue.turn(DELETE, row.channel, urgency(row, record)):
                await answered(self._client.files_delete(file=file_id))
        except SlackRefused as refused:
            if remedy(refused.code) is not Remedy.TELL:
                raise
            log.warning("file.left_behind", extra={"row": row.id, "file": file_id, "code": refused.code})


def still_ours(queue: SlackQueue, row: OutboxRow) -> None:
    """Raises DeliveryFailed: after a long sleep of this process somebody else may be showing the row."""
    if row.leased_until is not None and queue.now() >= row.leased_until:
        raise DeliveryFailed("claim_over", sent=False)
