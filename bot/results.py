"""What a tool returned, as it is kept: redacted, and cut to the budget with the cut said."""

from dataclasses import replace
from datetime import datetime

from bot.call_states import Finished
from bot.models.call import Call, CallStatus, Result
from bot.ports import ToolOutcome, ToolResult
from bot.untrusted import redact, redact_json

STATUS = {
    ToolOutcome.SUCCEEDED: CallStatus.SUCCEEDED,
    ToolOutcome.FAILED: CallStatus.FAILED,
    ToolOutcome.UNKNOWN: CallStatus.UNKNOWN,
}


def finished(attempt_id: str, answer: ToolResult, at: datetime, most: int) -> Finished:
    """The event that ends an attempt. A result of more than `most` characters is cut, and says so."""
    text, cut = _cut(redact(answer.text), most)
    structured = redact_json(answer.structured) if len(answer.structured) <= most else ""
    result = Result(text, at, structured=structured, cut=cut, reference=redact(answer.reference))
    return Finished(attempt_id, STATUS[answer.outcome], result)


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


def _cut(text: str, most: int) -> tuple[str, bool]:
    if len(text) <= most:
        return text, False
    note = f"\n[cut: {len(text) - most:,} more characters were left out; ask for less at a time]"
    return text[:most] + note, True
