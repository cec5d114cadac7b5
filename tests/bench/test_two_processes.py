"""Two real processes on one file, both handed everything: each thing happens once, whoever does it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path

from bench.soak_process import Worker, Workers, until
from bench.soak_stubs import APPROVER, APPROVERS_CHANNEL, CHANNEL, REQUESTER, TEAM, Fault
from bench.soak_world import World
from bot.adapters.sqlite_store import SqliteStore
from bot.models.call import CallStatus
from bot.models.inbound import Mention
from bot.models.outbox import Kind
from bot.models.people import Actor, Surface
from bot.models.request import RequestStatus
from bot.services import Ballot

REQUESTS = 12
PATIENCE = 100
"""Seconds, for a machine that has much else to do."""


@asynccontextmanager
async def two_workers(world: World) -> AsyncIterator[tuple[Worker, Worker]]:
    workers = Workers()
    try:
        pair = (await workers.next(), await workers.next())
        for number, worker in enumerate(pair):
            worker.begin(world, f"two/{number}", Fault.NONE)
        assert await until(lambda: all(worker.up for worker in pair), PATIENCE)
        yield pair
    finally:
        await workers.close()


def a_mention(number: int) -> Mention:
    text = f"Please suspend_user:leaver-{number}@example.com"
    return Mention(_actor(REQUESTER), CHANNEL, f"{number}.0", f"{number}.0", text, (f"mention:{number}",))


def _actor(user: str) -> Actor:
    return Actor(TEAM, user, Surface.SLACK)


def told(pair: tuple[Worker, Worker], do: str, what: Mention | Ballot, key: str) -> None:
    for worker in pair:
        worker.hand({"do": do, "key": key, "with": asdict(what)})


async def test_what_both_are_handed_happens_once(tmp_path: Path) -> None:
    world = World(tmp_path)
    async with two_workers(world) as pair:
        for number in range(REQUESTS):
            told(pair, "mention", a_mention(number), f"mention:{number}")
        assert await until(lambda: len(cards(world)) == REQUESTS, PATIENCE)
        for card in cards(world):
            ballot = Ballot(
                card, (), _actor(APPROVER), yes=True, key=f"click:{card}", channel=APPROVERS_CHANNEL, message_ts="1"
            )
            told(pair, "vote", ballot, ballot.key)
        assert await until(lambda: len(answered(world)) == REQUESTS, PATIENCE)
        assert await until(lambda: all(worker.owes_nothing for worker in pair), PATIENCE)
        first, second = (worker.acks for worker in pair)
    assert first == second
    assert len(set(first.values()) - {""}) == REQUESTS
    effects = [effect.arguments for effect in world.effects()]
    assert len(effects) == len(set(effects)) == REQUESTS
    await all_done(world, [request for request in first.values() if request])


async def all_done(world: World, requests: list[str]) -> None:
    store = await SqliteStore.open(world.database, world)
    try:
        for request in requests:
            record = await store.load(request)
            assert [call.status for call in record.calls] == [CallStatus.SUCCEEDED]
            assert record.request.status in {RequestStatus.DONE, RequestStatus.ANSWERING}
            assert len(record.calls[0].votes) == 1
    finally:
        await store.close()


def cards(world: World) -> set[str]:
    return {post.subject for post in world.posts() if post.kind is Kind.CARD}


def answered(world: World) -> set[str]:
    return {post.request for post in world.posts() if post.kind is Kind.ANSWER}
