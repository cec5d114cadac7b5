"""Whose word counts."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from bot.approvers import Answers, ask_directory, group_names, judge, unfit, who
from bot.models.people import Membership, Person
from tests.engine import Engine
from tests.factories import LATER, NOW, a_call, a_clause, a_membership, a_person, a_request, a_requirement
from tests.world import World

REQUESTER = a_person(user="U-requester")
ADMINS = a_membership(group="it-admins", users=("U-approver", "U-requester"))


def answers(voter: Person | None = None, *groups: Membership) -> Answers:
    return Answers(voter or a_person(), REQUESTER, groups or (ADMINS,))


def test_a_member_of_an_approver_group_counts() -> None:
    judgement = judge(a_call(), answers(), LATER)
    assert (judgement.counts, judgement.why, judgement.groups) == (True, "", ("it-admins",))
    assert (judgement.person, judgement.at) == (a_person(), LATER)


@pytest.mark.parametrize("user", ["U-approver", "ada@example.com"])
def test_a_person_may_be_named_by_id_or_mail(user: str) -> None:
    call = a_call(requirement=a_requirement(clauses=(a_clause(groups=(), users=(user,)),)))
    voter = a_person(email="ada@example.com")
    assert judge(call, answers(voter, a_membership(users=())), LATER).counts


UNFIT: dict[str, dict[str, Any]] = {
    "you are a bot.": {"is_bot": True},
    "you belong to another workspace.": {"is_stranger": True},
    "you are a guest here.": {"is_guest": True},
    "this account is not active.": {"is_active": False},
}


@pytest.mark.parametrize(("why", "fields"), UNFIT.items())
def test_some_never_count_even_if_they_are_named(why: str, fields: dict[str, Any]) -> None:
    call = a_call(requirement=a_requirement(clauses=(a_clause(users=("U-approver",)),), self_approval=True))
    judgement = judge(call, answers(a_person(**fields)), LATER)
    assert (judgement.counts, judgement.why) == (False, why)
    assert unfit(a_person(**fields)) == why


def test_nobody_approves_their_own_request() -> None:
    assert judge(a_call(), answers(REQUESTER), LATER).why == "you asked for it yourself."
    second_id = a_person(user="U-approver", identity="U-requester")
    assert judge(a_call(), answers(second_id), LATER).why == "you asked for it yourself."


def test_unless_the_rule_says_that_they_may() -> None:
    call = a_call(requirement=a_requirement(self_approval=True))
    assert judge(call, answers(REQUESTER), LATER).counts


@pytest.mark.parametrize(
    "groups",
    [
        (a_membership(group="it-admins", users=("U-else",)),),
        (a_membership(group="it-admins", users=()),),
        (a_membership(group="another", users=("U-approver",)),),
        (),
    ],
    ids=["without them", "empty", "another group", "no answer"],
)
def test_who_is_not_named_does_not_count(groups: tuple[Membership, ...]) -> None:
    judgement = judge(a_call(), Answers(a_person(), REQUESTER, groups), LATER)
    assert (judgement.counts, judgement.why) == (False, "you are not one of the approvers.")


def test_where_nobody_was_asked_nobody_counts() -> None:
    assert not judge(a_call(requirement=None), answers(), LATER).counts
    assert not judge(a_call(requirement=a_requirement(clauses=())), answers(), LATER).counts


def test_an_empty_mail_names_nobody() -> None:
    call = a_call(requirement=a_requirement(clauses=(a_clause(groups=(), users=("",)),)))
    assert not judge(call, answers(a_person(email="")), LATER).counts


def test_groups_and_people_are_named_once_and_in_order() -> None:
    clauses = (a_clause(groups=("@b", "@a"), users=("U1",)), a_clause(groups=("@a",), users=("U2",)))
    requirement = a_requirement(clauses=clauses)
    assert group_names(requirement) == ("@b", "@a")
    assert who(requirement, NOW) == "@b, @a, U1, U2"


def test_without_a_requirement_it_is_nobody() -> None:
    assert group_names(None) == ()
    assert who(None, NOW) == "nobody"
    assert who(replace(a_requirement(), clauses=()), NOW) == "nobody"


@dataclass
class Asked:
    """A directory that remembers how new its answers had to be."""

    since: dict[str, datetime | None] = field(default_factory=dict)

    async def person(self, team: str, user: str, *, newer_than: datetime | None = None) -> Person:
        self.since[user] = newer_than
        return a_person(team=team, user=user)

    async def members(self, team: str, group: str, *, newer_than: datetime | None = None) -> Membership:
        self.since[group] = newer_than
        return a_membership(group=group)


async def test_every_answer_of_the_directory_is_newer_than_the_vote(tmp_path: Path) -> None:
    engine, directory = await Engine.open(tmp_path / "store.sqlite3", World()), Asked()
    core = replace(engine.core, directory=directory)
    await ask_directory(core, a_request(), a_call(), "T1", "U-approver", LATER)
    assert directory.since == {"U-approver": LATER, "U-requester": LATER, "it-admins": LATER}
    await engine.close()
