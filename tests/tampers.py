"""Ways to tamper with an audit trail: each gives the rows afterwards, and the number of the first bad one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from random import Random  # noqa: TID251 - only the type; the seeds are fixed

from bot.models.audit import GENESIS, AuditEvent, Entry, Stored, link
from tests.factories import NOW

LONGEST = 12
Rows = list[Stored]


def chained(length: int, prev: str = GENESIS, first: int = 1, kind: str = "step") -> list[AuditEvent]:
    events: list[AuditEvent] = []
    for seq in range(first, first + length):
        events.append(link(prev, "r1", seq, NOW + timedelta(seconds=seq), Entry("U1", kind, {"number": seq})))
        prev = events[-1].hash
    return events


def kept(events: list[AuditEvent]) -> Rows:
    return [(event.seq, event) for event in events]


def edit(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    place = dice.randrange(len(events))
    event = events[place]
    changed = dice.choice(
        [
            replace(event, actor=event.actor + "x"),
            replace(event, kind="call.approved"),
            replace(event, detail=event.detail.replace("number", "nomber")),
            replace(event, at=event.at + timedelta(microseconds=1)),
            replace(event, hash=event.hash[::-1] + "0"),
            replace(event, prev="1" * 64),
            replace(event, seq=event.seq + 1),
            replace(event, request_id="r2"),
        ]
    )
    rows = kept(events)
    rows[place] = (event.seq, dice.choice([changed, changed, changed, None]))
    return rows, place + 1


def delete(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    place = dice.randrange(len(events))
    rows = kept(events)
    del rows[place]
    return rows, place + 1


def delete_and_renumber(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    place = dice.randrange(len(events))
    left = [event for event in events if event is not events[place]]
    rows: Rows = [(number, replace(event, seq=number)) for number, event in enumerate(left, start=1)]
    return rows, place + 1


def insert(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    """A well-formed row between two others, or at the end; those after it are renumbered."""
    place = dice.randrange(len(events) + 1)
    prev = events[place - 1].hash if place else GENESIS
    [added] = chained(1, prev, place + 1, "call.approved")
    rest = [replace(event, seq=event.seq + 1) for event in events[place:]]
    return kept([*events[:place], added, *rest]), place + 2 if rest else place + 1


def swap(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    one, other = sorted(dice.sample(range(len(events)), 2))
    swapped = list(events)
    swapped[one], swapped[other] = events[other], events[one]
    if dice.random() < 0.5:
        return [(number, event) for number, event in enumerate(swapped, start=1)], one + 1
    return [(number, replace(event, seq=number)) for number, event in enumerate(swapped, start=1)], one + 1


def fork(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    """Another end, well-formed in itself, of the same length: only the request knows better."""
    place = dice.randrange(len(events))
    prev = events[place - 1].hash if place else GENESIS
    return kept([*events[:place], *chained(len(events) - place, prev, place + 1, "other")]), len(events)


def fork_one(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    """One row rewritten with a fitting hash: the next one does not follow it."""
    place = dice.randrange(len(events))
    prev = events[place - 1].hash if place else GENESIS
    rows = kept([*events[:place], *chained(1, prev, place + 1, "other"), *events[place + 1 :]])
    return rows, min(place + 2, len(events))


def cut(dice: Random, events: list[AuditEvent]) -> tuple[Rows, int]:
    left = dice.randrange(len(events))
    return kept(events[:left]), left + 1


WAYS: tuple[Callable[[Random, list[AuditEvent]], tuple[Rows, int]], ...] = (
    edit,
    delete,
    delete_and_renumber,
    insert,
    swap,
    fork,
    fork_one,
    cut,
)
