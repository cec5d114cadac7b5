"""What every RequestStore keeps of tokens: each saved change once, by person, channel, day and month."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.errors import VersionConflict
from bot.models.spending import Spending, Used
from bot.store_ports import Change, Store
from tests.contracts.store import StoreContract, receive
from tests.factories import a_request

DAY = date(2026, 1, 5)


def spent(tokens: int, **fields: Any) -> Spending:
    return replace(Spending("T1", "U1", "C1", DAY, tokens), **fields)


async def used(store: Store, team: str = "T1", user: str = "U1", channel: str = "C1", day: date = DAY) -> Used:
    return await store.used(team, user, channel, day)


class SpendingContract(StoreContract):
    async def _spend(self, store: Store, *spendings: Spending) -> None:
        for number, spending in enumerate(spendings):
            request_id = f"spent-{number}"
            request = a_request(id=request_id, version=1)
            await store.receive(Change(request, spending=spending), [request_id])

    async def test_nothing_is_spent_before_anything_is_saved(self, store: Store) -> None:
        assert await used(store) == Used()

    async def test_tokens_come_out_of_every_budget_that_they_concern(self, store: Store) -> None:
        others = [spent(10, user="U2"), spent(100, channel="C2"), spent(1000, user="U2", channel="C2")]
        await self._spend(store, spent(1), *others)
        assert await used(store) == Used(user=101, channel=11, day=1111, month=1111)
        assert await used(store, user="U3", channel="C3") == Used(day=1111, month=1111)

    async def test_a_person_of_another_workspace_is_somebody_else(self, store: Store) -> None:
        await self._spend(store, spent(1), spent(10, team="T2"))
        assert await used(store) == Used(user=1, channel=1, day=11, month=11)

    async def test_a_day_and_a_month_begin_anew(self, store: Store) -> None:
        ends = [spent(1, day=date(2025, 12, 31)), spent(10, day=date(2026, 1, 1)), spent(100, day=date(2026, 1, 31))]
        await self._spend(store, *ends)
        assert await used(store, day=date(2026, 1, 1)) == Used(10, 10, 10, 10)
        assert await used(store, day=date(2026, 1, 31)) == Used(100, 100, 100, 110)
        assert await used(store, day=date(2026, 2, 1)) == Used()

    async def test_what_is_not_saved_is_not_spent(self, store: Store) -> None:
        await receive(store)
        with pytest.raises(VersionConflict):
            await store.save(Change(a_request(version=5), spending=spent(7)))
        assert await used(store) == Used()

    async def test_many_at_once_lose_nothing(self, store: Store) -> None:
        names = [f"m{number}" for number in range(20)]
        days = [DAY + timedelta(days=number % 2) for number in range(20)]
        changes = [Change(a_request(id=n), spending=spent(5, day=d)) for n, d in zip(names, days, strict=True)]
        await asyncio.gather(*(store.receive(change, [change.request.id]) for change in changes))
        assert await used(store, day=DAY + timedelta(days=1)) == Used(50, 50, 50, 100)
