import json
from typing import Any
from urllib.parse import unquote

import pytest

from blocks import ids
from blocks.lint import Surface, builder_url, lint
from blocks.metadata import ModalState, load_state
from blocks.notice import notice_message

TEXT = {"type": "section", "text": {"type": "plain_text", "text": "x"}}
CELL = {"type": "raw_text", "text": "x"}
TABLE = {"type": "table", "rows": [[CELL]]}


def section(size: int, **fields: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "plain_text", "text": "x" * size}, **fields}


@pytest.mark.parametrize(
    ("blocks", "surface", "problem"),
    [
        ([], "message", "no blocks"),
        ([TEXT] * 51, "message", "51 blocks, more than 50"),
        ([TEXT] * 101, "modal", "101 blocks, more than 100"),
        ([section(2_501)] * 4, "message", "10,004 characters of text, more than 10,000"),
        ([TABLE, TABLE], "message", "2 tables, more than 1"),
        ([TABLE], "modal", "a table block cannot stand in a modal"),
        ([{"type": "table", "rows": [[CELL]] * 101}], "message", "a table of 101 rows, more than 100"),
        ([{"type": "table", "rows": [[CELL] * 21]}], "message", "a table of 21 columns, more than 20"),
        ([section(1, block_id="b")] * 2, "message", "the block_id b stands there twice"),
        (
            [{"type": "actions", "elements": [{"action_id": "a"}, {"action_id": "a"}]}],
            "message",
            "the action_id a stands twice in one block",
        ),
    ],
)
def test_what_slack_would_refuse_is_found(blocks: list[dict[str, Any]], surface: Surface, problem: str) -> None:
    assert lint(blocks, surface) == [problem]


def test_the_builder_opens_with_the_blocks() -> None:
    url = builder_url([TEXT])
    address, _, fragment = url.partition("#")
    assert address == "https://app.slack.com/block-kit-builder/"
    assert json.loads(unquote(fragment)) == {"blocks": [TEXT]}


def test_a_value_names_the_approval_and_perhaps_a_call() -> None:
    assert ids.parse_value(ids.value("a1")) == ("a1", "")
    assert ids.parse_value(ids.value("a1", "c1")) == ("a1", "c1")


def test_the_state_of_a_modal_comes_back() -> None:
    state = ModalState("a1", ("c1", "c2"), 3, "C1", "1.2")
    assert load_state(state.dump()) == state


def test_a_very_long_notice_says_what_is_left_out() -> None:
    message = notice_message("x" * 20_000)
    assert message.text.endswith("more characters")
    assert lint(message.blocks, "message") == []
