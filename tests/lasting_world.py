"""A World that outlives the process: everything that happens in it is a line in an append-only file."""

import itertools
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bot.models.outbox import OutboxRow
from tests.crash_scripts import Script
from tests.factories import HandClock
from tests.world import World


@dataclass(frozen=True)
class Ledger:
    """The file. A line is there or is not: each is one write."""

    path: Path

    def note(self, name: str, *values: Any) -> None:
        """Adds a line."""
        to = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(to, msgspec.json.encode((name, *values)) + b"\n")
        finally:
            os.close(to)

    def read(self, name: str) -> list[list[Any]]:
        """The values of all lines of this name, oldest first."""
        if not self.path.exists():
            return []
        lines = [msgspec.json.decode(line) for line in self.path.read_bytes().splitlines()]
        return [values for kind, *values in lines if kind == name]


class LastingList(list[Any]):
    """A list that is appended to in the file as well."""

    def __init__(self, ledger: Ledger, name: str) -> None:
        values = [value for (value,) in ledger.read(name)]
        super().__init__(tuple(value) if isinstance(value, list) else value for value in values)
        self._ledger, self._name = ledger, name

    def append(self, value: Any) -> None:
        self._ledger.note(self._name, value)
        super().append(value)


class LastingMessages(dict[str, tuple[OutboxRow, str]]):
    """What people see, kept in the file as well."""

    def __init__(self, ledger: Ledger) -> None:
        super().__init__(
            {ts: (msgspec.convert(row, OutboxRow), text) for ts, row, text in ledger.read("message")},
        )
        self._ledger = ledger

    def __setitem__(self, ts: str, shown: tuple[OutboxRow, str]) -> None:
        self._ledger.note("message", ts, *shown)
        super().__setitem__(ts, shown)


class LastingClock(HandClock):
    """A clock that does not go back when its process ends."""

    def __init__(self, ledger: Ledger, begins: datetime) -> None:
        moved = [datetime.fromisoformat(at) for (at,) in ledger.read("clock")]
        super().__init__(moved[-1] if moved else begins)
        self._ledger = ledger

    def advance(self, **parts: float) -> datetime:
        at = super().advance(**parts)
        self._ledger.note("clock", at.isoformat())
        return at


def lasting_world(script: Script, ledger: Ledger, first_id: int) -> World:
    """The world as the file tells it; from now on it is written there."""
    world = script.new_world()
    world.clock = LastingClock(ledger, world.clock.now())
    world.ids = itertools.count(first_id)
    world.effects = LastingList(ledger, "effect")
    world.acks = LastingList(ledger, "ack")
    world.messages = LastingMessages(ledger)
    return world
