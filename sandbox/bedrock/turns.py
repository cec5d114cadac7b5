"""What the stand-in answers: one assistant message, or one fault."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Body: TypeAlias = dict[str, Any]
Call: TypeAlias = tuple[str, str] | tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Turn:
    """One assistant message.

    A call is (tool name, input) or (tool name, input, tool_use id). The input is raw JSON text and is streamed as it
    is, valid or not. Without a stop_reason it is "tool_use" if there are calls, else "end_turn". `thinking` is what
    stands before, in blocks of their own; a text that begins with "redacted:" is not shown. `extra` are members of the
    last event.
    """

    text: str = ""
    calls: Sequence[Call] = ()
    stop_reason: str = ""
    stop_details: Mapping[str, Any] | None = None
    thinking: Sequence[str] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ends_with(self) -> str:
        return self.stop_reason or ("tool_use" if self.calls else "end_turn")


@dataclass(frozen=True, slots=True)
class Fault:
    """One attempt that goes wrong.

    Without `after_events` the answer is HTTP `status` with `type` as x-amzn-ErrorType. With it the stream breaks after
    that many events: by an exception frame of `type`, or, when `type` is empty, by closing the connection.
    `retry_after` is in seconds.
    """

    type: str
    message: str
    status: int = 200
    retry_after: float | None = None
    after_events: int | None = None


def throttled(retry_after: float | None = None) -> Fault:
    """Bedrock API reference, InvokeModel: ThrottlingException is HTTP 429."""
    return Fault("ThrottlingException", "Too many requests, please wait before trying again.", 429, retry_after)


def unavailable(retry_after: float | None = None) -> Fault:
    """Bedrock API reference, InvokeModel: ServiceUnavailableException is HTTP 503."""
    return Fault("ServiceUnavailableException", "The service is temporarily unavailable.", 503, retry_after)


def broken_stream(after_events: int = 2, type_: str = "modelStreamErrorException") -> Fault:
    """An exception frame in the middle (the types are the members of ResponseStream in botocore's model)."""
    return Fault(type_, "The model stream broke off.", after_events=after_events)


def hung_up(after_events: int = 2) -> Fault:
    """The connection closes in the middle, without a frame that says so."""
    return Fault("", "The connection was closed.", after_events=after_events)


def content(turn: Turn, seed: str) -> list[dict[str, Any]]:
    """Content blocks; `input` is still the raw text. Ids are made from `seed` where the turn names none."""
    blocks: list[dict[str, Any]] = [_thought(text) for text in turn.thinking]
    blocks += [{"type": "text", "text": turn.text}] if turn.text else []
    for n, (name, raw, *given) in enumerate(turn.calls):
        tool_use_id = given[0] if given else f"toolu_bdrk_{hashlib.sha256(f'{seed}/{n}'.encode()).hexdigest()[:24]}"
        blocks.append({"type": "tool_use", "id": tool_use_id, "name": name, "input": raw})
    return blocks


def _thought(text: str) -> dict[str, Any]:
    if text.startswith("redacted:"):
        return {"type": "redacted_thinking", "data": ""}
    return {"type": "thinking", "thinking": text, "signature": ""}


def blocks(message: Mapping[str, Any]) -> list[Body]:
    """A message's content as a list of blocks."""
    said = message.get("content")
    return [{"type": "text", "text": said}] if isinstance(said, str) else list(said or [])


def parsed(raw: str) -> Any:
    """The input as the unstreamed answer carries it: an object, empty when the text is none."""
    try:
        value = json.loads(raw)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
