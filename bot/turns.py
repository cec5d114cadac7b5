"""One complete assistant message becomes a Turn with its Calls, or an answer in words."""

import re
from collections.abc import Sequence

from bot import approvers
from bot.answering import answer
from bot.call_states import Attached, Decided
from bot.core import Core
from bot.edit import Edit, save
from bot.errors import DirectoryUnavailable
from bot.models.call import Call, CallStatus, Elsewhere
from bot.models.inbound import ReplyReceived
from bot.models.policy import Decision, Deny, MustAsk, Policy
from bot.models.question import Asker
from bot.models.replacing import replace
from bot.models.request import Approval, Record, RequestStatus, Turn
from bot.models.requirement import Confirm, Effect
from bot.models.tools import Toolset
from bot.ports import Reply
from bot.proposing import UNREADABLE, Proposal, propose, question
from bot.replies import texts
from bot.shadowing import beside
from bot.targets import untypable
from bot.untrusted import redact

WORDS = {
    "refusal": "The model declined to work on this request. Nothing was done. Please rephrase it, or ask a person.",
    "max_tokens": "The model's message was cut off at its length limit, so I dropped it. Nothing of it was run.",
    "model_context_window_exceeded": "This conversation became too long for the model. Please start a new request.",
    "empty": "The model gave no answer. Please ask again, perhaps in other words.",
    "malformed": "The model's message was malformed, so I dropped it. Nothing of it was run.",
    "guardrail_intervened": "The guardrail of this deployment stepped in, so I dropped the model's message. Nothing of \
it was run.",
}
AS_TEXT = "This is only text: the model wrote a tool call into its answer instead of making it. Nothing was run by it."
WRITTEN = re.compile(r"\s*(?:```\w*\s*)?[<{\[]")
"""How an answer begins that is not meant for people."""
WHY_TEXT = 600
UNTYPABLE = "Approvers would have to type the target of this call, and it cannot be typed: it has characters that are \
not seen, or too many of them. Name it plainly."


async def take_turn(
    core: Core, record: Record, toolset: Toolset, reply: Reply, replies: Sequence[ReplyReceived]
) -> Record:
    """Saves what the model said: its calls, each with policy's decision, or its answer."""
    edit = Edit(record, core.clock.now())
    count(edit, reply)
    problem = _problem(reply)
    if problem:
        edit.note("turn.dropped", "", stop_reason=reply.stop_reason, problem=problem)
        answer(core, edit, _dropped(problem, reply))
        return await save(core, edit)
    edit.consume(event.id for event in replies)
    edit.add_turn(_turn(record, reply, replies, edit))
    if reply.tool_uses:
        await _propose_all(core, edit, toolset, reply)
    elif reply.stop_reason == "pause_turn":
        edit.move(RequestStatus.PLANNING)
    elif replies_waiting := await _unseen(core, record, replies):
        edit.note("turn.continued", "", replies=replies_waiting)
        edit.move(RequestStatus.PLANNING)
    else:
        answer(core, edit, _with_gap(_final(reply.text, toolset), toolset))
    return await save(core, edit)


def _dropped(problem: str, reply: Reply) -> str:
    """A guardrail has words of its own, which its owner wrote for people."""
    says = problem == "guardrail_intervened" and reply.text.strip()
    return f"{WORDS[problem]} It says:\n\n{says}" if says else WORDS[problem]


def _final(text: str, toolset: Toolset) -> str:
    """What the model said. A call that it only wrote down is shown as what it is."""
    wrote = WRITTEN.match(text) and any(tool.full_name in text for tool in toolset.tools)
    return f"{AS_TEXT}\n\n{text}" if wrote else text


def _with_gap(text: str, toolset: Toolset) -> str:
    """The answer, and what it was given without."""
    return f"{text}\n\n({toolset.gap} I worked without what they offer.)" if toolset.gap else text


def _problem(reply: Reply) -> str:
    ids = [use.id for use in reply.tool_uses]
    if not _is_unicode(reply):
        return "malformed"
    if reply.stop_reason in WORDS:
        return reply.stop_reason
    if ids and (reply.stop_reason != "tool_use" or len(set(ids)) < len(ids)):
        return "malformed"
    if not ids and not reply.text.strip() and (reply.stop_reason != "pause_turn" or reply.content == "[]"):
        return "empty"
    return ""


def _is_unicode(reply: Reply) -> bool:
    """What holds half of a character (a lone surrogate) can be neither stored nor sent back."""
    try:
        "".join((reply.content, reply.text, *(use.name + use.id for use in reply.tool_uses))).encode()
    except UnicodeEncodeError:
        return False
    return True


def _turn(record: Record, reply: Reply, replies: Sequence[ReplyReceived], edit: Edit) -> Turn:
    return Turn(
        record.request.id,
        len(record.turns) + 1,
        reply.content,
        reply.stop_reason,
        edit.at,
        input_tokens=reply.input_tokens,
        output_tokens=reply.output_tokens,
        replies=texts(replies),
    )


def count(edit: Edit, reply: Reply) -> None:
    """Adds the message to what the request has used."""
    spend(edit, reply.input_tokens, reply.output_tokens)
    spent = edit.request.spent
    spent = replace(spent, turns=spent.turns + 1, calls=spent.calls + len(reply.tool_uses))
    edit.request = replace(edit.request, failures=0, spent=spent)


def spend(edit: Edit, read: int, written: int) -> None:
    """Adds tokens to what the request has used, and to the budgets that they come out of."""
    edit.spend(read + written)
    spent = edit.request.spent
    spent = replace(spent, input_tokens=spent.input_tokens + read, output_tokens=spent.output_tokens + written)
    edit.request = replace(edit.request, spent=spent)


