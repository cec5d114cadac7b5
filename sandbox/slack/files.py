"""Files on their way into the workspace: a place to upload to, the bytes, and the file once it is complete."""

import mimetypes
from dataclasses import dataclass

from aiohttp import web

from sandbox.clock import Clock
from sandbox.payload import Json
from sandbox.slack.ids import Ids

UPLOAD_PATH = "/upload/"
FILES_PATH = "/files-pri/"
LARGEST = 20 * 2**20
PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
)
"""First bytes of what a page may show; anything else is for keeping."""


@dataclass(slots=True)
class StoredFile:
    """A file that an app announced. `content` is None until its bytes came; `is_shared` once it was completed."""

    id: str
    name: str
    length: int
    created: int
    content: bytes | None = None
    title: str = ""
    alt: str = ""
    is_shared: bool = False


class Files:
    """Slack docs: "Working with files", the external upload in three steps."""

    def __init__(self, clock: Clock, ids: Ids) -> None:
        self._clock = clock
        self._ids = ids
        self._known: dict[str, StoredFile] = {}
        self._tickets: dict[str, StoredFile] = {}

    def announce(self, name: str, length: int, alt: str = "") -> tuple[str, StoredFile]:
        """The ticket at the end of the upload url, and the file it is for."""
        file = StoredFile(self._ids.new("F"), name, length, int(self._clock.now().timestamp()), alt=alt)
        ticket = self._ids.new("").lower()
        self._known[file.id] = self._tickets[ticket] = file
        return ticket, file

    def find(self, file_id: str) -> StoredFile | None:
        return self._known.get(file_id)

    async def receive(self, request: web.Request) -> web.Response:
        """The raw bytes, or a form with them in it; the length must be the announced one."""
        file = self._tickets.get(request.match_info["ticket"])
        if file is None or file.content is not None:
            raise web.HTTPNotFound(text="no such upload")
        content = await sent(request)
        if len(content) != file.length:
            raise web.HTTPBadRequest(text=f"expected {file.length} bytes, not {len(content)}")
        file.content = content
        return web.Response(text=f"OK - {file.length}")

    async def serve(self, request: web.Request) -> web.Response:
        """A shared file, to be kept rather than shown: what is in it comes from anywhere. A picture may be shown."""
        file = self.find(request.match_info["id"])
        if file is None or not file.is_shared:
            raise web.HTTPNotFound(text="no such file")
        headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
        kind = next((kind for start, kind in PICTURES if (file.content or b"").startswith(start)), "")
        return web.Response(body=file.content, content_type=kind or "application/octet-stream", headers=headers)

    def forget(self, file: StoredFile) -> None:
        """As if it had never been."""
        del self._known[file.id]


async def sent(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return b"".join([chunk async for chunk in request.content.iter_any()])
    fields = (await request.post()).values()
    return b"".join([field.file.read() for field in fields if isinstance(field, web.FileField)])


def file_object(file: StoredFile, user: str, team: str, origin: str) -> Json:
    """As a message carries a file."""
    kind = file.name.rpartition(".")[2].lower() if "." in file.name else "binary"
    link = f"{origin}{FILES_PATH}{file.id}/{file.name}"
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title or file.name,
        "mimetype": mimetypes.guess_type(file.name)[0] or "application/octet-stream",
        "filetype": kind,
        "pretty_type": kind.upper(),
        "user": user,
        "user_team": team,
        "editable": False,
        "size": file.length,
        "mode": "hosted",
        "is_external": False,
        "external_type": "",
        "is_public": True,
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": link,
        "url_private_download": link,
        "has_rich_preview": False,
        "file_access": "visible",
    } | ({"alt_txt": file.alt} if file.alt else {})
