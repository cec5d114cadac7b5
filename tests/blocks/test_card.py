from dataclasses import replace

import pytest

from blocks import ids
from blocks.buttons import TYPED
from blocks.calls import also_runs
from blocks.card import approval_card
from bot.models.call import Attempt, CallStatus, Look
from bot.models.people import Surface
from bot.models.requirement import Confirm, Effect
from bot.models.tools import Toolset
from tests import factories as make
from tests.blocks.examples import (
    APPROVER,
    HOSTILE,
    NOT_STARTED,
    PROBED,
    SILENCE,
    TOOLS,
    WITNESS,
    a_call,
    a_card,
    a_record,
    a_requirement,
    a_vote,
    many,
)
from tests.blocks.reading import arguments_on, buttons_of, labels_of, nested, words_of

S = CallStatus
CLOSED = [status for status in S if status not in (S.PENDING, S.UNKNOWN)]


def test_the_card_asks_in_the_order_of_the_design() -> None:
    kinds = [block["type"] for block in a_card().blocks]
    assert kinds == ["header", "rich_text", "rich_text", "rich_text", "rich_text", "actions", "context"]
    assert labels_of(a_card().blocks) == ["Approve", "Deny…", "All details", "Withdraw"]


def test_a_button_names_the_approval_and_a_row_button_its_call() -> None:
    assert set(buttons_of(a_card().blocks).values()) == {"a1f3c0de"}
    rows = a_card(a_call(), a_call()).blocks
    values = [part["value"] for part in nested(rows) if part.get("action_id") == ids.APPROVE]
    assert values == ["a1f3c0de:c1", "a1f3c0de:c2", "a1f3c0de"]


@pytest.mark.parametrize("status", CLOSED)
def test_a_closed_card_can_only_be_read(status: CallStatus) -> None:
    card = a_card(a_call(status, approval_id="a1f3c0de"))
    assert set(buttons_of(card.blocks)) == {ids.DETAILS}


@pytest.mark.parametrize("status", CLOSED)
def test_a_closed_row_of_several_has_no_buttons(status: CallStatus) -> None:
    card = a_card(a_call(), a_call(status, approval_id="a1f3c0de"))
    assert {part.get("value") for part in nested(card.blocks)} == {None, "a1f3c0de", "a1f3c0de:c1"}


def test_an_unknown_outcome_asks_people_what_happened() -> None:
    buttons = buttons_of(a_card(a_call(S.UNKNOWN)).blocks)
    assert buttons[ids.HAPPENED] == buttons[ids.NOT_HAPPENED] == "a1f3c0de:c1"
    assert ids.APPROVE not in buttons


def test_arguments_that_are_not_all_there_cannot_be_approved_on_the_card() -> None:
    card = a_card(a_call(arguments=f'{{"body":"{"x" * 3_000}"}}'))
    assert "… 2,400 more characters in All details" in words_of(card.blocks)
    assert labels_of(card.blocks) == ["Open All details to approve", "Deny…", "Withdraw"]


def test_many_arguments_are_counted_where_they_end() -> None:
    pairs = ",".join(f'"k{number:03}":"{"x" * 200}"' for number in range(40))
    card = a_card(a_call(arguments=f"{{{pairs}}}"))
    assert "more arguments (" in words_of(card.blocks)
    assert ids.APPROVE not in buttons_of(card.blocks)


def test_a_secret_is_described_and_not_shown() -> None:
    card = a_card(a_call(arguments='{"email":"a@example.com","token":"hunter2hunter2"}'))
    assert "hunter2" not in words_of(card.blocks) + card.text
    assert "‹secret · 14 characters · sha256 7688…›" in words_of(card.blocks)
    assert ids.APPROVE not in buttons_of(card.blocks)


def test_an_unknown_tool_shows_no_values() -> None:
    card = a_card(a_call(), tools=Toolset("", ()))
    arguments = "".join(part["text"] for part in nested(card.blocks) if part.get("style") == {"code": True})
    assert "leaver@example.com" not in arguments
    assert ids.APPROVE not in buttons_of(card.blocks)


def test_one_row_that_is_not_all_there_takes_approve_all_away() -> None:
    card = a_card(a_call(), a_call(arguments='{"token":"hunter2"}'))
    assert labels_of(card.blocks)[-3:] == ["Open All details to approve", "Deny all…", "Withdraw"]
    assert buttons_of(card.blocks[:5])[ids.APPROVE] == "a1f3c0de:c1"


