"""The lines of a card that surround the arguments: who asked, what they wrote, what the model and the policy say."""

from collections.abc import Sequence

from slack_sdk.models.blocks import RichTextBlock, RichTextElement

from blocks.buttons import is_pending
from blocks.calls import Row
from blocks.parts import Parts, bold, line, link, place, quote, rich, say, when
from blocks.people import HOW, actor, needs, progress, until
from blocks.states import RISKS, icon
from blocks.text import brief, clip, counted
from bot.models.call import CallStatus
from bot.models.people import Surface
from bot.models.request import Approval
from bot.models.requirement import Requirement

_ALSO = 10


def asked(rows: Sequence[Row]) -> RichTextBlock:
    """Who asked, where, how risky it is, who must agree until when, and who has."""
    request = rows[0].record.request
    where = place(request.origin.channel) if request.actor.surface is Surface.SLACK else []
    first = [say("Asked by "), *actor(request.actor), *where, *risk(max(rows, key=lambda row: row.call.risk))]
    common = shared_requirement(rows)
    if common:
        first += [say(" · needs "), *needs(common), say(" · "), *until(common)]
    elif any(map(is_pending, rows)):
        first.append(say(" · each action needs people of its own"))
    lines = [line(first)]
    if len(rows) == 1 and is_pending(rows[0]) and (votes := progress(rows[0].call)):
        lines.append(line(votes))
    if waits := _silence(rows):
        lines.append(line(waits))
    return rich(*lines)


def _silence(rows: Sequence[Row]) -> Parts:
    """While nobody can say who has clicked."""
    silence = rows[0].record.request.silence
    undecided = any(row.call.status in (CallStatus.PENDING, CallStatus.APPROVED) for row in rows)
    if silence is None or not silence.told or not undecided:
        return []
    return [
        say("⏳ Waiting for the directory, to know who is who. Clicks are kept and count once it answers (since "),
        when(silence.since),
        say(")."),
    ]


def risk(row: Row) -> Parts:
    """The badge, the rule that says so, and the account that it concerns."""
    rule = f" (rule “{clip(row.call.risk_rule, 80)}”)" if row.call.risk_rule else ""
    account = " ".join(filter(None, (clip(row.call.account, 20), clip(row.call.region, 20))))
    return [say(f" · {RISKS[row.call.risk]}{rule}{account and f' · account {account}'}")]


def shared_requirement(rows: Sequence[Row]) -> Requirement | None:
    """What all waiting rows need, when it is the same."""
    found = [row.call.requirement for row in rows if is_pending(row) and row.call.requirement]
    same = {
        (each.clauses, each.total, each.expires_at, HOW.get(each.confirm), each.escalation, each.escalate_at)
        for each in found
    }
    return found[0] if len(same) == 1 else None


def quoted(row: Row, permalink: str, room: int) -> list[RichTextBlock]:
    """What the requester wrote, in about `room` characters, and the way to the thread."""
    text = brief(row.record.request.text, room, "in the thread") if room else ""
    way = link(permalink, "open the thread")
    parts = [*([say(text)] if text else []), *([say("  ")] if text and way else []), *way]
    return [rich(quote(parts))] if parts else []


def model_says(approval: Approval) -> list[RichTextElement]:
    """The model's reason, labelled as such."""
    why = brief(approval.why, 300, "in All details")
    return [line([bold("Why (written by the model): "), say(why)])] if why else []


def policy_says(rows: Sequence[Row]) -> list[RichTextElement]:
    """Why people are asked at all, or asked again."""
    reasons = dict.fromkeys(brief(row.call.reason, 300) for row in rows if is_pending(row))
    return [line([bold("Policy: "), say(reason)]) for reason in list(reasons)[:3] if reason]


def will_also_run(also: Sequence[Row], *, waiting: bool) -> list[RichTextElement]:
    """Changes of the same turn that nobody is asked about, so that nobody is surprised by them."""
    if not also:
        return []
    parts: Parts = [bold("Will also run (policy allows it): " if waiting else "In the same step: ")]
    for index, row in enumerate(also[:_ALSO]):
        parts.append(say(f"{', ' if index else ''}{icon(row.call.status)} {row.title}"))
    more = len(also) - _ALSO
    return [line([*parts, say(f", and {counted(more, 'more action')} in All details")] if more > 0 else parts)]
