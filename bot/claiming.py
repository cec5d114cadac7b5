"""The last look before a call leaves: same bytes, current policy, people who still count, in time (rules 1, 4)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot import people
from bot.call_states import RequirementLost, Revoked, TimedOut
from bot.core import Core
from bot.models.call import Call, CallStatus, Vote
from bot.models.policy import Deny, MustAsk, Policy
from bot.models.request import Request
from bot.models.requirement import Requirement
from bot.policy import decide
from bot.proposing import bound, question
from bot.requirements import is_met

Stop: TypeAlias = Revoked | TimedOut | RequirementLost


@dataclass(frozen=True, slots=True)
class Claimable:
    """The call may leave."""


async def claim(core: Core, request: Request, call: Call) -> Claimable | Stop:
    """Whether the call may leave now, judged by the stored record alone. Raises Unavailable: then it waits."""
    now = core.clock.now()
    if bound(call, request) != call.digest:
        return Revoked(("binding",), "The stored call is not the one that was decided.", now)
    if call.requirement is not None and call.requirement.execute_by <= now:
        return TimedOut(now)
    policy = await core.store.policy()
    decision = decide(question(call, now), policy)
    if isinstance(decision, Deny):
        return Revoked(decision.rules, f"Policy v{policy.version} no longer allows this. {decision.why}", now)
    wanted = [decision.requirement] if isinstance(decision, MustAsk) else []
    wanted += [call.requirement] if call.requirement is not None else []
    if call.status is not CallStatus.APPROVED:
        asks = f"Policy v{policy.version} now asks people first."
        return Revoked(decision.rules, asks, now) if wanted else Claimable()
    for requirement in wanted:
        votes = await _still_counting(core, request, replace(call, requirement=requirement))
        if not is_met(requirement, votes):
            return _lost(call, wanted[0], votes, policy, now)
    return Claimable()


def _lost(call: Call, wanted: Requirement, votes: tuple[Vote, ...], policy: Policy, now: datetime) -> RequirementLost:
    """An approved call goes back to its people."""
    kept = {vote.id for vote in votes}
    gone = [vote for vote in call.votes if vote.id not in kept]
    lost = ", ".join(vote.judgement.person.name if vote.judgement.person else vote.user for vote in gone)
    why = f"The approval of {lost} no longer counts." if lost else f"Policy v{policy.version} asks for more people."
    return RequirementLost(wanted, votes, why, now)


async def _still_counting(core: Core, request: Request, call: Call) -> tuple[Vote, ...]:
    """The votes as the directory judges them now, by the requirement that the call carries."""
    kept: list[Vote] = []
    for vote in call.votes:
        answers = await people.ask_directory(core, request, call, vote.team, vote.user, vote.at)
        judgement = people.judge(call, answers, core.clock.now())
        if judgement.counts:
            kept.append(replace(vote, judgement=judgement))
    return tuple(kept)
