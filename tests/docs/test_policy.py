"""Every example in docs/policy.md does what the page says."""

from datetime import UTC, datetime

import pytest

from bot.errors import BadInput
from bot.models.policy import Allow, Decision, Deny, MustAsk, Policy
from bot.models.requirement import Clause, Confirm, Effect
from bot.policy import Question, decide
from bot.policy_file import ASK_FIELDS, CONFIRM_NOT_YET, NOT_YET, RULE_FIELDS, parse
from tests.docs.pages import page

PAGE = page("docs/policy.md")
NOW = datetime(2026, 11, 19, 10, tzinfo=UTC)
ADMINS, PEOPLE_TEAM = Clause(groups=("@it-admins",)), Clause(groups=("@people-team",))


def example(rule: str) -> Policy:
    """The example with that rule; the one without rules for an empty name."""
    policies = [parse(text, "policy.yml") for text in PAGE.fences("yaml")]
    (found,) = [one for one in policies if rule in {known.name for known in one.rules} or not (rule or one.rules)]
    return found


def spoken_of(rule: str, tool: str, effect: Effect = Effect.WRITE, *, tainted: bool = False) -> Decision:
    return decide(Question(f"google__{tool}", effect, "{}", NOW, tainted), example(rule))


def asked(decision: Decision) -> MustAsk:
    assert isinstance(decision, MustAsk)
    return decision


@pytest.mark.parametrize("text", PAGE.fences("yaml refused"))
def test_what_is_refused_is_refused_in_the_words_of_the_page(text: str) -> None:
    with pytest.raises(BadInput) as refused:
        parse(text, "policy.yml")
    assert f"`{refused.value}`" in PAGE.text


def test_every_example_is_tried_below() -> None:
    tried = ("", "closing accounts", "it agrees", "change freeze", "restoring is harmless", "personal data")
    assert [parse(text, "policy.yml") for text in PAGE.fences("yaml")] == [example(rule) for rule in tried]


def test_every_field_is_explained() -> None:
    explained = {cell for line in PAGE.text.splitlines() if line.startswith("| `") for cell in [line.split("`")[1]]}
    assert (RULE_FIELDS | ASK_FIELDS) - explained == set()


def test_every_field_that_is_not_there_yet_is_named() -> None:
    confirms = {f"confirm: {confirm}" for confirm in CONFIRM_NOT_YET}
    assert (NOT_YET | confirms) - set(PAGE.spans) == set()


def test_the_smallest_policy_lets_reads_through_and_asks_about_the_rest() -> None:
    assert isinstance(spoken_of("", "get_user", Effect.READ), Allow)
    for effect in (Effect.WRITE, Effect.OUTBOUND):
        requirement = asked(spoken_of("", "anything", effect)).requirement
        assert requirement.clauses == (ADMINS,)
        assert (requirement.expires_at - NOW).total_seconds() == 4 * 3600
        assert (requirement.execute_by - requirement.expires_at).total_seconds() == 3600
        assert not requirement.self_approval


def test_closing_an_account_needs_two_people_and_a_question() -> None:
    requirement = asked(spoken_of("closing accounts", "suspend_user")).requirement
    assert (requirement.total, requirement.confirm) == (2, Confirm.DIALOG)
    assert (requirement.expires_at - NOW).total_seconds() == 3600


def test_two_rules_add_up_to_one_of_each_team() -> None:
    requirement = asked(spoken_of("it agrees", "suspend_user")).requirement
    assert requirement.clauses == (ADMINS, PEOPLE_TEAM)
    assert requirement.total == 2
    assert isinstance(spoken_of("it agrees", "get_user", Effect.READ), Allow)


def test_in_a_freeze_nothing_changes_and_reading_goes_on() -> None:
    assert isinstance(spoken_of("change freeze", "unsuspend_user"), Deny)
    assert isinstance(spoken_of("change freeze", "open_page", Effect.OUTBOUND), Deny)
    assert isinstance(spoken_of("change freeze", "get_user", Effect.READ), Allow)


def test_restoring_needs_nobody_unless_others_have_spoken() -> None:
    assert isinstance(spoken_of("restoring is harmless", "unsuspend_user"), Allow)
    assert asked(spoken_of("restoring is harmless", "unsuspend_user", tainted=True)).requirement.clauses == (ADMINS,)
    assert isinstance(spoken_of("restoring is harmless", "suspend_user"), MustAsk)


def test_reading_personal_data_is_asked_in_its_own_channel() -> None:
    requirement = asked(spoken_of("personal data", "list_users", Effect.READ)).requirement
    assert requirement.clauses == (Clause(users=("U0123ABCD", "privacy@example.com")),)
    assert requirement.channel == "C0123ABCD"
