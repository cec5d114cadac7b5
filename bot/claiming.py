"""The last look before a call leaves: same bytes, current policy, people who still count, in time (rules 1, 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot import people
from bot.call_states import RequirementLost, Revoked, TimedOut
from bot.core import Core
from bot.models.call import Call, CallStatus, Vote
from bot.models.policy import Allow, Deny, MustAsk, Policy
from bot.models.request import Request
from bot.models.requirement import Requirement
from bot.models.tools import Tool
from bot.policy import decide
from bot.proposing import bound, is_about, question
from bot.requirements import both, is_met

Stop: TypeAlias = Revoked | TimedOut | RequirementLost


@dataclass(frozen=True, slots=True)
class Claimable:
    """The call may leave."""


async def claim(core: Core, request: Request, call: Call, tool: Tool | None) -> Claimable | Stop:
    """Whether the call may leave now, judged by the stored record alone. Raises Unavailable: then it waits.

    `tool` is the one of the request's own list; without one nothing is sent anyway.
    """
    if tool is not None and not is_about(call, tool):
        why = "The tool is not the one that was decided about."
        return Revoked(("binding",), why, request.moment(core.clock.now()))
    return await _as_decided(core, request, call, tool)


async def _as_decided(core: Core, request: Request, call: Call, tool: Tool | None) -> Claimable | Stop:
    now = request.moment(core.clock.now())
    if bound(call, request) != call.digest:
        return Revoked(("binding",), "The stored call is not the one that was decided.", now)
    if call.requirement is not None and call.requirement.execute_by <= now:
        return TimedOut(now)
    policy = await core.store.policy()
    asker = await people.asker(core, request, policy)
    decision = decide(question(call, now, tool, asker), policy)
    if isinstance(decision, Deny):
        return Revoked(decision.rules, f"Policy v{policy.version} no longer allows this. {decision.why}", now)
    if call.status is CallStatus.APPROVED and call.requirement is not None:
        return await _still_approved(core, request, call, decision, policy)
    if isinstance(decision, MustAsk):
        return Revoked(decision.rules, f"Policy v{policy.version} now asks people first.", now)
    return Claimable()


async def _still_approved(
    core: Core, request: Request, call: Call, decision: Allow | MustAsk, policy: Policy
) -> Claimable | Stop:
    """Those must agree who were asked then, and those whom policy asks now: a looser policy takes no question back."""
    now, then = request.moment(core.clock.now()), call.requirement
    assert then is not None, "approved by people means that they were asked"
    if not is_met(then, await _judged_again(core, request, call, then)):
        wanted = both(decision.requirement, then) if isinstance(decision, MustAsk) else then
        votes = await _judged_again(core, request, call, wanted)
        return await _asked_again(core, request, RequirementLost(wanted, votes, _gone(call, votes), now))
    if isinstance(decision, MustAsk):
        if is_met(decision.requirement, await _judged_again(core, request, call, decision.requirement)):
            return Claimable()
        wanted = both(decision.requirement, then)
        why = f"Policy v{policy.version} asks for more: {people.wanted(decision.requirement)}."
        votes = await _judged_again(core, request, call, wanted)
        return await _asked_again(core, request, RequirementLost(wanted, votes, why, now))
    return Claimable()


async def _asked_again(core: Core, request: Request, lost: RequirementLost) -> RequirementLost | Revoked:
    """Back to its people, unless there is nobody left who could approve it."""
    if not (why := await people.nobody_can(core, request, lost.requirement)):
        return lost
    why = f"{lost.why} Nobody can approve it now: {why}. {people.mend(core)}"
    return Revoked(("nobody can approve",), why, lost.at)


def _gone(call: Call, votes: Sequence[Vote]) -> str:
    """Whose approval no longer counts, and why."""
    counted = {vote.id for vote in call.votes if vote.judgement.counts}
    gone = [vote for vote in votes if vote.id in counted and not vote.judgement.counts]
    named = [f"{_name(vote)} ({vote.judgement.why})" for vote in gone]
    return f"The approval of {', '.join(named)} no longer counts." if named else "There are not enough approvals."


def _name(vote: Vote) -> str:
    return vote.judgement.person.name if vote.judgement.person else vote.user


async def _judged_again(core: Core, request: Request, call: Call, wanted: Requirement) -> tuple[Vote, ...]:
    """The votes as the directory judges them now, by `wanted`. One that was lost before stays lost."""
    asked = replace(call, requirement=wanted)
    return tuple([await _judged(core, request, asked, vote) for vote in call.votes])


async def _judged(core: Core, request: Request, asked: Call, vote: Vote) -> Vote:
    if not vote.judgement.counts:
        return vote
    answers = await people.ask_directory(core, request, asked, vote.team, vote.user, vote.at)
    fresh = people.judge(asked, answers, core.clock.now())
    return replace(vote, judgement=replace(fresh, why=people.ABOUT.get(fresh.why, fresh.why)))
