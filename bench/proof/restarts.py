"""The process ends while something waits or is under way."""

from random import Random

from bench.proof.bots import Bot
from bench.proof.hostile import someone
from bot.models.tools import Tool
from bot.ports import ToolResult
from tests.crash import Crash
from tests.world import World, says, suspend, uses


async def a_waiting_card(bot: Bot, rng: Random) -> str:
    """One to three restarts, then the first click."""
    bot.world.script = [uses(suspend(someone(rng))), says("Finished.")]
    await bot.ask()
    for _ in range(rng.randint(1, 3)):
        await bot.restart()
    await bot.click()
    await bot.work()
    return "" if len(bot.world.effects) == 1 else "the first click after a restart did nothing"


def _dies(_tool: Tool, _arguments: str) -> ToolResult:
    raise Crash("the process is gone")


async def after_the_effect(bot: Bot, rng: Random) -> str:
    """The call has happened and the process ends before it can note that; Slack delivers the click again."""
    bot.world.script = [uses(suspend(someone(rng))), says("Finished.")]
    await bot.ask()
    bot.world.answer = _dies
    try:
        await bot.click(key="click-1")
        await bot.work()
    except Crash:
        bot.world.answer = World().answer
    await bot.restart()
    await bot.click(key="click-1")
    await bot.work()
    if len(bot.world.effects) != 1:
        return f"one approval ran {len(bot.world.effects)} times"
    told = any(word in text for text in bot.shown() for word in ("unknown", "succeeded", "done:"))
    return "" if told else "it happened, and nobody was told or asked"
