"""Who may ask, who may approve: judged by the directory's dated answers, never by what a click says of itself."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.core import Core
from bot.models.call import Call, Judgement
from bot.models.people import Membership, Person
from bot.models.request import Request
from bot.models.requirement import Requirement


@dataclass(frozen=True, slots=True)
class Answers:
    """What the directory said for one judgement."""

    voter: Person
    requester: Person
    groups: tuple[Membership, ...]


async def ask_directory(core: Core, request: Request, call: Call, team: str, user: str, since: datetime) -> Answers:
    """Answers newer than `since`, asked for at the same time. Raises DirectoryUnavailable."""
    actor, ask = request.actor, core.directory
    both = asyncio.gather(
        ask.person(team, user, newer_than=since), ask.person(actor.team, actor.user, newer_than=since)
    )
    names = group_names(call.requirement)
    groups = asyncio.gather(*(ask.members(actor.team, name, newer_than=since) for name in names))
    (voter, requester), found = await asyncio.gather(both, groups)
    return Answers(voter, requester, tuple(found))


def judge(call: Call, answers: Answers, at: datetime) -> Judgement:
    """Whether a vote of this person counts for this call."""
    belongs = tuple(group.group for group in answers.groups if answers.voter.user in group.users)
    why = unfit(answers.voter) or _self(call, answers) or _stranger(call.requirement, answers.voter, belongs)
    return Judgement(not why, why, answers.voter, belongs, at)


def unfit(person: Person) -> str:
    """Why this person's word never counts, or nothing."""
    if person.is_bot:
        return "you are a bot."
    if person.is_stranger:
        return "you belong to another workspace."
    if person.is_guest:
        return "you are a guest here."
    if not person.is_active:
        return "this account is not active."
    return ""


def group_names(requirement: Requirement | None) -> tuple[str, ...]:
    """Every group of the requirement, once."""
    clauses = requirement.clauses if requirement else ()
    return tuple(dict.fromkeys(name for clause in clauses for name in clause.groups))


def who(requirement: Requirement | None) -> str:
    """The people who can decide, for a sentence."""
    clauses = requirement.clauses if requirement else ()
    named = [name for clause in clauses for name in (*clause.groups, *clause.users)]
    return ", ".join(dict.fromkeys(named)) or "nobody"


async def nobody_can(core: Core, request: Request, call: Call) -> str:
    """Why this requirement can never be met as things stand, or nothing. Raises DirectoryUnavailable."""
    requirement = call.requirement
    if requirement is None or not requirement.clauses:
        return "nobody is named who could approve this"
    groups = [await core.directory.members(request.actor.team, name) for name in group_names(requirement)]
    missing = [group.group for group in groups if not group.exists]
    members = {group.group: group.users for group in groups}
    for clause in requirement.clauses:
        able = set(clause.users) | set(_flat(members.get(name, ()) for name in clause.groups))
        if not requirement.self_approval:
            able -= {request.actor.user, request.actor.email}
        if len(able) < clause.count:
            unknown = f" (there is no group {', '.join(missing)})" if missing else ""
            needed = f"it needs {clause.count} of {who(requirement)} besides the requester"
            return f"{needed}, and there are {len(able)}{unknown}"
    return ""


def _flat(groups: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return (user for users in groups for user in users)


def _self(call: Call, answers: Answers) -> str:
    allowed = call.requirement is not None and call.requirement.self_approval
    same = answers.voter.identity == answers.requester.identity
    return "you asked for it yourself." if same and not allowed else ""


def _stranger(requirement: Requirement | None, voter: Person, belongs: tuple[str, ...]) -> str:
    clauses = requirement.clauses if requirement else ()
    ids = {voter.user, voter.email} - {""}
    named = any(ids & set(clause.users) or set(belongs) & set(clause.groups) for clause in clauses)
    return "" if named else "you are not one of the approvers."
