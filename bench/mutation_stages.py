"""Stores at the moments between a decision and what follows from it: one request with one turn of calls."""

import asyncio
import base64
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.adapters.keys import ENTERS, signer
from bot.adapters.sqlite_proofs import Proofs
from bot.codec import encode
from bot.inbox import take_in
from bot.models.policy import Policy, Rule, RuleEffect
from bot.models.request import Record
from bot.models.tools import Tool
from bot.planner import plan
from bot.ports import Reply, ToolResult
from tests.direct_store import direct_store, fresh_image, image_of
from tests.engine import Engine, a_policy
from tests.factories import HandClock
from tests.world import TOOLS, FakeToolbox, World, a_toolset, says, suspend, uses

PAIR = (uses(suspend(), suspend("second@example.com")), says("Finished."))
READ = (uses(("google__get_user", '{"user_key":"leaver@example.com"}')), says("Finished."))
FREE = a_policy(Rule("free", RuleEffect.ALLOW, tools=("google__*",)))
PROOFS = Proofs(signer(base64.b64encode(bytes(32)).decode(), ENTERS))
"""The attacker has the store, and not the key."""
UNPROVEN = Proofs()
OTHER_TOOLS = a_toolset([replace(tool, schema_digest=tool.schema_digest[::-1]) for tool in TOOLS])


@dataclass(frozen=True, slots=True)
class Stage:
    """`image` is the store at that moment, `read` what is stored of the request. `runs`: so many calls would leave."""

    name: str
    script: tuple[Reply, ...]
    runs: int
    image: bytes
    read: bytes
    request: str
    at: datetime
    proven: bool = True

    def engine(self) -> Engine:
        """A new process on a copy of the store."""
        world = World(script=list(self.script))
        world.clock.at = self.at
        for _ in range(1_000):
            world.new_id()
        return Engine(world, direct_store(self.image, world.clock, PROOFS if self.proven else UNPROVEN))


Play = Callable[[Engine, str], Awaitable[object]]


async def _decided(engine: Engine, request: str, *, yes: bool, rows: int = 2) -> Record:
    await engine.drive(request)
    calls = (await engine.record(request)).calls[:rows]
    await engine.click(approval=calls[0].approval_id, call_ids=tuple(call.id for call in calls), yes=yes)
    return await take_in(engine.core, await engine.record(request))


async def _approved(engine: Engine, request: str) -> Record:
    return await _decided(engine, request, yes=True)


async def _half(engine: Engine, request: str) -> Record:
    return await _decided(engine, request, yes=True, rows=1)


async def _denied(engine: Engine, request: str) -> Record:
    return await _decided(engine, request, yes=False)


async def _withdrawn(engine: Engine, request: str) -> object:
    await engine.run()
    await engine.withdraw()
    return await engine.drive(request)


async def _planned(engine: Engine, request: str) -> object:
    return await plan(engine.core, await engine.record(request))


async def _cut_short(engine: Engine, request: str) -> None:
    """The first call has been started, and the process ends before it leaves."""
    await _approved(engine, request)
    engine.core = replace(engine.core, toolbox=_Ending(engine.world))
    try:
        await engine.drive(request)
    except asyncio.CancelledError:
        return


class _Ending(FakeToolbox):
    async def call(self, tool: Tool, arguments: str) -> ToolResult:  # noqa: ARG002 - the port's names
        raise asyncio.CancelledError


async def _finished(engine: Engine, request: str) -> None:
    await _approved(engine, request)
    await engine.run()


async def _asked(engine: Engine, request: str) -> object:
    return await engine.drive(request)


PLAYS: dict[str, tuple[Play, int, tuple[Reply, ...], Policy]] = {
    "approved": (_approved, 2, PAIR, a_policy()),
    "allowed": (_planned, 2, PAIR, FREE),
    "a read": (_planned, 1, READ, a_policy()),
    "half approved": (_half, 0, PAIR, a_policy()),
    "asked": (_asked, 0, PAIR, a_policy()),
    "denied": (_denied, 0, PAIR, a_policy()),
    "withdrawn": (_withdrawn, 0, PAIR, a_policy()),
    "cut short": (_cut_short, 0, PAIR, a_policy()),
    "finished": (_finished, 0, PAIR, a_policy()),
}


async def stages() -> list[Stage]:
    """All of them."""
    return [await _stage(name) for name in PLAYS]


async def _stage(name: str) -> Stage:
    act, runs, script, policy = PLAYS[name]
    clock = HandClock()
    image = await fresh_image(policy, clock, PROOFS)
    engine = Engine(World(clock=clock, script=list(script)), direct_store(image, clock, PROOFS))
    await engine.store.save_tools(OTHER_TOOLS)
    request = await engine.mention("suspend them")
    await act(engine, request)
    read = encode((await engine.record(request), await engine.store.audit(request)))
    stage = Stage(name, script, runs, image_of(engine.store), read, request, clock.now())
    await engine.close()
    return stage
