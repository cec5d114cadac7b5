"""The real clock and the real source of ids: the only places that read time and randomness."""

import base64
import logging
import secrets
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

log = logging.getLogger(__name__)

AT_ONCE = 256
CATCHING_UP = 0.9
"""How fast time goes on while the machine's clock is behind what was told already: an hour is made up in ten."""
NOTICED = timedelta(seconds=1)


def machine_time() -> datetime:
    """What the machine says, in UTC; an operator or NTP may set it either way."""
    return datetime.now(UTC)  # noqa: TID251 - this is the Clock that everything else is handed


class SystemClock:
    """The machine's clock, in UTC, that never runs backwards while the process lives.

    Set back, it would make young what is old: approvals that have expired, answers of the directory that are stale,
    leases that others have taken. So it goes on from where it was, a little slower, until the machine has caught up.
    """

    def __init__(
        self, machine: Callable[[], datetime] = machine_time, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self._machine = machine
        self._elapsed = elapsed
        self._last, self._at = machine(), elapsed()
        self._is_ahead = False

    def now(self) -> datetime:
        """As the port says."""
        machine, at = self._machine(), self._elapsed()
        least = self._last + timedelta(seconds=(at - self._at) * CATCHING_UP)
        if self._is_ahead or machine < least:
            self._tell(least - machine)
        self._last, self._at = max(machine, least), at
        return self._last

    def _tell(self, behind: timedelta) -> None:
        """An alarm when the machine's clock was set back, once until it has caught up."""
        if behind > NOTICED and not self._is_ahead:
            said = f"the machine's clock was set back by {behind.total_seconds():.0f} s"
            mend = "look at the machine's time (NTP); if it is right now, a restart takes it over at once"
            log.error("clock.set_back", extra={"what": said, "mend": mend})
        self._is_ahead = behind > timedelta()


def new_secret_key() -> str:
    """A value for COUNTERSIGN_SECRET_KEY: base64 of 32 random bytes."""
    return base64.b64encode(secrets.token_bytes(32)).decode()


class RandomIds:
    """Random ids of 128 bits. The system is asked for many at a time: one call of it costs as much as a save."""

    def __init__(self) -> None:
        self._left: list[str] = []

    def __call__(self) -> str:
        """A fresh id that nobody can guess."""
        if not self._left:
            drawn = secrets.token_hex(16 * AT_ONCE)  # noqa: TID251 - this is the new_id that everything else is handed
            self._left = [drawn[start : start + 32] for start in range(0, len(drawn), 32)]
        return self._left.pop()
