"""A store file that SQLite cannot read: recognised without a write, kept byte for byte when another takes its place."""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from bot.adapters.sqlite_connection import BUSY_SECONDS, DAMAGED, PRIMARY
from bot.adapters.sqlite_epoch import mark_of
from bot.adapters.sqlite_mark import Mark
from bot.adapters.sqlite_schema import demand_ours
from bot.errors import BadInput, StoreUnavailable

BESIDE = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a file. It may hold commits, and must not be taken for that of another file."""
SINCE_MARKS = 2
"""The first schema that knows how far the store has come."""


def damage(database: Path) -> str:
    """Why the file cannot be read as a database, or nothing; then whoever opens it may find other things.

    It is only read, and its log as well: a connection that may write would empty the log into the file.
    """
    if not database.is_file():
        return ""
    try:
        with closing(_reading(database, "mode=ro")) as connection:
            if demand_ours(connection, database) >= SINCE_MARKS:
                mark_of(connection)
    except sqlite3.Error as error:
        return str(error) if getattr(error, "sqlite_errorcode", 0) & PRIMARY in DAMAGED else ""
    except BadInput:
        return ""
    return ""


def mark_at_rest(copy: Path) -> Mark | None:
    """How far a copy that nobody writes to has come; None when it does not say. Leaves nothing beside it."""
    try:
        with closing(_reading(copy, "mode=ro&immutable=1")) as connection:
            return mark_of(connection) if demand_ours(connection, copy) >= SINCE_MARKS else None
    except (sqlite3.Error, BadInput):
        return None


@contextmanager
def held(database: Path) -> Iterator[None]:
    """Nobody else has the file open, for all SQLite says by its locks, and nobody comes to open it meanwhile.

    Whoever has a store open holds a lock of the file and of the index of its log. Raises StoreUnavailable when somebody
    does, and OSError. While it lasts this process must not close the file: that would end the lock.
    """
    with ExitStack() as stack:
        for path in (database, database.with_name(f"{database.name}-shm")):
            with suppress(FileNotFoundError):
                _lock(stack.enter_context(path.open("r+b")), database)
        yield


def in_use(database: Path) -> StoreUnavailable:
    """What is said when another process has the store open."""
    return StoreUnavailable(f"{database} is in use", mend="stop the bot, then try again")


def names(wanted: Path) -> Iterator[Path]:
    """This name, then the same one numbered from 2 on."""
    return chain((wanted,), (wanted.with_name(f"{wanted.name}-{number}") for number in count(2)))


def name_for(database: Path) -> Path:
    """A name for the damaged store, at which there is nothing yet, nor beside it."""
    wanted = database.with_name(f"{database.name}.before-damaged")
    return next(name for name in names(wanted) if not any(one.exists() for one in (name, *_beside(name))))


def replace(database: Path, new: Path, kept: Path) -> None:
    """Puts a whole file at rest in the place of the damaged one, which is kept with all beside it.

    Up to the last step the damaged file stands where it was. Raises OSError, also when `kept` exists by now.
    """
    own = database.stat()
    with suppress(PermissionError):
        os.chown(new, own.st_uid, own.st_gid)
    sync(new)
    for one, other in zip((*_beside(database), database), (*_beside(kept), kept), strict=True):
        if one.exists():
            os.link(one, other)
    sync(database.parent)
    for one in _beside(database):
        one.unlink(missing_ok=True)
    sync(database.parent)  # no log of the damaged file may come to stand beside the new one
    new.replace(database)
    sync(database.parent)


def sync(path: Path) -> None:
    """Has a file, or the names in a folder, outlast a power cut. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _reading(path: Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True, timeout=BUSY_SECONDS, isolation_level=None)


def _lock(file: BinaryIO, database: Path) -> None:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError) as error:  # POSIX allows both
        raise in_use(database) from error
    os.fsync(file)


def _beside(path: Path) -> list[Path]:
    return [path.with_name(path.name + suffix) for suffix in BESIDE]
