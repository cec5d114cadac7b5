"""The world outside the processes of a soak: append-only files for effects and messages, and a clock that is moved.

No crash rolls any of it back, and every process that is started again finds it as it stands.
"""

import json
import os
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record


@dataclass(frozen=True, slots=True)
class Post:
    """One writing of a message. `ts` is the message's place, `about` the `ts` of the mention that it answers."""

    row: str
    request: str
    kind: Kind
    subject: str
    ts: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that a tool did: its full name and the exact arguments."""

    tool: str
    arguments: str


@dataclass(slots=True)
class World:
    """The files in `directory`, and a clock that runs as the machine's does, from wherever `shift` has put it.

    `ahead` (seconds) is by how much this process alone believes that it is later.
    """

    directory: Path
    ahead: float = 0.0

    @property
    def database(self) -> Path:
        """The bot's own file, which is no part of the world but lies beside it."""
        return self.directory / "countersign.sqlite3"

    @property
    def log(self) -> Path:
        """What the processes logged."""
        return self.directory / "log"

    def in_hand(self) -> int:
        """How many requests somebody has leased, be they alive or dead."""
        return self._counted("requests WHERE leased = 1")

    def to_look_for(self) -> int:
        """How many cards may have a twin, posted by somebody thought dead, that nobody has looked for yet."""
        return self._counted("outbox WHERE look_at IS NOT NULL AND gave_up = 0")

    def _counted(self, what: str) -> int:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as reader:
            return int(reader.execute(f"SELECT count(*) FROM {what}").fetchone()[0])

    def now(self) -> datetime:
        """The moment, for everybody in this world whose clock is right, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._offset() + self.ahead)

    def shift(self, seconds: float) -> None:
        """Lets that much time pass for everybody, also for those who are stopped."""
        fresh = self.directory / "offset.new"
        fresh.write_text(repr(self._offset() + seconds), encoding="ascii")
        fresh.replace(self.directory / "offset")

    def _offset(self) -> float:
        try:
            return float((self.directory / "offset").read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0.0

    def happen(self, tool: str, arguments: str) -> None:
        """A tool has done this, for good."""
        self._append("effects", {"tool": tool, "arguments": arguments})

    def effects(self) -> list[Effect]:
        """What happened so far, oldest first."""
        return [Effect(**line) for line in self._lines("effects")]

    def post(self, row: OutboxRow, record: Record, ts: str) -> None:
        """People see this message from now on."""
        origin = record.request.origin.message_ts
        line = {"row": row.id, "request": row.request_id, "kind": row.kind, "subject": row.subject}
        self._append("messages", {**line, "ts": ts, "about": origin, "text": rendered(row, record)})

    def posts(self) -> list[Post]:
        """Every writing of every message, oldest first."""
        return [Post(**{**line, "kind": Kind(line["kind"])}) for line in self._lines("messages")]

    def _append(self, name: str, line: dict[str, str]) -> None:
        to = os.open(self.directory / name, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(to, f"{json.dumps(line)}\n".encode())
        finally:
            os.close(to)

    def _lines(self, name: str) -> list[dict[str, Any]]:
        """The complete lines: a reader may come while one is being written."""
        try:
            text = (self.directory / name).read_text(encoding="utf-8")
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def rendered(row: OutboxRow, record: Record) -> str:
    """What a person would read, reduced to what the checks ask about."""
    match row.kind:
        case Kind.CARD:
            return " ".join(f"{call.id}:{call.status}" for call in record.card_calls(row.subject))
        case Kind.ANSWER:
            return record.request.pages[int(row.subject)]
        case Kind.PROGRESS:
            return record.request.status
        case _:
            return row.text


def rng_of(*seeds: object) -> random.Random:
    """A source of chance of its own for each thing that is drawn, so that one draw more does not move the others."""
    return random.Random("/".join(map(str, seeds)))
