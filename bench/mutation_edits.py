"""One edit in the rows of a request, as somebody with a SQL prompt would make it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from sqlite3 import Connection
from typing import Any, TypeAlias

from bot.adapters.sqlite_store import SqliteStore
from bot.models.call import CallStatus
from bot.models.request import RequestStatus
from tests.direct_store import connection_of

Path: TypeAlias = tuple[str | int, ...]
TABLES = ("calls", "calls", "calls", "calls", "requests", "requests", "turns", "approvals", "audit")
UNSEALED = frozenset({"version", "changed_at"})
"""Of a request: the first must fit the row's own column, else nothing is saved; the second only moves time on."""
STRANGE = ("", " ", "\u200b", "\n", "A", "a", "0")
LATER = "2031-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Edited:
    """What was edited where."""

    table: str
    what: str


def edited(store: SqliteStore, rng: Random) -> Edited | None:
    """Edits one thing, or nothing when the chosen row has no such thing."""
    connection = connection_of(store)
    table = rng.choice(TABLES)
    rows = connection.execute(f"SELECT rowid, body FROM {table}").fetchall()
    if not rows:
        return None
    row, body = rng.choice(rows)
    if rng.random() < 0.1:
        return Edited(table, _whole_row(connection, rng, table, row, [body for _, body in rows]))
    record = json.loads(body)
    others = [json.loads(other) for _, other in rows]
    named = NAMED.get(table, ())
    what = rng.choice(named)(record, others, rng) if named and rng.random() < 0.4 else _anywhere(record, rng)
    connection.execute(f"UPDATE {table} SET body = ? WHERE rowid = ?", (json.dumps(record).encode(), row))
    return Edited(table, what)


def _whole_row(connection: Connection, rng: Random, table: str, row: int, bodies: Sequence[bytes]) -> str:
    if rng.random() < 0.5:
        connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
        return "deleted"
    connection.execute(f"UPDATE {table} SET body = ? WHERE rowid = ?", (rng.choice(bodies), row))
    return "replaced by another row"


def _anywhere(record: dict[str, Any], rng: Random) -> str:
    field = rng.choice([name for name in record if name not in UNSEALED])
    path = rng.choice(_paths({field: record[field]}, ()))
    holder: Any = record
    for step in path[:-1]:
        holder = holder[step]
    before = holder[path[-1]]
    holder[path[-1]] = _other(before, rng)
    if rng.random() < 0.05 and isinstance(holder, dict):
        del holder[path[-1]]
    return ".".join(map(str, path))


def _paths(value: Any, above: Path) -> list[Path]:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, item in items for path in ((*above, key), *_paths(item, (*above, key)))]


def _other(value: Any, rng: Random) -> Any:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + rng.choice([-1, 1, 1000])
        case str():
            return _other_text(value, rng)
        case list():
            return rng.choice([[], value[1:], [*value, *value[:1]], value[::-1]] if value else [["x"], [{}], None])
        case dict():
            return rng.choice([{}, None, dict(list(value.items())[1:])])
        case _:
            return rng.choice(["x", 1, [], {}, LATER])


def _other_text(text: str, rng: Random) -> str:
    at = rng.randrange(len(text) + 1)
    flipped = text[:at] + chr(ord(text[at]) ^ 1) + text[at + 1 :] if at < len(text) else text[:-1]
    words = [flipped, text[:at] + rng.choice(STRANGE) + text[at:], f"{text} ", "", text.upper(), LATER]
    return rng.choice([*words, str(rng.choice([*CallStatus, *RequestStatus]))])


Named: TypeAlias = Callable[[dict[str, Any], Sequence[dict[str, Any]], Random], str]


def _status(call: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    call["status"] = rng.choice(["approved", "allowed", "started", "pending", "succeeded"])
    return "status"


def _approved_by_word(call: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    call |= {"status": "approved", "decided_by": rng.choice(["U-approver", ""]), "decided_at": LATER}
    return "approved by word"


def _votes_of_another(call: dict[str, Any], others: Sequence[dict[str, Any]], rng: Random) -> str:
    call |= {"status": "approved", "votes": rng.choice(others)["votes"]}
    return "votes of another call"


def _forged_vote(call: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    at, user = "2026-01-05T09:00:00Z", rng.choice(["U-approver", "U-second", "U-requester", "U-outsider"])
    person = {"team": "T1", "user": user, "identity": user, "name": user, "answered_at": at}
    judged = {"counts": True, "why": "", "person": person, "groups": ["@it-admins"], "at": at}
    vote = {"id": "v", "call_id": call["id"], "team": "T1", "user": user, "yes": True, "at": at, "surface": "slack"}
    call |= {"status": "approved", "votes": [*call["votes"], vote | {"judgement": judged}]}
    return "a forged vote"


def _loosened(call: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    needed = call["requirement"] or {"clauses": [], "total": 1, "expires_at": LATER, "execute_by": LATER}
    nobody = [{"groups": ["@it-admins"], "count": 0}]
    easier: dict[str, Any] = rng.choice([{"total": 0}, {"clauses": nobody}, {"self_approval": True}])
    call |= {"requirement": rng.choice([None, needed | easier]), "status": rng.choice(["approved", call["status"]])}
    return "a loosened requirement"


def _prolonged(call: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    needed = call["requirement"] or {"clauses": [], "total": 1, "expires_at": LATER, "execute_by": LATER}
    call["requirement"] = needed | {rng.choice(["expires_at", "execute_by"]): LATER}
    return "more time"


def _harmless(call: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    call |= {"effect": "read" if call["effect"] != "read" else "write", "status": rng.choice(["allowed", "started"])}
    return "another effect"


def _again(request: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    request |= {"status": rng.choice(["planning", "executing", "waiting"]), "cancelled_by": ""}
    return "the request goes on"


def _somebody_else(request: dict[str, Any], _: Sequence[dict[str, Any]], rng: Random) -> str:
    request["actor"] |= {"user": rng.choice(["U-boss", "U-approver"])}
    return "another requester"


NAMED: dict[str, tuple[Named, ...]] = {
    "calls": (
        _status,
        _approved_by_word,
        _votes_of_another,
        _forged_vote,
        _loosened,
        _prolonged,
        _harmless,
    ),
    "requests": (_again, _somebody_else),
}
