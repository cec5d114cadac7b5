"""Several tasks that take turns at named points, in an order that a seed chooses: the same seed, the same story."""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from random import Random  # noqa: TID251 - a seeded one is handed in
from typing import Any


@dataclass
class Interleaving:
    """Lets one task run at a time, until its next point; outside of `run` points mean nothing."""

    rng: Random
    live: int = 0
    waiting: list["asyncio.Future[None]"] = field(default_factory=list)

    async def run(self, *tasks: Coroutine[Any, Any, None]) -> None:
        """Takes all tasks to their end. Raises what one of them raised."""
        self.live = len(tasks)
        await asyncio.gather(*(self._whole(task) for task in tasks))

    async def point(self) -> None:
        """Another task may go on here."""
        if not self.live:
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        self._next()
        await turn

    async def _whole(self, task: Coroutine[Any, Any, None]) -> None:
        try:
            await self.point()
            await task
        finally:
            self.live -= 1
            self._next()

    def _next(self) -> None:
        if self.live and len(self.waiting) == self.live:
            self.waiting.pop(self.rng.randrange(self.live)).set_result(None)


@dataclass(frozen=True)
class Gated:
    """A port with a point before and after each of its calls; `order` gives the interleaving of the moment."""

    port: Any
    order: Callable[[], Interleaving]

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method = getattr(self.port, name)

        async def call(*args: Any, **fields: Any) -> Any:
            await self.order().point()
            result = await method(*args, **fields)
            await self.order().point()
            return result

        return call