def test_a_string_that_looks_like_a_number_keeps_its_quotes() -> None:
    text = '{"a":5,"b":"5","c":"true","d":" x","e":"","f":"say \\"hi\\"","g":[1,"2"]}'
    card = a_card(a_call(arguments=text))
    assert arguments_on(card.blocks) == text
    assert '"5"' in words_of(card.blocks)


def test_no_arguments_are_said_in_words() -> None:
    assert "No arguments" in words_of(a_card(a_call(arguments="{}")).blocks)


def test_nobody_is_mentioned_but_the_people_of_the_record() -> None:
    card = a_card(
        a_call(arguments=f'{{"note":"{HOSTILE}"}}', votes=(a_vote(reason=HOSTILE),)), text=HOSTILE, why=HOSTILE
    )
    users = [part["user_id"] for part in nested(card.blocks) if part.get("type") == "user"]
    assert users == ["U0REQUESTER", "U0APPROVER"]
    assert not [part for part in nested(card.blocks) if part.get("type") in ("mrkdwn", "broadcast", "emoji")]


def test_a_link_that_is_not_https_is_left_out() -> None:
    record = a_record()
    card = approval_card(record, record.approvals[0], TOOLS, permalink="javascript:alert(1)")
    assert not [part for part in nested(card.blocks) if part.get("type") == "link"]


def test_the_quorum_names_who_agreed_and_whose_vote_was_lost() -> None:
    gone = a_vote(user="U0GONE", judgement=make.a_judgement(counts=False, why="They left."))
    words = words_of(a_card(a_call(requirement=a_requirement(total=2), votes=(a_vote(), gone))).blocks)
    assert "needs \n2 of \n@it-admins" in words
    assert "1 of 2 · approved by \nU0APPROVER\n · \ndoes not count: \nU0GONE\n (They left.)" in words


def test_rows_that_need_different_people_say_so_themselves() -> None:
    security = a_requirement(clauses=(make.a_clause(groups=("@security",)),))
    words = words_of(a_card(a_call(), a_call(requirement=security)).blocks)
    assert "each action needs people of its own" in words
    assert words.index("@it-admins") < words.index("@security")


def test_an_empty_approver_list_is_said_to_be_hopeless() -> None:
    words = words_of(a_card(a_call(requirement=a_requirement(clauses=()))).blocks)
    assert "nobody can agree" in words


def test_a_user_group_id_is_a_mention_and_a_handle_is_text() -> None:
    both = a_requirement(clauses=(make.a_clause(groups=("@it-admins", "S0GROUP")),))
    parts = list(nested(a_card(a_call(requirement=both)).blocks))
    assert [part["usergroup_id"] for part in parts if part.get("type") == "usergroup"] == ["S0GROUP"]


def test_a_long_list_of_approvers_says_how_many_more() -> None:
    people = tuple(f"U0PERSON{number}" for number in range(9))
    words = words_of(
        a_card(a_call(requirement=a_requirement(clauses=(make.a_clause(groups=(), users=people),)))).blocks
    )
    assert " or 4 more" in words


@pytest.mark.parametrize("confirm", list(Confirm))
def test_what_needs_more_than_a_click_asks_first(confirm: Confirm) -> None:
    card = a_card(a_call(requirement=a_requirement(confirm=confirm)))
    wanted = ids.CONFIRM if confirm in TYPED else ids.APPROVE
    approve = next(part for part in nested(card.blocks) if part.get("action_id") in (ids.APPROVE, ids.CONFIRM))
    assert (approve["action_id"], "confirm" in approve) == (wanted, confirm is Confirm.DIALOG)
    assert approve["value"].endswith(ids.ASKED) is (confirm is Confirm.DIALOG)


def test_the_card_says_who_joins_later_and_what_an_approver_does() -> None:
    needed = a_requirement(confirm=Confirm.TOTP, escalation=make.a_clause(groups=("@managers",)), escalate_at=make.NOW)
    words = words_of(a_card(a_call(requirement=needed)).blocks)
    assert [part for part in (" · from ", " also ", "@managers", " · with a one-time code") if part not in words] == []


def test_rows_that_differ_in_what_an_approver_does_each_say_it() -> None:
    words = words_of(a_card(a_call(), a_call(requirement=a_requirement(confirm=Confirm.TOTP))).blocks)
    assert "each action needs people of its own" in words


def test_the_highest_risk_stands_in_the_heading() -> None:
    assert a_card(a_call(), a_call(risk=3)).blocks[0]["text"]["text"] == "⏳ 2 actions · highest risk 🔴 Critical"


