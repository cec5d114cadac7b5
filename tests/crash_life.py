"""One life of a process, from a moment to the end of its script or to its crash; what it leaves is outside of it."""

import hashlib
import itertools
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.adapters.sqlite_store import SqliteStore
from bot.models.call import CallStatus
from bot.models.outbox import Kind, OutboxRow
from bot.models.request import Record
from bot.models.tools import Tool, Toolset
from bot.ports import ToolResult
from tests.crash import Crashing, FaultPlan
from tests.crash_scripts import Script, done, tell_unknown
from tests.direct_store import direct_store, fresh_image, image_of, written
from tests.engine import Engine
from tests.factories import HandClock
from tests.invariants import Evidence
from tests.world import SECOND, World

AWAY = timedelta(minutes=2)
"""Between a crash and the next start: longer than a lease and than a call may take."""
ROUNDS = 8
IDS_OF_A_LIFE = 1000


@dataclass(frozen=True)
class Moment:
    """All that a crash leaves: the file, the world, and what people know. Equal moments have equal futures."""

    image: bytes
    at: datetime
    life: int = 0
    effects: tuple[tuple[str, str], ...] = ()
    intents: tuple[bool, ...] = ()
    messages: tuple[tuple[str, tuple[OutboxRow, str]], ...] = ()
    acks: tuple[str, ...] = ()
    dead: tuple[str, ...] = ()
    digest: bytes = b""
    """Of the image, as `key`."""

    def key(self) -> bytes:
        """The same for equal moments."""
        told = (self.at, self.life, self.effects, self.intents, self.messages, self.acks, self.dead)
        return hashlib.blake2b(repr(told).encode(), key=self.digest).digest()

    def later(self) -> "Moment":
        """The process is started again, after a while."""
        return replace(self, at=self.at + AWAY, life=self.life + 1)

    def world(self, script: Script) -> World:
        """The world as it then was. Every life has ids of its own."""
        world = script.new_world()
        world.clock.at = self.at
        world.ids = itertools.count(self.life * IDS_OF_A_LIFE + 1)
        world.effects[:] = self.effects
        world.messages.update(self.messages)
        world.acks[:] = self.acks
        return world


async def beginning(script: Script) -> Moment:
    """Nothing has happened yet."""
    clock = HandClock()
    return Moment(await fresh_image(script.policy, clock), clock.now())


@dataclass(frozen=True)
class Witness:
    """A toolbox that notes, for each write that arrives, whether the stored audit trail said before that it leaves."""

    toolbox: Any
    store: SqliteStore
    effects: list[tuple[str, str]]
    intents: list[bool]

    async def tools(self) -> Toolset:
        found: Toolset = await self.toolbox.tools()
        return found

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        intended = await self._intended((tool.full_name, arguments))
        before = len(self.effects)
        result: ToolResult = await self.toolbox.call(tool, arguments)
        for _ in range(len(self.effects) - before):
            self.intents.append(intended)
        return result

    async def _intended(self, effect: tuple[str, str]) -> bool:
        for request_id in await request_ids(self.store):
            record = await self.store.load(request_id)
            events = [e for e in await self.store.audit(request_id) if e.kind == "call.started"]
            named = {json.loads(event.detail)["call"] for event in events}
            if any(call.id in named and (call.name, call.arguments) == effect for call in record.calls):
                return True
        return False


async def request_ids(store: SqliteStore) -> list[str]:
    """Every request in the file."""
    rows = await store._database.look_up(lambda of: of.execute("SELECT id FROM requests ORDER BY seq").fetchall())
    return [row[0] for row in rows]


