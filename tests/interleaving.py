"""Several tasks that take turns at named points, in an order that a seed chooses: the same seed, the same story."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - a seeded one is handed in
from typing import Any


class Endless(BaseException):
    """More points were passed than any story has. Nothing in the code under test may catch it."""


@dataclass
class Interleaving:
    """Lets one task run at a time, until its next point; outside of `run` points mean nothing.

    `log` tells who went on from where, in order. After `most` points it raises Endless.
    """

    rng: Random
    live: int = 0
    waiting: list["asyncio.Future[None]"] = field(default_factory=list)
    log: list[str] = field(default_factory=list)
    most: int = 20_000
    passed: int = 0

    async def run(self, *tasks: Coroutine[Any, Any, None], names: Sequence[str] = ()) -> None:
        """Takes all tasks to their end. Raises what one of them raised."""
        self.live = len(tasks)
        named = [*names, *map(str, range(len(names), len(tasks)))]
        whole = [asyncio.create_task(self._whole(one), name=name) for one, name in zip(tasks, named, strict=True)]
        try:
            await asyncio.gather(*whole)
        finally:
            for task in whole:
                task.cancel()
            await asyncio.gather(*whole, return_exceptions=True)
            self.live = 0

    async def point(self, name: str = "") -> None:
        """Another task may go on here."""
        self.passed += 1
        if self.passed > self.most:
            raise Endless(f"{self.passed} points")
        if not self.live:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        self._next()
        await turn
        self.log.append(f"{me()} {name}")

    async def _whole(self, task: Coroutine[Any, Any, None]) -> None:
        try:
            await self.point("begins")
            await task
        finally:
            task.close()
            self.live -= 1
            self._next()

    def _next(self) -> None:
        self.waiting = [turn for turn in self.waiting if not turn.done()]
        if self.live > 0 and len(self.waiting) == self.live:
            self.waiting.pop(self.rng.randrange(self.live)).set_result(None)


def me() -> str:
    """The name of the task that runs now."""
    task = asyncio.current_task()
    return task.get_name() if task else ""


@dataclass(frozen=True)
class Gated:
    """A port with a point before and after each of its calls; `order` gives the interleaving of the moment."""

    port: Any
    order: Callable[[], Interleaving]

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self.port, name)

        async def call(*args: Any, **fields: Any) -> Any:
            await self.order().point(f"before {name}")
            result = await method(*args, **fields)
            await self.order().point(f"after {name}")
            return result

        return call