def test_allowed_writes_of_the_turn_are_announced_and_reads_are_not() -> None:
    issue = a_call(S.ALLOWED, server="jira", tool="create_issue", arguments='{"summary":"Offboarding"}')
    read = a_call(S.SUCCEEDED, effect=Effect.READ, requirement=None, approval_id="", tool="reset_2fa")
    record = a_record(a_call(), issue, read)
    assert [row.call.tool for row in also_runs(record, record.approvals[0], TOOLS)] == ["create_issue"]
    assert "Will also run (policy allows it): \n🆗 Create issue · Offboarding · Jira" in words_of(
        a_card(a_call(), issue, read).blocks
    )


def test_a_denied_call_tells_who_and_why() -> None:
    words = words_of(a_card(a_call(S.DENIED)).blocks)
    assert "⛔ Denied\n by \nU0APPROVER\n · “wrong person, ask HR first”" in words


def test_a_denied_call_is_nowhere_called_approved() -> None:
    no = a_vote(id="v2", user="U0SECOND", yes=False)
    card = a_card(a_call(S.DENIED, votes=(a_vote(), no), decided_by="U0SECOND"))
    assert "Approved" not in words_of(card.blocks)


def test_a_receipt_tells_how_long_it_took_and_how_to_undo_it() -> None:
    words = words_of(a_card(a_call(S.SUCCEEDED)).blocks)
    assert "☑️ Done\n in 1.2 s\n · suspend user leaver@example.com" in words
    assert "request id req-1" in words
    assert "to undo: restore the user" in words


def test_what_a_person_reconciled_names_them_and_no_duration() -> None:
    told = a_call(S.SUCCEEDED, told=WITNESS)
    words = words_of(a_card(told).blocks)
    assert "☑️ Done\n · checked by \nU0WITNESS\n \n2026-01-05 13:00 UTC" in words


def test_what_a_person_says_did_not_happen_names_them_though_they_had_approved_it() -> None:
    words = words_of(a_card(a_call(S.FAILED, told=replace(WITNESS, by=APPROVER))).blocks)
    assert f"❌ Failed\n · checked by \n{APPROVER}\n \n2026-01-05 13:00 UTC\n · it did not happen" in words


def test_a_running_call_says_when_the_card_will_ask() -> None:
    words = words_of(a_card(a_call(S.STARTED)).blocks)
    assert (
        "⚙️ Running\n since \n2026-01-05 09:00 UTC\n · without an answer this card asks at \n2026-01-05 09:01 UTC"
        in words
    )
    cut_short = replace(a_call(S.STARTED), attempt=Attempt("t1", make.NOW, 55.0, interrupted=True))
    words = words_of(a_card(cut_short).blocks)
    assert "⚙️ Running\n since \n2026-01-05 09:00 UTC\n · interrupted, checking at \n2026-01-05 09:01 UTC" in words


def test_a_lost_call_says_what_was_sent_where_when_and_by_which_attempt() -> None:
    words = words_of(a_card(a_call(S.UNKNOWN, account="1234", region="eu-north-1")).blocks)
    assert "sent to Google Workspace 1234 eu-north-1 \n2026-01-05 09:00 UTC\n · attempt t1" in words
    assert "What was sent:\n\nemail\n  \nleaver@example.com" in words


@pytest.mark.parametrize(
    ("value", "advice"), [("true", " · as if it had happened"), ("false", " · as if it had not happened")]
)
def test_what_a_look_saw_is_advice_and_both_answers_stay(value: str, advice: str) -> None:
    card = a_card(a_call(S.UNKNOWN, look=Look(make.LATER, "suspended", value)), tools=PROBED)
    said = f"Google Workspace says now: suspended = {value}\n (asked \n2026-01-05 13:00 UTC\n)\n{advice}"
    assert said in words_of(card.blocks)
    assert labels_of(card.blocks) == ["It happened", "It did not happen", "All details"]


def test_a_look_that_failed_is_said() -> None:
    card = a_card(a_call(S.UNKNOWN, look=Look(make.LATER, trouble="get_user gave no answer")), tools=PROBED)
    said = "Nobody could look in Google Workspace: get_user gave no answer (tried \n2026-01-05 13:00 UTC\n)"
    assert said in words_of(card.blocks)


def test_until_somebody_has_looked_the_card_says_whose_turn_it_is() -> None:
    assert "Looking how it is in Google Workspace now…" in words_of(a_card(a_call(S.UNKNOWN), tools=PROBED).blocks)
    assert "Please look in Google Workspace itself." in words_of(a_card(a_call(S.UNKNOWN)).blocks)


