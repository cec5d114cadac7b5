"""What every WorkQueue promises."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest

from bot.store_ports import Change, Lease, Store
from tests.contracts.store import OpenStore, StoreContract, receive
from tests.factories import LATER, NOW, HandClock, a_request, a_vote_received, an_outbox_row

MINUTE = timedelta(minutes=1)


async def claim(store: Store, clock: HandClock, limit: int = 10) -> list[Lease]:
    """Leases for a minute from now."""
    return list(await store.claim(clock.now(), clock.now() + MINUTE, limit))


async def wake(store: Store) -> None:
    await store.wake("r1", NOW)


async def append(store: Store) -> None:
    await store.append([a_vote_received()])


async def redeliver(store: Store) -> None:
    await receive(store)


async def save_another(store: Store) -> None:
    await store.save(Change(a_request(id="r2"), wake=("r1", "nobody")))


WAYS_TO_WAKE = [wake, append, redeliver, save_another]


class WorkQueueContract(StoreContract):
    async def test_a_new_request_is_due_at_once(self, store: Store, clock: HandClock) -> None:
        assert await claim(store, clock) == []
        await receive(store)
        assert [lease.request_id for lease in await claim(store, clock)] == ["r1"]

    async def test_a_lease_keeps_others_away_until_it_runs_out(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        (first,) = await claim(store, clock)
        clock.at = first.until - timedelta(microseconds=1)
        assert await claim(store, clock) == []
        clock.at = first.until
        (second,) = await claim(store, clock)
        assert second.fence > first.fence

    async def test_the_fence_grows_with_every_lease(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        fences = []
        for _ in range(3):
            (lease,) = await claim(store, clock)
            await store.release(lease, clock.now())
            fences.append(lease.fence)
        assert fences == sorted(set(fences))

    async def test_two_claimers_never_get_the_same_request(self, open_store: OpenStore, clock: HandClock) -> None:
        one, other = await open_store(), await open_store()
        for number in range(20):
            await receive(one, f"r{number}")
        got = await asyncio.gather(*(claim(store, clock, 4) for store in (one, other) for _ in range(4)))
        ids = [lease.request_id for leases in got for lease in leases]
        assert sorted(ids) == sorted(f"r{number}" for number in range(20))

    async def test_the_longest_due_is_leased_first(self, store: Store, clock: HandClock) -> None:
        for request_id, minute in (("c", 3), ("a", 1), ("d", 9), ("b", 2)):
            clock.at = NOW + minute * MINUTE
            await receive(store, request_id)
        clock.at = LATER
        assert [lease.request_id for lease in await claim(store, clock, 3)] == ["a", "b", "c"]
        assert [lease.request_id for lease in await claim(store, clock, 3)] == ["d"]

    async def test_a_renewed_lease_holds_longer(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        (lease,) = await claim(store, clock)
        assert await store.renew(lease, lease.until + MINUTE)
        clock.at = lease.until
        assert await claim(store, clock) == []

    async def test_a_lease_that_ran_out_can_be_renewed_while_nobody_has_it(
        self, store: Store, clock: HandClock
    ) -> None:
        await receive(store)
        (lease,) = await claim(store, clock)
        clock.at = lease.until + MINUTE
        assert await store.renew(lease, clock.now() + MINUTE)
        assert await claim(store, clock) == []

    async def test_a_lost_lease_is_neither_renewed_nor_released(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        (lost,) = await claim(store, clock)
        clock.at = lost.until
        (held,) = await claim(store, clock)
        assert not await store.renew(lost, LATER)
        await store.release(lost, clock.now())
        assert (await claim(store, clock), await store.next_due()) == ([], held.until)

    async def test_a_lease_that_was_given_back_is_not_renewed(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        (lease,) = await claim(store, clock)
        await store.release(lease, None)
        assert not await store.renew(lease, LATER)
        assert await store.next_due() is None

    async def test_a_released_request_is_due_when_it_said(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        (lease,) = await claim(store, clock)
        await store.release(lease, LATER)
        assert await store.next_due() == LATER
        clock.at = LATER - timedelta(microseconds=1)
        assert await claim(store, clock) == []
        clock.at = LATER
        assert len(await claim(store, clock)) == 1

    async def test_a_request_that_waits_for_nothing_is_never_due(self, store: Store, clock: HandClock) -> None:
        await self.at_rest(store, clock)
        clock.advance(days=3650)
        assert await claim(store, clock) == []

    @pytest.mark.parametrize("way", WAYS_TO_WAKE)
    async def test_a_woken_request_is_due(
        self, store: Store, clock: HandClock, way: Callable[[Store], Awaitable[None]]
    ) -> None:
        await self.at_rest(store, clock)
        await way(store)
        assert "r1" in [lease.request_id for lease in await claim(store, clock)]

    @pytest.mark.parametrize("way", WAYS_TO_WAKE)
    @pytest.mark.parametrize("due_at", [None, LATER])
    async def test_a_request_woken_while_leased_is_due_at_once_after_release(
        self, store: Store, clock: HandClock, way: Callable[[Store], Awaitable[None]], due_at: datetime | None
    ) -> None:
        await receive(store)
        (lease,) = await claim(store, clock)
        await way(store)
        assert "r1" not in [lease.request_id for lease in await claim(store, clock)]
        await store.release(lease, due_at)
        assert [lease.request_id for lease in await claim(store, clock)] == ["r1"]

    async def test_a_wake_is_answered_by_the_next_lease(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        (lost,) = await claim(store, clock)
        await store.wake("r1", clock.now())
        clock.at = lost.until
        (lease,) = await claim(store, clock)
        await store.release(lease, None)
        assert await store.next_due() is None

    async def test_a_later_wake_survives_a_lost_lease(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        (lost,) = await claim(store, clock)
        await store.wake("r1", LATER)
        clock.at = lost.until
        (lease,) = await claim(store, clock)
        await store.release(lease, None)
        assert await store.next_due() == LATER

    async def test_a_wake_only_brings_forward(self, store: Store, clock: HandClock) -> None:
        await self.at_rest(store, clock)
        await store.wake("r1", NOW + 2 * MINUTE)
        await store.wake("r1", NOW + 3 * MINUTE)
        assert await store.next_due() == NOW + 2 * MINUTE
        await store.wake("r1", NOW + MINUTE)
        assert await store.next_due() == NOW + MINUTE

    async def test_nothing_is_next_in_an_empty_store(self, store: Store) -> None:
        assert await store.next_due() is None

    async def test_the_end_of_a_lease_is_next(self, store: Store, clock: HandClock) -> None:
        await receive(store)
        assert await store.next_due() == NOW
        (lease,) = await claim(store, clock)
        assert await store.next_due() == lease.until

    async def test_a_message_to_be_shown_is_next(self, store: Store, clock: HandClock) -> None:
        await self.at_rest(store, clock)
        late, soon = an_outbox_row(id="x", due_at=LATER), an_outbox_row(id="y", due_at=NOW + MINUTE)
        await store.save(Change(a_request(version=2), outbox=(late, soon)))
        assert await store.next_due() == NOW + MINUTE
        (row,) = await store.claim_rows(NOW + MINUTE, NOW + MINUTE, 9)
        await store.shown(row, 1, "1.0")
        assert await store.next_due() == LATER

    async def test_every_write_of_any_store_changes_the_number(self, open_store: OpenStore) -> None:
        one, other = await open_store(), await open_store()
        seen = [await one.changes()]
        for writer, request_id in ((one, "r1"), (other, "r2"), (other, "r3")):
            await receive(writer, request_id)
            seen.append(await one.changes())
        assert len(set(seen)) == 4
        assert await one.changes() == seen[-1]

    @staticmethod
    async def at_rest(store: Store, clock: HandClock) -> None:
        await receive(store)
        for lease in await claim(store, clock):
            await store.release(lease, None)
