"""Plays scenes on both bots."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from bench.proof.bots import Bot, Ours, Theirs, a_world
from bench.proof.scenes import SCENES, Scene
from bench.proof.values import Row, Side, side


@asynccontextmanager
async def _ours() -> AsyncIterator[Bot]:
    bot = await Ours.open(a_world())
    try:
        yield bot
    finally:
        await bot.close()


@asynccontextmanager
async def _theirs(gated: bool) -> AsyncIterator[Bot]:
    with tempfile.TemporaryDirectory(prefix="baseline-") as folder:
        yield await Theirs.open(a_world(), Path(folder) / "marks.json", gated=gated)


async def both(name: str, times: int, seed: int) -> Row:
    """One scene, so many times on each side, with the same chances."""
    scene = SCENES[name]
    return Row(scene.group, name, await ours(scene, times, seed), await theirs(scene, times, seed))


async def ours(scene: Scene, times: int, seed: int) -> Side:
    """On Countersign."""
    found = []
    for number in range(times):
        async with _ours() as bot:
            found.append(await scene.play(bot, Random(f"{seed} {number}")))
    return side(found)


async def theirs(scene: Scene, times: int, seed: int) -> Side:
    """On the baseline."""
    found = []
    for number in range(times):
        async with _theirs(scene.gated) as bot:
            found.append(await scene.play(bot, Random(f"{seed} {number}")))
    return side(found)
