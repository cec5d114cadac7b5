"""Writes a store file with a request in every state, as this version of the program leaves it.

    python -m tests.bot.adapters.make_store tests/bot/adapters/stores/0.1.0.sqlite3

It is run once for each release; the file is kept as it is, and every later version must open it (test_released_stores).
"""

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from bot.answering import fail
from bot.models.outbox import Kind, OutboxRow
from bot.models.tools import Tool
from bot.ports import ToolOutcome, ToolResult
from tests.crash import Crash
from tests.engine import Engine
from tests.world import World, says, suspend, uses


class Maker:
    """Tells one story after the other on a store."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.world = World()
        self.stories = 0

    async def make(self) -> None:
        """One request in each state; those that wait come last, so that nobody's time runs out."""
        await self._life(self._closed)
        await self._life(self._open)
        await self._life(self._cut_short)
        await self._life(self._not_answered)
        await self._life(self._received)

    async def _life(self, tell: object) -> None:
        engine = await Engine.open(self.path, self.world)
        assert callable(tell)
        with suppress(Crash):
            await tell(engine)
        await engine.close()

    async def _closed(self, engine: Engine) -> None:
        await self._ask(engine, "done")
        await engine.click()
        await engine.run()
        await self._ask(engine, "denied")
        await engine.click(yes=False, reason="wrong person")
        await engine.run()
        await self._ask(engine, "cancelled")
        await engine.withdraw()
        await engine.run()
        failed = await self._ask(engine, "failed")
        await fail(engine.core, await engine.record(failed), "something went wrong on our side.")
        await engine.run()
        await self._ask(engine, "expired")
        self.world.clock.advance(hours=5)
        await engine.run()

    async def _open(self, engine: Engine) -> None:
        await self._ask(engine, "waiting")
        both = await self._ask(engine, "one", "other")
        [first, _] = (await engine.record(both)).calls
        await engine.click(call_ids=(first.id,))
        await engine.run()
        plain = self.world.answer
        self.world.answer = lambda _tool, _arguments: ToolResult(ToolOutcome.UNKNOWN, "The connection was lost.")
        await self._ask(engine, "unknown")
        await engine.click()
        await engine.run()
        self.world.answer = plain

    async def _cut_short(self, engine: Engine) -> None:
        await self._ask(engine, "started")
        await engine.click()
        self.world.answer = self._crash
        await engine.run()

    def _crash(self, _tool: Tool, _arguments: str) -> ToolResult:
        raise Crash("the process ends while a call is under way")

    async def _not_answered(self, engine: Engine) -> None:
        def no_answers(row: OutboxRow) -> str:
            if row.kind is Kind.ANSWER:
                raise Crash("the process ends before the answer is shown")
            return ""

        self.world.script = [says("There is nothing to do.")]
        self.world.refuse_delivery = no_answers
        await engine.mention("is there anything to do?", ts="800.0")
        await engine.run()

    async def _received(self, engine: Engine) -> None:
        await engine.mention("suspend planned@example.com", ts="900.0")

    async def _ask(self, engine: Engine, *users: str) -> str:
        self.stories += 1
        self.world.script = [uses(*(suspend(f"{user}@example.com") for user in users)), says("Finished.")]
        request_id = await engine.mention(f"suspend {' and '.join(users)}", ts=f"{100 + self.stories}.0")
        await engine.run()
        return request_id


if __name__ == "__main__":
    to = Path(sys.argv[1])
    for old in to.parent.glob(f"{to.name}*"):
        old.unlink()
    asyncio.run(Maker(to).make())
