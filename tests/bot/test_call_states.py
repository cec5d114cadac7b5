"""Every (status, event) pair is decided by the table; closed calls and refusals change nothing."""

from dataclasses import replace
from datetime import timedelta
from itertools import product

import pytest

from bot.call_states import (
    ONLY_FROM,
    TRANSITIONS,
    Attached,
    Decided,
    Event,
    Finished,
    Lost,
    Reconciled,
    Replaced,
    RequirementLost,
    Revoked,
    Shared,
    Skipped,
    Started,
    TakenBack,
    TimedOut,
    Voted,
    apply,
)
from bot.errors import IllegalTransition
from bot.models.call import OUTCOMES, Attempt, Call, CallStatus
from bot.models.policy import Allow, Deny, MustAsk
from tests.bot.builders import a_yes_of
from tests.factories import LATER, NOW, a_call, a_clause, a_judgement, a_requirement, a_result, a_vote

S = CallStatus
YES = a_yes_of("U-approver", "it-admins")
SECOND = a_yes_of("U-second", "it-admins")
ATTEMPT = Attempt("t1", NOW, 60.0)
FIRST = a_call(id="c0")
TWO = a_requirement(clauses=(a_clause(count=2),), total=2)
ASK = MustAsk(("locking",), "People are asked.", a_requirement())

EVENTS: dict[str, tuple[Event, CallStatus]] = {
    "policy allows": (Decided(Allow(("r",), "why"), NOW), S.ALLOWED),
    "policy denies": (Decided(Deny(("r",), "why"), NOW), S.DENIED),
    "policy asks": (Decided(ASK, NOW), S.PENDING),
    "the yes that was missing": (Voted(YES), S.APPROVED),
    "a no": (Voted(a_vote(yes=False)), S.DENIED),
    "a yes too late": (Voted(a_yes_of("U-approver", "it-admins", at=LATER)), S.EXPIRED),
    "time is over": (TimedOut(LATER), S.EXPIRED),
    "taken back": (TakenBack("U-requester", NOW), S.WITHDRAWN),
    "edited": (Replaced("U-approver", NOW), S.SUPERSEDED),
    "an approver left": (RequirementLost(TWO, (), "gone", NOW), S.PENDING),
    "policy changed": (Revoked(("r",), "why", NOW), S.REVOKED),
    "an earlier call failed": (Skipped("why", NOW), S.NOT_RUN),
    "claimed": (Started(ATTEMPT), S.STARTED),
    "done": (Finished("t1", S.SUCCEEDED, a_result()), S.SUCCEEDED),
    "failed": (Finished("t1", S.FAILED, a_result()), S.FAILED),
    "cut short": (Finished("t1", S.UNKNOWN, a_result()), S.UNKNOWN),
    "lost in a restore": (Lost(a_result()), S.UNKNOWN),
    "a person saw it": (Reconciled("U-approver", happened=True, result=a_result()), S.SUCCEEDED),
    "a person did not see it": (Reconciled("U-approver", happened=False, result=a_result()), S.FAILED),
    "its twin is open": (Attached(FIRST.id), S.PENDING),
    **{f"its twin is {status}": (Shared(replace(FIRST, status=status)), status) for status in S},
}


def call_in(status: CallStatus) -> Call:
    """A call for which every event but its status fits: it has a requirement, an attempt, and a twin."""
    return a_call(status=status, attempt=ATTEMPT, attached_to=FIRST.id)


def may(status: CallStatus, event: Event, target: CallStatus) -> bool:
    """What the two tables say."""
    if status not in ONLY_FROM.get(type(event), frozenset(S)):
        return False
    if isinstance(event, Shared) and status is S.PENDING:
        return target in OUTCOMES
    return target in TRANSITIONS[status]


@pytest.mark.parametrize(("status", "name"), list(product(S, EVENTS)))
def test_a_call_goes_exactly_the_ways_of_the_table(status: CallStatus, name: str) -> None:
    event, target = EVENTS[name]
    call = call_in(status)
    if may(status, event, target):
        assert apply(call, event).status is target
    else:
        with pytest.raises(IllegalTransition) as refused:
            apply(call, event)
        assert refused.value.status is status
    assert call == call_in(status)


def test_the_table_speaks_of_every_status_and_every_way_is_walked_by_an_event() -> None:
    assert set(TRANSITIONS) == set(S)
    walked = {(status, target) for status in S for event, target in EVENTS.values() if may(status, event, target)}
    walked.add((apply(a_call(status=S.PENDING, requirement=TWO), Voted(YES)).status, S.PENDING))
    assert {(status, target) for status, ways in TRANSITIONS.items() for target in ways} <= walked


@pytest.mark.parametrize("status", [status for status, ways in TRANSITIONS.items() if not ways])
def test_a_closed_call_has_its_outcome_for_good(status: CallStatus) -> None:
    assert call_in(status).has_outcome
    for event, _ in EVENTS.values():
        with pytest.raises(IllegalTransition):
            apply(call_in(status), event)


def test_only_started_comes_after_the_spending_of_an_approval() -> None:
    assert {status for status, ways in TRANSITIONS.items() if S.STARTED in ways} == {S.APPROVED, S.ALLOWED}
    assert S.STARTED not in TRANSITIONS[S.STARTED]


def test_policy_s_words_are_kept() -> None:
    denied = apply(a_call(), Decided(Deny(("no deletes",), "Nobody deletes."), NOW))
    assert (denied.rules, denied.reason, denied.decided_by) == (("no deletes",), "Nobody deletes.", "policy")
    asked = apply(a_call(requirement=None), Decided(ASK, NOW))
    assert (asked.requirement, asked.decided_at) == (ASK.requirement, None)


def test_two_people_are_needed_where_two_are_asked_for() -> None:
    once = apply(a_call(status=S.PENDING, requirement=TWO), Voted(YES))
    assert (once.status, once.decided_at, once.decided_by) == (S.PENDING, None, "")
    twice = apply(once, Voted(replace(SECOND, at=NOW + timedelta(minutes=1))))
    assert (twice.status, twice.decided_by) == (S.APPROVED, "U-second")
    assert twice.decided_at == NOW + timedelta(minutes=1)


def test_the_same_person_does_not_count_twice() -> None:
    once = apply(a_call(status=S.PENDING, requirement=TWO), Voted(YES))
    assert apply(once, Voted(YES)) == once


def test_the_same_human_under_two_ids_counts_once() -> None:
    once = apply(a_call(status=S.PENDING, requirement=TWO), Voted(YES))
    again = apply(once, Voted(a_yes_of("U-other-id", "it-admins", identity="U-approver")))
    assert (again.status, [vote.user for vote in again.votes]) == (S.PENDING, ["U-other-id"])


def test_one_no_is_enough() -> None:
    once = apply(a_call(status=S.PENDING, requirement=TWO), Voted(YES))
    denied = apply(once, Voted(replace(SECOND, yes=False, reason="wrong person")))
    assert (denied.status, denied.decided_by) == (S.DENIED, "U-second")


def test_who_said_yes_may_still_say_no_while_others_are_asked() -> None:
    once = apply(a_call(status=S.PENDING, requirement=TWO), Voted(YES))
    assert apply(once, Voted(replace(YES, yes=False))).status is S.DENIED


@pytest.mark.parametrize(("early", "status"), [(timedelta(microseconds=1), S.APPROVED), (timedelta(0), S.EXPIRED)])
def test_a_vote_counts_until_the_very_moment_of_expiry(early: timedelta, status: CallStatus) -> None:
    voted = apply(a_call(status=S.PENDING), Voted(replace(YES, at=LATER - early)))
    assert voted.status is status
    assert bool(voted.votes) == (status is S.APPROVED)


def test_a_late_click_does_not_take_an_approval_away() -> None:
    with pytest.raises(IllegalTransition):
        apply(a_call(status=S.APPROVED, votes=(YES,)), Voted(replace(SECOND, at=LATER)))


