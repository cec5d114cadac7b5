"""Ours as a program: the real app over the real core, store and Slack adapters; only model and tools answer at once.

It says on stdout, a JSON line each, what was parked and which call left, with the system-wide monotonic clock.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.web.async_client import AsyncWebClient

from bench.engine import POLICY, core_over, workflow_of
from bench.watched_store import WatchedStore, nothing_shown
from bot.adapters.slack_client import SlackIdentity, outgoing_client
from bot.adapters.slack_directory import SlackDirectory
from bot.adapters.slack_notifier import SlackNotifier
from bot.adapters.slack_queue import SlackQueue
from bot.adapters.slack_render import Renderer
from bot.orchestrator import Orchestrator
from bot.outbox import Pump
from bot.store_ports import Change
from bot.wiring.system import RandomIds, SystemClock
from handlers.slack.app import build_app

FLUSHED_AFTER = 0.1
"""Seconds: what it says must not slow down what it does."""


def say(**line: object) -> None:
    print(json.dumps(line))
    asyncio.get_running_loop().call_later(FLUSHED_AFTER, sys.stdout.flush)


def parked(change: Change) -> None:
    if change.approvals:
        say(parked=change.approvals[0].id, arguments=change.calls[0].arguments)


def called(arguments: str) -> None:
    say(at=time.monotonic(), called=arguments)


async def serve(options: argparse.Namespace) -> None:
    clock = SystemClock()
    store = await WatchedStore.open(options.database, clock)
    store.saved = parked
    await store.publish(POLICY)
    client = outgoing_client("xoxb-bench", options.api_url)
    identity = SlackIdentity(client, asyncio.sleep, "A0COUNT01")
    core = core_over(store, SlackDirectory(client, identity, clock), called)
    notifier = SlackNotifier(client, SlackQueue(clock, asyncio.sleep), Renderer(identity, store.tools))
    workflow = workflow_of(core, Pump(store, notifier, clock).start_due if options.messages else nothing_shown)
    jobs: list[Coroutine[Any, Any, None]] = [identity.learn()]
    if options.socket:
        services = Orchestrator(core, workflow).services()
        app = build_app(services, client, identity, tools_of=store.tools, new_id=RandomIds())
        opener = AsyncWebClient(token="xapp-bench", base_url=options.api_url)
        handler = AsyncSocketModeHandler(app, "xapp-bench", web_client=opener)
        jobs.append(handler.connect_async())  # type: ignore[no-untyped-call]  # Bolt has no types here
    if options.work:
        jobs.append(workflow.run())
    await asyncio.gather(*jobs, asyncio.Event().wait())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--api-url", required=True)
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--socket", action="store_true", help="hears what people send")
    parser.add_argument("--work", action="store_true", help="takes the steps of requests")
    parser.add_argument("--messages", action="store_true", help="shows cards, progress and answers")
    asyncio.run(serve(parser.parse_args()))


if __name__ == "__main__":
    main()
