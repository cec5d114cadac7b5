"""The one message that says how far a request is, derived from the saved record alone."""

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from slack_sdk.models.blocks import ActionsBlock

from blocks import ids
from blocks.buttons import withdraw
from blocks.calls import Row
from blocks.message import Message
from blocks.parts import Parts, code, joined, line, link, person, rich, say, spoken, when
from blocks.people import asked_of, refused
from blocks.states import icon, tally
from blocks.text import brief, counted, escape, visible
from bot.models.call import CallStatus
from bot.models.request import Record, Request, RequestStatus
from bot.models.requirement import Effect
from bot.models.tools import Toolset

S = CallStatus
NO_TOOLS = Toolset("", ())
_NAMED = 3

UNDER_WAY = frozenset({RequestStatus.PLANNING, RequestStatus.WAITING, RequestStatus.EXECUTING})

_NOW: Mapping[RequestStatus, str] = MappingProxyType(
    {
        RequestStatus.PLANNING: "thinking…",
        RequestStatus.EXECUTING: "starting…",
        RequestStatus.ANSWERING: "writing the answer…",
    }
)


def progress_message(record: Record, tools: Toolset | None = None, *, asked_at: str = "") -> Message:
    """What was done, what is happening, what is waited for (LOOK, "In the thread"). `tools` gives verbs and targets.

    `asked_at` is the address of the thread in which the same was asked before. While something can be taken back it
    carries Withdraw, since the requester may not see the approvers' channel.
    """
    rows = [Row(record, call, (tools or NO_TOOLS).find(call.name)) for call in record.calls]
    silence = _silence(record.request, rows)
    lines = [joined([*_done(rows), *([] if silence else _now(record.request, rows))]), *_over(record.request, rows)]
    if record.request.status is RequestStatus.WAITING:
        lines += _waiting(rows, asked_at)
    lines.append(silence)
    shown = [parts for parts in lines if parts] or [[say(f"{icon(S.PENDING)} waiting")]]
    text = "\n".join(escape(spoken(parts)) for parts in shown)
    blocks = [rich(*map(line, shown)), *_withdraw(record)]
    return Message(text, [block.to_dict() for block in blocks])


def _withdraw(record: Record) -> list[ActionsBlock]:
    request = record.request
    if request.status not in UNDER_WAY or request.cancelled_by:
        return []
    return [ActionsBlock(elements=[withdraw(request.id, ids.WITHDRAW_REQUEST)])]


def _silence(request: Request, rows: Sequence[Row]) -> Parts:
    silence = request.silence
    if silence is None or not silence.told or request.status not in UNDER_WAY or any(map(_is_running, rows)):
        return []
    head = f"{icon(S.PENDING)} Waiting for the directory, to know who is who (since "
    return [say(head), when(silence.since), say("). It is asked again by itself; nothing is lost.")]


def _done(rows: Sequence[Row]) -> Iterator[Parts]:
    finished = [row for row in rows if row.call.has_outcome and row.call.status is not S.WITHDRAWN]
    earlier = len(finished) - _NAMED
    if earlier > 0:
        yield [say(counted(earlier, "earlier step"))]
    for row in finished[-_NAMED:]:
        vote = refused(row.call) if row.call.status is S.DENIED else None
        reason = f" (“{brief(vote.reason, 200)}”)" if vote and vote.reason else ""
        yield [say(f"{icon(row.call.status)} {_capital(row.phrase)}{reason}")]


def _now(request: Request, rows: Sequence[Row]) -> Iterator[Parts]:
    running = [row for row in rows if _is_running(row)]
    match request.status:
        case status if request.cancelled_by and status in UNDER_WAY:
            rest = f" · {running[0].phrase} had started and is finished first" if running else ""
            yield [say(f"{icon(S.WITHDRAWN)} Withdrawn{rest}")]
        case status if running and status in (RequestStatus.PLANNING, RequestStatus.EXECUTING):
            yield from ([say(f"{icon(S.STARTED)} {_capital(row.phrase)}…")] for row in running[:_NAMED])
        case RequestStatus.DONE:
            yield [say(_ended(rows))]
        case status if status in _NOW:
            yield [say(_NOW[status])]


def _over(request: Request, rows: Sequence[Row]) -> Iterator[Parts]:
    """What ended the whole request, on a line of its own: the steps before it have icons of theirs."""
    if request.status is RequestStatus.FAILED:
        incident = [say(" · incident "), code(visible(request.incident))] if request.incident else []
        yield [say(f"{icon(S.FAILED)} Something broke on our side · nothing further will be done"), *incident]
    if request.status is RequestStatus.CANCELLED:
        requester = request.cancelled_by in ("", request.actor.user)
        who = say("the requester") if requester else person(request.cancelled_by)
        taken = _phrases([row for row in rows if row.call.status is S.WITHDRAWN])
        what = f": {taken}" if taken else ""
        yield [say(f"{icon(S.WITHDRAWN)} Withdrawn by "), who, say(f"{what} · nothing further will be done")]


def _ended(rows: Sequence[Row]) -> str:
    """Not everything that was tried came about; and reads that failed before they succeeded are nobody's concern."""
    last = {row.phrase: row.call.status for row in rows}
    return "done" if set(last.values()) <= {S.SUCCEEDED} else f"ended · {tally(last.values())}"


def _waiting(rows: Sequence[Row], asked_at: str) -> Iterator[Parts]:
    pending = [row for row in rows if row.call.status is S.PENDING]
    asked = [row for row in pending if not row.call.attached_to]
    shared = [row for row in pending if row.call.attached_to]
    unknown = [row for row in rows if row.call.status is S.UNKNOWN]
    if asked:
        yield _asking(asked)
    if shared:
        there = (
            [say(" It is decided on the card of "), *link(asked_at, "the other thread"), say(".")] if asked_at else []
        )
        head = f"{icon(S.PENDING)} The same already waits for approval: {_phrases(shared)}."
        yield [say(head), *there, say(" I'll answer here.")]
    if unknown:
        head = f"{icon(S.UNKNOWN)} We do not know whether this happened: {_phrases(unknown)}."
        yield [say(f"{head} Please check and tell us on the card.")]


def _asking(rows: Sequence[Row]) -> Parts:
    requirements = [row.call.requirement for row in rows if row.call.requirement]
    need = "an approval" if len(rows) == 1 else "approvals"
    parts: Parts = [say(f"{icon(S.PENDING)} I need {need} from "), *asked_of(requirements)]
    parts.append(say(f" for: {_phrases(rows)}. I'll answer here."))
    if requirements:
        parts += [say(" (until "), when(min(each.expires_at for each in requirements)), say(")")]
    return parts


def _phrases(rows: Sequence[Row]) -> str:
    named = ", ".join(row.phrase for row in rows[:_NAMED])
    more = len(rows) - _NAMED
    return f"{named} and {counted(more, 'more action')}" if more > 0 else named


def _is_running(row: Row) -> bool:
    reading = row.call.effect is Effect.READ and row.call.status is S.ALLOWED
    return row.call.status is S.STARTED or reading


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
