"""Crashes on purpose: every store write, send and ack is a point; a plan counts them and stops the process at one."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.store_ports import Store

WRITES = frozenset(
    {"receive", "save", "append", "claim", "release", "renew", "wake", "claim_rows", "shown", "not_shown"}
    | {"remember", "set_backfilled", "save_tools"}
)
READS = frozenset(
    {
        "load",
        "inbox",
        "find_approval",
        "card_rows",
        "call",
        "open_in_thread",
        "find_open_call",
        "attached",
        "audit",
        "next_due",
    }
    | {"changes", "rows", "thread", "is_backfilled", "policy", "tools", "publish", "close"}
)
"""`publish` happens once at the start of a process, before anything else, and `close` is the crash itself."""


class Crash(BaseException):
    """The process is gone. Nothing in the code under test may catch it."""


@dataclass
class FaultPlan:
    """Crashes at the points with these numbers, counted from 0 over the whole schedule."""

    at: frozenset[int] = frozenset()
    seen: list[str] = field(default_factory=list)

    def point(self, name: str) -> None:
        """One place where the process may end."""
        number = len(self.seen)
        self.seen.append(name)
        if number in self.at:
            raise Crash(name)


class CrashingStore:
    """The store with a point before and after every write. An unknown method is an unregistered write: it fails."""

    def __init__(self, store: Store, plan: FaultPlan) -> None:
        self._store = store
        self._plan = plan

    def __getattr__(self, name: str) -> Callable[..., Coroutine[Any, Any, Any]]:
        method: Callable[..., Coroutine[Any, Any, Any]] = getattr(self._store, name)
        if name in READS:
            return method
        assert name in WRITES, f"{name} is no registered crash point"

        async def write(*args: Any, **fields: Any) -> Any:
            self._plan.point(f"store.{name}:before")
            result = await method(*args, **fields)
            self._plan.point(f"store.{name}:after")
            return result

        return write