@dataclass
class Life:
    """One process on a store. `world`, `intents` and `dead` are outside of it."""

    script: Script
    world: World
    store: SqliteStore
    plan: FaultPlan
    number: int = 0
    intents: list[bool] = field(default_factory=list)
    dead: list[str] = field(default_factory=list)
    _taken: tuple[int, bytes, bytes] = (-1, b"", b"")

    def __post_init__(self) -> None:
        self.engine = Engine(self.world, self.store, self._wrap)

    def _wrap(self, name: str, port: Any) -> Any:
        if name == "Toolbox":
            port = Witness(port, self.store, self.world.effects, self.intents)
        return Crashing(name, port, self.plan, self.world.acks.append)

    def moment(self) -> Moment:
        """What a crash would leave now."""
        world = self.world
        seen = (tuple(world.effects), tuple(self.intents), tuple(world.messages.items()))
        image, digest = self._image()
        return Moment(image, world.clock.now(), self.number, *seen, tuple(world.acks), tuple(self.dead), digest)

    def _image(self) -> tuple[bytes, bytes]:
        """Copied only when something was written since the last time."""
        if self._taken[0] != written(self.store):
            image = image_of(self.store)
            self._taken = (written(self.store), image, hashlib.blake2b(image).digest())
        return self._taken[1:]

    async def play(self) -> Evidence:
        """Takes up the script where the acknowledgements end, plays it to its end and tells what is found there."""
        await self.engine.run()
        if self.number:
            for dead in await self._dead_cards():
                self.dead.append(dead)
        for act in self.script.acts[done(self.world.acks) :]:
            await act(self.engine)
            await self.engine.run()
        return await self._settled()

    async def _dead_cards(self) -> list[str]:
        """The pending cards that a click, tried on a copy, does nothing to."""
        dead = []
        for request_id in await request_ids(self.store):
            record = await self.store.load(request_id)
            cards = {call.approval_id for call in record.calls if call.status is CallStatus.PENDING}
            dead += [f"{card}: {why}" for card in sorted(cards) if (why := await self._dead(record, card))]
        return dead

    async def _dead(self, record: Record, card: str) -> str:
        if not any(row.subject == card for row, _ in self.world.posts(Kind.CARD)):
            return "nobody sees it"
        async with life_of(self.script, self.moment()) as other:
            await other.engine.click(user=SECOND, yes=False, approval=card)
            await other.engine.drive(record.request.id)
            after = await other.store.load(record.request.id)
        waiting = [call.id for call in after.card_calls(card) if call.status is CallStatus.PENDING]
        return "a click changed nothing" if waiting else ""

    async def _settled(self) -> Evidence:
        """Time passes; whatever is unknown is told by a person who looks at the world."""
        begun = self.world.clock.now()
        [request_id, *_] = await request_ids(self.store)
        for _ in range(ROUNDS):
            record = await self.engine.record(request_id)
            unknown = [call for call in record.calls if call.status is CallStatus.UNKNOWN]
            await tell_unknown(self.engine)
            if not unknown and not record.request.is_open and await self.store.next_due() is None:
                break
            self.world.clock.advance(minutes=0 if unknown else 2)
            await self.engine.run()
        return await self._evidence(request_id, self.world.clock.now() - begun)

    async def _evidence(self, request_id: str, spent: timedelta) -> Evidence:
        return Evidence(
            self.script,
            requests=len(await request_ids(self.store)),
            record=await self.store.load(request_id),
            audit=tuple(await self.store.audit(request_id)),
            inbox=tuple(await self.store.inbox(request_id)),
            rows=tuple(await self.store.rows(request_id)),
            effects=tuple(self.world.effects),
            messages=tuple(self.world.messages.values()),
            acks=tuple(self.world.acks),
            intents=tuple(self.intents),
            dead=tuple(self.dead),
            spent=spent,
            due=await self.store.next_due(),
        )


@asynccontextmanager
async def life_of(script: Script, moment: Moment, at: int | None = None) -> AsyncIterator[Life]:
    """A process that goes on from this moment, in memory, until the point `at`."""
    world = moment.world(script)
    store = direct_store(moment.image, world.clock)
    life = Life(script, world, store, FaultPlan(at), moment.life, list(moment.intents), list(moment.dead))
    try:
        yield life
    finally:
        await store.close()


async def lived(script: Script, moment: Moment, take: Callable[[str, Moment], None] | None = None) -> Evidence:
    """Plays on from this moment without a crash. `take` is given each point and what a crash there would leave."""
    async with life_of(script, moment) as life:
        if take is not None:
            given = take
            life.plan.notice = lambda name: given(name, life.moment())
        return await life.play()
