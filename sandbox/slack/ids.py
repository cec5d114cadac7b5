"""Identifiers in Slack's style: unique for one run and the next, without randomness."""

from datetime import datetime

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Counts up from the moment the workspace was opened, so that a later run does not repeat an id."""

    def __init__(self, opened: datetime) -> None:
        self._last = int(opened.timestamp()) * 36**3

    def new(self, prefix: str) -> str:
        """The next id, like `Ev0T4ABCDE01`."""
        self._last += 1
        return prefix + base36(self._last).rjust(10, "0")

    def uuid(self) -> str:
        """The next id in the form of an envelope id."""
        self._last += 1
        return f"00000000-0000-4000-8000-{self._last:012x}"


def base36(number: int) -> str:
    """Digits and capitals, as Slack's ids have them."""
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"
