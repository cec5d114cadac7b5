"""The last look before a call leaves: same bytes, current policy, people who still count, in time (rules 1, 4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot import approvers
from bot.call_states import RequirementLost, Revoked, TimedOut
from bot.core import Core
from bot.models.call import Call, CallStatus, Vote
from bot.models.policy import Allow, Decision, Deny, MustAsk, Policy
from bot.models.question import Question
from bot.models.replacing import replace
from bot.models.request import Request
from bot.models.requirement import Confirm, Requirement
from bot.models.tools import Tool
from bot.policy import decide
from bot.proposing import bound, is_about, question
from bot.requirements import both, is_met, suffices

Stop: TypeAlias = Revoked | TimedOut | RequirementLost
Heard: TypeAlias = Callable[[Question, Decision], None]
"""Is told what policy in force says of the call, and of which question."""
UNCONFIRMED = "approved without what is asked for now"


@dataclass(frozen=True, slots=True)
class Claimable:
    """The call may leave."""


def _unheard(_asked: Question, _said: Decision) -> None:
    """Nobody wants to know."""


async def claim(
    core: Core, request: Request, call: Call, tool: Tool | None, heard: Heard = _unheard
) -> Claimable | Stop:
    """Whether the call may leave now, judged by the stored record alone. Raises Unavailable: then it waits.

    `tool` is the one of the request's own list; without one nothing is sent anyway.
    """
    if tool is not None and not is_about(call, tool):
        why = "The tool is not the one that was decided about."
        return Revoked(("binding",), why, request.moment(core.clock.now()))
    return await _as_decided(core, request, call, tool, heard)


async def _as_decided(core: Core, request: Request, call: Call, tool: Tool | None, heard: Heard) -> Claimable | Stop:
    await approvers.heed_the_clock(core, request)
    now = request.moment(core.clock.now())
    if bound(call, request) != call.digest:
        return Revoked(("binding",), "The stored call is not the one that was decided.", now)
    if call.requirement is not None and call.requirement.execute_by <= now:
        return TimedOut(now)
    policy = await core.store.policy()
    asker = await approvers.asker(core, request, policy)
    asked = question(call, now, tool, asker)
    decision = decide(asked, policy)
    heard(asked, decision)
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
    """Those must agree who were asked then, and those whom policy asks now: a looser policy takes no question back.

    Of the two times that an approval can be used the shorter one counts, from when people were asked.
    """
    now, then = request.moment(core.clock.now()), call.requirement
    assert then is not None, "approved by people means that they were asked"
    asks = _counted_from(then, decision.requirement) if isinstance(decision, MustAsk) else None
    if asks and then.since and then.since + (asks.execute_by - now) <= now:
        return TimedOut(now)
    if not is_met(then, await _judged_again(core, request, call, then)):
        wanted = both(asks, then) if asks else then
        votes = await _judged_again(core, request, call, wanted)
        return await _asked_again(core, request, RequirementLost(wanted, votes, _gone(call, votes), now))
    if asks is None or is_met(asks, await _judged_again(core, request, call, asks)):
        return Claimable()
    wanted = both(asks, then)
    why = f"Policy v{policy.version} asks for more: {approvers.wanted(asks)}{_how(asks)}."
    votes = await _judged_again(core, request, call, wanted)
    return await _asked_again(core, request, RequirementLost(wanted, votes, why, now))


def _counted_from(then: Requirement, asks: Requirement) -> Requirement:
    """What policy asks now, with its escalation counted from when people were asked first, and not from now."""
    if asks.escalate_at is None or asks.asked_at is None or then.asked_at is None:
        return asks
    return replace(asks, escalate_at=asks.escalate_at - (asks.asked_at - then.asked_at), asked_at=then.asked_at)


def _how(requirement: Requirement) -> str:
    how = {
        Confirm.DIALOG: ", asked once more before the click",
        Confirm.TYPE_THE_TARGET: ", who type what it is about",
        Confirm.TOTP: ", with one-time codes",
    }
    return how.get(requirement.confirm, "")


async def _asked_again(core: Core, request: Request, lost: RequirementLost) -> RequirementLost | Revoked:
    """Back to its people, unless there is nobody left who could approve it."""
    if not (why := await approvers.nobody_can(core, request, lost.requirement)):
        return lost
    why = f"{lost.why} Nobody can approve it now: {why}. {approvers.mend(core)}"
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
    answers = await approvers.ask_directory(core, request, asked, vote.team, vote.user, vote.at)
    fresh = approvers.judge(asked, answers, core.clock.now(), vote.at)
    if fresh.counts and vote.yes and asked.requirement and not suffices(asked.requirement.confirm, vote.confirmed):
        fresh = replace(fresh, counts=False, why=UNCONFIRMED)
    return replace(vote, judgement=replace(fresh, why=approvers.ABOUT.get(fresh.why, fresh.why)))
