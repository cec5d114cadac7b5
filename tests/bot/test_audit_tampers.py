"""Five thousand random tampers with an audit chain: each is found, and the first bad row is named."""

from collections.abc import Callable

import pytest

from bot.models.audit import Flaw, first_flaw
from tests.hostile import seeded
from tests.tampers import LONGEST, WAYS, Rows, chained, kept

TAMPERS = 5_000


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_tamper_is_found_and_the_first_bad_row_named(way: Callable[..., tuple[Rows, int]]) -> None:
    dice = seeded(WAYS.index(way))
    for _ in range(TAMPERS // len(WAYS)):
        events = chained(dice.randint(2, LONGEST))
        assert first_flaw("r1", kept(events), len(events), events[-1].hash) is None
        rows, bad = way(dice, events)
        flaw = first_flaw("r1", rows, len(events), events[-1].hash)
        assert isinstance(flaw, Flaw)
        assert (flaw.request_id, flaw.row) == ("r1", bad), flaw.why
        assert flaw.why


def test_a_row_that_is_only_kept_under_another_number_is_found() -> None:
    one, two, three = chained(3)
    flaw = first_flaw("r1", [(1, one), (2, two), (5, three)], 3, three.hash)
    assert flaw == Flaw("r1", 3, "it is missing: row 5 comes next")


def test_the_chain_of_another_request_is_found_at_its_first_row() -> None:
    events = chained(3)
    flaw = first_flaw("r2", kept(events), 3, events[-1].hash)
    assert flaw == Flaw("r2", 1, "it says that it is row 1 of r1")


def test_a_chain_that_is_gone_is_found() -> None:
    assert first_flaw("r1", [], 3, "aa" * 32) == Flaw("r1", 1, "it is missing: the request knows of 3 rows")
