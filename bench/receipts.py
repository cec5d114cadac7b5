"""(e) From the click on Approve to the receipt that people see, many requests at once, within Slack's rate limits."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bench.results import Goal, Measurement, Row, Sense, percentile
from sandbox.__main__ import ROOT, bot_environment, listen, start_bot
from sandbox.bot_process import Command
from sandbox.clock import SystemClock
from sandbox.feed import Change
from sandbox.manifest import granted
from sandbox.parts import Sandbox, open_sandbox
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from sandbox.server import build_app

REQUESTS = 20
SECONDS = 240.0
APPROVE = "approval.approve"
P95 = Goal(Sense.AT_MOST, 5, of_ratio=False)
NONE = Goal(Sense.AT_MOST, 0, of_ratio=False)


@dataclass
class Seen:
    """When (seconds, monotonic) each account was asked about, and when people saw what of it."""

    asked: dict[str, float] = field(default_factory=dict)
    waited: dict[str, float] = field(default_factory=dict)
    cards: dict[str, dict[str, Any]] = field(default_factory=dict)
    clicked: dict[str, float] = field(default_factory=dict)
    receipts: dict[str, float] = field(default_factory=dict)
    outcomes: dict[str, float] = field(default_factory=dict)
    refused: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    def note(self, message: dict[str, Any], channel: str) -> None:
        """A message as somebody sees it now."""
        said, at = str(message), time.monotonic()
        mail = next((one for one in self.asked if one in said), "")
        if not mail:
            return
        if channel == IT_HELP and "I need an approval" in said:
            self.waited.setdefault(mail, at)
        if channel != APPROVALS:
            return
        if APPROVE in actions(message):
            self.cards[mail] = message
        elif mail in self.clicked:
            self.receipts.setdefault(mail, at)
            if "Done" in said:
                self.outcomes.setdefault(mail, at)

    async def until(self, kept: dict[str, Any]) -> None:
        """Waits until every account is in it. Raises TimeoutError."""
        async with asyncio.timeout(SECONDS), self.changed:
            await self.changed.wait_for(lambda: len(kept) == len(self.asked))


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds from the click to the receipt and to the outcome, and from the mention to the line that says who is
    asked; and how many calls Slack refused for their rate.
    """

    receipts: Sequence[float]
    outcomes: Sequence[float]
    waits: Sequence[float]
    refused: int


def actions(message: dict[str, Any]) -> list[str]:
    """The ids of its buttons."""
    rows = [block.get("elements", []) for block in message.get("blocks", []) if block["type"] == "actions"]
    return [str(element.get("action_id", "")) for row in rows for element in row]


async def watch(sandbox: Sandbox, seen: Seen) -> None:
    with sandbox.feed.watch(ALEX) as changes:
        while (change := await changes.get()) is not None:
            await take(change, seen)


async def take(change: Change, seen: Seen) -> None:
    if change.name == "message":
        async with seen.changed:
            seen.note(change.data["message"], change.data["channel"])
            seen.changed.notify_all()


@asynccontextmanager
async def workspace(folder: Path) -> AsyncIterator[tuple[Sandbox, str]]:
    """The sandbox with its limiter on, and the real bot as a process of its own."""
    sandbox = open_sandbox(SystemClock(), app=granted(ROOT / "manifest.yml"))
    runner, address = await listen(build_app(sandbox), 0)
    try:
        environment = bot_environment({}, address, folder)
        if not await start_bot(sandbox, Command((sys.executable, "app.py"), environment, ROOT), asyncio.Event()):
            raise SystemExit("the bot did not start")
        yield sandbox, address
    finally:
        if sandbox.bot is not None:
            await sandbox.bot.stop()
        await runner.cleanup()


async def one_round(folder: Path, requests: int = REQUESTS) -> Round:
    """In an empty `folder`. All ask at once, each in their own thread; once all cards stand, all are approved."""
    seen = Seen()
    async with workspace(folder) as (sandbox, address), aiohttp.ClientSession() as http:
        sandbox.log.listen(lambda step: refused(step.title, seen))
        watching = asyncio.ensure_future(watch(sandbox, seen))
        users = [one.primary_email for one in sandbox.directory.users() if not (one.suspended or one.is_admin)]

        async def post(path: str, **body: Any) -> None:
            async with http.post(f"{address}/sandbox/{path}", json=body) as answer:
                answer.raise_for_status()

        async def ask(mail: str) -> None:
            seen.asked[mail] = time.monotonic()
            await post("messages", **{"as": ROBIN, "channel": IT_HELP, "text": f"@Countersign suspend {mail}"})

        async def approve(mail: str) -> None:
            card = seen.cards[mail]
            row = next(block for block in card["blocks"] if APPROVE in actions({"blocks": [block]}))
            where = {"channel": APPROVALS, "ts": card["ts"], "block_id": row["block_id"], "action_id": APPROVE}
            seen.clicked[mail] = time.monotonic()
            await post("actions", **{"as": ALEX, **where})

        await asyncio.gather(*(ask(mail) for mail in users[-requests:]))
        await seen.until(seen.cards)
        await seen.until(seen.waited)
        await asyncio.gather(*(approve(mail) for mail in seen.cards))
        await seen.until(seen.outcomes)
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    return Round(
        since(seen.receipts, seen.clicked),
        since(seen.outcomes, seen.clicked),
        since(seen.waited, seen.asked),
        seen.refused,
    )


def refused(title: str, seen: Seen) -> None:
    seen.refused += "ratelimited" in title


def since(ends: dict[str, float], begins: dict[str, float]) -> list[float]:
    return [end - begins[mail] for mail, end in ends.items()]


async def measure(directory: Path, rounds: int) -> Measurement:
    return report([await one_round(made(directory / f"receipts-{number}")) for number in range(rounds)])


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def report(taken: Sequence[Round]) -> Measurement:
    def of(kind: str, share: float) -> list[float]:
        return [percentile(getattr(one, kind), share) for one in taken]

    return Measurement(
        title=f"(e) Approve click → receipt visible, {REQUESTS} requests at once",
        rows=[
            Row("click → buttons gone, p50", "s", of("receipts", 0.50)),
            Row("click → buttons gone, p95", "s", of("receipts", 0.95), goal=P95),
            Row("click → outcome on the card, p95", "s", of("outcomes", 0.95), goal=P95),
            Row("mention → who is asked, p95", "s", of("waits", 0.95)),
            Row("calls refused for their rate", "", [float(one.refused) for one in taken], goal=NONE),
        ],
        how=f"The real bot before the sandbox's workspace with its rate limits on. {REQUESTS} requests come at once "
        "in one channel, each in its own thread; their cards stand in one approver channel, and all are approved "
        "at the same moment. Seconds by the monotonic clock, to the moment at which the workspace shows the change.",
        limits="Slack's own limits are those of its documentation as the sandbox reads them: a post a second and "
        "channel, 50 updates a minute. Before they stand, 20 cards take 20 seconds for that reason.",
    )
