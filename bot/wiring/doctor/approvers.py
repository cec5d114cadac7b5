"""Whom the policy asks: whether those groups exist, have people whose word counts, and enough of them."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.adapters.slack_client import SlackRefused
from bot.adapters.slack_refusals import mend as mend_of
from bot.approvers import unfit, who_of
from bot.errors import DirectoryUnavailable
from bot.models.people import Membership, Person
from bot.models.policy import Ask, Policy
from bot.models.requirement import Clause
from bot.ports import Directory
from bot.requirements import seated
from bot.wiring.doctor.finding import Finding, fail, ok, skipped, warn

MOST = 40
"""People that are looked up one by one; of more, the rest is taken to be well."""
AT_ONCE = 8
ANYBODY = "defaults.ask"


@dataclass(frozen=True, slots=True)
class Known:
    """What the directory says: groups by name as the policy writes it, people by user id."""

    groups: Mapping[str, Membership]
    people: Mapping[str, Person]

    def counts(self, user: str) -> bool:
        """Whether this person's word can count."""
        person = self.people.get(user)
        return person is None or not unfit(person)

    def able(self, group: str) -> tuple[str, ...]:
        """The members whose word can count."""
        return tuple(user for user in self.groups[group].users if self.counts(user))

    def existing(self) -> dict[str, bool]:
        """Which groups exist."""
        return {name: group.exists for name, group in self.groups.items()}


async def known_people(policy: Policy, directory: Directory, team: str) -> Known:
    """Every group that the policy names, and the people of those that approve. Raises DirectoryUnavailable."""
    asked, asking = approving(policy), requesting(policy)
    names = tuple(dict.fromkeys((*asked, *asking)))
    found = await asyncio.gather(*(directory.members(team, name) for name in names))
    groups = dict(zip(names, found, strict=True))
    users = [user for _, ask in asks(policy) for clause in ask.clauses for user in clause.users if "@" not in user]
    ids = list(dict.fromkeys([*users, *(user for name in asked for user in groups[name].users)]))[:MOST]
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(user: str) -> Person:
        async with gate:
            return await directory.person(team, user)

    people = await asyncio.gather(*map(one, ids))
    return Known(groups, {person.user or user: person for user, person in zip(ids, people, strict=True)})


def asks(policy: Policy) -> tuple[tuple[str, Ask], ...]:
    """Every ask with the name of its rule."""
    return ((ANYBODY, policy.default_ask), *((rule.name, rule.ask) for rule in policy.rules if rule.ask))


def approving(policy: Policy) -> tuple[str, ...]:
    """The groups that are asked."""
    return _once(name for _, ask in asks(policy) for clause in ask.clauses for name in clause.groups)


def requesting(policy: Policy) -> tuple[str, ...]:
    """The groups by which rules tell requesters apart."""
    sides = [side for rule in policy.rules for side in (rule.requesters, rule.except_requesters) if side]
    return _once(name for side in sides for name in side.groups)


def approvers(policy: Policy, known: Known) -> list[Finding]:
    """One finding for each group, one for each ask that cannot be met, one when all can."""
    groups = [_approving(name, known) for name in approving(policy)]
    others = [_requesting(name, known) for name in requesting(policy) if name not in approving(policy)]
    unmet = [found for name, ask in asks(policy) if (found := _unmet(name, ask, known))]
    fine = ok("approvers.asks", f"each of {len(asks(policy))} ask(s) has enough people", asks=len(asks(policy)))
    return [*groups, *others, *(unmet or [fine])]


def silent(why: DirectoryUnavailable) -> list[Finding]:
    """Nobody knows who the approvers are, so nobody counts."""
    refused = why.__cause__
    code = refused.code if isinstance(refused, SlackRefused) else ""
    needed = refused.needed if isinstance(refused, SlackRefused) else ""
    mend = mend_of(code, "", needed) if code else ""
    told = {"code": code or None}
    if code in {"ratelimited", "rate_limited"}:
        return [warn("approvers", "Slack asks us to be slower (429)", "try again in a minute", **told)]
    return [fail("approvers", f"the directory does not answer ({why.what})", mend or "try again", **told)]


def unknown(why: str) -> list[Finding]:
    """They could not be looked at."""
    return [skipped("approvers", why)]


def _approving(name: str, known: Known) -> Finding:
    group, able = known.groups[name], known.able(name)
    finding = f"approvers.{name}"
    told = {"members": len(group.users), "able": len(able)}
    if not group.exists:
        mend = "make the group in Slack and put the approvers in, or name another one in the policy"
        return fail(finding, f"there is no group {name}", mend, **told)
    if not able:
        left = ": its members are bots, guests, or not active" if group.users else ""
        return fail(finding, f"nobody in {name} can approve{left}", "put people in it", **told)
    if len(able) == 1:
        mend = "put somebody else in it: what this person asks for, nobody in it can approve"
        return warn(finding, f"{name} has one person", mend, **told)
    return ok(finding, f"{name} has {len(able)} people", **told)


def _requesting(name: str, known: Known) -> Finding:
    group = known.groups[name]
    finding, told = f"requesters.{name}", {"members": len(group.users)}
    if not group.exists:
        mend = "make the group, or take it out of the policy: until then nobody counts as a member"
        return warn(finding, f"there is no group {name}; rules tell requesters apart by it", mend, **told)
    if not group.users:
        return warn(finding, f"{name} has no members; rules tell requesters apart by it", "put people in it", **told)
    return ok(finding, f"{name} has {len(group.users)} member(s)", **told)


def _unmet(rule: str, ask: Ask, known: Known) -> Finding | None:
    """Why nobody, or not enough, can approve what this rule asks about."""
    finding = f"approvers.asks.{rule}"
    mend = f"name people or groups with enough people in {rule!r}, or ask for fewer"
    if not ask.clauses:
        return fail(finding, f"{rule!r} names nobody who could approve", mend)
    able = _able(ask.clauses, known)
    if len(able) < ask.total or not seated(ask.clauses, able, lambda clause, user: _names(clause, user, known)):
        wanted = " and ".join(f"{clause.count} of {who_of(clause)}" for clause in ask.clauses)
        return fail(finding, f"{rule!r} needs {wanted}; {len(able)} can", mend, able=len(able), total=ask.total)
    return None


def _able(clauses: Sequence[Clause], known: Known) -> tuple[str, ...]:
    """Each human once."""
    users = [user for clause in clauses for user in (*clause.users, *(u for g in clause.groups for u in known.able(g)))]
    first: dict[str, str] = {}
    for user in users:
        if known.counts(user):
            person = known.people.get(user)
            first.setdefault(person.identity if person else user, user)
    return tuple(first.values())


def _names(clause: Clause, user: str, known: Known) -> bool:
    person = known.people.get(user)
    mail = person.email if person else ""
    named = user in clause.users or (mail != "" and mail in clause.users)
    return named or any(user in known.groups[name].users for name in clause.groups)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
