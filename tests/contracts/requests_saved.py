"""What every RequestStore keeps when it saves: all or nothing, once, in order, to the letter."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.errors import BadInput, NotFound, VersionConflict
from bot.models.audit import first_bad
from bot.models.call import CallStatus
from bot.store_ports import Change, Store
from tests.contracts.store import OpenStore, StoreContract, receive
from tests.factories import (
    HandClock,
    a_call,
    a_record,
    a_request,
    a_result,
    a_turn,
    a_vote,
    a_vote_received,
    an_approval,
    an_audit_chain,
    an_outbox_row,
)

TEXTS = [
    "",
    "naïve Ünïcödé",
    "漢字 עברית العربية",
    "astral 𝕏 🧑‍🚀",
    "nul \0 inside",
    '"quotes" \\ and \n lines',
    "\u2028\ufeff",
]


class SavedRequestsContract(StoreContract):
    async def test_an_unknown_request_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.load("nobody")

    async def test_a_received_request_loads_as_it_was(self, store: Store) -> None:
        assert await store.receive(Change(a_request()), ["key"]) == "r1"
        assert (await store.load("r1")).request == a_request()

    @pytest.mark.parametrize("key", ["event", "message"])
    async def test_either_key_finds_the_first_request(self, store: Store, key: str) -> None:
        await store.receive(Change(a_request()), ["event", "message"])
        again = Change(
            a_request(id="r2"),
            audit=an_audit_chain("received", request_id="r2"),
            outbox=(an_outbox_row(id="notice:n2", request_id="r2"),),
        )
        assert await store.receive(again, ["fresh", key]) == "r1"
        with pytest.raises(NotFound):
            await store.load("r2")
        assert (list(await store.audit("r2")), list(await store.rows("r2"))) == ([], [])

    async def test_a_key_is_known_for_fifteen_minutes(self, store: Store, clock: HandClock) -> None:
        await store.receive(Change(a_request()), ["event"])
        clock.advance(minutes=15)
        await store.receive(Change(a_request(id="r2")), ["other"])
        assert await store.receive(Change(a_request(id="r3")), ["event"]) == "r1"

    async def test_of_two_deliveries_at_once_one_creates_the_request(self, open_store: OpenStore) -> None:
        first, second = await open_store(), await open_store()
        ids = await asyncio.gather(
            first.receive(Change(a_request(id="r1")), ["event"]), second.receive(Change(a_request(id="r2")), ["event"])
        )
        assert len(set(ids)) == 1
        assert (await first.load(ids[0])).request.id == ids[0]

    async def test_a_change_comes_back_as_one_record_in_order(self, store: Store) -> None:
        await receive(store)
        turns = tuple(a_turn(number=number) for number in (1, 2))
        calls = tuple(a_call(id=f"c{turn}{index}", turn=turn, index=index) for turn in (1, 2) for index in (0, 1))
        approvals = tuple(an_approval(id=f"a{turn}", turn=turn) for turn in (1, 2))
        request = a_request(version=2)
        await store.save(Change(request, turns=turns[::-1], calls=calls[::-1], approvals=approvals))
        assert await store.load("r1") == a_record(request=request, turns=turns, calls=calls, approvals=approvals)

    async def test_turns_and_calls_are_written_over(self, store: Store) -> None:
        await receive(store)
        await store.save(Change(a_request(version=2), turns=(a_turn(),), calls=(a_call(),)))
        turn, call = (
            a_turn(replies=("wait",)),
            a_call(votes=(a_vote(),), result=a_result(), status=CallStatus.SUCCEEDED),
        )
        await store.save(Change(a_request(version=3), turns=(turn,), calls=(call,)))
        record = await store.load("r1")
        assert (record.turns, record.calls) == ((turn,), (call,))

    @pytest.mark.parametrize("version", [1, 2, 4])
    async def test_a_wrong_version_changes_nothing(self, store: Store, clock: HandClock, version: int) -> None:
        await receive(store)
        await receive(store, "r2")
        await store.save(Change(a_request(version=2), audit=an_audit_chain("one")))
        await store.append([a_vote_received()])
        for lease in await store.claim(clock.now(), clock.advance(minutes=1), 9):
            await store.release(lease, None)
        before = await store.load("r1"), await store.inbox("r1")
        stale = Change(
            a_request(version=version, text="stale"),
            turns=(a_turn(),),
            calls=(a_call(),),
            approvals=(an_approval(),),
            audit=an_audit_chain("one", "two")[1:],
            outbox=(an_outbox_row(),),
            consumed=("in1",),
            wake=("r2",),
        )
        with pytest.raises(VersionConflict):
            await store.save(stale)
        assert (await store.load("r1"), await store.inbox("r1")) == before
        assert [event.kind for event in await store.audit("r1")] == ["one"]
        assert (list(await store.rows("r1")), await store.next_due()) == ([], None)

    async def test_saving_a_request_that_does_not_exist_is_a_conflict(self, store: Store) -> None:
        with pytest.raises(VersionConflict):
            await store.save(Change(a_request(version=2)))

    async def test_of_racing_writers_exactly_one_saves(self, open_store: OpenStore) -> None:
        stores = [await open_store(), await open_store()]
        await receive(stores[0])
        changes = [Change(a_request(version=2, text=f"writer {number}")) for number in range(8)]
        saves = [stores[number % 2].save(change) for number, change in enumerate(changes)]
        outcomes = await asyncio.gather(*saves, return_exceptions=True)
        winners = [change.request for change, outcome in zip(changes, outcomes, strict=True) if outcome is None]
        assert winners == [(await stores[0].load("r1")).request]
        assert sum(isinstance(outcome, VersionConflict) for outcome in outcomes) == 7

    async def test_the_audit_chain_comes_back_whole_and_in_order(self, store: Store) -> None:
        events = an_audit_chain("received", "planned", "asked")
        await store.receive(Change(a_request(), audit=events[:1]), [])
        await store.save(Change(a_request(version=2), audit=events[1:]))
        assert tuple(await store.audit("r1")) == events
        assert first_bad(tuple(await store.audit("r1"))) is None
        assert list(await store.audit("r2")) == []

    async def test_moments_come_back_to_the_microsecond_in_utc(self, store: Store) -> None:
        at = datetime(2026, 3, 29, 1, 59, 59, 999_999, tzinfo=UTC)
        await store.receive(Change(a_request(created_at=at)), [])
        read = (await store.load("r1")).request.created_at
        assert (read, read.isoformat()) == (at, at.isoformat())

    @pytest.mark.parametrize("text", TEXTS)
    async def test_any_text_comes_back_to_the_letter(self, store: Store, text: str) -> None:
        row = an_outbox_row(text=text)
        change = Change(
            a_request(text=text), turns=(a_turn(content=text),), calls=(a_call(arguments=text),), outbox=(row,)
        )
        await store.receive(change, [text])
        record = await store.load("r1")
        assert (record.request.text, record.turns[0].content, record.calls[0].arguments) == (text, text, text)
        assert list(await store.rows("r1")) == [row]

    async def test_a_lone_surrogate_is_refused_and_nothing_kept(self, store: Store) -> None:
        with pytest.raises(BadInput):
            await store.receive(Change(a_request(text="half \ud83d of a pair")), ["event"])
        assert await store.receive(Change(a_request(id="r2")), ["event"]) == "r2"

    async def test_an_argument_of_a_megabyte_comes_back(self, store: Store) -> None:
        call = a_call(arguments='{"body":"' + "é" * 500_000 + '"}')
        await store.receive(Change(a_request(), calls=(call,)), [])
        assert (await store.load("r1")).calls == (call,)

    async def test_another_store_on_the_same_data_reads_what_was_saved(self, open_store: OpenStore) -> None:
        one, other = await open_store(), await open_store()
        await receive(one)
        assert (await other.load("r1")).request == a_request()
        await other.save(Change(a_request(version=2)))
        assert (await one.load("r1")).request == a_request(version=2)

    async def test_the_write_of_a_cancelled_caller_still_lands(self, store: Store) -> None:
        await receive(store)
        saving = asyncio.ensure_future(store.save(Change(a_request(version=2))))
        await asyncio.sleep(0)
        saving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await saving
        assert (await store.load("r1")).request.version == 2

    async def test_saves_of_many_requests_at_once_all_land(self, store: Store) -> None:
        ids = [f"r{number}" for number in range(50)]
        await asyncio.gather(*(receive(store, request_id) for request_id in ids))
        versions = [Change(replace(a_request(id=request_id), version=2)) for request_id in ids]
        await asyncio.gather(*(store.save(change) for change in versions))
        assert [(await store.load(request_id)).request.version for request_id in ids] == [2] * 50
