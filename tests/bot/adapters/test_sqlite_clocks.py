"""What a clock that was ahead has put off goes on within a minute of the right time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.adapters.sqlite_store import SqliteStore
from bot.store_ports import Change, Lease
from tests.factories import LATER, NOW, HandClock, a_request, an_outbox_row

HOUR, LEASE, MINUTE = timedelta(hours=1), timedelta(seconds=30), timedelta(minutes=1)


@pytest.fixture
def clock() -> HandClock:
    return HandClock(NOW + HOUR)


@pytest.fixture
async def store(tmp_path: Path, clock: HandClock) -> AsyncIterator[SqliteStore]:
    """The store of a process whose clock is an hour ahead."""
    store = await SqliteStore.open(tmp_path / "store.db", clock)
    yield store
    await store.close()


async def receive(store: SqliteStore, *outbox: object, request_id: str = "r1") -> None:
    await store.receive(Change(a_request(id=request_id), outbox=outbox), [])  # type: ignore[arg-type]


async def claim(store: SqliteStore, clock: HandClock) -> list[str]:
    leases = await store.claim(clock.now(), clock.now() + LEASE, 9)
    return [lease.request_id for lease in leases]


def alarms(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [log.getMessage() for log in caplog.records if log.levelname == "ERROR"]


async def test_a_request_that_came_in_while_the_clock_was_ahead_is_due(
    store: SqliteStore, clock: HandClock, caplog: pytest.LogCaptureFixture
) -> None:
    await receive(store)
    clock.at = NOW
    assert await claim(store, clock) == ["r1"]
    assert alarms(caplog) == ["clock.was_ahead"]
    assert "NTP" in vars(caplog.records[-1])["mend"]


async def test_a_lease_of_a_process_that_was_ahead_and_died_does_not_last(store: SqliteStore, clock: HandClock) -> None:
    await receive(store)
    assert await claim(store, clock) == ["r1"]
    clock.at = NOW
    assert await claim(store, clock) == ["r1"]


async def test_a_click_is_not_forgotten_when_a_lease_is_taken_back_from_somebody_who_lives(
    store: SqliteStore, clock: HandClock, tmp_path: Path
) -> None:
    """The one who is ahead has read the inbox before the click, and releases before anybody else begins."""
    await receive(store)
    (lease,) = await store.claim(clock.now(), clock.now() + LEASE, 9)
    await store.wake("r1", clock.now())
    right = HandClock(NOW)
    other = await SqliteStore.open(tmp_path / "store.db", right)
    assert await other.claim(right.now(), right.now() + LEASE, 0) == []
    await store.release(lease, clock.now() + 10 * HOUR)
    assert await claim(other, right) == ["r1"]
    await other.close()


async def test_what_a_step_put_off_while_the_clock_was_ahead_is_due(store: SqliteStore, clock: HandClock) -> None:
    await receive(store)
    (lease,) = await store.claim(clock.now(), clock.now() + LEASE, 9)
    await store.release(lease, clock.now() + timedelta(seconds=2))
    clock.at = NOW
    assert await claim(store, clock) == ["r1"]


async def test_a_wake_up_during_a_lease_is_not_put_off_either(store: SqliteStore, clock: HandClock) -> None:
    await receive(store)
    (lease,) = await store.claim(clock.now(), clock.now() + LEASE, 9)
    await store.wake("r1", clock.now())
    clock.at = NOW
    await store.release(lease, None)
    clock.at += MINUTE
    assert await claim(store, clock) == ["r1"]


async def test_a_message_that_was_put_off_is_due(store: SqliteStore, clock: HandClock) -> None:
    await receive(store, an_outbox_row(id="new", due_at=clock.now()), an_outbox_row(id="leased", due_at=NOW))
    await store.claim_rows(NOW, clock.now() + MINUTE, 1)
    clock.at = NOW
    await claim(store, clock)
    assert {row.id for row in await store.claim_rows(NOW, NOW + MINUTE, 9)} == {"new", "leased"}


async def test_a_process_that_runs_on_notices_within_a_minute(
    tmp_path: Path, store: SqliteStore, clock: HandClock
) -> None:
    right = HandClock(NOW)
    other = await SqliteStore.open(tmp_path / "store.db", right)
    assert await claim(other, right) == []
    await receive(store)
    assert await claim(other, right) == []
    right.at += MINUTE
    assert await claim(other, right) == ["r1"]
    await other.close()


async def test_what_is_put_off_for_a_reason_stays_put_off(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    clock = HandClock(NOW)
    store = await SqliteStore.open(tmp_path / "other.db", clock)
    await receive(store, an_outbox_row(due_at=NOW + 20 * MINUTE))
    (lease,) = await store.claim(NOW, NOW + LEASE, 9)
    await store.release(lease, LATER)
    await receive(store, request_id="r2")
    (held,) = await store.claim(NOW + LEASE * 0.9, NOW + LEASE * 1.9, 9)
    later = await SqliteStore.open(tmp_path / "other.db", clock)
    assert await claim(later, clock) == []
    assert await store.claim_rows(NOW, NOW + MINUTE, 9) == ()
    assert alarms(caplog) == []
    assert await store.renew(Lease(held.request_id, held.fence, held.until), NOW + LEASE)
    await store.close()
    await later.close()
