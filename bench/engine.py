"""The real core over a watched store, with a model and tools that answer at once."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from bench.stand_ins import InstantModel, InstantTools, NoHistory
from bench.watched_store import WatchedStore, nothing_shown
from bot.adapters.local_workflow import LocalWorkflow
from bot.core import Core, Operator
from bot.models.policy import Ask, Policy
from bot.models.requirement import Clause
from bot.ports import Directory
from bot.steps import drive
from bot.wiring.system import RandomIds, SystemClock

APPROVERS = "@it-admins"
POLICY = Policy(0, (), Ask((Clause((APPROVERS,)),), 1, expires=4 * 3600, execute_within=3600))
"""Every write asks one of the approvers, as under the policy that is shipped."""


def core_over(store: WatchedStore, directory: Directory, called: Callable[[str], None]) -> Core:
    """`called` is told the arguments of every tool call as it leaves."""
    return Core(
        store=store,
        directory=directory,
        history=NoHistory(),
        model=InstantModel(),
        toolbox=InstantTools(called),
        clock=SystemClock(),
        new_id=RandomIds(),
        operator=Operator(approver_channel="C0APPROVE", trusted_servers=frozenset({"google"})),
    )


def workflow_of(core: Core, pump: Callable[[], Awaitable[int]] = nothing_shown) -> LocalWorkflow:
    async def step(request_id: str) -> datetime | None:
        return (await drive(core, request_id)).due_at

    return LocalWorkflow(core.store, core.clock, step, pump)
