"""A disk that forgets at a power cut: an SQLite VFS that knows which bytes of which file were synced.

What is written goes to real files in a folder, as into a page cache. Beside them the disk keeps what a sync has made
lasting. SQLite's own rules for directories hold: a new journal or WAL is in its directory for good after its first
sync, as is every entry that was made there before (sqlite.org/src, os_unix.c, unixSync and unixDelete).
"""

from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from threading import Lock

import apsw

SECTOR = 512
NEW_LOGS = apsw.SQLITE_OPEN_WAL | apsw.SQLITE_OPEN_MAIN_JOURNAL | apsw.SQLITE_OPEN_SUPER_JOURNAL
Edit = tuple[int, bytes | None]
"""Bytes written at an offset, or, without bytes, a cut to this size."""


@dataclass(slots=True, eq=False)
class Image:
    """One file: what a sync has made lasting, and what was written since."""

    synced: bytearray = field(default_factory=bytearray)
    since: list[Edit] = field(default_factory=list)

    def sync(self) -> None:
        """Everything written so far lasts."""
        for edit in self.since:
            _perform(self.synced, *edit)
        self.since.clear()

    def after_the_cut(self, chance: Random, *, some: bool) -> bytes:
        """The synced bytes; with `some` also any of the writes since, each whole or torn, in the order of the disk."""
        data = bytearray(self.synced)
        for offset, written in self.since if some else ():
            if chance.random() < 0.5:
                _perform(data, offset, _torn(written, chance))
        return bytes(data)


def _perform(data: bytearray, offset: int, written: bytes | None) -> None:
    if written is None:
        del data[offset:]
        return
    data.extend(bytes(max(0, offset - len(data))))
    data[offset : offset + len(written)] = written


def _torn(written: bytes | None, chance: Random) -> bytes | None:
    if written is None or chance.random() < 0.7:
        return written
    return written[: chance.randrange(len(written) // SECTOR + 1) * SECTOR]


@dataclass(slots=True)
class Disk:
    """The files in `folder`, and the power: it goes off before the operation number `lasts`, counted from 0.

    `trouble` is the SQLite result code with which every operation ends that changes something, from the number
    `trouble_after` on; 0 is none.
    """

    folder: Path
    chance: Random
    lasts: float = float("inf")
    trouble: int = 0
    trouble_after: int = 0
    count: int = 0
    _seen: dict[str, Image] = field(default_factory=dict)
    _lasting: dict[str, Image] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _before: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._before = frozenset(path.name for path in self.folder.iterdir())

    @property
    def is_off(self) -> bool:
        """The power went off."""
        return self.count > self.lasts

    def adopt(self, name: str) -> Image:
        """The image of a file that is there. One that was there before the disk lasts as it is, also an empty one."""
        with self._lock:
            if name not in self._seen:
                self._seen[name] = Image(bytearray((self.folder / name).read_bytes()))
                if name in self._before:
                    self._lasting[name] = self._seen[name]
            return self._seen[name]

    def create(self, name: str) -> Image:
        """A new file; its directory does not last yet."""
        with self._lock:
            self._operate()
            self._seen[name] = Image()
            return self._seen[name]

    def change(self, image: Image, edit: Edit) -> None:
        """Bytes go into the page cache. Raises apsw.IOError without power."""
        with self._lock:
            self._operate()
            image.since.append(edit)

    def sync(self, image: Image, *, directory: bool) -> None:
        """The file lasts, and with `directory` all entries. Raises apsw.IOError without power."""
        with self._lock:
            self._operate()
            image.sync()
            if directory:
                self._lasting = dict(self._seen)

    def remove(self, name: str, *, directory: bool) -> None:
        """The entry goes. Raises apsw.IOError without power."""
        with self._lock:
            self._operate()
            self._seen.pop(name, None)
            if directory:
                self._lasting = dict(self._seen)

    def after_the_cut(self) -> dict[str, bytes]:
        """What is found in the folder when the power is back: at worst, or with any of what was not synced."""
        some = self.chance.random() < 0.5
        entries = self._seen if some and self.chance.random() < 0.5 else self._lasting
        return {name: image.after_the_cut(self.chance, some=some) for name, image in entries.items()}

    def _operate(self) -> None:
        self.count += 1
        if self.is_off:
            raise apsw.exception_for(apsw.SQLITE_IOERR)
        if self.trouble and self.count > self.trouble_after:
            raise apsw.exception_for(self.trouble)


class SyncedFile(apsw.VFSFile):
    """An open file of the disk."""

    def __init__(self, disk: Disk, base: str, name: str | apsw.URIFilename, flags: list[int]) -> None:
        path = Path(name if isinstance(name, str) else name.filename())
        is_new = not path.exists()
        self._disk = disk
        self._image = disk.create(path.name) if is_new else disk.adopt(path.name)
        self._entry_lasts = not (is_new and flags[0] & NEW_LOGS)
        super().__init__(base, name, flags)

    def excepthook(self, *_: object) -> bool:
        """The caller in SQLite is told; nobody else needs to be."""
        return True

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802 - SQLite's word
        self._disk.change(self._image, (offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        self._disk.change(self._image, (newsize, None))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802, ARG002
        self._disk.sync(self._image, directory=not self._entry_lasts)
        self._entry_lasts = True


class SyncedVfs(apsw.VFS):
    """SQLite's access to the files of one disk, under a name of its own."""

    def __init__(self, disk: Disk) -> None:
        self._disk = disk
        self._base = apsw.vfs_names()[0]
        self.name = f"synced {id(disk)}"
        super().__init__(self.name, self._base)

    def excepthook(self, *_: object) -> bool:
        """As for a file."""
        return True

    def xOpen(self, name: str | apsw.URIFilename | None, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        if name is None:
            return apsw.VFSFile(self._base, name, flags)
        return SyncedFile(self._disk, self._base, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        self._disk.remove(Path(filename).name, directory=syncdir)
        super().xDelete(filename, syncdir)
