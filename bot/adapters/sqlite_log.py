"""Whether a database is the one that its write-ahead log continues: SQLite cannot tell (sqlite.org/howtocorrupt.html).

Somebody who copies a backup over the file of a store that was killed leaves the log of what was there before. SQLite
would put its pages into the copy: a mixture that calls itself new, and knows nothing of what was done in between.
"""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

HEADER, FRAME = 32, 24
"""Bytes of the log's header, and of a frame's before its page (sqlite.org/fileformat2.html, "The WAL File Format")."""
LARGEST = 65_536
"""Bytes of the largest page, which is written as 1."""
LEAF = 0x0D
"""The first byte of a page that holds rows of a table (the same, "B-tree Pages")."""
COLUMNS = 4
OWN = """SELECT epoch, sequence, (SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = 'store')
    FROM store"""


@dataclass(frozen=True, slots=True)
class Gap:
    """The file has come as far as `own` (epoch, commits); what its log begins with came after more commits than one."""

    own: tuple[int, int]
    begins: tuple[int, int]

    @property
    def is_new_epoch(self) -> bool:
        """It may be the commit that began another epoch, which counts on from the newest of both places."""
        return self.begins[0] > self.own[0]


def gap(database: Path) -> Gap | None:
    """The commits that are missing between the file and its log. Raises OSError.

    Every commit counts itself in the table `store`, so the log's first page of it tells how far the file had come when
    the log began. A file in use has no gap: what is in the log is in the file before the log begins anew, and the log
    is read first.
    """
    log = log_of(database)
    if not log.exists() or (known := _own(database)) is None:
        return None
    begins = _first(log, page=known[2])
    own = _own(database)
    if begins is None or own is None or own[1] >= begins[1] - 1:
        return None
    return Gap(own[:2], begins)


def log_of(database: Path) -> Path:
    """Where SQLite keeps the log of a database."""
    return database.with_name(f"{database.name}-wal")


def _own(database: Path) -> tuple[int, int, int] | None:
    """Epoch and commits by the file itself, without its log, and the page that says so."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro&immutable=1", uri=True)) as connection:
            row: tuple[int, int, int] | None = connection.execute(OWN).fetchone()
            return row
    except sqlite3.Error:  # new, of an older version, or damaged: whoever opens it says so
        return None


def _first(log: Path, page: int) -> tuple[int, int] | None:
    """Epoch and commits where that page stands first in the log."""
    try:
        with log.open("rb") as content:
            header = content.read(HEADER)
            size = int.from_bytes(header[8:12], "big")
            size = LARGEST if size == 1 else size
            while len(frame := content.read(FRAME)) == FRAME and frame[8:16] == header[16:24]:  # else left from before
                body = content.read(size)
                if int.from_bytes(frame[:4], "big") == page:
                    return counted(body)
    except FileNotFoundError:  # the last one who had it open has just closed it
        pass
    return None


def counted(page: bytes) -> tuple[int, int] | None:
    """Epoch and commits in a page of the table `store`, which has one row: id, epoch, sequence, started.

    None for any other page, or what was cut off.
    """
    try:
        return _counted(page)
    except IndexError:
        return None


def _counted(page: bytes) -> tuple[int, int] | None:
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
    ends = [body + sum(map(_bytes_of, kinds[:count])) for count in range(1, 4)]
    epoch, sequence = (
        1 if kind == 9 else int.from_bytes(page[start:end], "big", signed=True)
        for kind, start, end in zip(kinds[1:3], ends[:2], ends[1:], strict=True)
    )
    return epoch, sequence


def _varint(page: bytes, at: int) -> tuple[int, int]:
    """The number that begins there, and where the next thing begins (the same, "Varint")."""
    value = 0
    while page[at] & 0x80:
        value, at = value << 7 | page[at] & 0x7F, at + 1
    return value << 7 | page[at], at + 1


def _bytes_of(kind: int) -> int:
    """How long a value of this serial type is (the same, "Record Format"); 8 and 9 are 0 and 1 themselves."""
    return (kind - 12) // 2 if kind >= 12 else (0, 1, 2, 3, 4, 6, 8, 8, 0, 0)[kind]
