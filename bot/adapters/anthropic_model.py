"""The Model port: Claude on Bedrock or at Anthropic, one streamed message a turn."""

import asyncio
import logging

from anthropic import AsyncStream, BadRequestError
from anthropic.types import RawMessageStreamEvent

from bot.adapters.anthropic_client import BODIES, Client
from bot.adapters.anthropic_errors import is_bound_elsewhere, told
from bot.adapters.anthropic_prompt import Asking, conversation, offered, system
from bot.adapters.anthropic_stream import Collector
from bot.errors import ModelUnavailable
from bot.models.replacing import replace
from bot.ports import Prompt, Reply
from bot.tokens import estimated

log = logging.getLogger(__name__)

COUNTED = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cache_read_tokens": "cache_read_input_tokens",
    "cache_write_tokens": "cache_creation_input_tokens",
}
"""What is logged, and what the service calls it; `input_tokens` are those that the cache has nothing to do with."""


class AnthropicModel:
    """A turn takes at most `longest` seconds, retries included; `max_tokens` is for one message.

    The client is of the kind that `asking` says. Nothing is kept of a message that did not come to its end.
    """

    def __init__(
        self,
        client: Client,
        model_id: str,
        max_tokens: int,
        asking: Asking | None = None,
        *,
        longest: float = 600.0,
    ) -> None:
        self._client = client
        self._model_id = model_id
        self._max_tokens = max_tokens
        self._asking = asking or Asking()
        self._service = self._asking.kind.service
        self._longest = longest

    async def turn(self, prompt: Prompt) -> Reply:
        """See bot.ports.Model."""
        began = asyncio.get_running_loop().time()
        collector = Collector(self._service, meter=prompt.meter)
        try:
            async with asyncio.timeout(self._longest):
                reply, request_id = await self._collect(prompt, collector)
        except TimeoutError as error:
            what = f"{self._service} took more than {self._longest:g} seconds for one message"
            raise ModelUnavailable(what) from error
        self._tell(reply, collector.usage, request_id, asyncio.get_running_loop().time() - began)
        return reply if reply.input_tokens else self._estimated(prompt, reply)

    async def close(self) -> None:
        """Closes the client and its connections."""
        await self._client.close()

    async def _collect(self, prompt: Prompt, collector: Collector) -> tuple[Reply, str]:
        """The whole message and the provider's request id. Leaving early, by whatever error, closes the stream."""
        with told(self._service):
            async with await self._open(prompt) as stream:
                async for event in stream:
                    collector.take(event)
                headers = stream.response.headers
                return collector.reply(), headers.get("x-amzn-requestid", "") or headers.get("request-id", "")

    async def _open(self, prompt: Prompt) -> AsyncStream[RawMessageStreamEvent]:
        """Thoughts go back as they came, unless the service no longer takes them: the request is worth more."""
        try:
            return await self._create(prompt, thinking=True)
        except BadRequestError as error:
            if not is_bound_elsewhere(error):
                raise
            log.warning("model.thinking_left_out", extra={"model": self._model_id})
            return await self._create(prompt, thinking=False)

    async def _create(self, prompt: Prompt, *, thinking: bool) -> AsyncStream[RawMessageStreamEvent]:
        return await self._client.messages.create(
            model=self._model_id,
            max_tokens=self._max_tokens,
            system=system(prompt.system),
            tools=offered(prompt.tools),
            messages=conversation(prompt.messages, thinking=thinking),
            stream=True,
            output_config=self._asking.output_config,
            thinking=self._asking.thinking_config,
            extra_headers=self._asking.headers,
            extra_body=BODIES.get(self._asking.kind),
        )

    def _estimated(self, prompt: Prompt, reply: Reply) -> Reply:
        """Of a gateway that does not say what a message took: budgets must not stand still because of it."""
        log.warning("model.not_counted", extra={"model": self._model_id, "mend": "look at MODEL_BASE_URL: no usage"})
        wrote = reply.output_tokens or estimated(reply.content)
        return replace(reply, input_tokens=prompt.tokens, output_tokens=wrote)

    def _tell(self, reply: Reply, usage: dict[str, int], request_id: str, seconds: float) -> None:
        facts = {"model": self._model_id, "stop_reason": reply.stop_reason, "calls": len(reply.tool_uses)}
        counted = {name: usage.get(theirs, 0) for name, theirs in COUNTED.items()}
        log.info("model.turn", extra=facts | counted | {"reference": request_id, "ms": round(seconds * 1000)})
