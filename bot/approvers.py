"""Who may ask, who may approve: judged by the directory's dated answers, never by what a click says of itself."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from bot.core import Core
from bot.errors import ClockDiffers, DirectoryUnavailable, Unavailable
from bot.models.call import Call, Judgement
from bot.models.people import Membership, Person
from bot.models.policy import Policy
from bot.models.question import Asker
from bot.models.replacing import replace
from bot.models.request import Request
from bot.models.requirement import Clause, Confirm, Requirement
from bot.policy_index import index
from bot.requirements import people_at, people_ever, seated

BOT, STRANGER = "you are a bot.", "you belong to another workspace."
GUEST, INACTIVE = "you are a guest here.", "this account is not active."
YOURSELF, NOT_NAMED = "you asked for it yourself.", "you are not one of the approvers."
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        BOT: "is a bot",
        STRANGER: "belongs to another workspace",
        GUEST: "is a guest",
        INACTIVE: "account is not active",
        YOURSELF: "asked for it",
        NOT_NAMED: "not an approver any more",
    }
)
"""What the voter is told, as others are told of them."""
INSTALLER = "the person who installed Countersign"
FEW = 8
"""Of so many people each is looked up before they are asked; among more, somebody will be able to answer."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What the directory said for one judgement."""

    voter: Person
    requester: Person
    groups: tuple[Membership, ...]


async def ask_directory(core: Core, request: Request, call: Call, team: str, user: str, since: datetime) -> Answers:
    """Answers newer than `since`, asked for at the same time. Raises DirectoryUnavailable."""
    actor, ask = request.actor, core.directory
    names = group_names(call.requirement)
    answers: list[Any] = await asyncio.gather(
        ask.person(team, user, newer_than=since),
        ask.person(actor.team, actor.user, newer_than=since),
        *(ask.members(actor.team, name, newer_than=since) for name in names),
    )
    voter, requester, *groups = answers
    return Answers(voter, requester, tuple(groups))


async def heed_the_clock(core: Core, request: Request) -> None:
    """Raises ClockDiffers when the directory, asked for the requester, says that our clock is wrong.

    By such a clock nothing runs, and nothing expires. A directory that is silent says nothing of it.
    """
    try:
        await core.directory.person(request.actor.team, request.actor.user)
    except ClockDiffers:
        raise
    except DirectoryUnavailable:
        return


async def asker(core: Core, request: Request, policy: Policy) -> Asker:
    """Who asks, with what the rules of this policy want to know of them. Raises DirectoryUnavailable.

    A group that does not exist stays unknown. Without a rule that speaks of groups nobody is asked.
    """
    actor = request.actor
    groups = [await core.directory.members(actor.team, name) for name in index(policy).requester_groups]
    belongs = {group.group: actor.user in group.users for group in groups if group.exists}
    return replace(unconfirmed(request), groups=belongs)


def unconfirmed(request: Request) -> Asker:
    """Who asks, as far as the request itself knows; the mail address is the directory's, from when it began."""
    actor = request.actor
    return Asker(actor.user, actor.surface, request.origin.channel, actor.email or None)


def judge(call: Call, answers: Answers, at: datetime, clicked: datetime | None = None) -> Judgement:
    """Whether a vote of this person counts for this call; by when they `clicked` they must have been asked."""
    belongs = tuple(group.group for group in answers.groups if answers.voter.user in group.users)
    asked = people_at(call.requirement, clicked or at) if call.requirement else ()
    why = unfit(answers.voter) or _self(call, answers) or _stranger(asked, answers.voter, belongs)
    return Judgement(not why, why, answers.voter, belongs, at)


def unfit(person: Person) -> str:
    """Why this person's word never counts, or nothing."""
    if person.is_bot:
        return BOT
    if person.is_stranger:
        return STRANGER
    if person.is_guest:
        return GUEST
    if not person.is_active:
        return INACTIVE
    return ""


def group_names(requirement: Requirement | None) -> tuple[str, ...]:
    """Every group of the requirement, once."""
    clauses = people_ever(requirement) if requirement else ()
    return tuple(dict.fromkeys(name for clause in clauses for name in clause.groups))


def who(requirement: Requirement | None, at: datetime) -> str:
    """The people who can decide at this moment, for a sentence."""
    clauses = people_at(requirement, at) if requirement else ()
    named = [name for clause in clauses for name in (*clause.groups, *clause.users)]
    return ", ".join(dict.fromkeys(named)) or "nobody"


def who_of(clause: Clause) -> str:
    """The people of one clause, for a sentence."""
    return ", ".join((*clause.groups, *clause.users)) or "nobody"


