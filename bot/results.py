"""What a tool returned, as it is kept: redacted, and cut to the budget with the cut said."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import accumulate

from bot.call_states import Finished
from bot.models.call import Call, CallStatus, Picture, Result
from bot.models.replacing import replace
from bot.ports import ToolOutcome, ToolResult
from bot.untrusted import redact, redact_json

STATUS = {
    ToolOutcome.SUCCEEDED: CallStatus.SUCCEEDED,
    ToolOutcome.FAILED: CallStatus.FAILED,
    ToolOutcome.UNKNOWN: CallStatus.UNKNOWN,
}


LARGE = 100_000
"""Characters."""


def finished(attempt_id: str, answer: ToolResult, at: datetime, most: int, room: int = 0) -> Finished:
    """The event that ends an attempt. A text of more than `most` characters is cut, and says so.

    Of what only people see, structured data and images, `room` characters are kept, at least `most`: never a part.
    """
    text, cut = _cut(redact(answer.text), most)
    room = max(room, most)
    structured = redact_json(answer.structured) if len(answer.structured) <= room else ""
    pictures = _kept(answer.pictures, room - len(structured))
    if left := len(answer.pictures) - len(pictures):
        text += f"\n[{left} of the images left out, for want of room: nobody sees them]"
    result = Result(text, at, structured, cut, redact(answer.reference), pictures)
    return Finished(attempt_id, STATUS[answer.outcome], result)


async def received(attempt_id: str, answer: ToolResult, at: datetime, most: int, room: int) -> Finished:
    """`finished`, of a large answer in a thread: redacting a million characters takes about a second."""
    if len(answer.text) + len(answer.structured) < LARGE:
        return finished(attempt_id, answer, at, most, room)
    return await asyncio.to_thread(finished, attempt_id, answer, at, most, room)


def room(calls: Iterable[Call], most: int) -> int:
    """Of `most` characters for what only people see, how many the results of these calls leave."""
    kept = (call.result for call in calls if call.result)
    sizes = (len(one.structured) + sum(len(picture.data) for picture in one.pictures) for one in kept)
    return max(0, most - sum(sizes))


def nothing_known(call: Call, at: datetime) -> Finished:
    """The event for an attempt that nobody heard of again."""
    attempt = call.attempt
    assert attempt is not None, "only a started call can be lost"
    return Finished(attempt.id, CallStatus.UNKNOWN, Result("The attempt was cut short; no answer came back.", at))


def told_by(name: str, *, happened: bool, at: datetime, before: Result | None) -> Result:
    """The result of a call whose outcome a person looked up."""
    said = "it happened" if happened else "it did not happen"
    kept = before or Result("", at)
    return replace(kept, text=f"{redact(name)} checked and said that {said}.", at=at)


def _kept(pictures: Sequence[Picture], room: int) -> tuple[Picture, ...]:
    sizes = accumulate(len(picture.data) for picture in pictures)
    fitting = [picture for picture, size in zip(pictures, sizes, strict=True) if size <= room]
    return tuple(replace(picture, alt=redact(picture.alt)) for picture in fitting)


def _cut(text: str, most: int) -> tuple[str, bool]:
    if len(text) <= most:
        return text, False
    note = f"\n[cut: {len(text) - most:,} more characters were left out; ask for less at a time]"
    return text[:most] + note, True
