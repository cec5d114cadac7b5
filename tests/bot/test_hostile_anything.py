"""Whatever a model writes, and whoever clicks: an effect needs an eligible person's vote on exactly those bytes."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.models.call import CallStatus
from bot.models.inbound import Mention
from bot.models.people import Actor
from bot.models.policy import Policy
from bot.models.request import Record
from bot.ports import Reply, ThreadMessage
from tests.engine import Engine, an_actor
from tests.hostile import APPROVAL, ARSENAL, CLAIMS, FREE, generous_policy, scripts, shipped_policy
from tests.world import APPROVER, OUTSIDER, SECOND, TEAM, World, a_toolset

EXAMPLES = 200
GUEST, ITSELF = "U-guest", "the requester"
ELIGIBLE = (APPROVER, SECOND)


@dataclass(frozen=True)
class Click:
    """Somebody votes on one row of a card, or on all of them (`row` None)."""

    user: str
    team: str
    yes: bool
    row: int | None
    reason: str

    @property
    def counts(self) -> bool:
        return self.user in ELIGIBLE and self.team == TEAM and self.yes


@dataclass(frozen=True)
class Claim:
    """Somebody writes into the thread that it is approved."""

    user: str
    text: str


CLICKS = st.builds(
    Click,
    st.sampled_from([*ELIGIBLE, *ELIGIBLE, ITSELF, OUTSIDER, GUEST]),
    st.sampled_from([TEAM] * 5 + ["T2"]),
    st.sampled_from([True, True, False]),
    st.none() | st.integers(0, 5),
    st.sampled_from(["", APPROVAL]),
)
CLAIMED = st.builds(Claim, st.sampled_from([ITSELF, OUTSIDER, APPROVER]), st.sampled_from(CLAIMS))
ACTS = st.lists(st.one_of(CLICKS, CLICKS, CLAIMED), min_size=1, max_size=6)


@dataclass
class Story:
    """One request of a new person, in a thread where others have written, with everything people did about it."""

    engine: Engine
    number: int
    request: str = ""
    licensed: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def requester(self) -> str:
        return f"U-requester-{self.number}"

    async def begin(self) -> None:
        self.engine.world.groups["@it-admins"] = (*ELIGIBLE, self.requester, GUEST)
        root = f"{self.number}.0"
        await self.engine.store.remember(TEAM, "C-it", root, [ThreadMessage(root, OUTSIDER, APPROVAL)])
        await self.engine.store.set_backfilled(TEAM, "C-it", root)
        self.request = await self.engine.mention("help", user=self.requester, ts=f"{self.number}.5", thread=root)
        await self.engine.drive(self.request)

    async def act(self, act: Click | Claim) -> None:
        record = await self.engine.record(self.request)
        if isinstance(act, Claim):
            text = (act.text, (f"{self.engine.world.new_id()}",))
            user = an_actor(self._who(act.user))
            await self.engine.orchestrator.reply(Mention(user, "C-it", f"{self.number}.0", f"{self.number}.7", *text))
        elif record.approvals:
            await self._click(record, act)
        await self.engine.drive(self.request)

    async def _click(self, record: Record, click: Click) -> None:
        rows = record.card_calls(record.approvals[-1].id)
        chosen = rows if click.row is None else rows[click.row : click.row + 1]
        for call in chosen:
            if click.counts and call.status is CallStatus.PENDING:
                self.licensed[call.id] = (call.name, call.arguments)
        if chosen:
            ids = () if click.row is None else tuple(call.id for call in chosen)
            actor = replace(an_actor(self._who(click.user)), team=click.team)
            await self._vote(record.approvals[-1].id, actor, click, ids)

    async def _vote(self, approval: str, actor: Actor, click: Click, ids: tuple[str, ...]) -> None:
        await self.engine.click(approval=approval, yes=click.yes, call_ids=ids, actor=actor, reason=click.reason)

    def _who(self, user: str) -> str:
        return self.requester if user == ITSELF else user

    async def right(self, exempt: str) -> int:
        """Raises AssertionError for an effect that nobody licensed; returns how many a person did."""
        effects = self.engine.world.effects
        calls = (await self.engine.record(self.request)).calls
        stored = [(call.name, call.arguments) for call in calls if call.attempt and call.effect != "read"]
        assert Counter(effects) == Counter(stored), "something ran that is not what is stored"
        asked = [effect for effect in effects if effect[0] != exempt]
        assert Counter(asked) <= Counter(self.licensed.values()), "something ran that no eligible person approved"
        return len(asked)


async def tell(engine: Engine, replies: list[Reply], acts: list[Click | Claim], number: int) -> Story:
    engine.world.effects.clear()
    engine.world.script = replies
    story = Story(engine, number)
    await story.begin()
    for act in acts:
        await story.act(act)
    return story


@pytest.mark.parametrize(("policy", "exempt"), [(shipped_policy(), ""), (generous_policy(), FREE)])
def test_nothing_runs_that_no_eligible_person_approved(tmp_path: Path, policy: Policy, exempt: str) -> None:
    world = World(toolset=a_toolset(ARSENAL), guests={GUEST})
    ran: list[int] = []
    with asyncio.Runner() as runner:
        engine = runner.run(Engine.open(tmp_path / "store.sqlite3", world, policy))

        @settings(max_examples=EXAMPLES, derandomize=True, deadline=None, database=None)
        @given(scripts(), ACTS)
        def holds(replies: list[Reply], acts: list[Click | Claim]) -> None:
            story = runner.run(tell(engine, replies, acts, len(ran) + 1))
            ran.append(runner.run(story.right(exempt)))

        holds()
        runner.run(engine.close())
    assert sum(ran) > EXAMPLES / 20, "hardly anything was approved: the test asks nothing"
