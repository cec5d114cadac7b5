"""The second place: a small file beside the database that remembers how far the store had come (docs/adr/0006)."""

import errno
import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias
from zlib import crc32

from bot.adapters.sqlite_connection import BUSY_SECONDS, LOOK_AGAIN

Sync: TypeAlias = Callable[[int], None]
"""Has what an open file or directory holds outlast a power cut."""
SLOT = 128
"""Bytes of one slot. There are two, written in turn, so that a torn write spoils only the newer one."""
HELD = "another process has kept the lock of the file beside it all the time: let it finish, or end it"


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a store has come: restores (`epoch`), commits (`sequence`), calls that may have left (`started`)."""

    store: str
    epoch: int
    sequence: int
    started: int

    @property
    def age(self) -> tuple[int, int]:
        """What orders the marks of one store."""
        return self.epoch, self.sequence


class MarkFile:
    """Use `open`. Several processes may share the file. All raise OSError.

    The mark of a store never goes back: the slot of the newest is never written over, and the newest counts.
    """

    def __init__(self, descriptor: int, folder: Path, sync: Sync, patience: float = BUSY_SECONDS) -> None:
        self._descriptor = descriptor
        self._folder = folder
        self._sync = sync
        self._patience = patience

    @classmethod
    def open(cls, database: Path, sync: Sync = os.fsync) -> Self:
        """The mark of this database; a missing file is made, private and empty."""
        path = beside(database)
        return cls(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), path.parent, sync)

    def close(self) -> None:
        """Gives the file back."""
        os.close(self._descriptor)

    def read(self) -> Mark | None:
        """The newest mark, or None when there is none that can be read."""
        return _newest(_slots(os.pread(self._descriptor, 2 * SLOT, 0)))

    def raise_to(self, mark: Mark, *, sync: bool) -> None:
        """Remembers the mark; a newer one still counts. With `sync` it survives power loss.

        Raises OSError also when the file has come to speak of another store or a later epoch: ours was replaced.
        """
        with self._alone():
            slots = _slots(os.pread(self._descriptor, 2 * SLOT, 0))
            newest = _newest(slots)
            if newest is not None and (newest.store, newest.epoch) != (mark.store, mark.epoch):
                raise OSError(errno.ESTALE, "the database was replaced or restored while this process had it open")
            self._put(1 if newest is not None and slots[0] == newest else 0, mark)
        if sync:
            self._sync(self._descriptor)

    def replace(self, mark: Mark) -> None:
        """Remembers this mark, whatever was there, durably: a file that was new has its name for good, too.

        A newer one of the same epoch stays: another process has opened the store as well, and is at work.
        """
        with self._alone():
            newest = _newest(_slots(os.pread(self._descriptor, 2 * SLOT, 0)))
            if newest is None or (newest.store, newest.epoch) != (mark.store, mark.epoch) or newest.age < mark.age:
                self._put(0, mark)
                self._put(1, mark)
            self._sync(self._descriptor)
        folder = os.open(self._folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            self._sync(folder)
        finally:
            os.close(folder)

    def _put(self, slot: int, mark: Mark) -> None:
        os.pwrite(self._descriptor, _written(mark), slot * SLOT)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._lock()
        try:
            yield
        finally:
            fcntl.flock(self._descriptor, fcntl.LOCK_UN)

    def _lock(self) -> None:
        """Raises OSError after `patience` seconds: who is stopped with the lock must not stop all others in silence."""
        end = time.monotonic() + self._patience
        while not self._locked():
            if time.monotonic() > end:
                raise OSError(errno.EAGAIN, HELD)
            time.sleep(LOOK_AGAIN)

    def _locked(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def beside(database: Path) -> Path:
    """Where the mark of a database is kept."""
    return database.with_name(f"{database.name}.epoch")


def read_mark(database: Path) -> Mark | None:
    """The mark of a database, without making the file. Raises OSError when it is there and cannot be read."""
    try:
        return _newest(_slots(beside(database).read_bytes()))
    except FileNotFoundError:
        return None


def _written(mark: Mark) -> bytes:
    text = f"{mark.store} {mark.epoch} {mark.sequence} {mark.started}"
    return f"{text} {crc32(text.encode()):08x}".ljust(SLOT - 1).encode() + b"\n"


def _slots(content: bytes) -> list[Mark | None]:
    return [_parsed(content[start : start + SLOT]) for start in (0, SLOT)]


def _parsed(slot: bytes) -> Mark | None:
    text, _, check = slot.decode("ascii", "replace").rstrip().rpartition(" ")
    parts = text.split(" ")
    if check != f"{crc32(text.encode()):08x}" or len(parts) != 4:
        return None
    return Mark(parts[0], *map(int, parts[1:])) if all(map(str.isdecimal, parts[1:])) else None


def _newest(slots: list[Mark | None]) -> Mark | None:
    return max((mark for mark in slots if mark is not None), key=lambda mark: mark.age, default=None)
