"""`replace` does what `dataclasses.replace` does, for every record that a request is made of."""

import dataclasses
from dataclasses import dataclass

import pytest

from bot.models.replacing import replace
from bot.models.request import Spent
from tests import factories

RECORDS = (
    factories.a_call(),
    factories.a_person(),
    factories.a_policy(),
    factories.a_record(),
    factories.a_request(),
    factories.a_requirement(),
    factories.a_tool(),
    factories.a_turn(),
    factories.a_vote(),
    factories.an_approval(),
    factories.an_outbox_row(),
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: type(record).__name__)
def test_a_copy_differs_in_what_was_changed_and_in_nothing_else(record: object) -> None:
    assert dataclasses.is_dataclass(record)
    assert not isinstance(record, type)
    for field in dataclasses.fields(record):
        changed = {field.name: "something else"}
        copy = replace(record, **changed)
        assert copy == dataclasses.replace(record, **changed)
        assert copy != record


def test_the_record_itself_stays_as_it_is() -> None:
    before = Spent(turns=1)
    assert replace(before, turns=2, calls=3) == Spent(turns=2, calls=3)
    assert before == Spent(turns=1)


def test_a_copy_without_changes_is_equal_and_another_one() -> None:
    before = Spent(turns=1)
    assert replace(before) == before
    assert replace(before) is not before


def test_a_field_that_does_not_exist_is_refused() -> None:
    with pytest.raises(TypeError, match="Spent has no field 'turn'"):
        replace(Spent(), turn=1)  # type: ignore[call-arg]


@dataclass(frozen=True, slots=True)
class Checked:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


def test_a_record_that_checks_itself_checks_its_copies() -> None:
    assert replace(Checked(1, 2), low=0) == Checked(0, 2)
    with pytest.raises(ValueError, match="low is above high"):
        replace(Checked(1, 2), low=3)


@dataclass(frozen=True)
class Open:
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Single:
    low: int


@pytest.mark.parametrize("record", [Open(1, 2), Single(1)], ids=["without slots", "of one field"])
def test_other_classes_are_copied_too(record: Open | Single) -> None:
    assert replace(record, low=3) == dataclasses.replace(record, low=3)
