"""A change leaves soon after it was called for, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass

from mcp_tools.google_admin.outcomes import Outcome, ToolFailure


@dataclass(frozen=True, slots=True)
class Window:
    """The seconds in which a change may be sent. Who called may have given it up after that: a call runs in a thread
    that nobody can stop. `clock` gives seconds."""

    send_within: float
    clock: Callable[[], float]

    def open(self) -> "Opened":
        """From now on."""
        return Opened(self, self.clock())


@dataclass(frozen=True, slots=True)
class Opened:
    """A window since the moment `began`."""

    window: Window
    began: float

    def check(self, doing: str) -> None:
        """Before the change is sent. Raises ToolFailure when it is too late."""
        if self.window.clock() - self.began > self.window.send_within:
            text = f"Could not {doing}: Google was slow to say how things are now."
            raise ToolFailure(f"{text} Nothing was sent, so nothing was changed. Try again later.", Outcome.REFUSED)
