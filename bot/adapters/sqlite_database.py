"""One SQLite file: a thread that writes; reads happen where they are asked for (docs/adr/0005)."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from sqlite3 import Connection
from threading import Thread
from typing import Any, Self, TypeVar

from bot.adapters.sqlite_commit import Outcome, Work, commit_together
from bot.adapters.sqlite_connection import (
    TROUBLES,
    Opener,
    connect,
    empty_log,
    in_our_words,
    one_moment,
    open_file,
    told,
)
from bot.adapters.sqlite_epoch import agree, count
from bot.adapters.sqlite_mark import Mark, MarkFile
from bot.adapters.sqlite_presence import Presence, demand_own, lost, was_here
from bot.adapters.sqlite_proofs import Proofs
from bot.adapters.sqlite_schema import demand_ours, prepare
from bot.errors import StoreUnavailable

T = TypeVar("T")
NOTHING_PROVEN = Proofs()
MOST_TOGETHER = 256
"""A commit of so many writes takes no more, so that nobody waits for an endless transaction."""


class _Done(asyncio.Future[Any]):
    """What became of a write, which cannot be called back: who is cancelled meanwhile waits for its end."""

    def cancel(self, msg: Any | None = None) -> bool:  # noqa: ARG002 - the name is asyncio's
        return False


@dataclass(frozen=True, slots=True)
class _Write:
    work: Work
    done: _Done
    scrub: bool = False


class Database:
    """Use `open`. Belongs to the event loop it was opened on; other processes may open the same file.

    `proofs` are those of the rows that enter.
    """

    proofs = NOTHING_PROVEN

    def __init__(self, path: Path, writer: Connection, reader: Connection, marks: MarkFile) -> None:
        self._path = path
        self._marks = marks
        self._presence = Presence.of(path)
        self._synced = -1
        (self._changes,) = writer.execute("SELECT total_changes()").fetchone()
        self._loop = asyncio.get_running_loop()
        self._writer = writer
        self._reader = reader
        self._queue: SimpleQueue[list[_Write] | None] = SimpleQueue()
        self._asked: list[_Write] = []
        self._thread = Thread(target=self._serve, name="sqlite-writer", daemon=True)
        self._open = True
        self._thread.start()

    @classmethod
    async def open(cls, path: Path, opener: Opener = open_file, proofs: Proofs = NOTHING_PROVEN) -> Self:
        """Opens or creates the file. Raises StoreUnavailable; BadInput for a newer schema, or a file that got lost."""
        database = cls(path, *await asyncio.to_thread(_connections, path, opener))
        database.proofs = proofs
        return database

    async def close(self) -> None:
        """Finishes what was submitted, then closes the file. Later use raises StoreUnavailable."""
        if not self._open:
            return
        self._open = False
        self._submit()
        self._queue.put(None)
        await asyncio.to_thread(self._thread.join)
        self._writer.close()
        self._reader.close()
        self._marks.close()

    async def write(self, work: Callable[[Connection], T], *, scrub: bool = False) -> T:
        """What `work` returns, once it is durable. Raises what it raises, and StoreUnavailable when it was not saved.

        The work runs in a transaction on the writer's thread. A cancelled caller still waits for its end. With `scrub`
        what it deletes is then gone from the write-ahead log as well, unless somebody is reading it. Writes of the same
        turn of the loop go to the writer together, so that they share a commit.
        """
        self._demand_open()
        done = _Done(loop=self._loop)
        if not self._asked:
            self._loop.call_soon(self._submit)
        self._asked.append(_Write(work, done, scrub))
        result: T = await done
        return result

    async def read(self, work: Callable[[Connection], T]) -> T:
        """What `work` returns; all it reads is of one moment, and includes every write that has returned.

        It runs on the caller's thread: indexed look-ups cost less than a change of threads, and in WAL mode a reader
        never waits for a writer.
        """
        self._demand_open()
        with told(self._path), one_moment(self._reader):
            return work(self._reader)

    async def look_up(self, work: Callable[[Connection], T]) -> T:
        """As `read`, for work of a single statement, which is of one moment by itself."""
        self._demand_open()
        try:
            return work(self._reader)
        except TROUBLES as error:
            raise in_our_words(self._path, error) from error

    async def data_version(self) -> int:
        """A number that differs after a commit by any connection but the reader, which never writes."""
        (version,) = await self.look_up(lambda of: of.execute("PRAGMA data_version").fetchone())
        return int(version)

    def _submit(self) -> None:
        """Hands over what was asked for in this turn, in order."""
        asked, self._asked = self._asked, []
        self._queue.put(asked)

    def _demand_open(self) -> None:
        if not self._open:
            raise StoreUnavailable(f"{self._path}: the store is closed")

    def _serve(self) -> None:
        while batch := self._next_batch():
            outcomes = commit_together(self._writer, self._path, [*(write.work for write in batch), self._count])
            outcomes = self._marked(outcomes)
            if any(write.scrub for write in batch):
                empty_log(self._writer)
            try:
                self._loop.call_soon_threadsafe(_resolve, batch, outcomes)
            except RuntimeError:  # the loop was closed without us: nobody waits any more
                return

    def _count(self, to: Connection) -> Mark | None:
        """Counts the commit if it changes anything."""
        (changes,) = to.execute("SELECT total_changes()").fetchone()
        if changes == self._changes:
            return None
        self._changes = changes + 1
        return count(to)

    def _marked(self, outcomes: list[Outcome]) -> list[Outcome]:
        """The outcomes, once the second place knows of the commit: durably, before a call of it leaves.

        What went into a file that was deleted meanwhile was not saved.
        """
        *done, counted = outcomes
        try:
            with told(self._path):
                self._presence.demand()
                if counted.value is None:
                    return done
                self._marks.raise_to(counted.value, sync=counted.value.started > self._synced)
        except StoreUnavailable as error:
            return [Outcome(error=StoreUnavailable(error.what, mend=error.mend, passes=error.passes)) for _ in done]
        self._synced = counted.value.started
        return done

    def _next_batch(self) -> list[_Write]:
        """What waits, in order; nothing once the file is closed."""
        batch: list[_Write] = []
        asked = self._queue.get()
        while asked is not None:
            batch += asked
            if len(batch) >= MOST_TOGETHER:
                return batch
            try:
                asked = self._queue.get_nowait()
            except Empty:
                return batch
        if batch:
            self._queue.put(None)
        return batch


def _connections(path: Path, opener: Opener) -> tuple[Connection, Connection, MarkFile]:
    with told(path), ExitStack() as opened:
        known = was_here(path)
        if known and not path.exists():
            raise lost(path)
        demand_own(path)
        writer = connect(path, opener)
        opened.callback(writer.close)
        with one_moment(writer):
            version = demand_ours(writer, path)
        if known and version == 0:
            raise lost(path)
        prepare(writer, path)
        marks = MarkFile.open(path)
        opened.callback(marks.close)
        agree(writer, path, marks)
        reader = connect(path, opener)
        opened.pop_all()
        return writer, reader, marks


def _resolve(batch: list[_Write], outcomes: list[Outcome]) -> None:
    for write, outcome in zip(batch, outcomes, strict=True):
        if write.done.done():
            continue
        if outcome.error is not None:
            write.done.set_exception(outcome.error)
        else:
            write.done.set_result(outcome.value)
