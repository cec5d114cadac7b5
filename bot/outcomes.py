"""What became of a call, in words: for the model, for the thread. The card has its own words in `blocks`."""

from bot.models.call import Call, CallStatus
from bot.untrusted import marked, redact, visible

_AGAIN = "Do not try the same call again."
_DECIDED = {
    CallStatus.EXPIRED: f"Nobody decided in time. Nothing was done. {_AGAIN}",
    CallStatus.WITHDRAWN: "The requester took this back. Nothing was done.",
    CallStatus.SUPERSEDED: "The arguments were edited by a person; another call stands for this one.",
    CallStatus.NOT_RUN: "Not run, because an earlier call did not succeed. Nothing was done.",
}


def for_model(call: Call) -> str:
    """The text of the tool result that goes back to the model."""
    match call.status:
        case CallStatus.SUCCEEDED | CallStatus.FAILED:
            return _told(call)
        case CallStatus.UNKNOWN:
            return f"It is not known whether this happened. People are asked to check. {_AGAIN}"
        case CallStatus.DENIED:
            return f"{_denied(call)} Nothing was done. {_AGAIN}"
        case CallStatus.REVOKED:
            return f"Approved, then stopped: {call.reason} Nothing was done. {_AGAIN}"
        case status:
            return _DECIDED[status]


def is_error(call: Call) -> bool:
    """Whether the model should read the result as a failure."""
    return call.status is not CallStatus.SUCCEEDED


def _told(call: Call) -> str:
    text = call.result.text if call.result else ""
    head = "Failed. Nothing more is known than this:\n" if call.status is CallStatus.FAILED else ""
    return head + marked(text or "(no text)", f"{call.server} {call.tool}")


def _denied(call: Call) -> str:
    if call.decided_by == "policy":
        return f"Refused by policy: {call.reason}"
    reason = next((vote.reason for vote in reversed(call.votes) if not vote.yes and vote.reason), "")
    said = f' They wrote: "{visible(redact(reason))}".' if reason else ""
    return f"Denied by an approver.{said}"
