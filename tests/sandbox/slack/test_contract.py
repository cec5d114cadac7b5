"""The data the stand-in reads at run time is derived from the published facts, and complete."""

import json

import pytest

from sandbox.seed import EVENTS, SCOPES
from sandbox.slack.api import HANDLERS
from sandbox.slack.contract import errors_of, limit, method
from tests.sandbox.slack.contract_subset import DATA, METHODS, facts, subset


@pytest.mark.parametrize("name", subset())
def test_the_data_is_what_the_published_facts_say(name: str) -> None:
    assert json.loads((DATA / name).read_text(encoding="utf-8")) == subset()[name]


def test_every_method_has_a_handler_and_every_handler_its_facts() -> None:
    assert HANDLERS.keys() == set(METHODS)
    assert all(method(name) is not None for name in HANDLERS)


@pytest.mark.parametrize("name", METHODS)
def test_the_errors_of_a_method_are_slacks_own(name: str) -> None:
    published = facts("methods.json")
    assert errors_of(name) == set(published[name]["errors"]) | set(published["*"]["errors"])


def test_the_apps_scopes_cover_its_events() -> None:
    needed = {scope for event in EVENTS for scope in facts("events.json")["events"][event]["scopes"]}
    assert needed <= SCOPES


def test_limits_are_slacks_own_numbers() -> None:
    assert (limit("trigger_id.lifetime"), limit("ack.deadline"), limit("view.stack")) == (3, 3, 3)
    assert (limit("retry.2.delay"), limit("retry.3.delay"), limit("socket.connections")) == (60, 300, 10)
