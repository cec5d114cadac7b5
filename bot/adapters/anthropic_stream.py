"""Raw stream events become one complete assistant message (Anthropic docs: "Streaming messages")."""

import json
from dataclasses import dataclass, field
from typing import Any

from anthropic.types import RawContentBlockDelta, RawMessageStreamEvent

from bot.errors import ModelUnavailable
from bot.ports import Meter, Reply, ToolUse
from bot.tokens import quarters

_TEXTS = {
    "text_delta": "text",
    "thinking_delta": "thinking",
    "signature_delta": "signature",
    "input_json_delta": "partial_json",
}
INTERVENED = "guardrail_intervened"
"""The stop reason of a message that a guardrail blocked or changed; some streams say it by themselves."""
_GUARDRAIL = "amazon-bedrock-guardrailAction"
_INTERVENED = frozenset({"INTERVENED", "GUARDRAIL_INTERVENED"})
"""AWS docs, InvokeModel: the field of an answer that tells what the guardrail did."""
_COUNTABLE = 10_000_000
"""Tokens. No message takes so many; a gateway that says so has not counted."""
_INPUT_COUNTERS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")


@dataclass(slots=True)
class Block:
    """One content block: how it began, and the text that was streamed into it, by name."""

    began: dict[str, Any]
    texts: dict[str, str] = field(default_factory=dict)

    def take(self, delta: RawContentBlockDelta) -> str:
        """Adds one piece, and returns its text; kinds of pieces that we never ask for (citations) are left out."""
        name = _TEXTS.get(delta.type)
        if name is None:
            return ""
        piece: str = getattr(delta, name)
        self.texts[name] = self.texts.get(name, "") + piece
        return piece

    @property
    def is_tool_use(self) -> bool:
        return bool(self.began["type"] == "tool_use")

    @property
    def is_blank(self) -> bool:
        """A text block that says nothing. The API refuses to take one back."""
        return bool(self.began["type"] == "text" and not self.content()["text"].strip())

    @property
    def raw_input(self) -> str:
        """The tool's input exactly as it was written, whatever it is worth."""
        return _paired(self.texts.get("partial_json", ""))

    def content(self) -> dict[str, Any]:
        """The block as it is sent back. Tools of the service itself are called in blocks of other types."""
        if "input" in self.began:
            return {**self.began, "input": _as_object(self.raw_input)}
        return {**self.began, **{name: _whole(text) for name, text in self.texts.items()}}


@dataclass(slots=True)
class Collector:
    """Takes the events of one message of that service; `reply` is there when it is complete."""

    service: str = "Bedrock"
    blocks: dict[int, Block] = field(default_factory=dict)
    usage: dict[str, int] = field(default_factory=dict)
    stop_reason: str = ""
    complete: bool = False
    stopped_by_guardrail: bool = False
    meter: Meter = field(default_factory=Meter)
    streamed: int = 0
    """Quarters of a token, by the characters that have come."""

    def take(self, event: RawMessageStreamEvent) -> None:
        """Adds one event. An event that is not what its type says raises AttributeError, KeyError or TypeError."""
        if (event.model_extra or {}).get(_GUARDRAIL) in _INTERVENED:
            self.stopped_by_guardrail = True
        match event.type:
            case "message_start":
                self._count(event.message.usage.model_dump(exclude_unset=True))
            case "content_block_start":
                self.blocks[event.index] = Block(event.content_block.model_dump(exclude_unset=True))
            case "content_block_delta":
                self.streamed += quarters(self.blocks[event.index].take(event.delta))
            case "message_delta":
                self.stop_reason = event.delta.stop_reason or self.stop_reason
                self._count(event.usage.model_dump(exclude_unset=True))
            case "message_stop":
                self.complete = True
        self.meter.input_tokens = self.input_tokens
        self.meter.output_tokens = max(self.usage.get("output_tokens", 0), -(-self.streamed // 4))

    @property
    def input_tokens(self) -> int:
        """All that the service has read, cached or not."""
        return sum(self.usage.get(name, 0) for name in _INPUT_COUNTERS)

    def reply(self) -> Reply:
        """The message. Raises ModelUnavailable when it has not come to its end, or holds what was not streamed."""
        if not self.complete or not self.stop_reason:
            raise ModelUnavailable(f"the answer of {self.service} broke off")
        blocks = [block for _, block in sorted(self.blocks.items()) if not block.is_blank]
        uses = [block for block in blocks if block.is_tool_use]
        if any(block.began.get("input") and not block.raw_input for block in uses):
            raise ModelUnavailable(
                f"{self.service} sent a tool input that was parsed already; only its raw text can be bound"
            )
        content = [block.content() for block in blocks]
        return Reply(
            content=json.dumps(content, ensure_ascii=False, separators=(",", ":")),
            text="\n\n".join(block["text"] for block in content if block["type"] == "text"),
            tool_uses=tuple(ToolUse(use.began["id"], use.began["name"], use.raw_input) for use in uses),
            stop_reason=INTERVENED if self.stopped_by_guardrail else self.stop_reason,
            input_tokens=self.input_tokens,
            output_tokens=self.usage.get("output_tokens", 0),
        )

    def _count(self, usage: dict[str, Any]) -> None:
        """Counters are cumulative: the last one told is the one that holds. What is no count is left out: one below
        zero would give tokens back to budgets, and one beyond all bounds could not be stored.
        """
        self.usage.update({name: value for name, value in usage.items() if _is_count(value)})


def _is_count(value: object) -> bool:
    return isinstance(value, int) and 0 <= value <= _COUNTABLE


def _as_object(raw: str) -> dict[str, Any]:
    """The input as the API takes it back: it must be a JSON object there. A text that is none, or that could not be
    sent (NaN, lone surrogates, numbers beyond a double), goes back as {}; what was wrong with it stands in the result.
    This reading is for the wire only: nothing is decided, shown or run by it."""
    try:
        value = json.loads(raw)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _paired(text: str) -> str:
    """Two halves of a character that were cut between two events are one again; a half alone stays what it is."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _whole(text: str) -> str:
    """The text with each half of a character that has no other half replaced: it could not be stored."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
