"""Power losses: the real store on a disk that forgets what was not synced, cut off at a random operation.

Afterwards the ordinary store opens what is left, and every acknowledged write must be there, whole.
"""

import asyncio
import shutil
import sqlite3
import tempfile
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from bench.apsw_connection import opener_over
from bench.power_ledger import Ledger
from bench.power_people import Crew
from bench.soak_world import rng_of
from bench.synced_disk import Disk, SyncedVfs
from bot.adapters.sqlite_mark import beside
from bot.adapters.sqlite_store import SqliteStore
from bot.errors import BadInput, StoreUnavailable
from bot.wiring.system import SystemClock

NAME = "countersign.sqlite3"
CONTINUED = 0.8
"""How often a round goes on with what the last one left on the disk."""
MOST_OPERATIONS = 1_500
"""About so many writes and syncs a round has when nothing cuts it off."""
SMALL_WAL = 40
"""Pages after which a checkpoint is made, in half of the rounds; SQLite's own number would hardly ever be reached."""
SQLITES_OWN = 1000
FIRST_EPOCH = 1
"""A store has a later one only once an older copy was put in its place."""


@dataclass(slots=True)
class Losses:
    """What was tried and what came of it. `violations` say in which round; an empty list is the proof."""

    count: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)


def power_losses(rounds: int, seed: int, *, relaxed: bool = False) -> Losses:
    """Plays the rounds. With `relaxed` commits are not synced: then acknowledged writes must get lost."""
    losses = Losses()
    with tempfile.TemporaryDirectory(prefix="power-") as root:
        asyncio.run(_play(rounds, seed, Path(root), losses, relaxed=relaxed))
    return losses


async def _play(rounds: int, seed: int, root: Path, losses: Losses, *, relaxed: bool) -> None:
    ledger, left = Ledger(), dict[str, bytes]()
    for number in range(1, rounds + 1):
        chance = rng_of(seed, number)
        if chance.random() > CONTINUED:
            ledger, left = Ledger(), {}
        folder = root / str(number)
        wrong, left = await _round(folder, left, ledger, chance, losses.count, relaxed=relaxed)
        losses.violations += [f"round {number}: {what}" for what in wrong]
        if wrong:
            ledger, left = Ledger(), {}


async def _round(
    folder: Path, left: dict[str, bytes], ledger: Ledger, chance: Random, count: Counter[str], *, relaxed: bool
) -> tuple[list[str], dict[str, bytes]]:
    disk = Disk(_filled(folder, left), chance, lasts=_moment(chance))
    small = chance.random() < 0.5
    before = ledger.acknowledged
    with suppress(StoreUnavailable):  # without power nothing can be opened
        async with _store_on(disk, small=small, relaxed=relaxed) as store:
            await Crew(store, ledger, chance).work()
    left = disk.after_the_cut() | _mark(folder, left, chance)
    count["power losses"] += 1
    count["in the middle of the work"] += disk.is_off
    acknowledged = ledger.acknowledged
    count["acknowledged writes"] += acknowledged - before
    after = _filled(folder.with_suffix(".after"), left)
    count["writes under way"] += ledger.tried - acknowledged
    wrong = await _look(after / NAME, ledger)
    count["of them kept, whole"] += ledger.acknowledged - acknowledged
    count["violations"] += len(wrong)
    for old in (folder, after):
        shutil.rmtree(old)
    return wrong, left


async def _look(path: Path, ledger: Ledger) -> list[str]:
    """What is wrong with the file, as the ordinary store and SQLite itself find it."""
    try:
        store = await SqliteStore.open(path, SystemClock())
    except (BadInput, StoreUnavailable) as refused:
        return [f"the file cannot be opened: {refused}"]
    try:
        wrong = [what async for what in ledger.missing(store)]
    finally:
        await store.close()
    with closing(sqlite3.connect(path)) as connection:
        (said,) = connection.execute("PRAGMA integrity_check").fetchone()
        (epoch,) = connection.execute("SELECT epoch FROM store").fetchone()
    if said != "ok":
        wrong.append(f"the file is damaged: {said}")
    if epoch > FIRST_EPOCH:
        wrong.append("the file was taken for a restored one")
    return wrong


def _mark(folder: Path, before: dict[str, bytes], chance: Random) -> dict[str, bytes]:
    """The store's mark is written after the commit it speaks of; it may be left as it is, or as it was before.

    A new one is never gone: its directory is synced before the first commit (tests/bot/adapters/test_sqlite_mark.py).
    """
    name = beside(Path(NAME)).name
    path = folder / name
    live = {name: path.read_bytes()} if path.exists() else {}
    return {name: before[name]} if name in before and chance.random() < 0.5 else live


def _moment(chance: Random) -> int:
    """Every stage of the work is hit as often: also the first writes of a new file."""
    return int(MOST_OPERATIONS ** chance.uniform(0.3, 1.0))


def _filled(folder: Path, files: dict[str, bytes]) -> Path:
    folder.mkdir()
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


@asynccontextmanager
async def _store_on(disk: Disk, *, small: bool, relaxed: bool) -> AsyncIterator[SqliteStore]:
    vfs = SyncedVfs(disk)
    opener = opener_over(vfs, checkpoint_every=SMALL_WAL if small else SQLITES_OWN, relaxed=relaxed)
    try:
        store = await SqliteStore.open(disk.folder / NAME, SystemClock(), opener)
        try:
            yield store
        finally:
            await store.close()
    finally:
        vfs.unregister()
