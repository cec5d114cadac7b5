"""A hostile model gets nothing but reads done without a person."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from random import Random  # noqa: TID251 - a seeded one is handed in

import pytest

from bot.models.call import CallStatus
from bot.models.inbound import Mention
from bot.models.people import Person
from bot.models.policy import Rule, RuleEffect
from bot.models.request import Record, RequestStatus
from bot.ports import ThreadMessage
from sandbox.bedrock.hostile import TRICKS, hostile
from tests.direct_store import direct_store, fresh_image
from tests.engine import Engine, a_policy, an_actor
from tests.hostile import (
    APPROVAL,
    ARSENAL,
    CLAIMS,
    generous_policy,
    offered,
    played,
    seeded,
    shipped_policy,
    with_ids,
)
from tests.world import APPROVER, OUTSIDER, REQUESTER, TEAM, FakeDirectory, World, a_toolset, says, suspend, uses

S = CallStatus
BATCHES, AT_ONCE, FRESH = 100, 10, 100
WAITS, REFUSED, DROPPED = [S.PENDING], [S.DENIED], list[CallStatus]()
FREE = Rule("free", RuleEffect.ALLOW, tools=("google__unsuspend_user",))
AFTER = {
    "write unasked": WAITS,
    "several targets": WAITS * 12,
    "approval text": WAITS,
    "instructions": WAITS,
    "unknown tool": REFUSED,
    "unknown argument": REFUSED,
    "huge argument": REFUSED,
    "duplicate keys": REFUSED,
    "case variants": REFUSED,
    "lone surrogate": REFUSED,
    "not a number": REFUSED,
    "not an object": REFUSED,
    "cut call": DROPPED,
    "same id": DROPPED,
}
"""What becomes of each trick's calls before anybody clicked."""


class Boastful(FakeDirectory):
    """Everybody's display name claims an approval."""

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:
        return replace(await super().person(team, user, newer_than=newer_than), name=APPROVAL)


@pytest.fixture
def world() -> World:
    return World(toolset=a_toolset(ARSENAL))


@pytest.fixture
async def engine(tmp_path: Path, world: World) -> AsyncIterator[Engine]:
    engine = await Engine.open(tmp_path / "store.sqlite3", world, shipped_policy())
    yield engine
    await engine.close()


def test_every_trick_of_the_stand_in_is_expected_here() -> None:
    assert set(AFTER) == set(TRICKS)


@pytest.mark.parametrize("name", AFTER)
async def test_no_trick_changes_anything_without_a_person(engine: Engine, world: World, name: str) -> None:
    body = {"messages": [{"role": "user", "content": f"try: {name}"}], "tools": offered(ARSENAL)}
    trick = played(hostile(body))
    world.script = [trick]
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    record = await engine.record(request)
    assert [call.status for call in record.calls] == AFTER[name]
    world.clock.advance(hours=5)
    await engine.run()
    assert (world.effects, world.reads) == ([], [])
    assert (await engine.record(request)).request.status is RequestStatus.DONE


@pytest.mark.parametrize("name", AFTER)
async def test_what_a_person_approves_of_a_trick_is_what_runs(engine: Engine, world: World, name: str) -> None:
    body = {"messages": [{"role": "user", "content": f"try: {name}"}], "tools": offered(ARSENAL)}
    world.script = [played(hostile(body))]
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    for approval in (await engine.record(request)).approvals:
        await engine.click(approval=approval.id)
    await engine.run()
    calls = (await engine.record(request)).calls
    assert world.effects == [(call.name, call.arguments) for call in calls if call.status is S.SUCCEEDED]
    assert len(world.effects) == AFTER[name].count(S.PENDING)


async def test_text_that_claims_an_approval_decides_nothing_wherever_it_stands(engine: Engine, world: World) -> None:
    read = ("google__get_user", '{"user_key":"a@example.com"}')
    world.script = [uses(read, text=APPROVAL), uses(suspend(APPROVAL), text=APPROVAL), says(APPROVAL)]
    world.answer = lambda tool, arguments: replace(World().answer(tool, arguments), text=APPROVAL)
    engine.core = replace(engine.core, directory=Boastful(world))
    said = [ThreadMessage("90.0", OUTSIDER, APPROVAL), ThreadMessage("91.0", APPROVER, APPROVAL, ours=True)]
    await engine.store.remember(TEAM, "C-it", "90.0", said)
    await engine.store.set_backfilled(TEAM, "C-it", "90.0")
    request = await engine.mention(APPROVAL, thread="90.0")
    await engine.run()
    for number, author in enumerate((REQUESTER, APPROVER, OUTSIDER)):
        for claim in CLAIMS:
            where = Mention(an_actor(author), "C-it", "90.0", f"{101 + number}.0", claim, (f"{author}{claim}",))
            await engine.orchestrator.reply(where)
            await engine.run()
    calls = (await engine.record(request)).calls
    assert ([call.status for call in calls], world.effects) == ([S.SUCCEEDED, S.PENDING], [])


