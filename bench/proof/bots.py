"""One thing to attack, twice: Countersign over its real core and store, and the baseline. The world is the same."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol, Self

from bench.proof.baseline import Marks, Naive
from bot.adapters.sqlite_store import SqliteStore
from bot.models.call import Call
from bot.models.policy import Policy
from bot.models.tools import Tool, Toolset
from bot.ports import Toolbox, ToolResult
from tests.direct_store import direct_store, fresh_image, image_of
from tests.engine import Engine, a_policy
from tests.factories import HandClock
from tests.hostile import ARSENAL
from tests.world import APPROVER, REQUESTER, FakeModel, FakeToolbox, World, a_toolset

ADMINS = "@it-admins"


@dataclass(frozen=True, slots=True)
class Remote:
    """A toolbox somewhere else: other tasks go on while it is asked."""

    toolbox: Toolbox

    async def tools(self) -> Toolset:
        return await self.toolbox.tools()

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        await asyncio.sleep(0)
        result = await self.toolbox.call(tool, arguments)
        await asyncio.sleep(0)
        return result


class Bot(Protocol):
    """What an attacker, the people and the operator can do with a bot, and what they see of it."""

    world: World

    async def ask(self, text: str = "suspend them", user: str = REQUESTER) -> None:
        """Somebody mentions it; it works until it waits for people or has answered."""
        ...

    async def say(self, text: str, user: str) -> None:
        """Somebody writes into the thread."""
        ...

    async def click(self, row: int = 0, *, user: str = APPROVER, yes: bool = True, key: str = "") -> None:
        """Somebody votes on one row of what waits; `key` is the same when Slack delivers a click again."""
        ...

    async def work(self) -> None:
        """It does what is due."""
        ...

    async def restart(self) -> None:
        """The process ends as it is, and the next one begins."""
        ...

    async def publish(self, policy: Policy) -> None:
        """The operator changes the policy."""
        ...

    async def rows(self) -> list[str]:
        """The arguments of what was asked about, as people read them, in the order of the card."""
        ...

    def shown(self) -> list[str]:
        """The messages that people can read."""
        ...

    async def seen(self) -> str:
        """All that is shown, sent to the model or kept."""
        ...

    async def close(self) -> None: ...


def a_world() -> World:
    """A place with tools that read, write and send out."""
    return World(toolset=a_toolset(ARSENAL))


ToolboxOf = Callable[[World], Toolbox]


def in_this_world(world: World) -> Toolbox:
    """The tools of the world itself."""
    return Remote(FakeToolbox(world))


@dataclass
class Ours:
    """Countersign's core over its SQLite store, in memory."""

    world: World
    store: SqliteStore
    toolbox: Toolbox
    request: str = ""
    _number: int = 100
    engine: Engine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = self._engine()

    @classmethod
    async def open(cls, world: World, toolbox: ToolboxOf = in_this_world) -> Self:
        """With a policy that asks an admin about every write."""
        image = await fresh_image(a_policy(), HandClock())
        return cls(world, direct_store(image, world.clock), toolbox(world))

    def _engine(self) -> Engine:
        return Engine(self.world, self.store, lambda name, port: self.toolbox if name == "Toolbox" else port)

    async def ask(self, text: str = "suspend them", user: str = REQUESTER) -> None:
        self._number += 1
        self.request = await self.engine.mention(text, user=user, ts=f"{self._number}.0", thread="100.0")
        await self.engine.run()

    async def say(self, text: str, user: str) -> None:
        self._number += 1
        await self.engine.reply(text, user=user, ts=f"{self._number}.0")
        await self.engine.run()

    async def click(self, row: int = 0, *, user: str = APPROVER, yes: bool = True, key: str = "") -> None:
        await (await self.button(row))(user=user, yes=yes, key=key)

    async def button(self, row: int = 0) -> Callable[..., Awaitable[None]]:
        """The button beside that row, as the card shows it now, whatever becomes of the store."""
        call = (await self._asked())[row]
        return partial(self.engine.click, approval=call.approval_id, call_ids=(call.id,))

    async def work(self) -> None:
        await self.engine.run()

    async def restart(self) -> None:
        image = image_of(self.store)
        await self.close()
        self.store = direct_store(image, self.world.clock)
        self.engine = self._engine()
        self.world.clock.advance(minutes=2)
        await self.engine.run()

    async def publish(self, policy: Policy) -> None:
        await self.store.publish(policy)

    async def rows(self) -> list[str]:
        return [call.arguments for call in await self._asked()]

    def shown(self) -> list[str]:
        return [text for _, text in self.world.messages.values()]

    async def seen(self) -> str:
        record = await self.engine.record(self.request)
        trail = await self.store.audit(self.request)
        return repr((list(self.world.messages.values()), self.world.prompts, record, trail))

    async def close(self) -> None:
        await self.store.close()

    async def _asked(self) -> list[Call]:
        record = await self.engine.record(self.request)
        return [call for call in record.calls if call.approval_id]


@dataclass
class Theirs:
    """The baseline, with a file for its marks."""

    world: World
    bot: Naive

    @classmethod
    async def open(cls, world: World, marks: Path, toolbox: ToolboxOf = in_this_world, *, gated: bool = True) -> Self:
        """With the approvers as they are now."""
        return cls(world, Naive(FakeModel(world), toolbox(world), Marks(marks), world.groups[ADMINS], gated))

    async def ask(self, text: str = "suspend them", user: str = REQUESTER) -> None:  # noqa: ARG002 - it asks nobody who they are
        await self.bot.mention(text)

    async def say(self, text: str, user: str) -> None:  # noqa: ARG002 - it asks nobody who they are
        await self.bot.message(text)

    async def click(self, row: int = 0, *, user: str = APPROVER, yes: bool = True, key: str = "") -> None:
        await self.bot.click(row, user, key or self.world.new_id(), yes=yes)

    async def work(self) -> None:
        """It works while it is asked and clicked."""

    async def restart(self) -> None:
        self.bot = self.bot.restarted(self.world.groups[ADMINS])
        self.world.clock.advance(minutes=2)

    async def publish(self, policy: Policy) -> None:
        """It read its policy when it started."""

    async def rows(self) -> list[str]:
        return [arguments for _, arguments in self.bot.cards]

    def shown(self) -> list[str]:
        return self.bot.posts

    async def seen(self) -> str:
        return repr((self.bot.posts, self.bot.said))

    async def close(self) -> None:
        """Nothing is open."""
