"""Rows that somebody writes who has the store and not the key: clicks of people, and policies."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random
from sqlite3 import Connection
from types import MappingProxyType

from bench.mutation_forgeries import LEAVING, WAITING
from bot.adapters.sqlite_store import SqliteStore
from bot.codec import decode, encode, inbound_kind
from bot.models.inbound import VoteReceived
from bot.models.people import Actor, Surface
from bot.models.policy import Policy, Rule, RuleEffect
from bot.models.request import Record
from tests.direct_store import connection_of
from tests.world import APPROVER, TEAM

PUT = "INSERT INTO inbox (id, request_id, kind, body, proof) VALUES (?, ?, ?, ?, ?)"
NEWEST = "SELECT version, body, proof FROM policies ORDER BY version DESC LIMIT 1"
PROVEN = "SELECT proof FROM inbox WHERE proof IS NOT NULL"
FREE = Rule("free", RuleEffect.ALLOW, tools=("*",), even_if_tainted=True)


@dataclass(frozen=True, slots=True)
class Entering:
    """What is written, and in which stages something would leave by it if nobody asked for the proof."""

    write: Callable[[Connection, Record, Random], None]
    stages: tuple[str, ...]


def enter(store: SqliteStore, record: Record, entering: Entering, rng: Random) -> None:
    """Writes it, behind the store's back."""
    entering.write(connection_of(store), record, rng)


def _clicks(to: Connection, record: Record, rng: Random) -> None:
    """An approver says yes to every row; the proof is left out, made up, or that of something else."""
    known = [proof for (proof,) in to.execute(PROVEN)] + [proof for *_, proof in to.execute(NEWEST)]
    for call in record.calls:
        actor = Actor(TEAM, APPROVER, Surface.SLACK)
        event = VoteReceived(f"click:{call.id}", record.request.id, call.id, actor, True, record.request.created_at)
        proof = rng.choice([None, b"", rng.randbytes(32), *known])
        to.execute(PUT, (event.id, event.request_id, inbound_kind(event), encode(event), proof))


def _edited_click(to: Connection, record: Record, rng: Random) -> None:
    """What was said of one row, said of every other one; or by one who may not, said by one who may."""
    for event_id, kind, body, proof in to.execute("SELECT id, kind, body, proof FROM inbox").fetchall():
        for number, call in enumerate(record.calls):
            if kind == "vote":
                said = replace(decode(body, VoteReceived, event_id), call_id=call.id, yes=True)
                name = rng.choice([said.id, f"{said.id}:{number}"])
                to.execute("DELETE FROM inbox WHERE id = ?", (name,))
                said = replace(said, id=name, actor=replace(said.actor, user=APPROVER))
                to.execute(PUT, (name, record.request.id, kind, encode(said), proof))


def _policy(to: Connection, _: Record, rng: Random) -> None:
    """The policy that everything may run, in the place of the one in force, or as the next one."""
    version, body, proof = to.execute(NEWEST).fetchone()
    free = replace(decode(body, Policy, "policies"), rules=(FREE,))
    if rng.random() < 0.5:
        to.execute("UPDATE policies SET body = ? WHERE version = ?", (encode(free), version))
        return
    kept = rng.choice([None, b"", proof, rng.randbytes(32)])
    row = (version + 1, encode(replace(free, version=version + 1)), kept)
    to.execute("INSERT INTO policies (version, body, proof) VALUES (?, ?, ?)", row)


ENTERING: Mapping[str, Entering] = MappingProxyType(
    {
        "a click of an approver": Entering(_clicks, WAITING),
        "a click said of another call": Entering(_edited_click, ("half approved",)),
        "a policy": Entering(_policy, LEAVING),
    }
)
