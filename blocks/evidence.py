"""What stands behind a call: state, policy, votes, attempt, digests. For All details."""

from types import MappingProxyType

from slack_sdk.models.blocks import Block, RichTextElement, RichTextSectionElement

from blocks.calls import Row
from blocks.outcome import decided, looked, outcome
from blocks.parts import Parts, bold, code, line, named, person, place, rich, say, when
from blocks.people import actor, needs, until
from blocks.states import RISKS
from blocks.text import brief, duration, one_line, visible
from bot.models.call import Vote
from bot.models.people import Surface
from bot.models.requirement import Confirm

CONFIRMED = MappingProxyType(
    {Confirm.TYPE_THE_TARGET: " · typed what it is about", Confirm.TOTP: " · with a one-time code"}
)


def evidence(row: Row) -> list[Block]:
    """What a decision goes by: one fact per line."""
    return [rich(*_state(row), *_request(row), *_policy(row)), *_votes(row)]


def numbers(row: Row) -> list[Block]:
    """The attempt, digests and ids: for whoever checks it afterwards."""
    return [rich(*_attempt(row), *_digests(row))]


def _state(row: Row) -> list[RichTextSectionElement]:
    call = row.call
    behind, found = decided(row), looked(row)
    effect = f"{named(call.name)} · {call.effect.value}"
    where = " ".join(filter(None, (visible(call.account), visible(call.region))))
    return [
        _fact("State", outcome(row)),
        *([_fact("Decision", behind)] if behind else []),
        *([_fact("Looked", found)] if found else []),
        _fact("Tool", [say(effect)]),
        _fact("Risk", [say(RISKS[call.risk] + (f" (rule “{one_line(call.risk_rule)}”)" if call.risk_rule else ""))]),
        *([_fact("Account", [say(where)])] if where else []),
    ]


def _request(row: Row) -> list[RichTextSectionElement]:
    request = row.record.request
    where = place(request.origin.channel) if request.actor.surface is Surface.SLACK else []
    return [
        _fact("Asked by", [*actor(request.actor), *where, say(" "), when(request.created_at)]),
        _fact("They wrote", [_words(brief(request.text, 3_000, "in the thread"))]),
    ]


def _policy(row: Row) -> list[RichTextSectionElement]:
    call = row.call
    rules = ", ".join(map(one_line, call.rules)) or "none"
    lines = [_fact("Policy", [say(f"v{call.policy_version} · rules: {rules}")])]
    if call.reason:
        lines.append(_fact("Reason", [_words(brief(call.reason, 1_000))]))
    if row.approval and row.approval.why:
        lines.append(_fact("Why (written by the model)", [_words(brief(row.approval.why, 3_000))]))
    if call.requirement:
        lines.append(_fact("Needs", [*needs(call.requirement), say(" · "), *until(call.requirement)]))
        lines.append(_fact("To be run", [say("until "), when(call.requirement.execute_by)]))
    return lines


def _votes(row: Row) -> list[Block]:
    return [rich(*(line(_vote(vote)) for vote in row.call.votes))] if row.call.votes else []


def _vote(vote: Vote) -> Parts:
    judged = vote.judgement
    counts = "counts" if judged.counts else f"does not count: {brief(judged.why, 300) or 'no reason given'}"
    groups = ", ".join(map(named, judged.groups)) or "no group"
    parts: Parts = [bold("Yes" if vote.yes else "No"), say(" by "), person(vote.user), say(" "), when(vote.at)]
    confirmed = CONFIRMED.get(vote.confirmed, "")
    parts.append(say(f" · {vote.surface.value}{confirmed} · {counts} · {groups} · judged "))
    parts.append(when(judged.at))
    return [*parts, say(f" · “{brief(vote.reason, 500)}”")] if vote.reason else parts


def _attempt(row: Row) -> list[RichTextSectionElement]:
    attempt, result = row.call.attempt, row.call.result
    lines: list[RichTextSectionElement] = []
    if attempt:
        limit = f" · time limit {duration(attempt.timeout)} · "
        lines.append(_fact("Attempt", [when(attempt.at), say(limit), code(visible(attempt.id))]))
    if result:
        cut = " · the text below was cut before it was stored" if result.cut else ""
        lines.append(_fact("Result", [when(result.at), say(cut)] if cut else [when(result.at)]))
    return lines


def _digests(row: Row) -> list[RichTextSectionElement]:
    call = row.call
    named = {
        "Digest": call.digest,
        "Fingerprint": call.fingerprint,
        "Schema": call.schema_digest,
        "Server": call.server_digest,
        "Call": call.id,
        "Approval": call.approval_id,
        "Request": call.request_id,
    }
    return [_fact(name, [code(visible(value))]) for name, value in named.items() if value]


def _fact(name: str, parts: Parts) -> RichTextSectionElement:
    return line([bold(f"{name}  "), *parts])


def _words(brief_text: str) -> RichTextElement:
    return say(brief_text or "(nothing)")
