"""The whole core over a real SQLite file and a World; it can be killed and started again on the same file."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self, TypeAlias

from bot.adapters.local_workflow import LocalWorkflow
from bot.adapters.sqlite_store import SqliteStore
from bot.core import Core, Operator
from bot.models.inbound import Mention
from bot.models.people import Actor, Surface
from bot.models.policy import Ask, Policy, Rule
from bot.models.request import Record
from bot.models.requirement import Clause
from bot.orchestrator import Orchestrator
from bot.outbox import Pump
from bot.services import Ballot, Verdict, Withdrawal
from bot.steps import drive
from tests.world import (
    APPROVER,
    REQUESTER,
    TEAM,
    FakeCodeSecrets,
    FakeDirectory,
    FakeHistory,
    FakeModel,
    FakeNotifier,
    FakeToolbox,
    World,
)

ASK = Ask((Clause(("@it-admins",)),), 1, expires=4 * 3600, execute_within=3600)


def a_policy(*rules: Rule, ask: Ask = ASK) -> Policy:
    return Policy(0, rules, ask)


Wrap: TypeAlias = Callable[[str, Any], Any]
"""Takes the name of a port and its adapter, and gives what the core shall meet in its place."""


def as_it_is(_name: str, port: Any) -> Any:
    """The adapter itself."""
    return port


def an_actor(user: str, team: str = TEAM) -> Actor:
    return Actor(team, user, Surface.SLACK)


class Engine:
    """One process: opened on a file, worked by `run`, ended by `close` (a crash simply closes it)."""

    def __init__(self, world: World, store: SqliteStore, wrap: Wrap = as_it_is, shadow: Policy | None = None) -> None:
        self.world = world
        self.store = store
        outer = wrap("Store", store)
        core = Core(
            outer,
            wrap("Directory", FakeDirectory(world)),
            wrap("History", FakeHistory(world.history)),
            wrap("Model", FakeModel(world)),
            wrap("Toolbox", FakeToolbox(world)),
            world.clock,
            world.new_id,
            operator=Operator(approver_channel="C-approvals", trusted_servers=frozenset({"google"})),
            code_secrets=wrap("CodeSecrets", FakeCodeSecrets()),
            private=wrap("Toolbox", FakeToolbox(world, private=True)) if world.has_key else None,
            shadow=shadow,
        )
        self.pump = Pump(outer, wrap("Notifier", FakeNotifier(world)), world.clock)
        self.workflow = LocalWorkflow(outer, world.clock, self.drive, self.pump.start_due)
        self.core = core
        self.orchestrator = Orchestrator(core, wrap("Workflow", self.workflow))
        self.services = wrap("Services", self.orchestrator.services())

    @classmethod
    async def open(
        cls,
        path: Path,
        world: World,
        policy: Policy | None = None,
        wrap: Wrap = as_it_is,
        shadow: Policy | None = None,
    ) -> Self:
        store = await SqliteStore.open(path, world.clock)
        await store.publish(policy or a_policy())
        return cls(world, store, wrap, shadow)

    async def drive(self, request_id: str) -> Any:
        return (await drive(self.core, request_id)).due_at

    async def run(self) -> None:
        """Everything that is due: steps, then messages, until nothing is."""
        for _ in range(30):
            await self.workflow.drain()
            await self.pump.drain()
            due = await self.store.next_due()
            if due is None or due > self.world.clock.now():
                return

    async def close(self) -> None:
        await self.store.close()

    async def mention(self, text: str, *, user: str = REQUESTER, ts: str = "100.0", thread: str = "") -> str:
        place = Mention(an_actor(user), "C-it", thread or ts, ts, text, (f"event:{ts}", f"message:{ts}"))
        request_id: str = await self.services.receive(place)
        return request_id

    async def reply(self, text: str, *, user: str = REQUESTER, ts: str = "101.0", thread: str = "100.0") -> bool:
        """A message in the thread, without a mention."""
        keys = (f"event:{ts}", f"message:{ts}")
        queued: bool = await self.services.reply(Mention(an_actor(user), "C-it", thread, ts, text, keys))
        return queued

    async def click(self, *, user: str = APPROVER, yes: bool = True, key: str = "", **fields: Any) -> None:
        """Votes on the newest card."""
        approval = fields.pop("approval", "") or (await self.approvals())[-1]
        key = key or f"click:{user}:{yes}:{self.world.new_id()}"
        ballot = Ballot(approval, (), an_actor(user), yes, key, "C-approvals", "1.0")
        await self.services.vote(replace(ballot, **fields))

    async def withdraw(self, user: str = REQUESTER) -> None:
        approval = (await self.approvals())[-1]
        await self.services.withdraw(Withdrawal(approval, an_actor(user), f"withdraw:{user}", "C-approvals"))

    async def take_back(self, request_id: str, user: str = REQUESTER, key: str = "withdraw:request") -> None:
        """The Withdraw of the request itself, beside its progress."""
        await self.services.withdraw(Withdrawal("", an_actor(user), key, "C-it", request_id))

    async def verdict(self, call_id: str, *, happened: bool, user: str = APPROVER, approval: str = "") -> None:
        approval = approval or (await self.approvals())[-1]
        verdict = Verdict(approval, call_id, an_actor(user), happened, f"verdict:{user}:{call_id}", "C-approvals")
        await self.services.verdict(verdict)

    async def approvals(self) -> list[str]:
        """Ids of the cards that people see, oldest first."""
        return [row.subject for row, _ in self.world.messages.values() if row.kind == "card"]

    async def record(self, request_id: str) -> Record:
        return await self.store.load(request_id)
