"""Times of the week. The moment is UTC; a window is read on the clocks of its own zone."""

from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.models.policy import Window


def zone_of(name: str) -> ZoneInfo | None:
    """The zone of an IANA name, or None when this machine does not know it."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def within(window: Window, at: datetime) -> bool | None:
    """Whether the moment lies in the window, its first minute included, its last not. None without its zone."""
    zone = zone_of(window.zone)
    if zone is None:
        return None
    local = at.astimezone(zone)
    minute, today, yesterday = local.hour * 60 + local.minute, local.weekday(), (local.weekday() - 1) % 7
    if window.start < window.end:
        return today in window.days and window.start <= minute < window.end
    begun = today in window.days and minute >= window.start
    return begun or (yesterday in window.days and minute < window.end)
