"""Every example in docs/policy.md does what the page says."""

import re

import pytest

from bot.errors import BadInput
from bot.models.policy import Allow, Decision, Deny, MustAsk
from bot.models.requirement import Confirm, Requirement
from bot.policy import decide
from bot.policy_asks import ASK_FIELDS, ESCALATION_FIELDS
from bot.policy_check import warnings
from bot.policy_fields import CONDITION_FIELDS, REQUESTER_FIELDS, WINDOW_FIELDS
from bot.policy_file import RULE_FIELDS, parse
from tests.docs.pages import page
from tests.docs.policy_tables import NOW, Row, rows, words

PAGE = page("docs/policy.md")
ROWS = tuple(rows(PAGE.text))
FIELDS = RULE_FIELDS | ASK_FIELDS
INNER = CONDITION_FIELDS | REQUESTER_FIELDS | WINDOW_FIELDS | ESCALATION_FIELDS


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.title[:30]}: {row.call[:40]} {row.facts}")
def test_a_call_is_decided_as_the_table_says(row: Row) -> None:
    question = row.question()
    assert words(decide(question, parse(row.policy, "policy.yml")), question.at) == row.decision


def test_every_policy_has_a_table() -> None:
    assert {row.policy for row in ROWS} == {text.rstrip("\n") for text in PAGE.fences("yaml")}


def test_the_cookbook_leaves_out_no_number() -> None:
    numbered = [re.match(r"(\d+)\. ", row.title) for row in ROWS]
    assert {int(found[1]) for found in numbered if found} == set(range(1, 25))


@pytest.mark.parametrize("text", PAGE.fences("yaml"))
def test_no_example_is_warned_of(text: str) -> None:
    assert warnings(parse(text, "policy.yml")) == []


@pytest.mark.parametrize("text", PAGE.fences("yaml refused"))
def test_what_is_refused_is_refused_in_the_words_of_the_page(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, "policy.yml")
    assert f"`{refused.value}`" in PAGE.text


def test_every_field_is_explained() -> None:
    explained = {cell for line in PAGE.text.splitlines() if line.startswith("| `") for cell in [line.split("`")[1]]}
    assert FIELDS - explained == set()
    assert (FIELDS | INNER) - set(PAGE.spans) == set()


@pytest.mark.parametrize("field", sorted(FIELDS | INNER))
def test_every_field_has_an_example(field: str) -> None:
    assert any(re.search(rf"\b{field}:", text) for text in PAGE.fences("yaml"))


def test_every_way_to_confirm_is_explained_and_has_an_example() -> None:
    assert set(Confirm) - set(PAGE.spans) == set()
    asked = {decision.requirement.confirm for row in ROWS if isinstance(decision := decided(row), MustAsk)}
    assert asked == set(Confirm)


def decided(row: Row) -> Decision:
    return decide(row.question(), parse(row.policy, "policy.yml"))


def recipe(number: int) -> list[Decision]:
    """What becomes of the calls of a recipe, in the order of its table."""
    own = [row for row in ROWS if row.title.startswith(f"{number}. ")]
    return [decide(row.question(), parse(row.policy, "policy.yml")) for row in own]


def asked(decision: Decision) -> Requirement:
    assert isinstance(decision, MustAsk)
    return decision.requirement


def test_in_a_freeze_nothing_changes_and_reading_goes_on() -> None:
    written, sent, read = recipe(3)
    assert (type(written), type(sent), type(read)) == (Deny, Deny, Allow)
    assert written.why == "Nothing is changed before Monday."


def test_without_spans_people_have_four_hours_and_the_call_one_more() -> None:
    requirement = asked(recipe(2)[1])
    assert (requirement.expires_at - NOW).total_seconds() == 4 * 3600
    assert (requirement.execute_by - requirement.expires_at).total_seconds() == 3600
    assert not requirement.self_approval


def test_what_an_example_says_beside_its_people_is_so() -> None:
    closing, deleting, reading, restarting = (asked(recipe(number)[0]) for number in (5, 7, 18, 20))
    assert (closing.confirm, (closing.expires_at - NOW).total_seconds()) == (Confirm.DIALOG, 3600)
    assert (deleting.total, (deleting.execute_by - deleting.expires_at).total_seconds()) == (3, 15 * 60)
    assert reading.channel == "C0123ABCD"
    assert restarting.self_approval
