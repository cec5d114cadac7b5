"""Each of I1 to I9 finds what it is there for, and finds nothing where all is well."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.models.call import CallStatus
from bot.models.request import Record, RequestStatus
from tests.crash_life import beginning, lived
from tests.crash_scripts import SCRIPTS
from tests.factories import NOW, a_vote_received
from tests.invariants import INVARIANTS, Evidence, broken

S = CallStatus


async def calmly(name: str) -> Evidence:
    script = next(script for script in SCRIPTS if script.name == name)
    return await lived(script, await beginning(script))


def with_call(found: Evidence, **fields: object) -> Evidence:
    """The evidence with the first call changed."""
    first, *rest = found.record.calls
    changed = replace(first, **fields)  # type: ignore[arg-type]
    return replace(found, record=replace(found.record, calls=(changed, *rest)))


def request(found: Evidence, status: RequestStatus) -> Record:
    return replace(found.record, request=replace(found.record.request, status=status))


SPOILT: dict[str, tuple[Callable[[Evidence], Evidence], str]] = {
    "it ran twice": (lambda e: replace(e, effects=e.effects * 2, intents=e.intents * 2), "I1"),
    "it was started twice": (lambda e: replace(e, audit=e.audit * 2), "I1"),
    "nobody asked": (lambda e: replace(e, effects=(*e.effects, ("rm", "{}")), intents=(True, True)), "I2"),
    "other bytes": (lambda e: with_call(e, account="another"), "I2"),
    "no vote": (lambda e: with_call(e, votes=()), "I2"),
    "never approved": (lambda e: replace(e, audit=tuple(x for x in e.audit if x.kind != "call.approved")), "I2"),
    "no attempt": (lambda e: with_call(e, attempt=None), "I3"),
    "approved, and nobody comes": (lambda e: with_call(e, status=S.APPROVED), "I3"),
    "denied, and it ran": (lambda e: with_call(e, status=S.DENIED), "I4"),
    "done, and it did not run": (lambda e: replace(e, effects=(), intents=()), "I4"),
    "ended otherwise": (lambda e: replace(e, record=request(e, RequestStatus.CANCELLED)), "I4"),
    "no answer": (lambda e: replace(e, messages=tuple(m for m in e.messages if m[0].kind != "answer")), "I5"),
    "an old card": (lambda e: replace(e, messages=tuple((row, "old") for row, _ in e.messages)), "I5"),
    "told twice": (lambda e: replace(e, messages=e.messages * 2), "I5"),
    "not shown": (lambda e: replace(e, rows=tuple(replace(row, shown=0) for row in e.rows)), "I5"),
    "a dead card": (lambda e: replace(e, dead=("id1: nobody sees it",)), "I6"),
    "two requests": (lambda e: replace(e, requests=2), "I7"),
    "a lost click": (lambda e: replace(e, acks=(*e.acks, "vote click:lost")), "I7"),
    "a lost withdrawal": (lambda e: replace(e, acks=(*e.acks, "withdraw w")), "I7"),
    "a lost verdict": (lambda e: replace(e, acks=(*e.acks, "verdict v")), "I7"),
    "a lost word": (lambda e: replace(e, acks=(*e.acks, "reply r")), "I7"),
    "never judged": (lambda e: replace(e, inbox=(a_vote_received(),)), "I7"),
    "a call too many": (lambda e: replace(e, record=replace(e.record, calls=e.record.calls * 2)), "I7"),
    "a broken chain": (lambda e: replace(e, audit=e.audit[1:]), "I8"),
    "no intent": (lambda e: replace(e, intents=(False,)), "I8"),
    "stuck": (lambda e: replace(e, record=request(e, RequestStatus.WAITING)), "I9"),
    "our fault": (lambda e: replace(e, record=request(e, RequestStatus.FAILED)), "I9"),
    "still unknown": (lambda e: with_call(e, status=S.UNKNOWN), "I9"),
    "too slow": (lambda e: replace(e, spent=timedelta(hours=1)), "I9"),
    "not at rest": (lambda e: replace(e, due=NOW), "I9"),
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
async def test_when_nothing_goes_wrong_nothing_is_found(script: object) -> None:
    assert broken(await calmly(getattr(script, "name", ""))) == []


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_what_is_wrong_is_found_by_its_name(spoilt: str) -> None:
    spoil, name = SPOILT[spoilt]
    found = spoil(await calmly("approve"))
    assert list(INVARIANTS[name](found)), f"{name} did not see it"
    assert any(what.startswith(f"{name}: ") for what in broken(found))


def test_every_invariant_has_something_that_it_must_find() -> None:
    assert {name for _, name in SPOILT.values()} == set(INVARIANTS) == {f"I{number}" for number in range(1, 10)}
