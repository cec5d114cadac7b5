"""Whatever the published rules refuse, the stand-in refuses: for every example, and every example with one mistake."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from sandbox.slack.blocks import completed, require_message_blocks, require_view
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids
from tests.sandbox.slack.cards import card, home, modal, section, text_input
from tests.sandbox.slack.stage import NOON
from tests.slack_contract.check_blocks import CASES, errors, lint

# What the linter says of the text around the blocks; chat.postMessage takes that elsewhere, or cuts it.
ABOUT_TEXT = ("text", "markdown_text", "attachments")
EXAMPLES = [(title, surface, payload) for title, surface, payload, _ in CASES]
CLEAN = [
    (title, surface, payload)
    for title, surface, payload in EXAMPLES
    if not lint(payload, surface) and "view" not in payload
]


def refusal(surface: str, payload: Any) -> str:
    """The error code of the stand-in; empty when it accepts."""
    try:
        if surface != "message":
            require_view(payload.get("view", payload), surface)
        else:
            require_message_blocks(payload if isinstance(payload, list) else payload.get("blocks", []))
    except SlackError as error:
        return error.code
    return ""


def linted(surface: str, payload: Any) -> list[tuple[str, str]]:
    return [(path, problem) for path, problem in errors(lint(payload, surface)) if path not in ABOUT_TEXT]


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield (*at, key)
        yield from places(inner, (*at, key))


def with_mistakes(payload: Any) -> Iterator[tuple[str, Any]]:
    """The payload again and again, each time with one thing taken away, emptied, lengthened or made nonsense."""
    for place in places(payload):
        for name, wrong in (("empty", ""), ("long", "x" * 13_001), ("number", 7), ("object", {"odd": 1}), ("list", [])):
            yield f"{name} at {place}", changed(payload, place, wrong)
        yield f"without {place}", changed(payload, place, None)


def changed(payload: Any, place: tuple[Any, ...], wrong: Any) -> Any:
    again = deepcopy(payload)
    inner = again
    for key in place[:-1]:
        inner = inner[key]
    if wrong is None:
        del inner[place[-1]]
    else:
        inner[place[-1]] = wrong
    return again


@pytest.mark.parametrize(("title", "surface", "payload"), EXAMPLES, ids=[title for title, _, _ in EXAMPLES])
def test_an_example_is_refused_exactly_when_the_rules_refuse_it(title: str, surface: str, payload: Any) -> None:
    assert bool(refusal(surface, payload)) == bool(linted(surface, payload)), linted(surface, payload)


@pytest.mark.parametrize(("title", "surface", "payload"), CLEAN, ids=[title for title, _, _ in CLEAN])
def test_a_mistake_that_the_rules_refuse_is_refused(title: str, surface: str, payload: Any) -> None:
    accepted = [
        (mistake, linted(surface, wrong))
        for mistake, wrong in with_mistakes(payload)
        if not refusal(surface, wrong) and not crashes(surface, wrong) and linted(surface, wrong)
    ]
    assert accepted == []


def crashes(surface: str, payload: Any) -> bool:
    """The linter was written for payloads of about the right form."""
    try:
        lint(payload, surface)
    except (TypeError, AttributeError, KeyError):
        return True
    return False


def test_a_view_that_is_too_large_says_so() -> None:
    blocks = [section("x" * 2900) | {"block_id": str(i)} for i in range(90)]
    assert refusal("modal", modal(*blocks)) == "view_too_large"


def test_a_view_of_the_wrong_kind_is_refused() -> None:
    assert refusal("modal", home()) == "invalid_arguments"
    assert refusal("home", modal()) == "invalid_arguments"


def test_too_much_text_in_a_message_has_its_own_error() -> None:
    long = [section("x" * 2700) | {"block_id": str(i)} for i in range(5)]
    assert refusal("message", long) == "msg_blocks_too_long"


def test_blocks_come_back_with_ids_and_complete_texts() -> None:
    sent = [{"type": "section", "text": {"type": "mrkdwn", "text": "x"}}, *card(), text_input()]
    done = completed(sent, Ids(NOON))
    assert done[0]["block_id"].startswith("b")
    assert done[2]["elements"][0]["text"] == {"type": "plain_text", "text": "Approve", "emoji": True}
    assert "block_id" not in sent[0]
