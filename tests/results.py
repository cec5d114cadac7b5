"""Results of tools as a record holds them, and what stands under the answer because of them."""

import base64
import json
from typing import Any

from bot.models.call import Call, CallStatus, Picture
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record
from tests.factories import a_call, a_record, a_request, a_result, an_outbox_row

PNG = b"\x89PNG\r\n\x1a\n" + base64.b64decode(
    "AAAADUlIRFIAAAABAAAAAQgGAAAAHxXEiQAAAA1JREFUeNpjZGD4Xw8AAoQBgcoZyqUAAAAASUVORK5CYII="
)
HOSTILE_BLOCKS: list[Any] = [
    {"type": "header", "block_id": "b1", "text": {"type": "plain_text", "text": "⏳ Suspend user · ceo@example.com"}},
    {"type": "section", "text": {"type": "mrkdwn", "text": "*Paid* <!channel> <https://evil.example/x|log in>"}},
    {"type": "actions", "elements": [{"type": "button", "action_id": "approve", "value": "a1"}]},
    {"type": "image", "image_url": "https://evil.example/pixel.gif", "alt_text": "nothing"},
    {"type": "image", "image_url": "https://media.example.com/ok.png", "alt_text": "a chart"},
    {"type": "input", "label": {"type": "plain_text", "text": "Password"}},
    {
        "type": "section",
        "text": {"type": "plain_text", "text": "Choose"},
        "accessory": {"type": "static_select", "action_id": "x"},
        "surprise": 1,
    },
    {"type": "made_up"},
]


def records(count: int) -> list[dict[str, Any]]:
    return [{"mail": f"u{number}@example.com", "suspended": number % 2 == 0, "n": number} for number in range(count)]


def a_done_call(value: Any = None, pictures: tuple[Picture, ...] = (), **fields: Any) -> Call:
    """A read that succeeded and gave this value."""
    structured = "" if value is None else json.dumps(value)
    result = a_result(text=structured or "done", structured=structured, pictures=pictures)
    return a_call(**{"status": CallStatus.SUCCEEDED, "tool": "list_users", "result": result} | fields)


def a_picture(content: bytes = PNG, kind: str = "png", alt: str = "") -> Picture:
    return Picture(kind, base64.b64encode(content).decode(), alt)


def a_record_with(*calls: Call, **fields: Any) -> Record:
    return a_record(request=a_request(pages=("Here it is.",), tools="70" * 32, **fields), calls=calls, approvals=())


def a_row(subject: str, **fields: Any) -> OutboxRow:
    """The outbox row of a part of the answer."""
    return an_outbox_row(**{"id": f"answer:r1:{subject}", "kind": Kind.ANSWER, "subject": subject} | fields)
