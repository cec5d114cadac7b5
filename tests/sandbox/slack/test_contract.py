"""The data the stand-in reads at run time is derived from the published facts, and complete."""

import ast
import json
from pathlib import Path

import pytest

from sandbox.control.app_page import STATE
from sandbox.seed import EVENTS, SCOPES
from sandbox.slack.api import HANDLERS
from sandbox.slack.contract import errors_of, limit, method
from tests.sandbox.slack.contract_subset import DATA, METHODS, facts, subset

RESPONSE_URL = {"expired_url", "invalid_payload"}
"""No method: a response_url answers them (reported by users; Slack publishes no list)."""


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


def raised(source: str) -> set[str]:
    """The codes with which a SlackError is made, as far as they are written out."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    made = [call for call in calls if getattr(call.func, "id", "") in ("SlackError", "with_messages")]
    return {str(call.args[0].value) for call in made if isinstance(call.args[0], ast.Constant)}


@pytest.mark.parametrize("file", sorted((DATA.parent).glob("*.py")), ids=lambda file: file.name)
def test_every_error_that_is_raised_is_on_slacks_list(file: Path) -> None:
    listed = {error for fact in facts("methods.json").values() for error in fact["errors"]}
    assert raised(file.read_text(encoding="utf-8")) <= listed | RESPONSE_URL


def test_the_errors_of_a_token_are_common_to_all_methods() -> None:
    assert set(STATE) - {""} | {"missing_scope", "ratelimited"} <= set(facts("methods.json")["*"]["errors"])
