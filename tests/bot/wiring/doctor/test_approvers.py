"""Groups and asks of a policy, beside what the directory says."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot import policy_file
from bot.adapters.slack_client import SlackRefused
from bot.adapters.static_directory import StaticDirectory
from bot.adapters.static_people import read_people
from bot.errors import DirectoryUnavailable
from bot.wiring.doctor.approvers import approvers, known_people, silent
from bot.wiring.doctor.finding import Finding, State
from sandbox.seed import IT_ADMINS
from tests.bot.wiring.doctor.ward import Ward
from tests.factories import HandClock

PEOPLE = """
people:
  - {user: U1, email: one@example.com}
  - {user: U2, email: two@example.com}
  - {user: U3, is_active: false}
  - {user: U4, is_bot: true}
  - {user: U9, email: one@example.com}
groups:
  it-admins: [U1, U2]
  gone: [U3, U4]
  alone: [U1]
  twice: [U1, U9]
  nobody: []
"""


async def judged(tmp_path: Path, ask: str, rules: str = "[]") -> dict[str, Finding]:
    file = tmp_path / "people.yml"
    file.write_text(PEOPLE)
    policy = policy_file.parse(f"defaults:\n  ask: {ask}\nrules: {rules}\n", "policy.yml")
    known = await known_people(policy, StaticDirectory(read_people(file), HandClock()), "T1")
    return {finding.name: finding for finding in approvers(policy, known)}


async def test_a_group_with_people_is_fine(tmp_path: Path) -> None:
    found = await judged(tmp_path, "{approvers: ['@it-admins'], count: 2}")
    assert {finding.state for finding in found.values()} == {State.OK}
    assert found["approvers.@it-admins"].what == "@it-admins has 2 people"


@pytest.mark.parametrize(
    ("group", "state", "what"),
    [
        ("@nosuch", State.FAIL, "there is no group @nosuch"),
        ("@nobody", State.FAIL, "nobody in @nobody can approve"),
        ("@gone", State.FAIL, "nobody in @gone can approve: its members are bots, guests, or not active"),
        ("@alone", State.WARN, "@alone has one person"),
    ],
)
async def test_each_way_in_which_a_group_is_of_no_use(tmp_path: Path, group: str, state: State, what: str) -> None:
    finding = (await judged(tmp_path, f"{{approvers: ['{group}']}}"))[f"approvers.{group}"]
    assert (finding.state, finding.what) == (state, what)


@pytest.mark.parametrize(
    ("ask", "able"),
    [
        ("{approvers: ['@it-admins'], count: 3}", 2),
        ("{approvers: ['@twice'], count: 2}", 1),
        ("{approvers: [U1, U3], count: 2}", 1),
        ("{clauses: [{approvers: ['@alone']}, {approvers: [U1]}]}", 1),
    ],
)
async def test_an_ask_with_too_few_people_is_named(tmp_path: Path, ask: str, able: int) -> None:
    finding = (await judged(tmp_path, ask))["approvers.asks.defaults.ask"]
    assert (finding.state, finding.evidence["able"]) == (State.FAIL, able)


async def test_people_who_are_named_by_mail_count(tmp_path: Path) -> None:
    found = await judged(tmp_path, "{approvers: [one@example.com, U2], count: 2}")
    assert found["approvers.asks"].state is State.OK


async def test_groups_that_only_tell_requesters_apart_are_warned_of(tmp_path: Path) -> None:
    rules = "[{name: a, effect: allow, tools: ['x__*'], requesters: {groups: ['@nosuch', '@nobody', '@it-admins']}}]"
    found = await judged(tmp_path, "{approvers: [U1, U2]}", rules)
    states = [found[f"requesters.@{name}"].state for name in ("nosuch", "nobody", "it-admins")]
    assert states == [State.WARN, State.WARN, State.OK]


async def test_slacks_own_groups_are_asked(ward: Ward) -> None:
    groups = ward.workspace.usergroups
    groups[IT_ADMINS] = replace(groups[IT_ADMINS], users=())
    assert (await ward.look())["approvers.@it-admins"].state is State.FAIL


@pytest.mark.parametrize(
    ("code", "state", "mend"),
    [
        ("missing_scope", State.FAIL, "Reinstall it with the scopes of manifest.yml"),
        ("plan_upgrade_required", State.FAIL, "name approvers by user id in the policy"),
        ("ratelimited", State.WARN, "try again in a minute"),
        ("internal_error", State.FAIL, "try again"),
    ],
)
def test_a_directory_that_does_not_answer_says_why(code: str, state: State, mend: str) -> None:
    why = DirectoryUnavailable(f"Slack: {code}")
    why.__cause__ = SlackRefused(code, needed="usergroups:read")
    [finding] = silent(why)
    assert (finding.state, mend in finding.mend) == (state, True)