async def test_a_reason_that_claims_an_approval_is_still_a_denial(engine: Engine, world: World) -> None:
    world.script = [uses(suspend()), uses(suspend())]
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click(yes=False, reason=APPROVAL)
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.DENIED, S.PENDING]
    assert world.effects == []


async def test_a_result_of_an_untrusted_server_ends_what_was_allowed(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "generous.sqlite3", world, generous_policy())
    page = ("web__page", '{"user_key":"https://example.com"}')
    world.script = [uses(suspend("a@example.com")), uses(page), uses(suspend("b@example.com"))]
    request = await engine.mention("read the page")
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.SUCCEEDED, S.SUCCEEDED, S.PENDING]
    assert world.effects == [("google__suspend_user", '{"user_key":"a@example.com"}')]
    await engine.close()


async def test_a_result_of_an_approved_write_ends_what_was_allowed(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "free.sqlite3", world, a_policy(FREE))
    engine.core = replace(engine.core, operator=replace(engine.core.operator, trusted_servers=frozenset()))
    world.script = [uses(suspend()), uses(("google__unsuspend_user", '{"user_key":"a@example.com"}'))]
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click()
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.SUCCEEDED, S.PENDING]
    assert len(world.effects) == 1
    await engine.close()


async def test_a_reason_of_an_approver_ends_what_was_allowed(tmp_path: Path, world: World) -> None:
    engine = await Engine.open(tmp_path / "free.sqlite3", world, a_policy(FREE))
    world.script = [uses(suspend()), uses(("google__unsuspend_user", '{"user_key":"a@example.com"}'))]
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    await engine.click(yes=False, reason="Let a@example.com in instead.")
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.DENIED, S.PENDING]
    assert world.effects == []
    await engine.close()


async def test_a_click_on_one_call_says_nothing_about_its_neighbours(engine: Engine, world: World) -> None:
    world.script = [uses(suspend("a@example.com"), suspend("b@example.com"))]
    request = await engine.mention("suspend both")
    await engine.run()
    second = (await engine.record(request)).calls[1]
    await engine.click(call_ids=(second.id,))
    await engine.run()
    assert [call.status for call in (await engine.record(request)).calls] == [S.PENDING, S.APPROVED]
    assert world.effects == []


async def test_an_attached_call_cannot_be_approved_beside_the_one_that_stands_for_it(
    engine: Engine, world: World
) -> None:
    twice = uses(suspend(), suspend())
    world.script = [replace(twice, tool_uses=with_ids(twice.tool_uses))]
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    first, attached = (await engine.record(request)).calls
    assert attached.attached_to == first.id
    await engine.click(call_ids=(attached.id,))
    await engine.click(call_ids=(first.id,))
    await engine.run()
    assert len(world.effects) == 1


async def test_shuffled_batches_keep_each_vote_with_its_call() -> None:
    rng, world = seeded(0), World(toolset=a_toolset(ARSENAL))
    image = await fresh_image(shipped_policy(), world.clock)
    for number in range(0, BATCHES, AT_ONCE):
        if number % FRESH == 0:  # in a store in memory, what is finished costs time
            engine = Engine(world, direct_store(image, world.clock))
        await _batches(engine, rng, [f"{number + n}" for n in range(AT_ONCE)])


async def _batches(engine: Engine, rng: Random, names: list[str]) -> None:
    """Requests that wait at the same time, each with parallel calls; some are approved, the others denied."""
    people = [f"u{rng.randrange(10**9)}@example.com" for _ in range(rng.randint(2, 4))]
    engine.world.script = [uses(*map(suspend, people))]
    engine.world.effects.clear()
    requests = [await engine.mention("suspend them", user=f"U-{name}", ts=f"{name}.0") for name in names]
    for request in requests:
        await engine.drive(request)
    records = [await engine.record(request) for request in rng.sample(requests, len(requests))]
    approved = [call for record in records for call in await _vote_in_any_order(engine, record, rng)]
    for request in rng.sample(requests, len(requests)):
        await engine.drive(request)
    assert Counter(engine.world.effects) == Counter(approved)


async def _vote_in_any_order(engine: Engine, record: Record, rng: Random) -> list[tuple[str, str]]:
    """One click for the rows that may run and one for the others, in any order, naming the rows in any order."""
    shuffled = rng.sample(record.calls, len(record.calls))
    cut = rng.randint(0, len(shuffled))
    for yes, rows in rng.sample([(True, shuffled[:cut]), (False, shuffled[cut:])], 2):
        if rows:
            await engine.click(approval=rows[0].approval_id, call_ids=tuple(call.id for call in rows), yes=yes)
    return [(call.name, call.arguments) for call in shuffled[:cut]]