def test_a_receipt_keeps_what_the_look_saw_without_advice() -> None:
    done = a_call(S.SUCCEEDED, look=Look(make.LATER, "suspended", "true"), told=WITNESS)
    words = words_of(a_card(done, tools=PROBED).blocks)
    assert "Google Workspace said: suspended = true" in words
    assert "as if" not in words
    assert "attempt t1" in words


def test_a_row_of_several_tells_what_the_look_saw() -> None:
    lost = a_call(S.UNKNOWN, look=Look(make.LATER, "suspended", "true"))
    assert "Google Workspace says now: suspended = true" in words_of(a_card(a_call(), lost, tools=PROBED).blocks)


def test_an_approved_call_says_that_it_waits_for_the_others() -> None:
    assert " · starting" in words_of(a_card(a_call(S.APPROVED)).blocks)
    assert " · waits for the other decisions" in words_of(a_card(a_call(S.APPROVED), a_call()).blocks)


def test_an_expired_call_says_how_far_it_had_come() -> None:
    two = a_requirement(total=2)
    assert "nobody decided in 4 hours" in words_of(a_card(a_call(S.EXPIRED)).blocks)
    assert "not enough people decided" in words_of(a_card(a_call(S.EXPIRED, requirement=two, votes=(a_vote(),))).blocks)


def test_a_request_from_elsewhere_says_where_from() -> None:
    record = a_record()
    actor = make.an_actor(user="", email="ci@example.com", surface=Surface.API)
    record = replace(record, request=replace(record.request, actor=actor))
    words = words_of(approval_card(record, record.approvals[0], TOOLS).blocks)
    assert "Asked by \nci@example.com\n through the API" in words


def test_twenty_rows_keep_their_own_buttons() -> None:
    card = a_card(*many(20))
    assert labels_of(card.blocks).count("Approve") == 20
    assert len(card.blocks) <= 50


@pytest.mark.parametrize("count", [30, 40])
def test_more_rows_are_one_block_each_with_a_door_to_their_details(count: int) -> None:
    card = a_card(*many(count))
    assert labels_of(card.blocks).count("Decide…") == count
    assert "Approve all" in labels_of(card.blocks)


@pytest.mark.parametrize("arguments", [f'{{"body":"{"x" * 500}"}}', '{"token":"hunter2"}'])
def test_a_compact_row_that_is_not_all_there_takes_approve_all_away(arguments: str) -> None:
    card = a_card(*many(30), a_call(arguments=arguments))
    assert labels_of(card.blocks).count("Decide…") == 31
    assert "hunter2" not in words_of(card.blocks)
    assert ids.APPROVE not in buttons_of(card.blocks)


def test_a_name_that_is_too_long_cannot_be_approved_on_the_card() -> None:
    card = a_card(a_call(arguments=f'{{"{"k" * 90}":1}}'))
    assert f"{'k' * 80}… (+10)" in words_of(card.blocks)
    assert ids.APPROVE not in buttons_of(card.blocks)


def test_no_row_is_dropped_silently() -> None:
    words = words_of(a_card(*many(60)).blocks)
    assert all(f"leaver-{number}@example.com" in words for number in range(60))
    assert "118 more actions in All details" in words_of(a_card(*many(200)).blocks)


def test_the_smaller_card_leaves_the_arguments_to_all_details() -> None:
    card = a_card(level=1)
    assert "Please suspend" not in words_of(card.blocks)
    assert ids.APPROVE not in buttons_of(card.blocks)


def test_the_push_text_says_what_is_asked_and_is_escaped() -> None:
    assert a_card().text == "⏳ Approval needed · Suspend user · leaver@example.com · Google Workspace"
    assert "<" not in a_card(a_call(arguments='{"email":"<!channel>"}')).text


def test_an_approval_that_could_not_be_used_in_time_blames_nobody() -> None:
    words = words_of(a_card(a_call(S.EXPIRED, **NOT_STARTED)).blocks)
    assert "⌛ Expired\n · approved, but it could not be started by \n2026-01-05 14:00 UTC\n" in words
    assert ", which is nobody's fault · nothing was done" in words


def test_a_silent_directory_is_said_while_it_matters() -> None:
    silent = {"silence": SILENCE}
    assert "Clicks are kept and count once it answers (since \n2026-01-05 09:00 UTC" in words_of(
        a_card(a_call(), request=silent).blocks
    )
    assert "directory" not in words_of(a_card(a_call(S.DENIED), request=silent).blocks)
