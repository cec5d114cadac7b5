"""What every OutboxStore promises."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.models.inbound import SecretSettled
from bot.models.outbox import Kind, OutboxRow
from bot.ports import ThreadMessage
from bot.store_ports import Change, Store
from tests.contracts.store import OpenStore, StoreContract, receive
from tests.factories import LATER, NOW, a_request, an_outbox_row

SECOND = timedelta(seconds=1)


async def due(store: Store, at: datetime, limit: int = 9) -> list[OutboxRow]:
    """What may be shown at that moment, as it was saved; the lease that this takes is over at once."""
    rows = await store.claim_rows(at, at, limit)
    return [replace(row, attempts=0, tried_at=None, leased_until=None) for row in rows]


async def show(store: Store, name: str, revision: int, ts: str, said: ThreadMessage | None = None) -> None:
    """Claims what is due and shows one row of it."""
    (row,) = [row for row in await store.claim_rows(NOW, NOW, 99) if row.id == name]
    await store.shown(row, revision, ts, said)


async def refuse(store: Store, name: str, error: str, retry_at: datetime | None) -> None:
    """Claims what is due, and one row of it cannot be shown."""
    (row,) = [row for row in await store.claim_rows(NOW, NOW, 99) if row.id == name]
    await store.not_shown(row, error, retry_at)


def a_secret(call: str) -> OutboxRow:
    """What this call made for its requester."""
    return an_outbox_row(id=f"secret:{call}", kind=Kind.SECRET, subject=call, text="ciphertext", user="U1")


class OutboxStoreContract(StoreContract):
    @pytest.fixture
    async def store(self, open_store: OpenStore) -> Store:
        store = await open_store()
        await receive(store)
        return store

    async def test_a_row_is_due_from_its_moment_on(self, store: Store) -> None:
        row = an_outbox_row(due_at=NOW + SECOND)
        await self.save(store, row)
        assert await due(store, NOW) == []
        assert (await due(store, NOW + SECOND)) == [row]

    async def test_what_people_see_of_a_request_is_shown_again_and_nothing_else(self, store: Store) -> None:
        seen = [
            an_outbox_row(),
            an_outbox_row(id="progress:r1", kind=Kind.PROGRESS),
            an_outbox_row(id="n", kind=Kind.NOTICE),
        ]
        await self.save(store, *seen, an_outbox_row(id="card:a2", due_at=NOW + SECOND))
        for row in seen:
            await show(store, row.id, 1, "1767603601.000200")
        await store.show_again("r2")
        assert await due(store, NOW) == []
        await store.show_again("r1")
        assert [row.id for row in await due(store, NOW)] == ["card:a1", "progress:r1"]
        await show(store, "card:a1", 1, "1767603601.000200")
        assert [row.id for row in await due(store, NOW)] == ["progress:r1"]

    async def test_a_shown_row_is_not_due(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await show(store, "card:a1", 1, "1767603601.000200")
        assert (await due(store, LATER)) == []
        (row,) = await store.rows("r1")
        assert (row.shown, row.posted_ts) == (1, "1767603601.000200")

    async def test_raising_what_is_wanted_makes_the_row_due_again(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await show(store, "card:a1", 1, "1.0")
        await self.save(store, an_outbox_row(wanted=3, due_at=NOW + SECOND), version=3)
        assert await due(store, NOW) == []
        (row,) = await due(store, NOW + SECOND)
        assert (row.wanted, row.shown, row.posted_ts) == (3, 1, "1.0")

    async def test_raising_it_while_a_show_is_in_flight_keeps_the_row_due(self, store: Store) -> None:
        await self.save(store, an_outbox_row(wanted=2))
        (claimed,) = await store.claim_rows(NOW, LATER, 9)
        await self.save(store, an_outbox_row(wanted=3), version=3)
        await store.shown(claimed, 2, "1.0")
        (row,) = await due(store, NOW)
        assert (row.wanted, row.shown) == (3, 2)

    async def test_what_is_wanted_is_never_lowered(self, store: Store) -> None:
        await self.save(store, an_outbox_row(wanted=5))
        await self.save(store, an_outbox_row(wanted=3), version=3)
        assert [row.wanted for row in await store.rows("r1")] == [5]

    async def test_the_rows_of_one_kind_come_alone_and_in_their_order(self, store: Store) -> None:
        pages = [an_outbox_row(id=f"answer:r1:{page}", kind=Kind.ANSWER) for page in (1, 0)]
        await self.save(store, pages[0], an_outbox_row(), pages[1])
        await receive(store, "r2")
        other = an_outbox_row(id="answer:r2:0", request_id="r2", kind=Kind.ANSWER)
        await store.save(Change(a_request(id="r2", version=2), outbox=(other,)))
        assert list(await store.rows("r1", Kind.ANSWER)) == pages
        assert list(await store.rows("r1", Kind.NOTICE)) == []
        assert len(await store.rows("r1")) == 3

    async def test_a_showing_after_its_claim_ran_out_makes_the_row_due_again(self, store: Store) -> None:
        await self.save(store, an_outbox_row(wanted=5))
        (slow,) = await store.claim_rows(NOW, NOW + SECOND, 9)
        (quick,) = await store.claim_rows(NOW + SECOND, LATER, 9)
        await store.shown(quick, 5, "2.0")
        assert await due(store, NOW + 2 * SECOND) == []
        await store.shown(slow, 2, "1.0")
        assert [row.id for row in await due(store, LATER)] == ["card:a1"]

    async def test_it_spoils_the_claim_of_who_is_showing_now_too(self, store: Store) -> None:
        await self.save(store, an_outbox_row(wanted=5))
        (slow,) = await store.claim_rows(NOW, NOW + SECOND, 9)
        (quick,) = await store.claim_rows(NOW + SECOND, LATER, 9)
        await store.shown(slow, 2, "1.0")
        await store.shown(quick, 5, "1.0")
        assert [row.id for row in await due(store, LATER + SECOND)] == ["card:a1"]

    async def test_two_messages_for_one_row_are_one_that_counts_and_its_twin(self, store: Store) -> None:
        await self.save(store, an_outbox_row(wanted=5))
        (slow,) = await store.claim_rows(NOW, NOW + SECOND, 9)
        (quick,) = await store.claim_rows(NOW + SECOND, LATER, 9)
        await store.shown(quick, 5, "2.0")
        await store.shown(slow, 2, "1.0")
        (row,) = await store.claim_rows(NOW + SECOND, LATER, 9)
        assert (row.posted_ts, row.twins) == ("2.0", ("1.0",))
        await store.shown(row, 5, "2.0")
        assert [(row.posted_ts, row.twins, row.shown) for row in await store.rows("r1")] == [("2.0", (), 5)]

    async def test_a_twin_that_was_noted_while_others_were_closed_is_kept(self, store: Store) -> None:
        await self.save(store, an_outbox_row(wanted=5))
        (slow,) = await store.claim_rows(NOW, NOW + SECOND, 9)
        (quick,) = await store.claim_rows(NOW + SECOND, LATER, 9)
        await store.shown(slow, 2, "1.0")
        await store.shown(quick, 5, "2.0")
        assert [(row.posted_ts, row.twins) for row in await store.rows("r1")] == [("1.0", ("2.0",))]

    async def test_a_message_that_replaces_one_that_is_gone_has_no_twin(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await show(store, "card:a1", 1, "1.0")
        await self.save(store, an_outbox_row(wanted=3), version=3)
        await show(store, "card:a1", 3, "2.0")
        assert [(row.posted_ts, row.twins) for row in await store.rows("r1")] == [("2.0", ())]

    async def test_a_card_posted_after_an_attempt_of_unknown_end_is_looked_after_once(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await store.claim_rows(NOW, NOW, 9)
        await show(store, "card:a1", 2, "2.0")
        soon = NOW + timedelta(minutes=2)
        assert await self.next_message_due(store) == soon
        assert await due(store, soon - SECOND) == []
        (row,) = await store.claim_rows(soon, LATER, 9)
        assert (row.looks, row.posted_ts, row.tried_at) == (True, "2.0", NOW)
        await store.shown(row, 2, "2.0")
        assert await self.next_message_due(store) is None
        assert [(row.tried_at, row.shown) for row in await store.rows("r1")] == [(None, 2)]

    async def test_a_change_before_that_look_is_shown_at_once_and_the_look_kept(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await store.claim_rows(NOW, NOW, 9)
        await show(store, "card:a1", 2, "2.0")
        await self.save(store, an_outbox_row(wanted=3, due_at=NOW + SECOND), version=3)
        (row,) = await store.claim_rows(NOW + SECOND, NOW + SECOND, 9)
        assert (row.looks, row.wanted) == (False, 3)
        await store.shown(row, 3, "2.0")
        assert [row.looks for row in await store.claim_rows(NOW + timedelta(minutes=2), LATER, 9)] == [True]

    async def test_a_card_posted_at_the_first_attempt_is_not_looked_after(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await show(store, "card:a1", 2, "2.0")
        assert await self.next_message_due(store) is None

    async def test_who_lost_the_claim_cannot_free_or_give_up_the_row(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        (slow,) = await store.claim_rows(NOW, NOW + SECOND, 9)
        (quick,) = await store.claim_rows(NOW + SECOND, LATER, 9)
        await store.not_shown(slow, "internal_error", NOW)
        await store.not_shown(slow, "channel_not_found", None)
        assert await due(store, LATER - SECOND) == []
        assert [(row.error, row.gave_up) for row in await store.rows("r1")] == [("", False)]
        await store.not_shown(quick, "internal_error", NOW)
        assert [row.error for row in await due(store, LATER - SECOND)] == ["internal_error"]

    async def test_the_text_of_a_private_message_is_deleted_once_it_was_shown_or_given_up(self, store: Store) -> None:
        rows = [an_outbox_row(id=f"private:{n}", kind=Kind.PRIVATE, text="only for you", user="U1") for n in "12"]
        await self.save(store, *rows, an_outbox_row(id="notice:n", kind=Kind.NOTICE, text="for all"))
        claimed = {row.id: row for row in await store.claim_rows(NOW, NOW, 9)}
        assert {row.text for row in claimed.values()} == {"only for you", "for all"}
        await store.shown(claimed["private:1"], 1, "1.0")
        await store.not_shown(claimed["private:2"], "user_not_found", None)
        await store.shown(claimed["notice:n"], 1, "2.0")
        assert [row.text for row in await store.rows("r1")] == ["", "", "for all"]

    async def test_a_secret_is_deleted_once_it_is_settled_and_its_request_hears_of_it(self, store: Store) -> None:
        rows = [a_secret(n) for n in "123"]
        await self.save(store, *rows)
        claimed = {row.id: row for row in await store.claim_rows(NOW, NOW, 9)}
        assert {row.text for row in claimed.values()} == {"ciphertext"}
        await store.shown(claimed["secret:1"], 1, "1.0")
        await store.not_shown(claimed["secret:2"], "user_disabled", None)
        await store.not_shown(claimed["secret:3"], "user_disabled", LATER)
        assert [row.text for row in await store.rows("r1")] == ["", "", "ciphertext"]
        heard = [(event.call_id, event.error) for event in await store.inbox("r1") if isinstance(event, SecretSettled)]
        assert heard == [("1", ""), ("2", "user_disabled")]
        assert await store.claim(NOW, LATER, 9)

    async def test_a_secret_that_was_posted_is_never_due_again_however_late_that_was_saved(self, store: Store) -> None:
        await self.save(store, a_secret("1"))
        (slow,) = await store.claim_rows(NOW, NOW + SECOND, 9)
        (quick,) = await store.claim_rows(NOW + SECOND, LATER, 9)
        await store.shown(slow, 1, "1.0")
        await store.not_shown(quick, "user_disabled", None)
        await store.shown(quick, 1, "2.0")
        assert await due(store, LATER) == []
        heard = [event.error for event in await store.inbox("r1") if isinstance(event, SecretSettled)]
        assert heard == [""]

    async def test_raising_brings_a_waiting_row_forward_but_not_back(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await refuse(store, "card:a1", "ratelimited", LATER)
        await self.save(store, an_outbox_row(wanted=3, due_at=NOW + SECOND), version=3)
        assert [row.wanted for row in await due(store, NOW + SECOND)] == [3]
        await self.save(store, an_outbox_row(wanted=4, due_at=LATER), version=4)
        assert [row.wanted for row in await due(store, NOW + SECOND)] == [4]

    async def test_raising_replaces_the_text(self, store: Store) -> None:
        await self.save(store, an_outbox_row(text="1 of 2"))
        await self.save(store, an_outbox_row(text="2 of 2", wanted=3), version=3)
        assert [row.text for row in await due(store, NOW)] == ["2 of 2"]

    async def test_attempts_are_counted_and_the_first_is_remembered(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        (first,) = await store.claim_rows(NOW, NOW, 9)
        (second,) = await store.claim_rows(LATER, LATER, 9)
        assert (first.attempts, first.tried_at) == (1, None)
        assert (second.attempts, second.tried_at) == (2, NOW)

    async def test_a_leased_row_is_given_to_nobody_else_before_the_lease_runs_out(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await store.claim_rows(NOW, NOW + SECOND, 9)
        await self.save(store, an_outbox_row(wanted=3), version=3)
        assert await due(store, NOW) == []
        assert await self.next_message_due(store) == NOW + SECOND
        assert [row.wanted for row in await due(store, NOW + SECOND)] == [3]

    async def test_the_pages_of_an_answer_are_given_one_after_the_other(self, store: Store) -> None:
        pages = [an_outbox_row(id=f"answer:r1:{n}", kind=Kind.ANSWER, subject=str(n)) for n in range(3)]
        await self.save(store, *pages)
        (first,) = await store.claim_rows(NOW, NOW + SECOND, 9)
        assert first.subject == "0"
        assert await self.next_message_due(store) == NOW + SECOND
        await store.shown(first, 2, "1.0")
        assert [row.subject for row in await due(store, NOW)] == ["1"]
        await refuse(store, "answer:r1:1", "channel_not_found", None)
        assert [row.subject for row in await due(store, NOW)] == ["2"]

    async def test_what_was_said_is_remembered_with_it_and_the_request_is_woken(self, store: Store) -> None:
        await self.save(store, an_outbox_row(kind=Kind.ANSWER, subject="0"))
        for lease in await store.claim(NOW, LATER, 9):
            await store.release(lease, None)
        await show(store, "card:a1", 2, "9.0", ThreadMessage("9.0", "", "The answer.", ours=True))
        request = a_request()
        said = await store.thread(request.actor.team, request.origin.channel, request.origin.thread_ts)
        assert [message.text for message in said] == [request.text, "The answer."]
        assert [lease.request_id for lease in await store.claim(NOW, LATER, 9)] == ["r1"]

    async def test_giving_up_wakes_the_request(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        for lease in await store.claim(NOW, LATER, 9):
            await store.release(lease, None)
        await refuse(store, "card:a1", "channel_not_found", None)
        assert [lease.request_id for lease in await store.claim(NOW, LATER, 9)] == ["r1"]

    async def test_an_attempt_for_which_nothing_left_does_not_count(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        (row,) = await store.claim_rows(NOW, NOW, 9)
        await store.not_shown(row, "busy", NOW, sent=False)
        (row,) = await store.claim_rows(NOW, NOW, 9)
        assert (row.attempts, row.tried_at) == (1, None)
        await store.not_shown(row, "internal_error", NOW)
        (row,) = await store.claim_rows(LATER, LATER, 9)
        await store.not_shown(row, "busy", LATER, sent=False)
        (row,) = await store.claim_rows(LATER, LATER, 9)
        assert (row.attempts, row.tried_at) == (2, NOW)

    async def test_a_row_that_could_not_be_shown_is_due_at_its_retry(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await refuse(store, "card:a1", "ratelimited", LATER)
        assert (await due(store, LATER - SECOND)) == []
        assert [row.error for row in await due(store, LATER)] == ["ratelimited"]

    async def test_success_clears_the_error_and_the_attempts(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await refuse(store, "card:a1", "ratelimited", LATER)
        (row,) = await store.claim_rows(LATER, LATER, 9)
        await store.shown(row, 1, "1.0")
        (row,) = await store.rows("r1")
        assert (row.attempts, row.error) == (0, "")

    async def test_a_row_given_up_is_never_due_again(self, store: Store) -> None:
        await self.save(store, an_outbox_row())
        await refuse(store, "card:a1", "channel_not_found", None)
        await self.save(store, an_outbox_row(wanted=3), version=3)
        assert ((await due(store, LATER)), await self.next_message_due(store)) == ([], None)
        assert [(row.error, row.gave_up) for row in await store.rows("r1")] == [("channel_not_found", True)]

    async def test_the_most_urgent_kind_comes_first_then_the_oldest(self, store: Store) -> None:
        kinds = [kind for kind in Kind if kind is not Kind.ANSWER]
        rows = [
            an_outbox_row(id=f"{kind}:{age}", kind=kind, due_at=NOW - age * SECOND)
            for kind in reversed(kinds)
            for age in (1, 2)
        ]
        await self.save(store, *rows)
        expected = [f"{kind}:{age}" for kind in kinds for age in (2, 1)]
        assert [row.id for row in await due(store, NOW, 99)] == expected
        assert [row.id for row in await due(store, NOW, 3)] == expected[:3]

    async def test_rows_of_a_request_are_listed_oldest_first(self, store: Store) -> None:
        rows = [an_outbox_row(id=name, tried_at=NOW, user="U1", subject="0") for name in ("z", "a", "m")]
        await self.save(store, *rows)
        assert list(await store.rows("r1")) == rows
        await show(store, "a", 1, "1.0")
        assert [row.id for row in await store.rows("r1")] == ["z", "a", "m"]
        assert list(await store.rows("r2")) == []

    @staticmethod
    async def save(store: Store, *rows: OutboxRow, version: int = 2) -> None:
        await store.save(Change(a_request(version=version), outbox=rows))

    @staticmethod
    async def next_message_due(store: Store) -> Any:
        for lease in await store.claim(NOW, LATER, 9):
            await store.release(lease, None)
        return await store.next_due()
