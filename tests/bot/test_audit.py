"""The audit chain: whatever is changed afterwards is found, and the first bad row is named."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.audit import GENESIS, AuditEvent, Entry, first_bad, link
from tests.bot.builders import PROPERTY
from tests.factories import NOW, an_audit_chain

DETAILS = st.dictionaries(st.text(max_size=4), st.text(max_size=4) | st.integers() | st.none(), max_size=3)
ENTRIES = st.lists(st.builds(Entry, st.text(max_size=5), st.text(max_size=5), DETAILS), min_size=1, max_size=8)
DATA = st.data()
FIELDS: dict[str, Any] = {
    "request_id": lambda value: value + "x",
    "seq": lambda value: value + 1,
    "at": lambda value: value + timedelta(microseconds=1),
    "actor": lambda value: value + " ",
    "kind": lambda value: value.swapcase() + ".",
    "detail": lambda value: value.replace("}", " }"),
    "prev": lambda value: value[::-1] if value != value[::-1] else "1" * 64,
    "hash": lambda value: value[:-1] + ("0" if value[-1] != "0" else "1"),
}


def chained(entries: list[Entry], prev: str = GENESIS, seq: int = 1) -> tuple[AuditEvent, ...]:
    events: list[AuditEvent] = []
    for number, entry in enumerate(entries, start=seq):
        events.append(link(prev, "r1", number, NOW, entry))
        prev = events[-1].hash
    return tuple(events)


def test_a_hash_is_of_plain_json_that_anybody_can_write() -> None:
    text = "".join(map(chr, range(0x3000))) + "\U0001f469\ud800"
    event = link(GENESIS, "r1", 1, NOW, Entry("U1", text, {"b": [1.5, None], "a": text}))
    fields = [GENESIS, "r1", 1, NOW.isoformat(), "U1", text, event.detail]
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")
    assert event.hash == hashlib.sha256(body).hexdigest()
    plain = link(GENESIS, "r1", 1, NOW, Entry("U1", "plain", {}))
    fields[5:] = ["plain", "{}"]
    assert plain.hash == hashlib.sha256(json.dumps(fields, separators=(",", ":")).encode()).hexdigest()


def position(data: Any, events: tuple[AuditEvent, ...]) -> int:
    return int(data.draw(st.integers(0, len(events) - 1)))


@given(ENTRIES)
@PROPERTY
def test_a_chain_that_nobody_touched_holds(entries: list[Entry]) -> None:
    events = chained(entries)
    assert first_bad(events) is None
    assert first_bad(events[:-1]) is None


def test_every_field_is_covered() -> None:
    assert set(FIELDS) == set(AuditEvent.__slots__)


@pytest.mark.parametrize("field", FIELDS)
@given(entries=ENTRIES, data=DATA)
@PROPERTY
def test_an_edited_row_is_named(field: str, entries: list[Entry], data: Any) -> None:
    events = chained(entries)
    at = position(data, events)
    edited = replace(events[at], **{field: FIELDS[field](getattr(events[at], field))})
    assert first_bad((*events[:at], edited, *events[at + 1 :])) == at


@given(ENTRIES, DATA)
@PROPERTY
def test_an_edited_row_with_a_hash_of_its_own_breaks_the_next_one(entries: list[Entry], data: Any) -> None:
    events = chained([*entries, Entry("", "last", {})])
    at = position(data, events[:-1])
    forged = link(events[at].prev, "r1", at + 1, NOW, Entry("somebody else", "forged", {}))
    assert first_bad((*events[:at], forged, *events[at + 1 :])) == at + 1


@given(ENTRIES, DATA)
@PROPERTY
def test_a_deleted_row_is_named_by_the_one_in_its_place(entries: list[Entry], data: Any) -> None:
    events = chained([*entries, Entry("", "last", {})])
    at = position(data, events[:-1])
    until = data.draw(st.integers(at + 1, len(events) - 1))
    assert first_bad(events[:at] + events[until:]) == at


@given(ENTRIES, DATA)
@PROPERTY
def test_an_inserted_row_is_found(entries: list[Entry], data: Any) -> None:
    events = chained(entries)
    at = position(data, events)
    copied = events[position(data, events[: at + 1])]
    fitting = link(events[at].prev, "r1", at + 1, NOW, Entry("", "inserted", {}))
    assert first_bad((*events[:at], fitting, *events[at:])) == at + 1
    assert first_bad((*events[: at + 1], copied, *events[at + 1 :])) == at + 1


@given(ENTRIES, DATA)
@PROPERTY
def test_swapped_rows_are_found_at_the_first_of_them(entries: list[Entry], data: Any) -> None:
    events = chained([*entries, Entry("", "last", {})])
    first = position(data, events[:-1])
    second = data.draw(st.integers(first + 1, len(events) - 1))
    swapped = list(events)
    swapped[first], swapped[second] = swapped[second], swapped[first]
    assert first_bad(tuple(swapped)) == first


def test_a_chain_must_begin_at_the_beginning() -> None:
    events = an_audit_chain("request.received", "call.proposed")
    assert first_bad(events[1:]) == 0
    assert first_bad(()) is None


def test_a_gap_in_the_numbers_is_found_even_if_every_hash_fits() -> None:
    first = link(GENESIS, "r1", 1, NOW, Entry("U1", "one", {}))
    third = link(first.hash, "r1", 3, NOW, Entry("U1", "three", {}))
    assert first_bad((first, third)) == 1


def test_rows_cut_off_at_the_end_no_longer_lead_to_the_head() -> None:
    events = an_audit_chain("request.received", "call.proposed", "call.denied")
    assert first_bad(events[:-1]) is None
    assert events[:-1][-1].hash != events[-1].hash


def test_characters_do_not_move_between_fields() -> None:
    one, other = (link(GENESIS, "r1", 1, NOW, Entry(actor, kind, {})) for actor, kind in (("ab", "c"), ("a", "bc")))
    assert one.hash != other.hash


def test_detail_is_compact_json_with_sorted_keys() -> None:
    event = link(GENESIS, "r1", 1, NOW, Entry("U1", "note", {"b": [1, None], "a": "é"}))
    assert event.detail == '{"a":"é","b":[1,null]}'


def test_anybody_can_recompute_a_hash() -> None:
    event = link(GENESIS, "r1", 1, datetime(2026, 1, 5, 9, 0, tzinfo=UTC), Entry("U1", "note", {}))
    fields = [GENESIS, "r1", 1, "2026-01-05T09:00:00+00:00", "U1", "note", "{}"]
    body = json.dumps(fields, separators=(",", ":"), ensure_ascii=False)
    assert event.hash == hashlib.sha256(body.encode()).hexdigest()
