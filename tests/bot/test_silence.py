"""A directory that does not answer: everything waits, nothing spins, and people are told."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.errors import DirectoryUnavailable
from bot.inbox import KEPT
from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.people import Membership, Person
from bot.models.request import RequestStatus, Silence
from bot.silence import LATEST, SOONEST, TOLD_AFTER, wait
from tests.engine import Engine
from tests.world import OUTSIDER, SECOND, World

S = CallStatus


async def asked(engine: Engine) -> str:
    request = await engine.mention("suspend leaver@example.com")
    await engine.run()
    return request


async def status(engine: Engine, request: str) -> CallStatus:
    return (await engine.record(request)).calls[0].status


def whispers(world: World) -> list[str]:
    return [text for _, text in world.posts(Kind.PRIVATE)]


async def test_a_click_is_kept_its_voter_told_once_and_it_counts_as_soon_as_somebody_answers(
    engine: Engine, world: World
) -> None:
    request = await asked(engine)
    world.silent = True
    await engine.click()
    await engine.run()
    [(told, _)] = world.posts(Kind.PRIVATE)
    for _ in range(5):
        world.clock.advance(minutes=2)
        await engine.run()
    [(again, _)] = world.posts(Kind.PRIVATE)
    assert (await status(engine, request), whispers(world)) == (S.PENDING, [KEPT])
    assert again.wanted == told.wanted, "a row that is wanted anew is shown anew"
    world.silent = False
    world.clock.advance(minutes=2)
    await engine.run()
    assert (await status(engine, request), whispers(world)) == (S.SUCCEEDED, [KEPT])
    assert len(world.effects) == 1


async def test_a_kept_click_that_does_not_count_is_refused_in_the_end(engine: Engine, world: World) -> None:
    request = await asked(engine)
    world.silent = True
    await engine.click(user=OUTSIDER)
    await engine.run()
    world.silent = False
    world.clock.advance(minutes=2)
    await engine.run()
    assert whispers(world) == [
        KEPT,
        "You can't approve this: you are not one of the approvers. These people can: @it-admins.",
    ]
    assert await status(engine, request) is S.PENDING


async def test_a_click_before_the_end_counts_though_it_is_judged_after_it(engine: Engine, world: World) -> None:
    request = await asked(engine)
    world.clock.advance(hours=3, minutes=59)
    world.silent = True
    await engine.click()
    await engine.run()
    world.clock.advance(minutes=30)
    await engine.run()
    assert await status(engine, request) is S.PENDING
    world.silent = False
    world.clock.advance(minutes=1)
    await engine.run()
    assert await status(engine, request) is S.SUCCEEDED


async def test_a_silence_longer_than_anything_may_run_ends_in_expiry(engine: Engine, world: World) -> None:
    request = await asked(engine)
    world.silent = True
    await engine.click()
    world.clock.advance(hours=6)
    await engine.run()
    assert (await status(engine, request), world.effects) == (S.EXPIRED, [])
    assert "expired before you clicked" in whispers(world)[-1]


async def test_nobody_overtakes_a_click_that_is_kept(engine: Engine, world: World) -> None:
    """The denial came first; a look at the other voter that succeeds must not let the approval go ahead of it."""
    request = await asked(engine)
    await engine.click(yes=False, user=SECOND, reason="wrong person")
    await engine.click()
    silent_for = {SECOND}
    inner = engine.core.directory

    class Partly:
        async def person(self, team: str, user: str, **more: Any) -> Person:
            if user in silent_for:
                raise DirectoryUnavailable("silent")
            return await inner.person(team, user)

        async def members(self, team: str, group: str, **more: Any) -> Membership:
            return await inner.members(team, group)

    engine.core = replace(engine.core, directory=Partly())
    await engine.run()
    assert await status(engine, request) is S.PENDING
    silent_for.clear()
    world.clock.advance(minutes=2)
    await engine.run()
    assert (await status(engine, request), world.effects) == (S.DENIED, [])


async def test_a_withdrawal_does_not_wait_for_the_directory(engine: Engine, world: World) -> None:
    request = await asked(engine)
    world.silent = True
    await engine.click()
    await engine.withdraw()
    await engine.run()
    record = await engine.record(request)
    assert (record.request.status, record.calls[0].status) == (RequestStatus.CANCELLED, S.WITHDRAWN)
    world.clock.advance(minutes=2)
    await engine.run()
    assert whispers(world) == [KEPT, "Your click changed nothing: this was taken back by the requester."]
    assert list(await engine.store.inbox(request)) == []


async def test_at_the_claim_it_waits_says_so_after_a_while_and_goes_on(engine: Engine, world: World) -> None:
    request = await asked(engine)
    await engine.click()
    leave_after_the_vote(engine, world)
    await engine.run()
    record = await engine.record(request)
    assert (record.calls[0].status, world.effects) == (S.APPROVED, [])
    assert record.request.silence == Silence(world.clock.now())
    seen = [row.wanted for row, _ in world.posts(Kind.PROGRESS)]
    world.clock.at += TOLD_AFTER
    await engine.run()
    silence = (await engine.record(request)).request.silence
    assert silence is not None
    assert silence.told
    assert [row.wanted for row, _ in world.posts(Kind.PROGRESS)] > seen
    world.silent = False
    world.clock.at += TOLD_AFTER
    await engine.run()
    record = await engine.record(request)
    assert (record.calls[0].status, record.request.silence) == (S.SUCCEEDED, None)
    kinds = [event.kind for event in await engine.store.audit(request)]
    assert (kinds.count("directory.silent"), kinds.count("directory.answered")) == (2, 1)


def leave_after_the_vote(engine: Engine, world: World) -> None:
    """The directory judges the vote, and falls silent before the claim."""
    inner = engine.core.directory

    class Tired:
        async def person(self, team: str, user: str, **more: Any) -> Person:
            return await inner.person(team, user)

        async def members(self, team: str, group: str, **more: Any) -> Membership:
            found = await inner.members(team, group)
            world.silent = not said
            said.append(group)
            return found

    said: list[str] = []
    engine.core = replace(engine.core, directory=Tired())


async def test_it_is_asked_rarely_and_more_rarely_the_longer_it_lasts(engine: Engine, world: World) -> None:
    request = await asked(engine)
    start, gaps = world.clock.now(), []
    for _ in range(12):
        park = await wait(engine.core, await engine.record(request), DirectoryUnavailable("silent"))
        assert park.due_at is not None
        gaps.append(park.due_at - world.clock.now())
        world.clock.at = park.due_at
    assert gaps[0] == SOONEST
    assert gaps == sorted(gaps)
    assert gaps[-1] == LATEST
    assert world.clock.now() - start > timedelta(minutes=3)


async def test_it_is_asked_again_when_it_said(engine: Engine, world: World) -> None:
    request = await asked(engine)
    park = await wait(engine.core, await engine.record(request), DirectoryUnavailable("busy", retry_after=90.0))
    assert park.due_at == world.clock.now() + timedelta(seconds=90)


async def test_who_asks_while_it_is_silent_is_told_too(engine: Engine, world: World) -> None:
    world.silent = True
    request = await asked(engine)
    world.clock.at += TOLD_AFTER
    await engine.run()
    silence = (await engine.record(request)).request.silence
    assert (silence is not None and silence.told, world.prompts) == (True, [])
    world.silent = False
    world.clock.advance(minutes=2)
    await engine.run()
    assert await status(engine, request) is S.PENDING
