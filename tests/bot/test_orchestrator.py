"""What surfaces hand in is durable before anybody is told, and the same thing handed in twice is one thing."""

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.errors import NotFound, StoreUnavailable
from bot.models.call import CallStatus
from bot.models.inbound import Mention, VoteReceived
from bot.models.outbox import Kind
from bot.orchestrator import Orchestrator
from bot.services import Ballot, Verdict, Withdrawal
from bot.store_ports import Store
from tests.engine import Engine, an_actor
from tests.world import APPROVER, OUTSIDER, REQUESTER, TEAM, World, says, suspend, uses

S = CallStatus
NOWHERE = "no-such-approval"


@dataclass
class Listening:
    """A workflow that looks into the store at the moment it is told."""

    store: Store
    found: list[tuple[str, int, int]] = field(default_factory=list)

    async def start(self, request_id: str) -> None:
        record = await self.store.load(request_id)
        self.found.append(("start", record.request.version, 0))

    async def wake(self, request_id: str) -> None:
        record = await self.store.load(request_id)
        self.found.append(("wake", record.request.version, len(await self.store.inbox(request_id))))


@dataclass(frozen=True)
class Full:
    """A store on a disk that is full: reads work, these writes do not."""

    store: Any

    def __getattr__(self, name: str) -> Any:
        return getattr(self.store, name)

    async def receive(self, *args: Any) -> str:
        raise StoreUnavailable("disk full")

    async def append(self, *args: Any) -> None:
        raise StoreUnavailable("disk full")


@pytest.fixture
def world() -> World:
    return World(script=[uses(suspend("a@example.com"), suspend("b@example.com")), says("Finished.")])


def a_reply(text: str, *, user: str = REQUESTER, ts: str = "101.0") -> Mention:
    return Mention(an_actor(user), "C-it", "100.0", ts, text, (f"event:{ts}",))


async def asked(engine: Engine) -> str:
    request = await engine.mention("suspend them")
    await engine.run()
    return request


async def votes(engine: Engine, request: str) -> list[VoteReceived]:
    return [event for event in await engine.store.inbox(request) if isinstance(event, VoteReceived)]


async def test_everything_is_durable_before_the_workflow_is_told(engine: Engine) -> None:
    listening = Listening(engine.store)
    engine.orchestrator = Orchestrator(engine.core, listening)
    engine.services = engine.orchestrator.services()
    await engine.mention("suspend them")
    await engine.run()
    await engine.click()
    await engine.withdraw()
    await engine.orchestrator.reply(a_reply("and tell HR"))
    assert [(what, held) for what, _, held in listening.found] == [("start", 0), ("wake", 2), ("wake", 3), ("wake", 4)]
    assert listening.found[0][1] == 1


async def test_what_could_not_be_stored_is_not_acknowledged_and_nobody_is_told(engine: Engine) -> None:
    await asked(engine)
    listening = Listening(engine.store)
    engine.orchestrator = Orchestrator(replace(engine.core, store=Full(engine.store)), listening)
    engine.services = engine.orchestrator.services()
    for act in (engine.mention("again", ts="200.0"), engine.click(), engine.withdraw()):
        with pytest.raises(StoreUnavailable):
            await act
    with pytest.raises(StoreUnavailable):
        await engine.orchestrator.reply(a_reply("and tell HR"))
    assert listening.found == []


@pytest.mark.parametrize("keys", [("event:100.0", "other"), ("other", "message:100.0")])
async def test_a_mention_that_comes_again_under_either_key_is_the_same(engine: Engine, keys: tuple[str, ...]) -> None:
    first = await asked(engine)
    again = Mention(an_actor(REQUESTER), "C-it", "100.0", "100.0", "suspend them", keys)
    assert await engine.orchestrator.receive(again) == first
    assert await engine.store.next_due() == engine.world.clock.now()


async def test_a_message_in_a_thread_we_do_not_know_is_left_alone(engine: Engine) -> None:
    assert not await engine.orchestrator.reply(a_reply("lunch?"))
    assert list(await engine.store.thread(TEAM, "C-it", "100.0")) == []


