"""Whether the store's file is where it was: SQLite goes on with a file that was deleted, and makes one that is gone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.adapters.sqlite_log import gap, log_of
from bot.adapters.sqlite_mark import beside, read_mark
from bot.errors import BadInput, StoreUnavailable

RESTORE = "`countersign store restore` puts the newest backup there"


@dataclass(frozen=True, slots=True)
class Presence:
    """The file as it was when it was opened."""

    path: Path
    file: tuple[int, int]

    @classmethod
    def of(cls, path: Path) -> Self:
        """Raises OSError."""
        return cls(path, _identity(path))

    def demand(self) -> None:
        """Raises StoreUnavailable when another file, or none, has come to stand there."""
        try:
            here = _identity(self.path)
        except FileNotFoundError:
            here = None
        if here != self.file:
            what = f"{self.path} was deleted, replaced or restored while this process had it open"
            raise StoreUnavailable(what, mend=f"stop the bot; {RESTORE}; then start it")


def was_here(path: Path) -> bool:
    """Whether the second place knows of a store here. Raises OSError.

    To be asked before its file is looked at: another process that is just creating both writes the second place last.
    """
    return read_mark(path) is not None


def demand_own(path: Path) -> None:
    """Raises BadInput when the file is not the one that its log continues. To be asked before it is opened."""
    if wrong := overwritten(path):
        raise wrong


def overwritten(path: Path) -> BadInput | None:
    """What to tell of a file that was put in the place of the one its log continues. Raises OSError."""
    found = gap(path)
    if found is None:
        return None
    log = log_of(path).name
    what = (
        f"the store's file is another copy: it ends at commit {found.own.sequence}, and {log} beside it, which begins "
        f"with commit {found.begins.sequence}, is not its own"
    )
    mend = f"{RESTORE}; or delete {log}: then this copy counts as restored from a backup"
    return BadInput(what, where=str(path), mend=mend)


def lost(path: Path) -> BadInput:
    """What to tell of a store that was here, and whose file is missing or empty."""
    how = "is empty" if path.exists() else "is missing"
    what = f"the store's file {how}, though {beside(path).name} beside it says that there was one"
    mend = f"{RESTORE}; or delete {beside(path).name} to begin anew, with nothing of what was"
    return BadInput(what, where=str(path), mend=mend)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
