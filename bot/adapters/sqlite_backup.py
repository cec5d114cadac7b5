"""Copies of a store file: taken while the bot runs, put back while it does not (docs/adr/0006)."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from sqlite3 import Connection

from bot.adapters.sqlite_connection import PRIMARY, connect, empty_log, told
from bot.adapters.sqlite_damaged import damage, held, in_use, mark_at_rest, name_for, names, replace, sync
from bot.adapters.sqlite_epoch import mark_of, raise_epoch
from bot.adapters.sqlite_inspect import demand_current, demand_sound, read_only
from bot.adapters.sqlite_mark import Mark, MarkFile
from bot.adapters.sqlite_presence import overwritten
from bot.adapters.sqlite_schema import prepare
from bot.errors import BadInput

OWN_NAMES = ("-wal", "-shm", "-journal", ".epoch", ".restoring")
Say = Callable[[str], None]
"""Is told each step, for a person who watches, before it is taken."""


def backup(database: Path, to: Path, say: Say) -> Mark:
    """Writes a consistent copy into a new private file, and says how far the store had come.

    The copy has its name only once it is whole and on the disk. Raises BadInput, StoreUnavailable.
    """
    refuse_existing(to)
    _refuse_taken(to, database)
    say(f"reading {database}")
    with read_only(database) as source:
        demand_current(source, database)
        demand_sound(source, database)
        part = to.with_name(f"{to.name}.part")
        with told(to):
            _copy(source, part)
            say(f"checking {part}")
            with closing(sqlite3.connect(part, isolation_level=None)) as copied:
                copied.execute("PRAGMA journal_mode=DELETE")
                demand_sound(copied, part)
                mark = mark_of(copied)
            say(f"naming it {to}")
            _publish(part, to)
    return mark


def restore(database: Path, source: Path, say: Say) -> tuple[Mark, Path | None]:
    """Puts a copy in the place of the store, in one transaction, as the store of a new epoch.

    Returns how far it has come, and where the store that was there is kept: byte for byte when it cannot be read.
    Interrupted at any point it has happened or not, and may be repeated. Raises BadInput, and StoreUnavailable when a
    process has the store open.
    """
    _demand_another(source, database)
    with read_only(source) as copy:
        demand_sound(copy, source)
    with told(database):
        if why := _unusable(database):
            return _in_place_of_damaged(database, source, why, say)
    staged = database.with_name(f"{database.name}.restoring")
    with told(database), _alone(database) as target:
        say(f"preparing {staged}")
        with closing(_staged(source, staged)) as prepared:
            kept, here = _keep(database, target, say)
            with told(staged):
                mark = _raised(prepared, here, _seen(database))
            say(f"writing {database}")
            prepared.backup(target)
            empty_log(target)
        _remember(database, mark, say)
    _remove(staged)
    return mark, kept


def _unusable(database: Path) -> str:
    """Why nothing can be written over it as it is: SQLite cannot read it, or would mix it with the log of another."""
    wrong = overwritten(database)
    return damage(database) or (wrong.what if wrong else "")


def _in_place_of_damaged(database: Path, source: Path, why: str, say: Say) -> tuple[Mark, Path]:
    """Nothing can be written over a file that SQLite cannot read, so the restored store gets its name in one step."""
    place = database.resolve()
    staged = place.with_name(f"{place.name}.restoring")
    with held(place):
        say(f"preparing {staged}")
        with told(staged), closing(_staged(source, staged)) as prepared:
            mark = _raised(prepared, None, _seen(database))
            prepared.execute("PRAGMA journal_mode=DELETE")
        kept = name_for(place)
        say(f"the present store cannot be read ({why}): keeping it as {kept}")
        say(f"writing {database}")
        replace(place, staged, kept)
        _remember(database, mark, say)
    _remove(staged)
    return mark, kept


def _demand_another(source: Path, database: Path) -> None:
    """Raises BadInput when the copy is the store: nothing could be put back from it."""
    with told(source):
        if source.exists() and database.exists() and source.samefile(database):
            raise BadInput("this is the store itself", where=str(source), mend="name a backup of it")


def _seen(database: Path) -> Mark | None:
    with closing(MarkFile.open(database)) as marks:
        return marks.read()


def _remember(database: Path, mark: Mark, say: Say) -> None:
    say("remembering the new epoch")
    with closing(MarkFile.open(database)) as marks:
        marks.replace(mark)


def refuse_existing(path: Path) -> None:
    """Raises BadInput when there is a file already, or a link that leads nowhere, and StoreUnavailable."""
    with told(path):
        if os.path.lexists(path):
            raise _exists(path)


def _exists(path: Path) -> BadInput:
    return BadInput("there is a file already", where=str(path), mend="name one that does not exist yet")


def _refuse_taken(to: Path, database: Path) -> None:
    """Raises BadInput for a name that the store uses itself: the bot would write over the copy, or delete it."""
    own = (database.with_name(f"{database.name}{suffix}") for suffix in OWN_NAMES)
    if to.resolve() in {name.resolve() for name in own}:
        raise BadInput("the store keeps a file of its own there", where=str(to), mend="name another one")


def _copy(source: Connection, to: Path) -> None:
    _remove(to)
    os.close(os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    with closing(sqlite3.connect(to, isolation_level=None)) as target:
        source.backup(target)


def _publish(part: Path, to: Path) -> None:
    """Gives the file its name, once it is on the disk, and never over another one."""
    sync(part)
    try:
        os.link(part, to)
    except FileExistsError as taken:
        raise _exists(to) from taken
    finally:
        part.unlink()
    sync(to.parent)


def _staged(source: Path, staged: Path) -> Connection:
    """A copy of the copy, in which the new epoch is begun. What cannot be written is told of the new file."""
    with read_only(source) as copy, told(staged):
        _copy(copy, staged)
    with told(staged):
        connection = connect(staged)
        try:
            prepare(connection, staged)
        except BaseException:
            connection.close()
            raise
    return connection


def _keep(database: Path, target: Connection, say: Say) -> tuple[Path | None, Mark | None]:
    """The store that is to be replaced, kept beside, and how far it has come."""
    if target.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone() is None:
        return None, None
    prepare(target, database)
    own = mark_of(target)
    wanted = database.with_name(f"{database.name}.before-{own.epoch}-{own.sequence}")
    kept = next(name for name in names(wanted) if not os.path.lexists(name) or mark_at_rest(name) == own)
    if not os.path.lexists(kept):
        say(f"keeping the present store as {kept}")
        part = kept.with_name(f"{kept.name}.part")
        with told(part):
            _copy(target, part)
            _publish(part, kept)
    return kept, own


def _raised(prepared: Connection, here: Mark | None, seen: Mark | None) -> Mark:
    """The copy as the store of an epoch after all that are known: its own, that of the store `here`, and the `seen`."""
    above = max(filter(None, (mark_of(prepared), here, seen)), key=lambda mark: mark.age)
    prepared.execute("BEGIN IMMEDIATE")
    mark = raise_epoch(prepared, above=above, after=(here or above).sequence)
    prepared.execute("COMMIT")
    return mark


@contextmanager
def _alone(database: Path) -> Iterator[Connection]:
    """A connection while nobody else has the file open. SQLite says that it is locked when somebody has."""
    database.touch(mode=0o600)
    with closing(sqlite3.connect(database, isolation_level=None, timeout=0)) as connection:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & PRIMARY != sqlite3.SQLITE_BUSY:
                raise
            raise in_use(database) from error
        connection.execute("COMMIT")
        yield connection


def _remove(database: Path) -> None:
    for suffix in ("", "-wal", "-shm", "-journal"):
        database.with_name(database.name + suffix).unlink(missing_ok=True)
