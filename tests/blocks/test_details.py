import pytest

from blocks import ids
from blocks.details import details_view, first_page, revealed
from blocks.metadata import ModalState, load_state
from bot.models.call import CallStatus
from tests import factories as make
from tests.blocks.examples import HOSTILE, TOOLS, a_call, a_record, a_vote, some_details
from tests.blocks.reading import buttons_of, preformatted_in, words_of

LONG = a_call(arguments=f'{{"body":"{"y" * 20_000}"}}')
SECRET = a_call(arguments='{"email":"a@example.com","token":"hunter2"}')


def test_only_the_last_page_of_a_call_can_approve_it() -> None:
    pages = [buttons_of(some_details(LONG, page=number)) for number in range(3)]
    assert [ids.APPROVE in page for page in pages] == [False, False, True]
    assert [ids.PREVIOUS_PAGE in page for page in pages] == [False, True, True]
    assert [ids.NEXT_PAGE in page for page in pages] == [True, True, False]


def test_the_modal_remembers_page_and_card() -> None:
    state = load_state(some_details(LONG, page=1)["private_metadata"])
    assert state == ModalState("a1f3c0de", (), 1, "C0APPROVERS", "1767603601.000100")


@pytest.mark.parametrize(("page", "shown"), [(-3, 0), (99, 2)])
def test_a_page_that_does_not_exist_is_the_nearest(page: int, shown: int) -> None:
    assert load_state(some_details(LONG, page=page)["private_metadata"]).page == shown


def test_each_of_several_calls_is_decided_on_its_own_page() -> None:
    record = a_record(a_call(), LONG, a_call())
    approval = record.approvals[0]
    assert [first_page(record, approval, TOOLS, call) for call in ("c1", "c2", "c3", "other")] == [0, 1, 4, 0]
    last = details_view(record, approval, TOOLS, 4)
    assert buttons_of(last)[ids.APPROVE] == buttons_of(last)[ids.DENY] == "a1f3c0de:c3"


def test_a_hidden_secret_cannot_be_approved() -> None:
    view = some_details(SECRET)
    assert "hunter2" not in words_of(view)
    assert set(buttons_of(view)) == {ids.DENY}


def test_who_may_decide_reads_the_secret_and_can_approve() -> None:
    view = some_details(SECRET, tools=revealed(TOOLS))
    assert preformatted_in(view) == '{"email":"a@example.com","token":"hunter2"}'
    assert ids.APPROVE in buttons_of(view)


def test_an_unknown_outcome_can_be_told_here_too() -> None:
    buttons = buttons_of(some_details(a_call(CallStatus.UNKNOWN)))
    assert buttons[ids.HAPPENED] == "a1f3c0de:c1"
    assert ids.APPROVE not in buttons


def test_every_vote_stands_there_with_its_judgement() -> None:
    lost = a_vote(user="U0GONE", judgement=make.a_judgement(counts=False, why="They left.", groups=()), reason=HOSTILE)
    words = words_of(some_details(a_call(votes=(a_vote(), lost))))
    assert "· slack · counts · it-admins · judged" in words
    assert "does not count: They left. · no group" in words


def test_the_result_follows_on_pages_of_its_own() -> None:
    done = a_call(CallStatus.SUCCEEDED, result=make.a_result(text="line\n" * 3_000, cut=True))
    assert "cut before it was stored" in words_of(some_details(done))
    shown = "".join(preformatted_in(some_details(done, page=number)) for number in (1, 2, 3))
    assert shown.count("line") == 3_000


def test_json_in_a_result_stands_on_several_lines() -> None:
    done = a_call(CallStatus.SUCCEEDED, result=make.a_result(text='{"user":{"mail":"a@example.com"}}'))
    assert '{\n  "user": {\n    "mail": "a@example.com"' in preformatted_in(some_details(done, page=1))


def test_an_allowed_write_of_the_turn_is_there_and_cannot_be_decided() -> None:
    issue = a_call(CallStatus.ALLOWED, server="jira", tool="create_issue", arguments='{"summary":"Offboarding"}')
    view = some_details(a_call(), issue, page=1)
    assert "Offboarding" in preformatted_in(view)
    assert set(buttons_of(view)) == {ids.PREVIOUS_PAGE}


def test_the_choice_stands_above_the_digests() -> None:
    blocks = some_details(a_call())["blocks"]
    choice = next(number for number, block in enumerate(blocks) if ids.APPROVE in buttons_of(block))
    digests = next(number for number, block in enumerate(blocks) if "Fingerprint" in words_of(block))
    needed = next(number for number, block in enumerate(blocks) if "Needs" in words_of(block))
    assert needed < choice < digests
