"""The real clock and the real source of ids: the only places that read time and randomness."""

import secrets
from datetime import UTC, datetime


class SystemClock:
    """The machine's clock, in UTC."""

    def now(self) -> datetime:
        """As the port says."""
        return datetime.now(UTC)  # noqa: TID251 - this is the Clock that everything else is handed


def new_id() -> str:
    """A random id of 128 bits."""
    return secrets.token_hex(16)  # noqa: TID251 - this is the new_id that everything else is handed
