"""`countersign requests`: what is open."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from bot.models.call import Call, CallStatus
from bot.models.request import Record
from bot.wiring import cli
from handlers.cli.output import database_option, json_option, local, print_json, print_table, say

LONGEST = 60
CHANGED = "changed outside"
SEE = "see countersign audit verify"
OPEN = frozenset({CallStatus.PENDING, CallStatus.ALLOWED, CallStatus.APPROVED, CallStatus.STARTED, CallStatus.UNKNOWN})


@click.command()
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many at most.")
@database_option
@json_option
def requests(limit: int, database: Path, *, as_json: bool) -> None:
    """List the requests that are still open, newest first. Nothing is changed; the bot may run."""
    found = cli.open_requests(database, limit + 1)
    shown = found[:limit]
    if as_json:
        print_json({"requests": [_as_json(one) for one in shown], "more": len(found) > limit})
        return
    if shown:
        print_table(("state", "asked", "by", "request", "calls", "id"), [_row(one) for one in shown])
    else:
        click.echo("Nothing is open.")
    if len(found) > limit:
        say(f"More are open: --limit {limit * 2} shows more.")


def _row(one: cli.Open) -> tuple[str, ...]:
    if one.record is None:
        return (CHANGED, "", "", SEE, "", one.id)
    record, request = one.record, one.record.request
    first = next(iter(request.text.splitlines()), "")
    text = first if len(first) <= LONGEST else f"{first[:LONGEST]}…"
    calls = "\n".join(f"{call.status.value}: {call.name}" for call in _open(record))
    return (request.status.value, local(request.created_at), request.actor.user, text, calls, request.id)


def _open(record: Record) -> Sequence[Call]:
    return [call for call in record.calls if call.status in OPEN]


def _as_json(one: cli.Open) -> dict[str, Any]:
    if one.record is None:
        return {"id": one.id, "status": CHANGED, "mend": SEE}
    record, request = one.record, one.record.request
    return {
        "id": request.id,
        "status": request.status.value,
        "created_at": request.created_at.isoformat(),
        "team": request.actor.team,
        "user": request.actor.user,
        "channel": request.origin.channel,
        "thread_ts": request.origin.thread_ts,
        "text": request.text,
        "calls": [_call(call) for call in _open(record)],
    }


def _call(call: Call) -> dict[str, Any]:
    expires = call.requirement.expires_at.isoformat() if call.requirement else None
    return {"id": call.id, "tool": call.name, "status": call.status.value, "expires_at": expires}
