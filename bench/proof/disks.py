"""A disk that takes nothing for a while, a lock that is held, and a stored row that was damaged, before the click."""

import errno
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeAlias

import apsw

from bench.apsw_connection import opener_over
from bench.proof.baseline import Marks
from bench.proof.bots import Bot, Ours, Theirs, a_world, in_this_world
from bench.proof.hostile import someone
from bench.proof.values import Row, Side, side
from bench.synced_disk import Disk, SyncedVfs
from bot.adapters.sqlite_connection import Opener
from bot.adapters.sqlite_store import SqliteStore
from bot.codec import decode
from bot.errors import StoreUnavailable, Unreadable
from bot.models.call import Call
from tests.engine import a_policy
from tests.world import World, says, suspend, uses

GROUP = "The disk"
NAME = "store.sqlite3"
LOCKED, DAMAGED = "another process holds the lock", "a stored row is damaged"
CODES = {
    "the disk is full": apsw.SQLITE_FULL,
    "the disk is read-only": apsw.SQLITE_READONLY,
    "the disk fails": apsw.SQLITE_IOERR,
}
TROUBLES = (*CODES, LOCKED, DAMAGED)
Switch: TypeAlias = Callable[[bool], None]
"""Turns the trouble on and off."""


async def trouble(bot: Bot, switch: Switch, rng: Random) -> str:
    """Somebody clicks once; nobody hears an ack, so the click comes again, also when all is well once more."""
    bot.world.script = [uses(suspend(someone(rng))), says("Finished.")]
    await bot.ask()
    switch(True)
    for _ in range(rng.randint(1, 3)):
        await _tried(bot, bot.click)
    switch(False)
    await _tried(bot, bot.click)
    return "" if len(bot.world.effects) == 1 else f"one approval ran {len(bot.world.effects)} times"


async def _tried(bot: Bot, click: Callable[..., Awaitable[None]]) -> None:
    bot.world.clock.advance(seconds=61)
    try:
        await click(key="click-1")
        await bot.work()
    except (StoreUnavailable, OSError):
        return


async def damage(bot: Ours, switch: Switch, rng: Random) -> str:
    """One byte of the stored call is another one when somebody clicks on the card that is there since before."""
    bot.world.script = [uses(suspend(someone(rng))), says("Finished.")]
    await bot.ask()
    click = await bot.button()
    switch(True)
    await _tried(bot, click)
    return "a call ran whose row was damaged" if bot.world.effects else ""


async def both(name: str, times: int, seed: int) -> Row:
    """One kind of trouble, so many times on each side. A damaged row has no form where nothing is stored."""
    ours = side([await _ours(name, Random(f"{seed} {number}")) for number in range(times)])
    return Row(GROUP, name, ours, None if name == DAMAGED else await _theirs_all(times, seed))


async def _theirs_all(times: int, seed: int) -> Side:
    return side([await _theirs(Random(f"{seed} {number}")) for number in range(times)])


async def _ours(name: str, rng: Random) -> str:
    with tempfile.TemporaryDirectory(prefix="disk-") as folder:
        disk = Disk(Path(folder), rng)
        world = a_world()
        async with _stored(disk, world, plain=name not in CODES) as store:
            bot = Ours(world, store, in_this_world(world))
            if name in CODES:
                return await trouble(bot, lambda on: setattr(disk, "trouble", CODES[name] if on else 0), rng)
            with closing(sqlite3.connect(Path(folder) / NAME, isolation_level=None)) as other:
                if name == DAMAGED:
                    return await damage(bot, lambda _on: _flip_a_byte(other, rng), rng)
                return await trouble(bot, lambda on: _lock(other, on), rng)


@asynccontextmanager
async def _stored(disk: Disk, world: World, *, plain: bool) -> AsyncIterator[SqliteStore]:
    vfs = SyncedVfs(disk)
    opener: Opener = _impatient if plain else opener_over(vfs)
    try:
        store = await SqliteStore.open(disk.folder / NAME, world.clock, opener)
        await store.publish(a_policy())
        try:
            yield store
        finally:
            await store.close()
    finally:
        vfs.unregister()


def _impatient(path: Path) -> sqlite3.Connection:
    """Waits for no lock."""
    return sqlite3.connect(path, timeout=0.001, isolation_level=None, check_same_thread=False)


def _lock(other: sqlite3.Connection, on: bool) -> None:
    other.execute("BEGIN IMMEDIATE" if on else "ROLLBACK")


def _flip_a_byte(other: sqlite3.Connection, rng: Random) -> None:
    """One that matters: with another one, in the name of an empty field, the same call is read."""
    whole = other.execute("SELECT body FROM calls").fetchone()[0]
    body = bytearray(whole)
    while _reading(bytes(body)) == _reading(whole):
        body = bytearray(whole)
        body[rng.randrange(len(body))] ^= 1 << rng.randrange(8)
    other.execute("UPDATE calls SET body = ?", (bytes(body),))


def _reading(body: bytes) -> Call | None:
    try:
        return decode(body, Call, "calls")
    except Unreadable:
        return None


@dataclass(frozen=True, slots=True)
class OnBadDisk(Marks):
    """Marks that cannot be written while `broken` says so."""

    broken: Callable[[], bool]

    def add(self, key: str) -> None:
        if self.broken():
            raise OSError(errno.ENOSPC, "No space left on device")
        super(OnBadDisk, self).add(key)


async def _theirs(rng: Random) -> str:
    broken = [False]
    with tempfile.TemporaryDirectory(prefix="baseline-") as folder:
        path = Path(folder) / "marks.json"
        bot = await Theirs.open(a_world(), path)
        bot.bot.marks = OnBadDisk(path, lambda: broken[-1])
        return await trouble(bot, broken.append, rng)