async def test_what_others_write_is_remembered_and_queued_for_nobody(engine: Engine) -> None:
    request = await asked(engine)
    assert not await engine.orchestrator.reply(a_reply("APPROVED", user=OUTSIDER))
    assert [said.text for said in await engine.store.thread(TEAM, "C-it", "100.0")][-1] == "APPROVED"
    assert list(await engine.store.inbox(request)) == []


async def test_a_reply_that_comes_twice_is_queued_once(engine: Engine) -> None:
    request = await asked(engine)
    assert await engine.orchestrator.reply(a_reply("and tell HR"))
    assert await engine.orchestrator.reply(a_reply("and tell HR"))
    assert len(await engine.store.inbox(request)) == 1


async def test_a_click_without_rows_means_every_row_that_is_pending(engine: Engine) -> None:
    request = await asked(engine)
    first, second = (await engine.record(request)).calls
    await engine.click(call_ids=(first.id,), yes=False)
    await engine.run()
    await engine.click()
    assert [vote.call_id for vote in await votes(engine, request)] == [second.id]


async def test_a_click_that_is_delivered_twice_is_one_vote(engine: Engine) -> None:
    request = await asked(engine)
    await engine.click(key="click-1")
    await engine.click(key="click-1")
    assert len(await votes(engine, request)) == 2
    await engine.run()
    await engine.click(key="click-1")
    await engine.run()
    assert [len(call.votes) for call in (await engine.record(request)).calls] == [1, 1]
    assert engine.world.posts(Kind.PRIVATE) == []


async def test_a_click_on_a_closed_card_is_still_answered(engine: Engine, world: World) -> None:
    await asked(engine)
    await engine.click(yes=False)
    await engine.run()
    await engine.click()
    await engine.run()
    [(_, text)] = world.posts(Kind.PRIVATE)
    assert "already denied" in text


async def test_a_click_that_names_a_row_of_another_card_is_told_that_it_is_out_of_date(
    engine: Engine, world: World
) -> None:
    request = await asked(engine)
    other = await engine.mention("suspend them too", user="U-other", ts="200.0")
    await engine.run()
    foreign = (await engine.record(other)).calls[0]
    await engine.click(approval=(await engine.record(request)).approvals[0].id, call_ids=(foreign.id,))
    await engine.run()
    [(_, text)] = world.posts(Kind.PRIVATE)
    assert "out of date" in text
    for one in (request, other):
        assert [call.status for call in (await engine.record(one)).calls] == [S.PENDING, S.PENDING]


async def test_an_approval_that_does_not_exist_is_said_so(engine: Engine) -> None:
    actor, services = an_actor(APPROVER), engine.orchestrator.services()
    with pytest.raises(NotFound):
        await services.vote(Ballot(NOWHERE, (), actor, True, "k", "C-approvals", "1.0"))
    with pytest.raises(NotFound):
        await services.withdraw(Withdrawal(NOWHERE, actor, "k", "C-approvals"))
    with pytest.raises(NotFound):
        await services.verdict(Verdict(NOWHERE, "c", actor, True, "k", "C-approvals"))
    with pytest.raises(NotFound):
        await services.details(NOWHERE)


async def test_details_are_the_record_and_its_card(engine: Engine) -> None:
    request = await asked(engine)
    record = await engine.record(request)
    assert await engine.orchestrator.details(record.approvals[0].id) == (record, record.approvals[0])


async def test_secrets_are_for_those_who_may_decide_and_for_nobody_while_the_directory_is_silent(
    engine: Engine, world: World
) -> None:
    request = await asked(engine)
    [approval] = (await engine.record(request)).approvals
    sees = [await engine.orchestrator.may_decide(approval.id, an_actor(user)) for user in (APPROVER, OUTSIDER)]
    assert sees == [True, False]
    world.silent = True
    assert not await engine.orchestrator.may_decide(approval.id, an_actor(APPROVER))
