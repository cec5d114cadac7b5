"""Who is asked, who said what, until when."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType

from blocks.parts import Parts, group, listed, person, say, when
from blocks.text import brief
from bot.models.call import Call, Vote
from bot.models.people import Actor, Surface
from bot.models.requirement import Clause, Confirm, Requirement

_SURFACES = {
    Surface.API: "the API",
    Surface.CLI: "the command line",
    Surface.MCP: "an MCP client",
    Surface.WEB: "the web page",
    Surface.EVENT: "an event",
}
_NAMED = 5


def needs(requirement: Requirement) -> Parts:
    """ "1 of @it-admins", "1 of @it-admins and 2 of @security (3 people in all)"."""
    alone = len(requirement.clauses) == 1
    parts: Parts = []
    for index, clause in enumerate(requirement.clauses):
        count = max(clause.count, requirement.total) if alone else clause.count
        parts += [say(f"{' and ' if index else ''}{count} of "), *candidates(clause)]
    if not parts:
        return [say("somebody, but no approver is named: nobody can agree")]
    extra = not alone and requirement.total > sum(clause.count for clause in requirement.clauses)
    return [*parts, say(f" ({requirement.total} people in all)")] if extra else parts


def candidates(clause: Clause) -> Parts:
    """ "@it-admins or <person>"; a long list says how many more there are."""
    everybody = [*map(group, clause.groups), *map(person, clause.users)]
    more = len(everybody) - _NAMED
    return listed(everybody) if more <= 0 else [*listed(everybody[:_NAMED], ", "), say(f" or {more} more")]


def asked_of(requirements: Iterable[Requirement]) -> Parts:
    """Everybody who may agree, for a sentence that says whom we wait for."""
    clauses = [clause for requirement in requirements for clause in requirement.clauses]
    groups = dict.fromkeys(name for clause in clauses for name in clause.groups)
    users = dict.fromkeys(name for clause in clauses for name in clause.users)
    return candidates(Clause(tuple(groups), tuple(users))) or [say("nobody")]


def until(requirement: Requirement) -> Parts:
    """When the voting ends, who joins before, and what each of them does besides clicking."""
    how = [say(HOW[requirement.confirm])] if requirement.confirm in HOW else []
    return [say("until "), when(requirement.expires_at), *joins(requirement), *how]


def joins(requirement: Requirement) -> Parts:
    """ " · from 11:00 also @managers"."""
    if requirement.escalation is None or requirement.escalate_at is None:
        return []
    return [say(" · from "), when(requirement.escalate_at), say(" also "), *candidates(requirement.escalation)]


HOW = MappingProxyType({Confirm.TYPE_THE_TARGET: " · typing what it is about", Confirm.TOTP: " · with a one-time code"})


def agreed(call: Call) -> list[Vote]:
    """The votes that say yes and count."""
    return [vote for vote in call.votes if vote.yes and vote.judgement.counts]


def refused(call: Call) -> Vote | None:
    """The last no that counts."""
    return next((vote for vote in reversed(call.votes) if not vote.yes and vote.judgement.counts), None)


def voters(votes: Sequence[Vote]) -> Parts:
    """Their names."""
    return listed([person(vote.user) for vote in votes], " and ")


def progress(call: Call) -> Parts:
    """ "1 of 2 · approved by <person>", and who no longer counts; nothing before the first vote."""
    yes = agreed(call)
    lost = [vote for vote in call.votes if vote.yes and not vote.judgement.counts]
    total = call.requirement.total if call.requirement else 1
    parts: Parts = [say(f"{len(yes)} of {total} · approved by "), *voters(yes)] if yes else []
    for vote in lost:
        why = brief(vote.judgement.why, 120) or "no longer an approver"
        parts += [say(" · " if parts else ""), say("does not count: "), person(vote.user), say(f" ({why})")]
    return [part for part in parts if part.to_dict().get("text") != ""]


def actor(asker: Actor) -> Parts:
    """Who asked, and from where if that is not a Slack channel."""
    through = _SURFACES.get(asker.surface)
    return [person(asker.user or asker.email), *([say(f" through {through}")] if through else [])]
