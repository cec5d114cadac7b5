"""For any call: the argument text can be had back exactly, nothing of it is live, and Slack takes the card."""

import json
import re
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from blocks import ids
from blocks.answer import answer_message
from blocks.lint import lint
from bot.canonical import canonical
from bot.errors import BadInput
from tests.blocks.examples import LINK, REQUESTER, a_call, a_card, a_record, some_details
from tests.blocks.reading import arguments_on, buttons_of, nested, preformatted_in
from tests.slack_contract import check_blocks

NASTY = str.maketrans(
    {
        "A": "<!channel>",
        "B": "<@U0BOSS00>",
        "C": "<http://x.example|y>",
        "D": "⟨U+202E⟩",
        "E": "```",
        "F": "true",
        "G": "\u202e",
        "H": "\u200b",
    }
)
LETTERS = st.one_of(st.sampled_from('ABCDEFGHxyz ⟨"\\\n&<5{'), st.characters(exclude_categories=["Cs"]))
TEXT = st.text(LETTERS, max_size=8).map(lambda text: text.translate(NASTY))
PLAIN = st.one_of(TEXT, TEXT, st.integers(-(2**53) + 1, 2**53 - 1), st.sampled_from((None, True, False)))
NAMES = TEXT.filter(lambda name: name != "token")  # the one that the examples' tool keeps secret
ARGUMENTS = st.dictionaries(NAMES, st.one_of(PLAIN, PLAIN, st.lists(PLAIN, max_size=2)), max_size=4)
TIMES = st.sampled_from((*[0] * 40, 1, 60, 600))
UNSHOWABLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def stored(arguments: object) -> str:
    try:
        return canonical(json.dumps(arguments, ensure_ascii=False))
    except BadInput:
        assume(False)
        raise


def live_parts(payload: object) -> set[str]:
    """Everything in a payload that Slack does not take for plain words."""
    parts = list(nested(payload))
    live = {part["user_id"] for part in parts if part.get("type") == "user"}
    live |= {part["url"] for part in parts if part.get("type") == "link"}
    return live | {part["type"] for part in parts if part.get("type") in ("mrkdwn", "markdown", "broadcast", "emoji")}


@pytest.mark.timeout(300)
@settings(max_examples=80, derandomize=True, deadline=None)
@given(arguments=ARGUMENTS, said=TEXT, times=TIMES)
def test_a_card_and_its_details_give_the_argument_text_back(arguments: dict[str, Any], said: str, times: int) -> None:
    text = stored(arguments | {"said": said * times} if times else arguments)
    card = a_card(a_call(arguments=text), text=said, why=said)
    if ids.APPROVE in buttons_of(card.blocks):
        assert arguments_on(card.blocks) == text
    view = some_details(a_call(arguments=text))
    pages = [preformatted_in(view)]
    while ids.NEXT_PAGE in buttons_of(view):
        view = some_details(a_call(arguments=text), page=len(pages))
        pages.append(preformatted_in(view))
    assert "".join(pages) == text
    assert buttons_of(view)[ids.APPROVE] == "a1f3c0de"

    assert live_parts(card.blocks) <= {REQUESTER, LINK}
    assert "<" not in card.text
    assert not UNSHOWABLE.search(json.dumps([card.text, card.blocks, view["blocks"]], ensure_ascii=False))
    assert lint(card.blocks, "message") == lint(view["blocks"], "modal") == []


@settings(max_examples=50, derandomize=True, deadline=None)
@given(calls=st.lists(ARGUMENTS, min_size=1, max_size=30), said=TEXT)
def test_slack_takes_any_card_and_any_page_of_its_details(calls: list[object], said: str) -> None:
    rows = [a_call(arguments=stored(arguments)) for arguments in calls]
    card = a_card(*rows, text=said, why=said)
    assert check_blocks.lint({"text": card.text, "blocks": card.blocks}) == []
    assert check_blocks.lint(some_details(*rows, page=len(calls) // 2), "modal") == []


@settings(max_examples=120, derandomize=True, deadline=None)
@given(
    pieces=st.lists(
        st.one_of(
            TEXT,
            st.sampled_from(
                (
                    "- ",
                    "\n\n",
                    "> ",
                    "|a|b|\n|-|-|\n|c|d|\n",
                    "[x](http://y.example)",
                    "**",
                    "# ",
                    "1. ",
                    "![",
                    "](",
                    "---\n",
                    "~~",
                )
            ),
        )
    )
)
def test_an_answer_does_nothing_whatever_the_model_wrote(pieces: list[str]) -> None:
    answer = answer_message("".join(pieces), 1, 2)
    assert live_parts(answer.blocks) == set()
    assert "<" not in answer.text
    assert not UNSHOWABLE.search(json.dumps([answer.text, answer.blocks], ensure_ascii=False))
    assert check_blocks.errors(check_blocks.lint({"text": answer.text, "blocks": answer.blocks})) == []


def test_the_record_behind_the_card_is_the_one_that_was_given() -> None:
    assert a_record().calls[0].arguments == '{"email":"leaver@example.com"}'
