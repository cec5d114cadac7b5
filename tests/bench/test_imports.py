"""Import time is taken in a new interpreter, where nothing is imported yet."""

import pytest

from bench.child import ChildFailed
from bench.imports import import_ms, report


def test_an_import_takes_time_although_it_was_made_here_already() -> None:
    assert import_ms("json") > 0


def test_a_module_that_does_not_import_fails_the_run() -> None:
    with pytest.raises(ChildFailed):
        import_ms("no_such_module")


def test_the_floor_is_bolt_alone() -> None:
    (row,) = report([300.0], [200.0]).rows
    assert (row.beside, row.ratio) == ("slack_bolt.async_app", 1.5)
