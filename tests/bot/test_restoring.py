"""A store that was restored from a copy of any moment: nothing runs twice, nothing is asked twice, people are told."""

from collections import Counter

import pytest

from bot.models.call import CallStatus
from bot.models.outbox import Kind
from bot.models.request import Record, RequestStatus
from bot.restoring import ASK_AGAIN
from tests.crash import Crash
from tests.crash_life import Life, request_ids
from tests.crash_scripts import Script
from tests.restored import ALLOWED, APPROVE, EVERY, LOOKED, everybody_clicks, opened, put_back, told

S = CallStatus
GOES_ON = {RequestStatus.PLANNING, RequestStatus.WAITING, RequestStatus.EXECUTING}


async def cards_as_stored(life: Life) -> list[str]:
    """The cards that show something else than what is stored."""
    stored = [await life.store.load(name) for name in await request_ids(life.store)]
    seen = {row.subject: text for row, text in life.world.posts(Kind.CARD)}
    told = {one.id: rendered_card(record, one.id) for record in stored for one in record.approvals}
    return [card for card, text in told.items() if seen.get(card) != text]


def rendered_card(record: Record, approval_id: str) -> str:
    return " ".join(f"{call.tool}:{call.status}" for call in record.card_calls(approval_id))


@pytest.mark.parametrize("script", EVERY, ids=lambda script: script.name)
async def test_a_copy_of_any_moment_put_back_runs_nothing_and_posts_nothing_twice(script: Script) -> None:
    copies, now = await told(script)
    assert len(copies) > 5
    for copy in copies:
        async with opened(script, put_back(copy, now)) as life:
            before = list(life.world.effects)
            was = {name: await life.store.load(name) for name in await request_ids(life.store)}
            await life.engine.run()
            assert await cards_as_stored(life) == [], "a card shows what the store has forgotten"
            await everybody_clicks(life)
            assert life.world.effects == before, "a restored store ran something"
            rows = Counter(row.id for row, _ in life.world.messages.values() if row.kind is not Kind.PRIVATE)
            assert set(rows.values()) <= {1}, [row for row, count in rows.items() if count > 1]
            for name, old in was.items():
                new = await life.store.load(name)
                assert not new.request.is_open
                assert all(call.has_outcome for call in new.calls)
                notices = [text for row, text in life.world.posts(Kind.NOTICE) if row.id == f"notice:restored:{name}"]
                assert len(notices) == (old.request.status in GOES_ON), "people were not told, or without need"


async def test_what_waited_is_superseded_and_what_may_have_run_is_asked_about() -> None:
    copies, now = await told(ALLOWED)
    approve, done = await told(APPROVE)
    ends: set[tuple[str, str]] = set()
    for script, copy, last in [(ALLOWED, one, now) for one in copies] + [(APPROVE, one, done) for one in approve]:
        async with opened(script, put_back(copy, last)) as life:
            for name in await request_ids(life.store):
                old = await life.store.load(name)
                await life.engine.run()
                after = {call.id: call for call in (await life.store.load(name)).calls}
                ends |= {(call.status, after[call.id].status) for call in old.calls}
                assert all(call.approval_id for call in after.values() if call.status is S.UNKNOWN), "nobody is asked"
    assert {(S.PENDING, S.SUPERSEDED), (S.APPROVED, S.UNKNOWN), (S.ALLOWED, S.UNKNOWN), (S.STARTED, S.UNKNOWN)} <= ends
    assert {end for end in ends if end[0] == S.SUCCEEDED} == {(S.SUCCEEDED, S.SUCCEEDED)}


async def test_reads_are_never_asked_about_afterwards() -> None:
    copies, now = await told(LOOKED)
    for copy in copies:
        async with opened(LOOKED, put_back(copy, now)) as life:
            await life.engine.run()
            for name in await request_ids(life.store):
                assert S.UNKNOWN not in {call.status for call in (await life.store.load(name)).calls}


async def test_a_vote_that_lay_in_the_inbox_comes_too_late() -> None:
    copies, now = await told(APPROVE)
    for copy in copies:
        async with opened(APPROVE, put_back(copy, now)) as life:
            for name in await request_ids(life.store):
                await life.engine.run()
                assert all(
                    not call.votes or call.status is not S.SUPERSEDED for call in (await life.store.load(name)).calls
                )
                assert [event.kind for event in await life.store.audit(name)].count("store.restored") <= 1


async def test_a_crash_at_any_point_of_the_recovery_changes_nothing_of_this() -> None:
    copies, now = await told(APPROVE)
    for copy in copies[:: max(1, len(copies) // 4)]:
        number, ended = 0, False
        while not ended:
            async with opened(APPROVE, put_back(copy, now), number) as life:
                before = list(life.world.effects)
                try:
                    await everybody_clicks(life)
                    ended = True
                except Crash:
                    pass
                left = life.moment().later()
            async with opened(APPROVE, left) as life:
                await everybody_clicks(life)
                assert life.world.effects == before
                rows = Counter(row.id for row, _ in life.world.messages.values() if row.kind is not Kind.PRIVATE)
                assert set(rows.values()) <= {1}
                for name in await request_ids(life.store):
                    assert not (await life.store.load(name)).request.is_open
            number += 1
        assert number > 3


async def test_the_words_say_that_the_store_was_restored() -> None:
    copies, now = await told(APPROVE)
    waiting = next(copy for copy in copies if copy.messages and "pending" in str(copy.messages[-1]))
    async with opened(APPROVE, put_back(waiting, now)) as life:
        await life.engine.run()
        [(_, text)] = life.world.posts(Kind.NOTICE)
        assert text.startswith("The store was restored from a backup")
        [name] = await request_ids(life.store)
        superseded = [event for event in await life.store.audit(name) if event.kind == "call.superseded"]
        assert [ASK_AGAIN in event.detail for event in superseded] == [True]