async def _unseen(core: Core, record: Record, seen: Sequence[ReplyReceived]) -> int:
    ids = {event.id for event in seen}
    inbox = await core.store.inbox(record.request.id)
    return sum(1 for event in inbox if isinstance(event, ReplyReceived) and event.id not in ids)


async def _propose_all(core: Core, edit: Edit, toolset: Toolset, reply: Reply) -> None:
    number = len(edit.record().turns)
    policy = await core.store.policy()
    asker = await _asker(core, edit, policy)
    proposal = Proposal(edit.request, number, toolset, policy, edit.at, core.budgets.argument_text, asker)
    for index, use in enumerate(reply.tool_uses):
        call, decision = propose(proposal, index, use, core.new_id())
        if decision.rules not in UNREADABLE:
            await beside(core, edit, call, question(call, edit.at, toolset.find(call.name), asker), decision)
        if index >= core.budgets.calls_per_turn:
            decision = Deny(("budget",), f"Only {core.budgets.calls_per_turn} calls are taken in one turn.")
        if isinstance(decision, MustAsk) and _cannot_be_typed(call, decision, toolset):
            decision = Deny((*decision.rules, "untypable target"), UNTYPABLE)
        await _decide(core, edit, call, decision)
    open_cards(core, edit, number, reply.text)
    edit.move(_status(edit.calls_of(number)))


def _cannot_be_typed(call: Call, decision: MustAsk, toolset: Toolset) -> bool:
    is_typed = decision.requirement.confirm is Confirm.TYPE_THE_TARGET
    return is_typed and untypable(call, toolset.find(call.name))


async def _asker(core: Core, edit: Edit, policy: Policy) -> Asker:
    """While the directory is silent nothing is known of groups, which opens nothing."""
    try:
        return await approvers.asker(core, edit.request, policy)
    except DirectoryUnavailable:
        return approvers.unconfirmed(edit.request)


async def _decide(core: Core, edit: Edit, call: Call, decision: Decision) -> None:
    edit.put(call)
    edit.note("call.proposed", "", call=call.id, tool=call.name, arguments=call.arguments, digest=call.digest)
    if isinstance(decision, MustAsk):
        decision = await _askable(core, edit, decision)
    said = {"rules": list(decision.rules), "why": decision.why}
    decided = edit.apply(call.id, Decided(decision, edit.at), actor="policy", **said)
    if decided.status is CallStatus.PENDING or _will_write(decided):
        await _attach(core, edit, decided)


async def _askable(core: Core, edit: Edit, decision: MustAsk) -> Decision:
    """An ask that nobody can satisfy is refused at once; a silent directory leaves it waiting."""
    try:
        why = await approvers.nobody_can(core, edit.request, decision.requirement)
    except DirectoryUnavailable:
        return decision
    if not why:
        return decision
    return Deny((*decision.rules, "nobody can approve"), f"Nobody can approve this: {why}. {approvers.mend(core)}")


async def _attach(core: Core, edit: Edit, call: Call) -> None:
    """An identical open call, here or in another request, is not asked about or run a second time."""
    here = (other for other in edit.calls if other.fingerprint == call.fingerprint and other.id != call.id)
    first = next((other for other in here if _is_open(other)), None)
    first = first or await core.store.find_open_call(call.fingerprint)
    if first is not None:
        await attach(core, edit, call, first)


async def attach(core: Core, edit: Edit, call: Call, first: Call) -> None:
    """Has the call wait for the outcome of the identical one, and remember where that was asked."""
    elsewhere = None
    if first.request_id != call.request_id:
        origin = (await core.store.load(first.request_id)).request.origin
        elsewhere = Elsewhere(first.request_id, origin.channel, origin.thread_ts, origin.message_ts)
    edit.apply(call.id, Attached(first.id, elsewhere), attached_to=first.id)


def _will_write(call: Call) -> bool:
    return call.status is CallStatus.ALLOWED and call.effect is not Effect.READ


def _is_open(call: Call) -> bool:
    asked = call.status in {CallStatus.PENDING, CallStatus.APPROVED, CallStatus.STARTED}
    return not call.attached_to and (asked or _will_write(call))


def open_cards(core: Core, edit: Edit, number: int, text: str) -> None:
    """One card for each approver channel, for the calls of a turn that wait and stand on none."""
    cards: dict[str, Approval] = {}
    for call in edit.calls_of(number):
        asks = call.status is CallStatus.PENDING and not call.attached_to and not call.approval_id
        if not asks or call.requirement is None:
            continue
        channel = call.requirement.channel or core.approver_channel(edit.request)
        if channel not in cards:
            cards[channel] = Approval(
                core.new_id(), edit.request.id, number, channel, edit.at, why=redact(text)[:WHY_TEXT]
            )
            edit.add_approval(cards[channel])
        edit.put(replace(call, approval_id=cards[channel].id))
    spent = edit.request.spent
    edit.request = replace(edit.request, spent=replace(spent, cards=spent.cards + len(cards)))


def _status(calls: Sequence[Call]) -> RequestStatus:
    """Planning goes on while reads are to be run or nothing is left to do; else people or the executor are next."""
    open_calls = [call for call in calls if not call.has_outcome]
    if not open_calls or any(call.status is CallStatus.ALLOWED and call.effect is Effect.READ for call in open_calls):
        return RequestStatus.PLANNING
    waiting = any(call.status is CallStatus.PENDING for call in open_calls)
    return RequestStatus.WAITING if waiting else RequestStatus.EXECUTING
