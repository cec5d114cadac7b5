"""The Model port: Claude on Bedrock, one streamed message a turn."""

import asyncio
import json
import logging

from anthropic import AsyncAnthropicBedrock, AsyncStream, omit
from anthropic.types import RawMessageStreamEvent, ToolParam

from bot.adapters.anthropic_errors import told
from bot.adapters.anthropic_stream import Collector
from bot.errors import ModelUnavailable
from bot.models.tools import Tool
from bot.ports import Prompt, Reply

log = logging.getLogger(__name__)

BODY = {"anthropic_version": "bedrock-2023-05-31"}
"""The only version that every Claude model on InvokeModel takes; the SDK would send a newer one."""


class AnthropicModel:
    """A turn takes at most `longest` seconds, retries included; `max_tokens` is for one message.

    The client belongs to the caller, who closes it. Nothing is kept of a message that did not come to its end.
    """

    def __init__(
        self, client: AsyncAnthropicBedrock, model_id: str, max_tokens: int, *, longest: float = 600.0
    ) -> None:
        self._client = client
        self._model_id = model_id
        self._max_tokens = max_tokens
        self._longest = longest

    async def turn(self, prompt: Prompt) -> Reply:
        """See bot.ports.Model."""
        began = asyncio.get_running_loop().time()
        collector = Collector()
        try:
            async with asyncio.timeout(self._longest):
                reply, request_id = await self._collect(prompt, collector)
        except TimeoutError as error:
            raise ModelUnavailable(f"Bedrock took more than {self._longest:g} seconds for one message") from error
        self._tell(reply, collector.usage, request_id, asyncio.get_running_loop().time() - began)
        return reply

    async def _collect(self, prompt: Prompt, collector: Collector) -> tuple[Reply, str]:
        """The whole message and the provider's request id. Leaving early, by whatever error, closes the stream."""
        with told():
            async with await self._open(prompt) as stream:
                async for event in stream:
                    collector.take(event)
                return collector.reply(), stream.response.headers.get("x-amzn-requestid", "")

    async def _open(self, prompt: Prompt) -> AsyncStream[RawMessageStreamEvent]:
        return await self._client.messages.create(
            model=self._model_id,
            max_tokens=self._max_tokens,
            system=prompt.system or omit,
            tools=[_offered(tool) for tool in prompt.tools] or omit,
            messages=json.loads(prompt.messages),
            stream=True,
            extra_body=BODY,
        )

    def _tell(self, reply: Reply, usage: dict[str, int], request_id: str, seconds: float) -> None:
        facts = {"model": self._model_id, "stop_reason": reply.stop_reason, "calls": len(reply.tool_uses)}
        counted = {"input_tokens": reply.input_tokens, "output_tokens": reply.output_tokens}
        cached = {"cache_read_tokens": usage.get("cache_read_input_tokens", 0)}
        extra = facts | counted | cached | {"reference": request_id, "ms": round(seconds * 1000)}
        log.info("model.turn", extra=extra)


def _offered(tool: Tool) -> ToolParam:
    return {"name": tool.full_name, "description": tool.description, "input_schema": json.loads(tool.schema)}
