"""One step's changes as one transaction: nothing is changed without being said."""

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.call_states import Finished, Skipped, Started, TakenBack, TimedOut, Voted
from bot.edit import Edit, answer_row, card_rows, notice_row, progress_row
from bot.errors import IllegalTransition
from bot.models.audit import GENESIS, first_bad
from bot.models.call import Attempt, CallStatus
from bot.models.outbox import Kind
from bot.models.request import Record, RequestStatus
from bot.sealing import seal
from tests.factories import (
    LATER,
    NOW,
    a_call,
    a_record,
    a_request,
    a_result,
    a_turn,
    a_vote,
    an_approval,
    an_origin,
    an_outbox_row,
)

PENDING = a_call(status=CallStatus.PENDING, approval_id="a1")
SECOND = replace(PENDING, id="c2", index=1)
RECORD = a_record(request=a_request(version=4, status=RequestStatus.WAITING), calls=(PENDING, SECOND))


def test_an_edit_without_changes_saves_the_next_version_and_says_nothing() -> None:
    change = Edit(RECORD, NOW).change()
    assert change.request == replace(RECORD.request, version=5, changed_at=NOW)
    assert (change.calls, change.turns, change.approvals, change.audit, change.outbox) == ((), (), (), (), ())


CHANGES: dict[str, Callable[[Edit], object]] = {
    "a call": lambda edit: edit.put(PENDING),
    "a turn": lambda edit: edit.add_turn(a_turn(number=2)),
    "an audit event": lambda edit: edit.note("looked", "U1"),
    "a message": lambda edit: edit.say(an_outbox_row()),
    "an inbound event": lambda edit: edit.consume(["in1"]),
    "a wake-up": lambda edit: edit.wake(["r2"]),
    "the request": lambda edit: edit.move(RequestStatus.EXECUTING),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_an_edit_is_empty_until_something_would_be_saved(change: Callable[[Edit], object]) -> None:
    edit = Edit(RECORD, NOW)
    edit.move(RequestStatus.WAITING)
    assert edit.is_empty
    change(edit)
    assert not edit.is_empty


def test_the_newest_turn_is_counted_with_those_of_this_edit() -> None:
    edit = Edit(RECORD, NOW)
    assert edit.last_turn == 1
    edit.add_turn(a_turn(number=2))
    assert edit.last_turn == 2


def test_a_changed_call_is_saved_audited_and_shown() -> None:
    edit = Edit(RECORD, NOW)
    after = edit.apply("c2", Voted(a_vote(call_id="c2")), actor="U-approver", yes=True)
    change = edit.change()
    assert change.calls == (after,)
    assert after.status is CallStatus.APPROVED
    (event,) = change.audit
    assert (event.kind, event.actor, event.at) == ("call.approved", "U-approver", NOW)
    told = {"call": "c2", "digest": after.digest, "from": "pending", "to": "approved", "yes": True}
    assert json.loads(event.detail) == told | {"seal": seal(edit.record())}
    assert [(row.id, row.wanted) for row in change.outbox] == [("card:a1", 5), ("progress:r1", 5)]


def test_a_refused_event_changes_nothing() -> None:
    edit = Edit(RECORD, NOW)
    with pytest.raises(IllegalTransition):
        edit.apply("c1", Skipped("why", NOW))
    with pytest.raises(IllegalTransition):
        edit.move(RequestStatus.DONE)
    assert edit.change() == Edit(RECORD, NOW).change()


def test_a_request_that_moves_is_audited_and_shown_and_one_that_stays_is_not() -> None:
    edit = Edit(RECORD, NOW)
    edit.move(RequestStatus.WAITING)
    assert edit.change().audit == ()
    edit = Edit(RECORD, NOW)
    edit.move(RequestStatus.EXECUTING)
    change = edit.change()
    assert [(event.kind, json.loads(event.detail)["from"]) for event in change.audit] == [
        ("request.executing", "waiting")
    ]
    assert [row.id for row in change.outbox] == ["progress:r1"]
    assert change.request.status is RequestStatus.EXECUTING


def test_the_audit_chain_goes_on_from_edit_to_edit() -> None:
    first = Edit(RECORD, NOW)
    first.apply("c1", TimedOut(NOW))
    first.apply("c2", TimedOut(NOW))
    one = first.change()
    second = Edit(first.record(), LATER)
    second.note("looked", "U1", why="x")
    two = second.change()
    assert one.audit[0].prev == GENESIS
    assert first_bad((*one.audit, *two.audit)) is None
    assert (two.request.audit_seq, two.request.audit_hash) == (3, two.audit[-1].hash)
    assert two.request.version == 6


def test_calls_are_seen_as_they_stand_now_and_in_call_order() -> None:
    edit = Edit(replace(RECORD, calls=(SECOND, PENDING)), NOW)
    edit.put(replace(PENDING, id="c0", turn=2))
    edit.apply("c1", TakenBack("U-requester", NOW))
    assert [call.id for call in edit.calls] == ["c1", "c2", "c0"]
    assert [call.status for call in edit.calls_of(1)] == [CallStatus.WITHDRAWN, CallStatus.PENDING]
    assert [call.id for call in edit.calls_of(2)] == ["c0"]


def test_only_the_cards_of_changed_turns_are_shown_again() -> None:
    other = replace(PENDING, id="c9", turn=2, approval_id="a2")
    cards = (an_approval(), an_approval(id="a2", turn=2))
    edit = Edit(replace(RECORD, calls=(PENDING, other), approvals=cards), NOW)
    edit.apply("c9", TimedOut(NOW))
    assert [row.id for row in edit.change().outbox] == ["card:a2", "progress:r1"]


def test_new_turns_and_cards_are_saved_once() -> None:
    edit = Edit(RECORD, NOW)
    edit.add_turn(a_turn(number=2))
    edit.add_approval(an_approval(id="a2", turn=2))
    change = edit.change()
    assert (change.turns, change.approvals) == ((a_turn(number=2),), (an_approval(id="a2", turn=2),))
    assert [row.id for row in change.outbox] == ["progress:r1"]
    assert len(edit.record().turns) == 2
    assert [approval.id for approval in edit.record().approvals] == ["a1", "a2"]


def test_messages_inbound_events_and_wake_ups_go_along() -> None:
    edit = Edit(RECORD, NOW)
    edit.say(an_outbox_row(id="notice:x", wanted=1))
    edit.say(an_outbox_row(id="notice:x", text="the later word"))
    edit.consume(["in1", "in2"])
    edit.wake(["r2", "r3"])
    edit.wake(["r2"])
    change = edit.change()
    assert [(row.id, row.text, row.wanted) for row in change.outbox] == [("notice:x", "the later word", 5)]
    assert (change.consumed, change.wake) == (("in1", "in2"), ("r2", "r3"))


def test_the_record_afterwards_is_what_was_saved() -> None:
    edit = Edit(RECORD, NOW)
    after = edit.apply("c1", TimedOut(NOW))
    change = edit.change()
    assert edit.record() == Record(change.request, RECORD.turns, (after, SECOND), RECORD.approvals)


def test_new_outcomes_are_those_of_this_edit() -> None:
    attempt = Attempt("t1", NOW, 60.0)
    over = replace(PENDING, id="c0", status=CallStatus.DENIED)
    unknown = replace(PENDING, id="c3", status=CallStatus.UNKNOWN, attempt=attempt)
    ready = replace(PENDING, id="c4", status=CallStatus.APPROVED)
    edit = Edit(replace(RECORD, calls=(over, PENDING, unknown, ready)), NOW)
    assert edit.new_outcomes() == ()
    edit.apply("c1", TimedOut(NOW))
    edit.apply("c3", Finished("t1", CallStatus.SUCCEEDED, a_result()))
    edit.apply("c4", Started(attempt))
    assert [call.id for call in edit.new_outcomes()] == ["c1", "c3"]


def test_a_card_stands_in_the_thread_only_where_the_thread_is() -> None:
    request = a_request(origin=an_origin(channel="C-ops"))
    [elsewhere] = card_rows(request, an_approval(channel="C-approvers"), NOW)
    assert (elsewhere.channel, elsewhere.thread_ts, elsewhere.subject) == ("C-approvers", "", "a1")
    [here] = card_rows(request, an_approval(channel="C-ops"), NOW)
    assert (here.channel, here.thread_ts) == ("C-ops", request.origin.thread_ts)


def test_rows_of_a_request_stand_in_its_thread() -> None:
    request = a_request()
    rows = [progress_row(request, NOW), answer_row(request, "2", NOW), notice_row(request, "k", "Word.", NOW)]
    assert [(row.id, row.kind, row.subject, row.text) for row in rows] == [
        ("progress:r1", Kind.PROGRESS, "", ""),
        ("answer:r1:2", Kind.ANSWER, "2", ""),
        ("notice:k", Kind.NOTICE, "", "Word."),
    ]
    assert {(row.channel, row.thread_ts, row.due_at) for row in rows} == {("C-ops", request.origin.thread_ts, NOW)}
