import pytest

from blocks import ids
from blocks.message import Message
from blocks.progress import UNDER_WAY, progress_message
from bot.models.call import Call, CallStatus
from bot.models.request import RequestStatus, Silence
from bot.models.requirement import Effect
from tests import factories as make
from tests.blocks.examples import HOSTILE, TOOLS, a_call, a_record, a_vote
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
    for status in (R.PLANNING, R.WAITING, R.EXECUTING):
        assert buttons_of(progress(status, a_call()).blocks) == {ids.WITHDRAW_REQUEST: "r1"}
    assert buttons_of(progress(R.PLANNING).blocks) == {ids.WITHDRAW_REQUEST: "r1"}


@pytest.mark.parametrize("status", sorted(set(R) - UNDER_WAY))
def test_no_withdraw_stays_where_it_means_nothing(status: R) -> None:
    assert buttons_of(progress(status, a_call(S.SUCCEEDED)).blocks) == {}


def test_who_has_withdrawn_reads_what_is_still_finished_and_cannot_withdraw_again() -> None:
    message = progress(R.EXECUTING, a_call(S.STARTED), cancelled_by="U0REQUESTER")
    assert message.text == "↩️ Withdrawn · suspend user leaver@example.com had started and is finished first"
    assert buttons_of(message.blocks) == {}


def test_a_silent_directory_is_said_once_it_lasts_and_while_nothing_runs() -> None:
    said = "Waiting for the directory, to know who is who (since 2026-01-05 09:00 UTC)"
    lasting, short = Silence(make.NOW, told=True), Silence(make.NOW)
    assert said in progress(R.EXECUTING, a_call(S.APPROVED), silence=lasting).text
    assert "directory" not in progress(R.EXECUTING, a_call(S.APPROVED), silence=short).text
    assert "directory" not in progress(R.EXECUTING, a_call(S.STARTED), silence=lasting).text
    assert "directory" not in progress(R.DONE, a_call(S.SUCCEEDED), silence=lasting).text


def test_a_denied_step_tells_why() -> None:
    assert (
        "⛔ Suspend user leaver@example.com (“wrong person, ask HR first”)" in progress(R.DONE, a_call(S.DENIED)).text
    )
    hostile = a_call(S.DENIED, votes=(a_vote(yes=False, reason=HOSTILE),))
    assert "<!channel>" not in progress(R.DONE, hostile).text


def test_a_call_that_shares_the_fate_of_another_says_so() -> None:
    assert "The same already waits for approval" in progress(R.WAITING, a_call(attached_to="c9", approval_id="")).text


def test_a_call_that_shares_the_fate_of_another_links_to_where_that_was_asked() -> None:
    record = a_record(a_call(attached_to="c9", approval_id=""), request={"status": R.WAITING})
    there = "https://acme.slack.com/archives/C1/p1767603600000100"
    message = progress_message(record, TOOLS, asked_at=there)
    assert "It is decided on the card of the other thread. I'll answer here." in message.text
    assert f"'url': '{there}'" in str(message.blocks)


def test_the_last_line_says_how_it_ended() -> None:
    assert progress(R.DONE, a_call(S.SUCCEEDED)).text.endswith(" · done")
    assert progress(R.DONE, a_call(S.FAILED)).text.endswith(" · ended · 1 failed")
    assert progress(R.DONE, a_call(S.DENIED)).text.endswith(" · ended · 1 denied")
    assert progress(R.DONE, a_call(S.FAILED), a_call(S.SUCCEEDED)).text.endswith(" · done")


def test_an_unknown_outcome_sends_people_to_the_card() -> None:
    assert "We do not know whether this happened: suspend user" in progress(R.WAITING, a_call(S.UNKNOWN)).text


def test_many_steps_are_counted() -> None:
    assert progress(R.DONE, *[a_call(S.SUCCEEDED)] * 5).text.startswith("2 earlier steps · ☑️ Suspend user")
    assert "and 1 more action" in progress(R.WAITING, *[a_call()] * 4).text


def test_a_cancelled_request_names_who_stopped_it() -> None:
    assert "Withdrawn by the requester" in progress(R.CANCELLED, cancelled_by="U0REQUESTER").text
    assert "Withdrawn by a person" in progress(R.CANCELLED, cancelled_by="U0ADMIN").text


def test_what_ended_the_request_has_a_line_and_an_icon_of_its_own() -> None:
    taken = progress(R.CANCELLED, a_call(S.SUCCEEDED), a_call(S.WITHDRAWN), cancelled_by="U0REQUESTER").text
    lines = ("☑️ Suspend user leaver@example.com", "suspend user leaver@example.com · nothing further will be done")
    assert taken == f"{lines[0]}\n↩️ Withdrawn by the requester: {lines[1]}"
    broken = progress(R.FAILED, a_call(S.FAILED), incident="i1").text
    assert broken.splitlines()[0] == "❌ Suspend user leaver@example.com"
    assert broken.splitlines()[1].startswith("❌ Something broke on our side")


def test_our_fault_has_an_incident_id() -> None:
    assert "nothing further will be done · incident i1" in progress(R.FAILED, incident="i1").text


def test_without_the_tools_no_value_is_shown() -> None:
    message = progress_message(a_record(request={"status": R.WAITING}))
    assert "suspend user." in message.text
    assert "leaver@example.com" not in message.text
