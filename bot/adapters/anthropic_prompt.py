"""A prompt as the Messages API takes it, marked so that everything that was said before is read from the cache.

Marks stand behind the system text (tools come before it, so it covers them) and behind the last two messages of the
user: the one before last is where the request before this one ended, so it is found however many blocks lie between
(Claude docs, "Prompt caching": a mark looks back over 20 blocks, and a request may hold four). Marks are no content:
moving them changes no prefix.
"""

import json
from dataclasses import dataclass
from typing import Any

from anthropic import Omit, omit
from anthropic.types import (
    CacheControlEphemeralParam,
    MessageParam,
    OutputConfigParam,
    TextBlockParam,
    ThinkingConfigParam,
    ToolParam,
)

from bot.adapters.anthropic_client import Kind
from bot.models.tools import Tool

THINKING = frozenset({"thinking", "redacted_thinking"})
MARKED = 2
"""Messages of the user that are marked."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked of the service with every message. Empty: what the model does by itself.

    `effort` is low, medium, high, xhigh or max; `thinking` is adaptive or between_tools. A guardrail has an id (or ARN)
    and a version; only Bedrock's InvokeModel has guardrails.
    """

    kind: Kind = Kind.BEDROCK
    effort: str = ""
    thinking: str = ""
    guardrail: tuple[str, str] | None = None

    @property
    def headers(self) -> dict[str, str] | None:
        """AWS docs, InvokeModelWithResponseStream: both name the guardrail that checks the prompt and the answer."""
        if self.guardrail is None:
            return None
        names = ("X-Amzn-Bedrock-GuardrailIdentifier", "X-Amzn-Bedrock-GuardrailVersion")
        return dict(zip(names, self.guardrail, strict=True))

    @property
    def output_config(self) -> OutputConfigParam | Omit:
        """How much work goes into an answer."""
        chosen: Any = {"effort": self.effort}
        return chosen if self.effort else omit

    @property
    def thinking_config(self) -> ThinkingConfigParam | Omit:
        """When the model thinks."""
        chosen: Any = {"type": self.thinking}
        return chosen if self.thinking else omit


def system(text: str) -> list[TextBlockParam] | Omit:
    """The system text, marked."""
    return [{"type": "text", "text": text, "cache_control": _mark()}] if text else omit


def offered(tools: tuple[Tool, ...]) -> list[ToolParam] | Omit:
    """The tools in their order; the same tools give the same bytes."""
    return [_offered(tool) for tool in tools] or omit


def conversation(text: str, *, thinking: bool = True) -> list[MessageParam]:
    """The messages, the last of the user marked; without `thinking`, what the model thought before is left out."""
    said: list[Any] = json.loads(text)
    if not thinking:
        said = [message for message in map(_without_thinking, said) if message["content"]]
    asked = [message for message in said if message["role"] == "user" and isinstance(message["content"], list)]
    for message in asked[-MARKED:]:
        message["content"][-1]["cache_control"] = _mark()
    return said


def _mark() -> CacheControlEphemeralParam:
    return {"type": "ephemeral"}


def _offered(tool: Tool) -> ToolParam:
    return {"name": tool.full_name, "description": tool.description, "input_schema": json.loads(tool.schema)}


def _without_thinking(message: dict[str, Any]) -> dict[str, Any]:
    content = message["content"]
    if isinstance(content, str):
        return message
    return {**message, "content": [block for block in content if block["type"] not in THINKING]}
