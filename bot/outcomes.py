"""What became of a call, in words: for the model, for the thread. The card has its own words in `blocks`."""

from collections.abc import Mapping, Sequence

from bot.canonical import loads
from bot.models.call import RESTORE, Call, CallStatus
from bot.models.tools import Tool
from bot.untrusted import marked, redact, visible

_AGAIN = "Do not try the same call again."
_NAMED = 5
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
        case CallStatus.EXPIRED if call.decided_by:
            return f"Approved, but it could not be started in time. Nothing was done. {_AGAIN}"
        case status:
            return _DECIDED[status]


def doubt(call: Call, tool: Tool | None) -> str:
    """What the thread is told of a call whose outcome was lost, and of how it was found."""
    what = phrase(call, tool)
    if call.status is CallStatus.UNKNOWN:
        again = "Nothing is tried again. The card asks people to check; what they find is told here."
        return f"❓ We do not know whether this happened: {what}. {again}"
    who = f"{visible(call.told.name)} checked." if call.told else "The answer came late."
    if call.status is CallStatus.SUCCEEDED:
        return f"☑️ It happened: {what}. {who}"
    return f"❌ It did not happen: {what}. {who}"


def otherwise(call: Call, said: CallStatus, tool: Tool | None) -> str:
    """What the thread is told when the tool's own answer, `said`, came after a person had told another outcome."""
    happened = "this happened after all" if said is CallStatus.SUCCEEDED else "this did not happen"
    told = f"{visible(call.told.name)} had told otherwise" if call.told else "Otherwise was told before"
    return f"⚠️ The tool's own answer came late: {happened}: {phrase(call, tool)}. {told}. Please check."


def stopped(calls: Sequence[tuple[Call, Tool | None]]) -> Mapping[str, str]:
    """What the thread is told of calls that time, policy or a lost vote stopped, by the first call of each kind."""
    kinds: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for call, tool in calls:
        kinds.setdefault(_stop(call), []).append((call.id, phrase(call, tool)))
    return {
        those[0][0]: f"{head}: {_listed([what for _, what in those])}. {then}" for (head, then), those in kinds.items()
    }


def secret_lost(call: Call, tool: Tool | None, error: str) -> str:
    """What people are told when nobody will get what a call made for its requester. `error` begins with a code."""
    what, code = f"what the call “{phrase(call, tool)}” made for the requester", error.partition(":")[0]
    if code == RESTORE:
        head = f"🔑 The store was restored from a backup in which {what} was still to be sent. It was deleted."
        return f"{head} If it has not reached you, please have a new one made."
    why = {"unreadable": "could not be read: it was not encrypted to my key"}.get(code)
    why = why or f"could not be sent to them alone, in a direct message ({visible(redact(code))})"
    return f"🔑 {what[0].upper()}{what[1:]} {why}. It was deleted, and nobody has seen it. Please have a new one made."


def is_error(call: Call) -> bool:
    """Whether the model should read the result as a failure."""
    return call.status is not CallStatus.SUCCEEDED


def _stop(call: Call) -> tuple[str, str]:
    """What happened, and what to do now."""
    again = "Ask me again if it is still needed."
    if call.status is CallStatus.PENDING:
        return f"⏳ {call.reason} So this waits for approval again", "The card says who can decide."
    if call.status is CallStatus.REVOKED:
        return f"🚫 Stopped before it ran. {call.reason} Nothing was done of this", "An admin can tell you why."
    if call.decided_by and call.requirement:
        head = f"⌛ Approved, but it could not be started by {call.requirement.execute_by:%Y-%m-%d %H:%M} UTC"
        return f"{head}, so this was not done", f"That is nobody's fault. {again}"
    who = "Not enough people" if any(vote.yes and vote.judgement.counts for vote in call.votes) else "Nobody"
    return f"⌛ {who} decided in time, so this was not done", f"{again} Tell the approvers that you wait for them."


def _listed(phrases: Sequence[str]) -> str:
    more = f" and {len(phrases) - _NAMED} more" if len(phrases) > _NAMED else ""
    return ", ".join(phrases[:_NAMED]) + more


def phrase(call: Call, tool: Tool | None) -> str:
    """ "suspend user leaver@example.com"; what the schema marks secret is left out."""
    if tool is None or not tool.verb:
        return call.name
    words = tool.verb[:1].lower() + tool.verb[1:]
    return f"{words} {visible(redact(_target(call, tool)))[:100]}".rstrip()


def _target(call: Call, tool: Tool) -> str:
    """What is acted upon. Of a stored call that was tampered with, nothing."""
    if tool.target in tool.secrets:
        return ""
    try:
        given: object = loads(call.arguments)
    except (ValueError, RecursionError):
        return ""
    return str(given.get(tool.target, "")) if isinstance(given, dict) else ""


def _told(call: Call) -> str:
    text = call.result.text if call.result else ""
    head = "Failed. Nothing more is known than this:\n" if call.status is CallStatus.FAILED else ""
    return head + marked(text or "(no text)", f"{call.server} {call.tool}")


def _denied(call: Call) -> str:
    if call.decided_by == "policy":
        return f"Refused by policy: {call.reason}"
    reason = next((vote.reason for vote in reversed(call.votes) if not vote.yes and vote.reason), "")
    said = f" They wrote:\n{marked(redact(reason), 'the approver who denied it')}\n" if reason else ""
    return f"Denied by an approver.{said}"
