"""Waiting for what happens, with a deadline instead of a sleep."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 20.0
"""Seconds after which a test that still waits has failed."""


@dataclass
class Watched:
    """Something that happens again and again, and can be waited for."""

    seen: list[Any] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def tell(self, what: Any) -> None:
        async with self.changed:
            self.seen.append(what)
            self.changed.notify_all()

    async def times(self, count: int) -> list[Any]:
        """What was seen, as soon as it was seen so often."""
        async with asyncio.timeout(PATIENCE), self.changed:
            await self.changed.wait_for(lambda: len(self.seen) >= count)
        return self.seen
