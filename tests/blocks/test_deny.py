"""The form for a denial says what it is about."""

from blocks import ids
from blocks.deny import deny_view
from blocks.metadata import load_state
from bot.models.call import CallStatus
from tests.blocks.examples import HOSTILE, TOOLS, a_call, a_denial, a_record, many
from tests.blocks.reading import words_of

S = CallStatus


def test_it_names_what_will_not_be_done() -> None:
    words = words_of(a_denial(a_call()))
    assert "This will not be done:\n⏳ Suspend user · leaver@example.com · Google Workspace · 🟠 High" in words


def test_of_several_it_names_those_that_wait_and_no_others() -> None:
    words = words_of(a_denial(*many(2), a_call(S.APPROVED, arguments='{"email":"approved@example.com"}')))
    assert "None of these will be done:" in words
    assert "leaver-0@example.com" in words
    assert "leaver-1@example.com" in words
    assert "approved@example.com" not in words


def test_of_one_row_it_names_that_row_alone() -> None:
    view = a_denial(*many(3), only=("c2",))
    assert "leaver-1@example.com" in words_of(view)
    assert "leaver-0@example.com" not in words_of(view)
    assert load_state(view["private_metadata"]).call_ids == ("c2",)


def test_many_are_counted() -> None:
    assert "and 30 more actions" in words_of(a_denial(*many(40)))


def test_where_nothing_waits_there_is_nothing_to_deny() -> None:
    for record, only in ((a_record(a_call(S.APPROVED)), ()), (a_record(a_call(), a_call(S.DENIED)), ("c2",))):
        assert deny_view(record, record.approvals[0], TOOLS, only) is None


def test_a_target_that_wants_to_be_more_is_text() -> None:
    view = a_denial(a_call(arguments='{"email":"' + HOSTILE.replace("`", "'") + '"}'))
    kinds = {part["type"] for part in view["blocks"][0]["elements"][1]["elements"]}
    assert kinds == {"text"}
    assert view["blocks"][1]["block_id"] == ids.REASON_BLOCK
