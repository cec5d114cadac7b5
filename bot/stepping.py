"""What a step gives back: the record as it saved it, or the wish to be left alone for a while."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.core import Core
from bot.models.request import Record


@dataclass(frozen=True, slots=True)
class Park:
    """Nothing to do until `due_at` (UTC), or until woken when that is None."""

    due_at: datetime | None = None


Step: TypeAlias = Callable[[Core, Record], Awaitable[Record | Park]]
"""Loads nothing, decides by the record, saves, and returns what it saved. Saving may raise VersionConflict."""
