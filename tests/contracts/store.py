"""What the suites of all store ports share. An adapter's suite overrides `open_store`."""

from collections.abc import Awaitable, Callable

import pytest

from bot.store_ports import Change, Store
from tests.factories import HandClock, a_request

OpenStore = Callable[[], Awaitable[Store]]


class StoreContract:
    """`open_store` opens one more store object over the same data, as another process would."""

    @pytest.fixture
    def clock(self) -> HandClock:
        return HandClock()

    @pytest.fixture
    def open_store(self) -> OpenStore:
        raise NotImplementedError("the suite of an adapter opens its store here")

    @pytest.fixture
    async def store(self, open_store: OpenStore) -> Store:
        return await open_store()


async def receive(store: Store, request_id: str = "r1") -> None:
    """Stores a request under a key of its own."""
    await store.receive(Change(a_request(id=request_id)), [f"key-{request_id}"])
