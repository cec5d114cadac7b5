"""What each answer of Slack's means."""

from datetime import timedelta

import pytest

from bot.adapters.slack_client import SILENT, SlackRefused
from bot.adapters.slack_probe import Hello, Signed
from bot.wiring.doctor import slack_findings as say
from bot.wiring.doctor.finding import State
from tests.bot.wiring.doctor.ward import Ward
from tests.sandbox.slack.stage import NOON

WANTED = frozenset({"chat:write", "users:read"})
SIGNED = Signed("T1", "Acme", "countersign", "U0BOT", "B0BOT", WANTED, NOON)


@pytest.mark.parametrize(
    ("fault", "state", "what"),
    [
        ({"error": "token_revoked"}, State.FAIL, "the token was revoked"),
        ({"error": "account_inactive"}, State.FAIL, "the app was taken out of the workspace"),
        ({"error": "invalid_auth"}, State.FAIL, "Slack refuses it: invalid_auth"),
        ({"status": 429, "retry_after": 7}, State.WARN, "Slack asks us to be slower (429)"),
        ({"status": 503}, State.FAIL, "Slack has trouble of its own (internal_error)"),
        ({"drop": True}, State.FAIL, "Slack gave no answer"),
    ],
)
async def test_each_way_in_which_the_token_is_not_taken_is_told_apart(
    ward: Ward, fault: dict[str, object], state: State, what: str
) -> None:
    ward.break_method("auth.test", **fault)
    finding = (await ward.look())["slack.token"]
    assert (finding.state, finding.what) == (state, what)
    assert finding.mend


async def test_how_long_to_wait_is_said(ward: Ward) -> None:
    ward.break_method("auth.test", status=429, retry_after=7)
    assert (await ward.look())["slack.token"].mend == "try again in 7 s"


def test_an_answer_that_is_no_json_names_its_status() -> None:
    finding = say.refused("slack.token", SlackRefused(SILENT, status=502), "")
    assert finding.what == "Slack gave no answer (HTTP 502)"


async def test_an_app_token_without_its_scope_says_which(ward: Ward) -> None:
    ward.break_method("apps.connections.open", error="missing_scope")
    finding = (await ward.look())["slack.app_token"]
    assert (finding.state, finding.mend) == (State.FAIL, say.APP_TOKEN)


def test_missing_and_superfluous_scopes_are_named() -> None:
    lacking = say.scopes(frozenset({"chat:write", "files:write"}), WANTED, "A1")
    assert (lacking.state, lacking.what) == (State.FAIL, "missing: users:read")
    assert lacking.evidence == {"missing": ["users:read"], "superfluous": ["files:write"]}
    assert "https://api.slack.com/apps/A1/oauth" in lacking.mend
    more = say.scopes(WANTED | {"files:write"}, WANTED, "")
    assert (more.state, more.what) == (State.WARN, "more than manifest.yml asks for: files:write")
    assert say.scopes(WANTED, WANTED, "A1").state is State.OK
    assert say.scopes(None, WANTED, "A1").state is State.SKIPPED


@pytest.mark.parametrize(
    ("apart", "took", "state"),
    [
        (0, 0, State.OK),
        (20, 0, State.OK),
        (45, 20, State.OK),
        (60, 0, State.WARN),
        (-60, 0, State.WARN),
        (400, 0, State.FAIL),
        (-400, 2, State.FAIL),
    ],
)
def test_clocks_that_are_apart_are_told_but_not_the_way_of_the_answer(apart: int, took: float, state: State) -> None:
    assert say.clock(NOON, NOON + timedelta(seconds=apart), took).state is state


async def test_the_time_of_slacks_answer_is_what_counts(ward: Ward) -> None:
    ward.stage.clock.advance(1000)
    finding = (await ward.look())["slack.clock"]
    assert (finding.state, finding.what) == (State.FAIL, "this clock is 999 s behind Slack's")


def test_another_workspace_than_that_of_the_store_is_told() -> None:
    assert say.workspace("T1", "T1").state is say.workspace("T1", "").state is State.OK
    wrong = say.workspace("T1", "T2")
    assert (wrong.state, wrong.what) == (State.FAIL, "the token is of T1, the store's requests came from T2")


def test_tokens_of_two_apps_are_told() -> None:
    assert say.app("A1", "A1").state is State.OK
    assert say.app("A1", "A2").state is State.FAIL
    assert say.app("", "A2").state is State.SKIPPED


def test_a_socket_that_is_sent_away_says_why() -> None:
    finding = say.socket(Hello(0, "", refused="link_disabled"))
    assert (finding.state, "Socket Mode" in finding.mend) == (State.FAIL, True)


def test_one_other_socket_is_the_bot_itself() -> None:
    assert say.socket(Hello(1, "A1")).what.startswith("opens; no bot")
    assert say.socket(Hello(2, "A1")).state is State.OK
    assert say.socket(Hello(4, "A1")).evidence["others"] == 3


def test_who_signed_in_is_named() -> None:
    assert say.token(SIGNED, "A1").what == "signed in to Acme as @countersign"
