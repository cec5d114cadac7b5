"""What happened, step by step, in plain words: the drawer of the page reads this."""

from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from sandbox.clock import Clock

KEPT = 2000
Listener: TypeAlias = Callable[["Step"], None]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened. `at` is ISO 8601 UTC, `ms` how long it took where that is known."""

    n: int
    at: str
    kind: str
    title: str
    detail: Any = None
    ms: float | None = None

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


class StepLog:
    """The last 2,000 steps, numbered from 1 without gaps; listeners hear each new one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._steps: deque[Step] = deque(maxlen=KEPT)
        self._last = 0
        self._listeners: list[Listener] = []

    def append(self, kind: str, title: str, detail: Any = None, ms: float | None = None) -> Step:
        """Adds a step and tells the listeners. `detail` is JSON."""
        self._last += 1
        at = self._clock.now().isoformat(timespec="milliseconds")
        step = Step(self._last, at, kind, title, detail, None if ms is None else round(ms, 1))
        self._steps.append(step)
        for listener in self._listeners:
            listener(step)
        return step

    def after(self, n: int) -> list[Step]:
        """The kept steps with a number above `n`, oldest first."""
        return [step for step in self._steps if step.n > n]

    def listen(self, listener: Listener) -> None:
        """`listener` is called with each new step."""
        self._listeners.append(listener)
