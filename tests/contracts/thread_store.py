"""What every ThreadStore promises."""

import pytest

from bot.ports import ThreadMessage
from bot.store_ports import Store
from tests.contracts.store import OpenStore, StoreContract

THREAD = ("T1", "C1", "1767603600.000100")
OTHERS = [("T2", *THREAD[1:]), ("T1", "C2", THREAD[2]), ("T1", "C1", "1767603600.000200")]


def message(ts: str, text: str = "hello") -> ThreadMessage:
    return ThreadMessage(ts, "U1", text, ours=True)


class ThreadStoreContract(StoreContract):
    async def test_messages_come_back_oldest_first(self, store: Store) -> None:
        late, early, middle = message("1767603700.000100"), message("1767603600.000100"), message("1767603600.000101")
        await store.remember(*THREAD, [late, early])
        await store.remember(*THREAD, [middle])
        assert list(await store.thread(*THREAD)) == [early, middle, late]

    async def test_an_edited_message_replaces_its_text(self, store: Store) -> None:
        await store.remember(*THREAD, [message("1.0", "before"), message("2.0")])
        await store.remember(*THREAD, [message("1.0", "after 🧑‍🚀")])
        assert [said.text for said in await store.thread(*THREAD)] == ["after 🧑‍🚀", "hello"]

    @pytest.mark.parametrize("other", OTHERS)
    async def test_threads_are_kept_apart(self, store: Store, other: tuple[str, str, str]) -> None:
        await store.remember(*THREAD, [message("1.0")])
        await store.set_backfilled(*THREAD)
        assert list(await store.thread(*other)) == []
        assert not await store.is_backfilled(*other)

    async def test_a_thread_is_backfilled_once_it_was_said_so(self, open_store: OpenStore) -> None:
        one, other = await open_store(), await open_store()
        assert not await one.is_backfilled(*THREAD)
        await one.set_backfilled(*THREAD)
        await one.set_backfilled(*THREAD)
        assert await other.is_backfilled(*THREAD)