async def nobody_can(core: Core, request: Request, requirement: Requirement | None) -> str:
    """Why this can never be met as things stand, or nothing. Raises DirectoryUnavailable.

    Nobody counts for two clauses, and who joins later counts. What is not looked up (the fitness of many) is taken to
    be well.
    """
    if requirement is None or not requirement.clauses:
        return "nobody is named who could approve this"
    groups = [await core.directory.members(request.actor.team, name) for name in group_names(requirement)]
    members = {group.group: group.users for group in groups}
    able = await _able(core, request, requirement, members)
    joining = people_ever(requirement)[len(requirement.clauses) :]
    if len(able) >= requirement.total and seated(
        requirement.clauses, able, lambda clause, one: any(map(one.is_of, (clause, *joining)))
    ):
        return await _without_codes(core, requirement, able)
    missing = ", ".join(group.group for group in groups if not group.exists)
    unknown = f" (there is no group {missing})" if missing else ""
    return f"it needs {wanted(requirement)} besides the requester, and there {_found(len(able))}{unknown}"


@dataclass(frozen=True, slots=True)
class _Candidate:
    """Somebody who may be asked, by every name under which a requirement could name them."""

    names: frozenset[str]
    groups: frozenset[str]

    def is_of(self, clause: Clause) -> bool:
        return bool(self.names & set(clause.users) or self.groups & set(clause.groups))


async def _able(
    core: Core, request: Request, requirement: Requirement, members: Mapping[str, tuple[str, ...]]
) -> list[_Candidate]:
    """Each human once, without the requester."""
    named = [user for clause in people_ever(requirement) for user in clause.users]
    users = list(dict.fromkeys([*named, *(user for group in members.values() for user in group)]))
    if not requirement.self_approval:
        users = [user for user in users if user not in {request.actor.user, request.actor.email}]
    found = {user: _Candidate(frozenset({user}), _groups_of(user, members)) for user in users}
    ids = [user for user in users if "@" not in user]
    if len(users) > FEW:
        return list(found.values())
    asked = [core.directory.person(request.actor.team, user) for user in (request.actor.user, *ids)]
    requester, *people = await asyncio.gather(*asked)
    return _humans(requirement, found, requester, dict(zip(ids, people, strict=True)))


def _humans(
    requirement: Requirement, found: Mapping[str, _Candidate], requester: Person, people: Mapping[str, Person]
) -> list[_Candidate]:
    """Several ids of one human are one candidate with all their names; who never counts is none."""
    kept: dict[str, _Candidate] = {}
    for user, one in found.items():
        person = people.get(user)
        if person is not None and (unfit(person) or _is_self(requirement, person, requester)):
            continue
        key = person.identity if person else user
        before = kept.get(key, _Candidate(frozenset(), frozenset()))
        mail = {person.email} - {""} if person else set()
        kept[key] = _Candidate(before.names | one.names | mail, before.groups | one.groups)
    return list(kept.values())


async def _without_codes(core: Core, requirement: Requirement, able: Sequence[_Candidate]) -> str:
    """Why none of these has a one-time code, where one is asked for. Secrets that cannot be read say nothing."""
    if requirement.confirm is not Confirm.TOTP or core.code_secrets is None:
        return ""
    try:
        for user in (user for one in able for user in sorted(one.names)):
            if await core.code_secrets.secret(user) is not None:
                return ""
    except Unavailable:
        return ""
    return f"it needs a one-time code, and none of {len(able)} approver(s) has any (countersign totp enroll USER)"


def _groups_of(user: str, members: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(name for name, users in members.items() if user in users)


def mend(core: Core) -> str:
    """Who can change whom to ask."""
    return f"An admin can mend it: {', '.join(core.operator.admins) or INSTALLER}."


async def admins(core: Core, team: str) -> str:
    """The admins by name, as far as the directory answers, or else by user id."""
    return ", ".join([await _name(core, team, user) for user in core.operator.admins]) or INSTALLER


async def _name(core: Core, team: str, user: str) -> str:
    try:
        return (await core.directory.person(team, user)).name or user
    except DirectoryUnavailable:
        return user


def wanted(requirement: Requirement) -> str:
    """ "1 of @it-admins and 2 of @security (all different people)", for a sentence."""
    clauses = [f"{clause.count} of {who_of(clause)}" for clause in requirement.clauses]
    seats = sum(clause.count for clause in requirement.clauses)
    if requirement.total > seats:
        return f"{' and '.join(clauses)} ({requirement.total} people in all)"
    return " and ".join(clauses) + (" (all different people)" if len(clauses) > 1 else "")


def _found(count: int) -> str:
    return {0: "is nobody", 1: "is only one person"}.get(count, f"are only {count} people")


def _is_self(requirement: Requirement | None, voter: Person, requester: Person) -> bool:
    allowed = requirement is not None and requirement.self_approval
    return voter.identity == requester.identity and not allowed


def _self(call: Call, answers: Answers) -> str:
    return YOURSELF if _is_self(call.requirement, answers.voter, answers.requester) else ""


def _stranger(clauses: tuple[Clause, ...], voter: Person, belongs: tuple[str, ...]) -> str:
    ids = {voter.user, voter.email} - {""}
    named = any(ids & set(clause.users) or set(belongs) & set(clause.groups) for clause in clauses)
    return "" if named else NOT_NAMED
