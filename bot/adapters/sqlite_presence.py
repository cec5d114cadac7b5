"""Whether the store's file is where it was: SQLite goes on with a file that was deleted, and makes one that is gone."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

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


def demand_new(path: Path) -> None:
    """Raises BadInput when the second place knows of a store here. To be asked where its file is missing or empty."""
    if read_mark(path) is not None:
        how = "is empty" if path.exists() else "is missing"
        what = f"the store's file {how}, though {beside(path).name} beside it says that there was one"
        mend = f"{RESTORE}; or delete {beside(path).name} to begin anew, with nothing of what was"
        raise BadInput(what, where=str(path), mend=mend)


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino
