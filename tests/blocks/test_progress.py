from blocks import ids
from blocks.message import Message
from blocks.progress import progress_message
from bot.models.call import Call, CallStatus
from bot.models.request import RequestStatus
from bot.models.requirement import Effect
from tests.blocks.examples import TOOLS, a_call, a_record
from tests.blocks.reading import buttons_of

S = CallStatus
R = RequestStatus


def progress(status: RequestStatus, *calls: Call, **request: object) -> Message:
    return progress_message(a_record(*calls, request={"status": status, **request}), TOOLS)


def test_a_read_that_runs_is_named() -> None:
    assert progress(R.PLANNING, a_call(S.ALLOWED, effect=Effect.READ)).text == "⚙️ Suspend user leaver@example.com…"


def test_between_calls_it_thinks() -> None:
    assert progress(R.PLANNING, a_call(S.SUCCEEDED)).text == "☑️ Suspend user leaver@example.com · thinking…"


def test_waiting_says_for_whom_for_what_and_until_when() -> None:
    said = progress(R.WAITING, a_call()).text
    assert said == (
        "⏳ I need an approval from @it-admins for: suspend user leaver@example.com. "
        "I'll answer here. (until 2026-01-05 13:00 UTC)"
    )


def test_the_requester_can_withdraw_where_they_asked() -> None:
    assert buttons_of(progress(R.WAITING, a_call()).blocks) == {ids.WITHDRAW: "a1f3c0de"}
    assert buttons_of(progress(R.EXECUTING, a_call(S.STARTED)).blocks) == {}


def test_a_call_that_shares_the_fate_of_another_says_so() -> None:
    assert "The same already waits for approval" in progress(R.WAITING, a_call(attached_to="c9", approval_id="")).text


def test_an_unknown_outcome_sends_people_to_the_card() -> None:
    assert "We do not know whether this happened: suspend user" in progress(R.WAITING, a_call(S.UNKNOWN)).text


def test_many_steps_are_counted() -> None:
    assert progress(R.DONE, *[a_call(S.SUCCEEDED)] * 5).text.startswith("2 earlier steps · ☑️ Suspend user")
    assert "and 1 more action" in progress(R.WAITING, *[a_call()] * 4).text


def test_a_cancelled_request_names_who_stopped_it() -> None:
    assert "Stopped by the requester" in progress(R.CANCELLED, cancelled_by="U0REQUESTER").text
    assert "Stopped by a person" in progress(R.CANCELLED, cancelled_by="U0ADMIN").text


def test_our_fault_has_an_incident_id() -> None:
    assert "nothing further will be done · incident i1" in progress(R.FAILED, incident="i1").text


def test_without_the_tools_no_value_is_shown() -> None:
    message = progress_message(a_record(request={"status": R.WAITING}))
    assert "suspend user." in message.text
    assert "leaver@example.com" not in message.text
