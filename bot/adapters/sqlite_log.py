"""Whether a database is the one that its write-ahead log continues: SQLite cannot tell (sqlite.org/howtocorrupt.html).

Somebody who copies a backup over the file of a store that was killed leaves the log of what was there before. SQLite
would put its pages into the copy: a mixture that calls itself new, and knows nothing of what was done in between.
"""

import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bot.adapters.sqlite_connection import LOOK_AGAIN
from bot.adapters.sqlite_mark import Mark

HEADER, FRAME = 32, 24
"""Bytes of the log's header, and of a frame's before its page (sqlite.org/fileformat2.html, "The WAL File Format")."""
LARGEST = 65_536
"""Bytes of the largest page, which is written as 1."""
LEAF = 0x0D
"""The first byte of a page that holds rows of a table (the same, "B-tree Pages")."""
COLUMNS = 4
OWN = """SELECT id, epoch, sequence, started, (SELECT rootpage FROM sqlite_schema
    WHERE type = 'table' AND name = 'store') FROM store"""
LOOKS = 5


@dataclass(frozen=True, slots=True)
class Gap:
    """The file has come as far as `own`, and its log does not go on from there: it begins with `begins`."""

    own: Mark
    begins: Mark


def gap(database: Path) -> Gap | None:
    """What does not fit together, if the log is not the one of this file. Raises OSError.

    Every commit counts itself in the table `store`, so the log's pages of it tell how far the file had come. The file
    is where its log begins, or at one of the commits in it that were written back. While somebody is at work both go
    on between two looks; what is wrong stays so.
    """
    log, found = log_of(database), None
    for _ in range(LOOKS):
        if not log.exists() or (known := _own(database)) is None:
            return None
        own, page = known
        held = _marks(log, page)
        if not held or own in held or _goes_on(own, held[0]):
            return None
        found = Gap(own, held[0]) if _own(database) == known else None
        time.sleep(LOOK_AGAIN)
    return found


def _goes_on(own: Mark, first: Mark) -> bool:
    """Whether that is the next commit. One that begins an epoch has another name, and counts on all the same."""
    return first.sequence == own.sequence + 1 and (first.store == own.store or first.epoch > own.epoch)


def log_of(database: Path) -> Path:
    """Where SQLite keeps the log of a database."""
    return database.with_name(f"{database.name}-wal")


def _own(database: Path) -> tuple[Mark, int] | None:
    """How far the file itself has come, without its log, and the page that says so."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro&immutable=1", uri=True)) as connection:
            row = connection.execute(OWN).fetchone()
            return None if row is None else (Mark(*row[:4]), row[4])
    except sqlite3.Error:  # new, of an older version, or damaged: whoever opens it says so
        return None


def _marks(log: Path, page: int) -> list[Mark]:
    """How far the file had come each time that this page was written into the log."""
    found = list[Mark]()
    try:
        with log.open("rb") as content:
            header = content.read(HEADER)
            size = int.from_bytes(header[8:12], "big")
            size = LARGEST if size == 1 else size
            while len(frame := content.read(FRAME)) == FRAME and frame[8:16] == header[16:24]:  # else left from before
                body = content.read(size)
                if int.from_bytes(frame[:4], "big") == page and (mark := counted(body)) is not None:
                    found.append(mark)
    except FileNotFoundError:  # the last one who had it open has just closed it
        pass
    return found


def counted(page: bytes) -> Mark | None:
    """What a page of the table `store` says, which has one row: id, epoch, sequence, started.

    None for any other page, or what was cut off.
    """
    try:
        return _counted(page)
    except (IndexError, UnicodeDecodeError):
        return None


def _counted(page: bytes) -> Mark | None:
    if page[0] != LEAF or page[3:5] != b"\x00\x01":
        return None
    _, at = _varint(page, int.from_bytes(page[8:10], "big"))
    _, at = _varint(page, at)
    length, head = _varint(page, at)
    body, kinds = at + length, list[int]()
    while head < body:
        kind, head = _varint(page, head)
        kinds.append(kind)
    if len(kinds) != COLUMNS:
        return None
    ends = [body + sum(map(_bytes_of, kinds[:count])) for count in range(1, COLUMNS + 1)]
    numbers = (
        kind - 8 if kind in (8, 9) else int.from_bytes(page[start:end], "big", signed=True)
        for kind, start, end in zip(kinds[1:], ends, ends[1:], strict=False)
    )
    return Mark(page[body : ends[0]].decode(), *numbers)


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, and where the next thing begins (the same, "Varint")."""
    value = 0
    while page[at] & 0x80:
        value, at = value << 7 | page[at] & 0x7F, at + 1
    return value << 7 | page[at], at + 1


def _bytes_of(kind: int) -> int:
    """How long a value of this serial type is (the same, "Record Format"); 8 and 9 are 0 and 1 themselves."""
    return (kind - 12) // 2 if kind >= 12 else (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind]