@pytest.mark.parametrize(
    "vote",
    [
        replace(YES, call_id="another call"),
        replace(YES, judgement=a_judgement(counts=False)),
        a_vote(yes=False, judgement=a_judgement(counts=False)),
    ],
    ids=["for another call", "a yes that does not count", "a no that does not count"],
)
def test_a_vote_that_does_not_belong_here_is_refused(vote: object) -> None:
    assert isinstance(vote, type(YES))
    with pytest.raises(IllegalTransition) as refused:
        apply(a_call(status=S.PENDING), Voted(vote))
    assert refused.value.event == Voted(vote)


def test_a_call_that_nobody_was_asked_about_takes_no_votes() -> None:
    with pytest.raises(IllegalTransition):
        apply(a_call(status=S.PENDING, requirement=None), Voted(YES))


def test_a_no_of_somebody_the_directory_did_not_name_stands_under_their_user_id() -> None:
    nobody = a_vote(yes=False, judgement=a_judgement(person=None))
    assert apply(a_call(status=S.PENDING), Voted(nobody)).decided_by == nobody.user


def test_a_lost_requirement_goes_back_to_its_people_with_the_votes_that_remain() -> None:
    approved = a_call(status=S.APPROVED, votes=(YES, SECOND), decided_at=NOW, decided_by="U-second")
    back = apply(approved, RequirementLost(TWO, (YES,), "The approval of Ben no longer counts.", NOW))
    assert (back.requirement, back.votes, back.decided_at, back.decided_by) == (TWO, (YES,), None, "")
    assert back.reason == "The approval of Ben no longer counts."
    assert apply(back, Voted(SECOND)).status is S.APPROVED


@pytest.mark.parametrize("status", [S.STARTED, S.UNKNOWN])
def test_a_result_of_another_attempt_is_refused(status: CallStatus) -> None:
    with pytest.raises(IllegalTransition):
        apply(call_in(status), Finished("t2", S.SUCCEEDED, a_result()))
    with pytest.raises(IllegalTransition):
        apply(a_call(status=status, attempt=None), Finished("t1", S.SUCCEEDED, a_result()))


def test_a_late_result_of_the_same_attempt_still_counts() -> None:
    late = a_result(text="it did work")
    assert apply(call_in(S.UNKNOWN), Finished("t1", S.SUCCEEDED, late)).result == late


def test_nobody_says_what_happened_while_the_call_is_still_away() -> None:
    with pytest.raises(IllegalTransition):
        apply(call_in(S.STARTED), Reconciled("U-approver", happened=True, result=a_result()))


@pytest.mark.parametrize("status", S)
def test_the_outcome_of_a_call_that_is_no_twin_is_refused(status: CallStatus) -> None:
    stranger = a_call(id="c9", status=S.SUCCEEDED, result=a_result())
    with pytest.raises(IllegalTransition):
        apply(call_in(status), Shared(stranger))


def test_a_twin_gives_its_result_and_who_decided() -> None:
    done = replace(FIRST, status=S.SUCCEEDED, result=a_result(), decided_by="U-approver", decided_at=NOW)
    shared = apply(call_in(S.PENDING), Shared(done))
    assert (shared.result, shared.decided_by, shared.decided_at) == (a_result(), "U-approver", NOW)


def test_why_and_when_a_call_was_stopped_are_kept() -> None:
    revoked = apply(call_in(S.APPROVED), Revoked(("freeze",), "A freeze.", NOW))
    assert (revoked.rules, revoked.reason, revoked.decided_at) == (("freeze",), "A freeze.", NOW)
    skipped = apply(call_in(S.ALLOWED), Skipped("suspend_user did not succeed.", NOW))
    assert (skipped.reason, skipped.decided_at) == ("suspend_user did not succeed.", NOW)
    replaced = apply(call_in(S.PENDING), Replaced("U-approver", NOW))
    assert (replaced.decided_by, replaced.decided_at) == ("U-approver", NOW)
    withdrawn = apply(call_in(S.PENDING), TakenBack("U-requester", NOW))
    assert (withdrawn.decided_by, withdrawn.decided_at) == ("U-requester", NOW)
