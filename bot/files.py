"""Files that are put under an answer, made from what is saved: the same row gives the same bytes."""

import hashlib
import re
from dataclasses import dataclass

from bot.models.call import Call
from bot.models.outbox import OutboxRow
from bot.models.request import Record
from bot.pictures import decoded
from bot.showing import FILE, PICTURE, Code, Form, form_in
from bot.tabular import Table, csv_of
from bot.untrusted import redact, visible

ANSWER = f"{FILE}:answer"
"""The subject of the file with a whole answer; its text is the row's own."""
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class File:
    """`name` is unlike that of any other row's file, so that the file is found again by it. `alt` is for images."""

    name: str
    title: str
    content: bytes
    alt: str = ""


def is_file(row: OutboxRow) -> bool:
    """Whether the row is a file rather than a message."""
    return row.subject.startswith((f"{FILE}:", f"{PICTURE}:"))


def file_of(row: OutboxRow, record: Record) -> File | None:
    """The file of a row; None when the record has no such result. Texts in it are redacted once more."""
    if row.subject == ANSWER:
        return File(_name(row, "answer", "md"), "The whole answer", redact(row.text).encode(errors="replace"))
    what, call_id, number = (*row.subject.split(":"), "0")[:3]
    call = next((one for one in record.calls if one.id == call_id), None)
    if call is None or call.result is None:
        return None
    if what == FILE:
        return _whole(row, call, form_in(call, record.calls))
    if not number.isdecimal() or int(number) >= len(call.result.pictures):
        return None
    picture = call.result.pictures[int(number)]
    title = f"Image {int(number) + 1} of {source(call)}"
    alt = visible(redact(picture.alt))[:1_000] or title
    return File(_name(row, call.tool, picture.kind), title, decoded(picture.data), alt)


def source(call: Call) -> str:
    """Whose result it is: "list_users (from google)"."""
    return "{} (from {})".format(*maker(call))


def maker(call: Call) -> tuple[str, str]:
    """Tool and server, as they may be shown."""
    return visible(redact(call.tool))[:80], visible(redact(call.server))[:40]


def _whole(row: OutboxRow, call: Call, shown: Form) -> File | None:
    match shown:
        case Table() as table:
            title = f"Result of {source(call)}, {len(table.rows):,} rows"
            return File(_name(row, call.tool, "csv"), title, csv_of(table).encode(errors="replace"))
        case Code(text=text, ending=ending):
            content = redact(visible(text)).encode(errors="replace")
            return File(_name(row, call.tool, ending), f"Result of {source(call)}", content)
        case _:
            return None


def _name(row: OutboxRow, stem: str, ending: str) -> str:
    tag = hashlib.sha256(row.id.encode()).hexdigest()[:8]
    return f"{_NOT_IN_A_NAME.sub('_', stem)[:60] or 'result'}-{tag}.{ending}"
