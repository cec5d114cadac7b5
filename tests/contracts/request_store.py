"""What every RequestStore does with what people send, and how it finds things."""

from typing import Any

import pytest

from bot.errors import NotFound
from bot.models.call import Call, CallStatus
from bot.models.inbound import Inbound
from bot.models.request import CLOSED, RequestStatus
from bot.store_ports import CardRows, Change, Store
from tests.contracts.requests_saved import SavedRequestsContract
from tests.contracts.store import receive
from tests.factories import (
    a_call,
    a_record,
    a_reply_received,
    a_request,
    a_verdict_received,
    a_vote_received,
    a_withdrawal_received,
    an_actor,
    an_approval,
    an_origin,
)

FOUND = {CallStatus.ALLOWED, CallStatus.PENDING, CallStatus.APPROVED, CallStatus.STARTED}
FINGERPRINT = a_call().fingerprint


class RequestStoreContract(SavedRequestsContract):
    async def test_what_people_send_comes_back_as_it_was(self, store: Store) -> None:
        sent: list[Inbound] = [a_vote_received(), a_withdrawal_received(), a_verdict_received(), a_reply_received()]
        await receive(store)
        await store.append(sent)
        assert list(await store.inbox("r1")) == sent

    async def test_the_inbox_is_in_the_order_of_arrival(self, store: Store) -> None:
        await receive(store)
        await receive(store, "r2")
        sent: list[Inbound] = [a_vote_received(id="z"), a_reply_received(id="a"), a_withdrawal_received(id="m")]
        await store.append(sent[:2])
        await store.append([a_vote_received(id="other", request_id="r2"), sent[2]])
        assert list(await store.inbox("r1")) == sent

    async def test_what_a_change_consumed_leaves_the_inbox(self, store: Store) -> None:
        await receive(store)
        await store.append([a_vote_received(id=name) for name in ("one", "two", "three")])
        await store.save(Change(a_request(version=2), consumed=("one", "three")))
        assert [event.id for event in await store.inbox("r1")] == ["two"]

    async def test_a_change_consumes_only_what_was_sent_to_its_request(self, store: Store) -> None:
        await receive(store)
        await receive(store, "r2")
        await store.append([a_vote_received(id="other", request_id="r2")])
        await store.save(Change(a_request(version=2), consumed=("other",)))
        assert [event.id for event in await store.inbox("r2")] == ["other"]

    async def test_the_same_event_twice_is_stored_once(self, store: Store) -> None:
        await receive(store)
        await store.append([a_vote_received(), a_vote_received()])
        await store.append([a_vote_received(yes=False), a_reply_received()])
        assert list(await store.inbox("r1")) == [a_vote_received(), a_reply_received()]

    async def test_a_consumed_event_does_not_come_back_when_it_is_sent_again(self, store: Store) -> None:
        await receive(store)
        await store.append([a_vote_received()])
        await store.save(Change(a_request(version=2), consumed=("in1",)))
        await store.append([a_vote_received()])
        assert list(await store.inbox("r1")) == []

    async def test_events_are_appended_all_or_none(self, store: Store) -> None:
        await receive(store)
        with pytest.raises(NotFound):
            await store.append([a_vote_received(), a_vote_received(id="in9", request_id="nobody")])
        assert list(await store.inbox("r1")) == []

    async def test_an_approval_leads_to_its_record(self, store: Store) -> None:
        record = a_record()
        await receive(store, "r2")
        change = Change(record.request, turns=record.turns, calls=record.calls, approvals=record.approvals)
        await store.receive(change, [])
        assert await store.find_approval("a1") == record

    async def test_an_unknown_approval_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.find_approval("a1")

    async def test_a_call_is_found_by_its_id(self, store: Store) -> None:
        await store.receive(Change(a_request(), calls=(a_call(), a_call(id="c2", index=1))), [])
        assert await store.call("c2") == a_call(id="c2", index=1)

    async def test_an_unknown_call_is_not_found(self, store: Store) -> None:
        with pytest.raises(NotFound):
            await store.call("c1")

    async def test_the_newest_open_request_of_a_thread_is_found(self, store: Store) -> None:
        for request_id in ("z-old", "a-new", "m-closed"):
            await receive(store, request_id)
        assert await self.in_thread(store) == "m-closed"
        await store.save(Change(a_request(id="m-closed", version=2, status=RequestStatus.DONE)))
        assert await self.in_thread(store) == "a-new"

    @pytest.mark.parametrize("other", [{"team": "T2"}, {"channel": "C2"}, {"thread_ts": "2.0"}, {"user": "U2"}])
    async def test_requests_of_other_people_and_threads_are_not(self, store: Store, other: dict[str, str]) -> None:
        actor = an_actor(**{key: value for key, value in other.items() if key in {"team", "user"}})
        origin = an_origin(**{key: value for key, value in other.items() if key in {"channel", "thread_ts"}})
        await store.receive(Change(a_request(actor=actor, origin=origin)), [])
        assert await self.in_thread(store) is None

    async def test_open_requests_come_whole_and_newest_first(self, store: Store) -> None:
        record = a_record()
        change = Change(record.request, turns=record.turns, calls=record.calls, approvals=record.approvals)
        await store.receive(change, [])
        for request_id in ("z-next", "a-newest"):
            await receive(store, request_id)
        found = await store.open_requests(9)
        assert [one.request.id for one in found] == ["a-newest", "z-next", "r1"]
        assert found[-1] == record
        assert [one.request.id for one in await store.open_requests(1)] == ["a-newest"]

    @pytest.mark.parametrize("status", RequestStatus)
    async def test_closed_requests_are_not_among_them(self, store: Store, status: RequestStatus) -> None:
        await receive(store)
        await store.save(Change(a_request(version=2, status=status)))
        assert [one.request.status for one in await store.open_requests(9)] == ([] if status in CLOSED else [status])

    async def test_a_card_has_its_own_rows_in_call_order(self, store: Store) -> None:
        calls = (
            a_call(id="z", index=0, approval_id="a1", status=CallStatus.PENDING),
            a_call(id="m", index=1, approval_id="a2", status=CallStatus.PENDING),
            a_call(id="b", index=2, approval_id="a1", status=CallStatus.DENIED),
        )
        await store.receive(Change(a_request(), calls=calls, approvals=(an_approval(id="a1"),)), [])
        assert await store.card_rows("a1") == CardRows("r1", ("z", "b"), ("z",))
        with pytest.raises(NotFound):
            await store.card_rows("a9")

    @pytest.mark.parametrize("status", CallStatus)
    async def test_only_an_open_call_is_found_by_its_fingerprint(self, store: Store, status: CallStatus) -> None:
        call = a_call(status=status)
        await store.receive(Change(a_request(), calls=(call,)), [])
        assert await store.find_open_call(FINGERPRINT) == (call if status in FOUND else None)
        assert await store.find_open_call("ff" * 32) is None

    async def test_the_oldest_open_call_that_is_not_attached_is_found(self, store: Store) -> None:
        attached, oldest, newer = (
            self.pending(id="z-attached", attached_to="x"),
            self.pending(id="m-oldest", index=1),
            self.pending(id="a-newer", index=2),
        )
        await store.receive(Change(a_request(), calls=(attached, oldest, newer)), [])
        assert await store.find_open_call(FINGERPRINT) == oldest
        closed = self.pending(id="m-oldest", index=1, status=CallStatus.DENIED)
        await store.save(Change(a_request(version=2), calls=(closed,)))
        assert await store.find_open_call(FINGERPRINT) == newer

    async def test_requests_attached_to_a_call_are_told_until_they_have_an_outcome(self, store: Store) -> None:
        for number in (2, 3):
            call = self.pending(id=f"c{number}", request_id=f"r{number}", attached_to="c1")
            twin = self.pending(id=f"d{number}", request_id=f"r{number}", attached_to="c1", index=1)
            await store.receive(Change(a_request(id=f"r{number}"), calls=(call, twin)), [])
        assert sorted(await store.attached("c1")) == ["r2", "r3"]
        ended = [
            self.pending(id=name, request_id="r2", attached_to="c1", status=CallStatus.SUCCEEDED)
            for name in ("c2", "d2")
        ]
        await store.save(Change(a_request(id="r2", version=2), calls=tuple(ended)))
        assert list(await store.attached("c1")) == ["r3"]
        assert list(await store.attached("c9")) == []

    @staticmethod
    def pending(**fields: Any) -> Call:
        return a_call(**{"status": CallStatus.PENDING, **fields})

    @staticmethod
    async def in_thread(store: Store) -> str | None:
        origin = an_origin()
        return await store.open_in_thread("T1", origin.channel, origin.thread_ts, "U-requester")
