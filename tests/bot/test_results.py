"""What is kept of a tool's answer."""

import pytest

from bot.models.call import Attempt, CallStatus
from bot.ports import ToolOutcome, ToolResult
from bot.results import LARGE, STATUS, finished, nothing_known, received, room, told_by
from bot.untrusted import REDACTED
from tests.factories import LATER, NOW, a_call, a_result
from tests.results import PNG, a_picture


@pytest.mark.parametrize("outcome", ToolOutcome)
def test_an_answer_ends_its_attempt_with_its_own_outcome(outcome: ToolOutcome) -> None:
    event = finished("t1", ToolResult(outcome, "text", '{"a": 1}', "req-1"), NOW, 100)
    assert (event.attempt_id, event.status) == ("t1", STATUS[outcome])
    assert event.status.value == outcome.value
    assert event.result == a_result(text="text", structured='{"a":1}', reference="req-1")


def test_a_long_answer_is_cut_and_says_by_how_much() -> None:
    result = finished("t1", ToolResult(ToolOutcome.SUCCEEDED, "x" * 2100), NOW, 1000).result
    assert result.text.startswith("x" * 1000 + "\n[cut: 1,100 more characters were left out")
    assert result.cut


def test_an_answer_of_exactly_the_budget_is_kept_whole() -> None:
    result = finished("t1", ToolResult(ToolOutcome.SUCCEEDED, "x" * 1000, '"' + "y" * 998 + '"'), NOW, 1000).result
    assert (len(result.text), len(result.structured), result.cut) == (1000, 1000, False)


def test_structured_data_beyond_the_budget_is_left_out_rather_than_broken() -> None:
    assert finished("t1", ToolResult(ToolOutcome.SUCCEEDED, "x", "y" * 1001), NOW, 1000).result.structured == ""


def test_secrets_are_gone_before_anything_is_kept() -> None:
    answer = ToolResult(ToolOutcome.SUCCEEDED, "password: hunter22", '{"password":"hunter22","n":[1,{"api_key":7}]}')
    result = finished("t1", answer, NOW, 1000).result
    assert result.text == f"password: {REDACTED}"
    assert result.structured == f'{{"password":"{REDACTED}","n":[1,{{"api_key":"{REDACTED}"}}]}}'


def test_what_only_people_see_has_room_of_its_own_and_is_never_cut_in_the_middle() -> None:
    picture = a_picture(PNG)
    answer = ToolResult(ToolOutcome.SUCCEEDED, "x" * 2_000, '"' + "y" * 2_998 + '"', pictures=(picture,) * 3)
    result = finished("t1", answer, NOW, 1_000, 3_000 + 2 * len(picture.data)).result
    assert (len(result.structured), len(result.pictures), result.cut) == (3_000, 2, True)
    assert result.text.endswith("[1 of the images left out, for want of room: nobody sees them]")
    result = finished("t1", answer, NOW, 1_000, 2_999).result
    assert result.structured == ""
    assert room([a_call(result=result), a_call()], 10_000) == 10_000 - len(picture.data) * len(result.pictures)
    assert room([a_call(result=a_result(structured="x" * 99))], 50) == 0


async def test_a_large_answer_is_kept_like_a_small_one() -> None:
    large = ToolResult(ToolOutcome.SUCCEEDED, "y" * LARGE, '{"password":"hunter22"}')
    assert await received("t1", large, NOW, 1_000, 0) == finished("t1", large, NOW, 1_000, 0)


def test_the_words_for_an_image_hold_no_secret() -> None:
    answer = ToolResult(ToolOutcome.SUCCEEDED, "x", pictures=(a_picture(alt="password: hunter22"),))
    assert finished("t1", answer, NOW, 1_000).result.pictures[0].alt == f"password: {REDACTED}"


def test_a_secret_at_the_cut_is_not_cut_in_half() -> None:
    text = "x" * 90 + " password=hunter22hunter22"
    assert "hunter" not in finished("t1", ToolResult(ToolOutcome.SUCCEEDED, text), NOW, 105).result.text


def test_of_a_lost_attempt_nothing_is_known() -> None:
    event = nothing_known(a_call(attempt=Attempt("t1", NOW, 60.0)), LATER)
    assert (event.attempt_id, event.status, event.result.at) == ("t1", CallStatus.UNKNOWN, LATER)


@pytest.mark.parametrize(("happened", "said"), [(True, "it happened"), (False, "it did not happen")])
def test_a_person_s_word_is_kept_with_their_name(happened: bool, said: str) -> None:
    told = told_by("Ada", happened=happened, at=LATER, before=a_result())
    assert told.text == f"Ada checked and said that {said}."
    assert (told.at, told.reference) == (LATER, a_result().reference)
    assert told_by("Ada", happened=happened, at=LATER, before=None).reference == ""
