"""The real clock and the real source of ids: the only places that read time and randomness."""

import secrets
from datetime import UTC, datetime

AT_ONCE = 256


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """As the port says."""
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock that everything else is handed


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
