"""The conversation with the model, built from saved records only, so that the same record gives the same bytes."""

import json
from collections.abc import Sequence
from typing import Any

from bot import outcomes
from bot.budgets import Budgets
from bot.models.call import Call
from bot.models.request import Context, Record, Request
from bot.ports import ThreadMessage
from bot.untrusted import marked, redact, visible

Message = dict[str, Any]


def messages(record: Record, replies: Sequence[str] = (), gap: str = "") -> str:
    """The messages as JSON text; `replies` of the requester are appended to the last user message.

    `gap` says which tools are missing from the request as a whole.
    """
    said: list[Message] = []
    _append(said, [_text(opening(record.request))])
    _append(said, [_text(f"{gap} Their tools are not there; do what can be done without.")] if gap else [])
    for turn in record.turns:
        _append(said, [_text(_reply(text)) for text in turn.replies])
        _append(said, json.loads(turn.content), "assistant")
        _append(said, [_result(call) for call in record.calls_of(turn.number)])
    _append(said, [_text(_reply(text)) for text in replies])
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def opening(request: Request) -> str:
    """The first user message: what was said before, then who asks what, and when."""
    context = request.context or Context()
    note = "\n(Older messages of the thread were left out.)" if context.cut else ""
    before = f"Earlier in the thread:\n{context.text}{note}\n\n" if context.text else ""
    head = f"Request by {request.actor.user} <{request.actor.email or 'no address known'}>"
    return f"{before}{head} at {request.created_at:%Y-%m-%d %H:%M} UTC:\n{request.text}"


def thread_context(said: Sequence[ThreadMessage], request: Request, budgets: Budgets, *, more: bool) -> Context:
    """The newest messages of the thread before the request, within the limits; text by others is marked."""
    earlier = [message for message in said if float(message.ts) < float(request.origin.message_ts)]
    kept: list[str] = []
    untrusted, size = False, 0
    for message in reversed(earlier[-budgets.thread_messages :]):
        line = _line(message, request)
        size += len(line)
        if size > budgets.thread_text:
            break
        kept.append(line)
        untrusted = untrusted or not (message.ours or message.author == request.actor.user)
    return Context("\n".join(reversed(kept)), cut=more or len(kept) < len(earlier), untrusted=untrusted)


def _line(message: ThreadMessage, request: Request) -> str:
    text = visible(redact(message.text))
    if message.ours:
        return f"you: {text}"
    if message.author == request.actor.user:
        return f"{message.author} (the requester): {text}"
    return marked(f"{message.author}: {text}", "another person in the thread")


def _append(said: list[Message], blocks: list[Message], role: str = "user") -> None:
    """Messages of one role in a row are one message: a turn that was paused goes on where it stopped."""
    if not blocks:
        return
    if said and said[-1]["role"] == role:
        said[-1]["content"] = [*said[-1]["content"], *blocks]
    else:
        said.append({"role": role, "content": blocks})


def _text(text: str) -> Message:
    return {"type": "text", "text": text}


def _reply(text: str) -> str:
    return f"The requester added:\n{visible(text)}"


def _result(call: Call) -> Message:
    return {
        "type": "tool_result",
        "tool_use_id": call.tool_use_id,
        "content": outcomes.for_model(call),
        "is_error": outcomes.is_error(call),
    }
