"""The stand-in on a real port, and the real client before it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from anthropic import AsyncAnthropicBedrock
from anthropic.types import Message

from sandbox.bedrock.server import add_routes
from sandbox.bedrock.switch import ModelSwitch
from sandbox.clock import SystemClock
from sandbox.steps import StepLog

MODEL = "eu.anthropic.claude-opus-4-8-v1:0"
VERSION = {"anthropic_version": "bedrock-2023-05-31"}


@dataclass(frozen=True, slots=True)
class Bedrock:
    """What a test needs of the stand-in."""

    url: str
    switch: ModelSwitch
    log: StepLog
    client: AsyncAnthropicBedrock


@asynccontextmanager
async def bedrock() -> AsyncIterator[Bedrock]:
    switch, log = ModelSwitch(), StepLog(SystemClock())
    app = web.Application()
    add_routes(app, switch, log)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/bedrock"
    async with AsyncAnthropicBedrock(
        base_url=url, timeout=10, aws_access_key="AKIDEXAMPLE", aws_secret_key="not-a-secret", aws_region="eu-west-1"
    ) as client:
        yield Bedrock(url, switch, log, client)
    await runner.cleanup()


def asking(text: str = "hello", **more: Any) -> dict[str, Any]:
    """Keyword arguments of `messages.stream` and `messages.create`."""
    fields: dict[str, Any] = {"model": MODEL, "max_tokens": 1000, "messages": [{"role": "user", "content": text}]}
    return fields | {"extra_body": VERSION} | more


async def streamed(client: AsyncAnthropicBedrock, **fields: Any) -> tuple[Message, list[str]]:
    """The whole message, and the raw pieces of tool input as they came."""
    async with client.messages.stream(**fields) as stream:
        deltas = [event.delta async for event in stream if event.type == "content_block_delta"]
        message = await stream.get_final_message()
    return message, [delta.partial_json for delta in deltas if delta.type == "input_json_delta"]
