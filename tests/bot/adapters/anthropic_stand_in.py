"""The model adapter before the Bedrock stand-in, or before a server that plays bytes of the test's own."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.adapters.anthropic_client import Client, Kind, bedrock_client, claude_client, mantle_client
from bot.adapters.anthropic_model import AnthropicModel
from bot.adapters.anthropic_prompt import Asking
from bot.models.requirement import Effect
from bot.models.tools import Tool
from bot.ports import Prompt
from sandbox.bedrock.frames import chunk
from sandbox.bedrock.server import add_routes
from sandbox.bedrock.switch import ModelSwitch
from sandbox.clock import SystemClock
from sandbox.steps import StepLog

MODEL = "eu.anthropic.claude-sonnet-5-5"
SCHEMA = '{"properties":{"user_key":{"type":"string"}},"type":"object"}'
SUSPEND = Tool("google", "suspend_user", "Suspend an account.", SCHEMA, "s1", "c1", Effect.WRITE)
GET = replace(SUSPEND, name="get_user", description="Look up an account.", effect=Effect.READ)
Event = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """`model` asks the stand-in behind `switch`."""

    url: str
    switch: ModelSwitch
    model: AnthropicModel


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    runner = web.AppRunner(app, handler_cancellation=True)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bedrock_world(**options: Any) -> AsyncIterator[World]:
    """`options` go to AnthropicModel."""
    switch, app = ModelSwitch(), web.Application()
    add_routes(app, switch, StepLog(SystemClock()))
    async with served(app) as url, model_at(f"{url}/bedrock", **options) as model:
        yield World(f"{url}/bedrock", switch, model)


@asynccontextmanager
async def model_at(
    url: str, *, silence: float = 10.0, region: str = "eu-west-1", **options: Any
) -> AsyncIterator[AnthropicModel]:
    async with bedrock_client(region, url, silence=silence) as client:
        yield AnthropicModel(client, MODEL, 1000, **options)


def client_at(kind: Kind, url: str) -> Client:
    """A client of that kind for the stand-in at `url`."""
    match kind:
        case Kind.BEDROCK:
            return bedrock_client("eu-west-1", f"{url}/bedrock", silence=10.0)
        case Kind.MANTLE:
            return mantle_client("eu-west-1", f"{url}/mantle/anthropic", silence=10.0)
        case Kind.CLAUDE:
            return claude_client("sk-ant-synthetic", f"{url}/claude", silence=10.0)


@asynccontextmanager
async def model_world(asking: Asking) -> AsyncIterator[World]:
    """A model of any kind, asked so; `url` is the stand-ins' own, before the path of the kind."""
    switch, app = ModelSwitch(), web.Application()
    add_routes(app, switch, StepLog(SystemClock()))
    async with served(app) as url, client_at(asking.kind, url) as client:
        yield World(url, switch, AnthropicModel(client, MODEL, 1000, asking))


@dataclass(frozen=True, slots=True)
class Stalling:
    """Answers that begin and do not end. `begun` and `left` (by the client) become true one after the other."""

    model: AnthropicModel
    begun: asyncio.Event
    left: asyncio.Event


@asynccontextmanager
async def playing(*pieces: bytes) -> AsyncIterator[AnthropicModel]:
    """Every request is answered with these bytes."""
    async with served(_player(pieces, None, None)) as url, model_at(url) as model:
        yield model


@asynccontextmanager
async def stalling(*pieces: bytes, silence: float = 10.0) -> AsyncIterator[Stalling]:
    """Every request is answered with these bytes, and then with nothing more."""
    begun, left = asyncio.Event(), asyncio.Event()
    async with served(_player(pieces, begun, left)) as url, model_at(url, silence=silence) as model:
        yield Stalling(model, begun, left)


def _player(pieces: Sequence[bytes], begun: asyncio.Event | None, left: asyncio.Event | None) -> web.Application:
    async def play(request: web.Request) -> web.StreamResponse:
        await request.read()
        answer = web.StreamResponse(headers={"x-amzn-RequestId": "played"})
        await answer.prepare(request)
        for piece in pieces:
            await answer.write(piece)
        if begun is not None and left is not None:
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                left.set()
        return answer

    app = web.Application()
    app.router.add_post("/{rest:.*}", play)
    return app


def message(*blocks: Sequence[Event], stop_reason: str = "end_turn", usage: Event | None = None) -> list[bytes]:
    """The frames of a message; each block is its start and its deltas."""
    begun = {
        "type": "message",
        "role": "assistant",
        "content": [],
        "usage": usage or {"input_tokens": 1, "output_tokens": 1},
    }
    events: list[Event] = [{"type": "message_start", "message": begun}]
    for index, (start, *deltas) in enumerate(blocks):
        events.append({"type": "content_block_start", "index": index, "content_block": start})
        events += [{"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas]
        events.append({"type": "content_block_stop", "index": index})
    events.append({"type": "message_delta", "delta": {"stop_reason": stop_reason}, "usage": {"output_tokens": 7}})
    return [chunk(event) for event in [*events, {"type": "message_stop"}]]


def asking(text: str = "Look up sam@example.com", *more: Event, tools: tuple[Tool, ...] = (SUSPEND, GET)) -> Prompt:
    """A prompt; `more` are the messages after the first."""
    return Prompt("You are careful.", tools, json.dumps([{"role": "user", "content": text}, *more], ensure_ascii=False))
