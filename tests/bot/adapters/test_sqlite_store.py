"""The SQLite store keeps the contracts of the whole store family."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.adapters.sqlite_store import SqliteStore
from bot.store_ports import Store
from tests.contracts.config_store import ConfigStoreContract
from tests.contracts.outbox_store import OutboxStoreContract
from tests.contracts.request_store import RequestStoreContract
from tests.contracts.spending import SpendingContract
from tests.contracts.store import OpenStore
from tests.contracts.thread_store import ThreadStoreContract
from tests.contracts.work_queue import WorkQueueContract
from tests.factories import HandClock


class OnSqlite:
    @pytest.fixture
    async def open_store(self, tmp_path: Path, clock: HandClock) -> AsyncIterator[OpenStore]:
        async with AsyncExitStack() as opened:

            async def open_one() -> Store:
                store = await SqliteStore.open(tmp_path / "store.db", clock)
                opened.push_async_callback(store.close)
                return store

            yield open_one


class TestRequests(OnSqlite, RequestStoreContract):
    pass


class TestSpending(OnSqlite, SpendingContract):
    pass


class TestQueue(OnSqlite, WorkQueueContract):
    pass


class TestOutbox(OnSqlite, OutboxStoreContract):
    pass


class TestThreads(OnSqlite, ThreadStoreContract):
    pass


class TestConfig(OnSqlite, ConfigStoreContract):
    pass
