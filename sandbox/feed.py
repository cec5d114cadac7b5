"""Changes as they happen, for whoever watches: the page gets them as server-sent events."""

import asyncio
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Change:
    """One thing a watcher should show. `name` is the SSE event name."""

    name: str
    data: dict[str, Any]


class Feed:
    """Hands each change to the watchers it concerns."""

    def __init__(self) -> None:
        self._watchers: list[tuple[str | None, asyncio.Queue[Change | None]]] = []

    @property
    def watchers(self) -> int:
        return len(self._watchers)

    @contextmanager
    def watch(self, user: str | None = None) -> Iterator[asyncio.Queue[Change | None]]:
        """The changes that `user` may see from now on, and None at the end; nobody (None) sees what is for all."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue()
        watcher = (user, queue)
        self._watchers.append(watcher)
        try:
            yield queue
        finally:
            self._watchers.remove(watcher)

    def publish(self, name: str, data: dict[str, Any], audience: Collection[str] | None = None) -> None:
        """Tells everybody, or only the users of `audience`."""
        for user, queue in self._watchers:
            if audience is None or user in audience:
                queue.put_nowait(Change(name, data))

    def close(self) -> None:
        """Tells every watcher that nothing more will come."""
        for _, queue in self._watchers:
            queue.put_nowait(None)
