"""What the soaked core meets: a model, tools, people and a surface, each slow enough to be killed in the middle."""

import asyncio
import json
import random
import re
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bench.soak_world import World
from bench.stand_ins import SUSPEND, a_toolset
from bot.errors import DeliveryFailed
from bot.models.outbox import OutboxRow
from bot.models.people import Membership, Person
from bot.models.policy import Ask, Policy, Rule, RuleEffect
from bot.models.request import Record
from bot.models.requirement import Clause, Effect
from bot.models.tools import Tool, Toolset
from bot.ports import NewId, Prompt, Reply, ToolOutcome, ToolResult, ToolUse

TEAM, REQUESTER, APPROVER, SECOND, OUTSIDER = "T0SOAK", "U0ASKS", "U0APPROVES", "U0SECOND", "U0OUTSIDE"
CHANNEL, APPROVERS_CHANNEL = "C0IT", "C0APPROVE"
GROUP = "@it-admins"
EXPIRES = 12 * 3600
"""Seconds; so long that clocks which are an hour off, and all the waiting for them, do not come near it."""
LATENCY = 0.03
"""Seconds that anybody outside takes at most, before and after what they do."""

REMOVE = replace(SUSPEND, name="remove_user", verb="Remove user")
LOOK_UP = replace(SUSPEND, name="get_user", verb="Look up user", effect=Effect.READ)
TOOLS = a_toolset(LOOK_UP, REMOVE, SUSPEND)
WANTED = re.compile(r"(get_user|remove_user|suspend_user):([\w-]+@example\.com)")


def _ask(people: int) -> Ask:
    return Ask((Clause((GROUP,), count=people),), people, expires=EXPIRES, execute_within=3600)


POLICY = Policy(0, (Rule("two people", RuleEffect.ASK, tools=("google__remove_user",), ask=_ask(2)),), _ask(1))
"""Removing a user needs two people; any other write needs one."""


class Fault(StrEnum):
    """A defect that is built in on purpose, to see that the soak finds it."""

    NONE = "none"
    TWICE = "twice"
    """Every write is sent two times."""
    DEAF = "deaf"
    """Votes are acknowledged and thrown away."""
    MUTE = "mute"
    """Messages are said to be shown, and are not, once the request has an answer."""


@dataclass(frozen=True, slots=True)
class Outside:
    """The world, as one process meets it."""

    world: World
    chance: random.Random
    fault: Fault = Fault.NONE

    async def dawdle(self) -> None:
        """Takes a while; here the process may be killed or stopped."""
        await asyncio.sleep(self.chance.uniform(0, LATENCY))


@dataclass(frozen=True, slots=True)
class PlainModel:
    """Wants exactly the calls that the request spells out, all in one turn, then says that it is done."""

    outside: Outside

    async def turn(self, prompt: Prompt) -> Reply:
        await self.outside.dawdle()
        if '"role":"assistant"' in prompt.messages:
            return Reply(json.dumps([{"type": "text", "text": "Done."}]), "Done.", (), "end_turn", 10, 5)
        found = WANTED.findall(prompt.messages)
        uses = tuple(
            ToolUse(f"toolu_{number}", f"google__{tool}", json.dumps({"user_key": user}))
            for number, (tool, user) in enumerate(found)
        )
        blocks = [{"type": "tool_use", "id": u.id, "name": u.name, "input": json.loads(u.arguments)} for u in uses]
        return Reply(json.dumps(blocks), "", uses, "tool_use", 10, 5)


@dataclass(frozen=True, slots=True)
class LastingTools:
    """Every write is one line in the world's file of effects."""

    outside: Outside

    async def tools(self) -> Toolset:
        return TOOLS

    async def call(self, tool: Tool, arguments: str) -> ToolResult:
        await self.outside.dawdle()
        if tool.effect is not Effect.READ:
            for _ in range(2 if self.outside.fault is Fault.TWICE else 1):
                self.outside.world.happen(tool.full_name, arguments)
        await self.outside.dawdle()
        return ToolResult(ToolOutcome.SUCCEEDED, f"{tool.verb}: done", reference="request-1")


@dataclass(frozen=True, slots=True)
class KnownPeople:
    """Two approvers; everybody is active."""

    world: World

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:  # noqa: ARG002
        return Person(team, user, user, user, self.world.now(), is_stranger=team != TEAM)

    async def members(self, _team: str, group: str, *, newer_than: datetime | None = None) -> Membership:  # noqa: ARG002
        users = (APPROVER, SECOND) if group == GROUP else ()
        return Membership(group, users, self.world.now(), exists=group == GROUP)


@dataclass(frozen=True, slots=True)
class LastingSurface:
    """Every message is a line in the world's file; it is found there again by the row's id."""

    outside: Outside
    new_id: NewId

    async def show(self, row: OutboxRow, record: Record) -> str:
        await self.outside.dawdle()
        if row.leased_until is not None and self.outside.world.now() >= row.leased_until:
            raise DeliveryFailed("claim_over", sent=False)  # as Slack's notifier does, right before it sends
        ts = row.posted_ts or (self._own(row) if row.tried_at else "") or self.new_id()
        if self.outside.fault is not Fault.MUTE or not record.request.pages:
            self.outside.world.post(row, record, ts)
        await self.outside.dawdle()
        return ts

    def _own(self, row: OutboxRow) -> str:
        return next((post.ts for post in self.outside.world.posts() if post.row == row.id), "")
