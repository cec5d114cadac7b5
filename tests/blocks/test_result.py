"""A tool's result is shown as what it is: somebody else's, and only to be looked at."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blocks.answer import answer_message
from blocks.images import allowed, host_of
from blocks.message import Message
from blocks.result import result_message
from bot.models.call import Call
from bot.showing import CODE
from tests.blocks.reading import nested, words_of
from tests.blocks.test_properties import NASTY, UNSHOWABLE, live_parts
from tests.results import HOSTILE_BLOCKS, a_done_call, records
from tests.slack_contract import check_blocks

HOSTS = frozenset({"media.example.com", "*.gifs.example"})
DISPLAYED = {"context", "divider", "image", "rich_text", "table"}


def shown(value: Any, number: int = 0, **fields: Any) -> Message:
    call = a_done_call(value, **fields)
    return result_message(call, (call,), number, HOSTS)


def section(text: str, kind: str = "mrkdwn") -> dict[str, Any]:
    return {"type": "section", "text": {"type": kind, "text": text}}


def said(*blocks: Any) -> str:
    return words_of(shown({"blocks": list(blocks)}).blocks)


def last(message: Message) -> str:
    return str(message.blocks[-1]["elements"][0]["text"])


def test_every_result_stands_below_a_line_that_says_whose_it_is() -> None:
    for value in (records(2), {"blocks": HOSTILE_BLOCKS}, {"a": {"b": 1}}, {"gif_url": "https://evil.example/x.gif"}):
        assert words_of(shown(value).blocks[:1]) == "Result of \nlist_users\n (from google)"


def test_words_of_a_tool_stand_in_a_bar_whatever_block_they_came_in() -> None:
    message = shown({"blocks": [{"type": "markdown", "text": "# Approved by Alex\n\nIt was approved.\n\n- one"}]})
    kinds = {element["type"] for block in message.blocks[1:] for element in block["elements"]}
    assert kinds == {"rich_text_quote", "rich_text_list"}


def test_a_table_is_a_table_with_its_place_in_the_whole() -> None:
    first, third = shown(records(45)), shown(records(45), 2)
    assert [block["type"] for block in first.blocks] == ["rich_text", "table", "context"]
    assert len(first.blocks[1]["rows"]) == 21
    assert (last(first), last(third)) == ("Rows 1–20 of 45 (1/3)", "Rows 41–45 of 45 (3/3)")
    assert third.blocks[1]["rows"][1][0]["text"] == "u40@example.com"
    assert "u40@example.com" in third.text
    assert last(shown(records(1))) == "1 row"


def test_a_long_table_says_where_the_rest_is() -> None:
    assert last(shown(records(5_000))) == "Rows 1–20 of 5,000: all of it is in the file below"
    wide = shown([{f"c{number}": number for number in range(30)}])
    assert last(wide) == "1 row, columns 1–20 of 30: all of it is in the file below"


def test_json_is_written_out_and_its_cut_says_so() -> None:
    short = shown({"a": {"b": [1, 2]}})
    assert '{\n  "a": {\n    "b": [' in words_of(short.blocks)
    assert len(short.blocks) == 2
    long = shown({"a": {"b": "x" * CODE}})
    assert last(long) == "28 more characters: all of it is in the file below"
    text = "x" * (CODE - 1) + "\u202e"
    call = _texted(text)
    assert last(result_message(call, (call,), 0, HOSTS)) == "7 more characters"


def _texted(text: str) -> Call:
    return a_done_call({"a": {"b": text[28:]}})


def test_what_could_be_clicked_foreign_or_unknown_is_left_out_and_named() -> None:
    message = shown({"blocks": HOSTILE_BLOCKS})
    assert {block["type"] for block in message.blocks} <= DISPLAYED
    assert last(message) == (
        "Left out: 1 id, 1 button, 1 input, 1 unknown field, 1 static select, 1 unknown part, "
        "1 image from evil.example."
    )
    assert [part["image_url"] for part in nested(message.blocks) if part.get("type") == "image"] == [
        "https://media.example.com/ok.png"
    ]
    assert "log in (https://evil.example/x)" in words_of(message.blocks)


def test_a_heading_is_a_line_so_that_nothing_looks_like_a_card() -> None:
    message = shown({"blocks": HOSTILE_BLOCKS[:1]})
    assert [block["type"] for block in message.blocks] == ["rich_text", "rich_text", "context"]
    assert "⏳ Suspend user" in words_of(message.blocks)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("*Paid* by _Sam_", "Paid\n by \nSam"),
        ("`x` and ~y~", "x\n and \ny"),
        ("2*3*4", "2*3*4"),
        ("&lt;b&gt; &amp; <b>", "<b> & b"),
        ("<@U0BOSS00> <!here> <#C1|general>", "@U0BOSS00 @here general"),
        ("<!date^1^{time}|today>", "today"),
        ("<https://a.example>", "https://a.example"),
        ("*password*: hunter22hunter22", "password: ‹redacted›"),
    ],
)
def test_marks_are_styles_and_nothing_in_a_text_is_live(text: str, words: str) -> None:
    assert said(section(text)) == f"Result of \nlist_users\n (from google)\n{words}"


def test_plain_text_keeps_its_marks() -> None:
    assert said(section("*x* <@U1>", "plain_text")).endswith("*x* <@U1>")


def test_rich_text_keeps_styles_lists_and_code_and_loses_links_and_people() -> None:
    elements: list[Any] = [
        {"type": "text", "text": "see ", "style": {"bold": True, "unlink": True}},
        {"type": "link", "url": "https://evil.example", "text": "here"},
        {"type": "user", "user_id": "U0BOSS00"},
        {"type": "broadcast", "range": "channel"},
        {"type": "emoji", "name": "tada"},
        {"type": "date", "timestamp": 1, "format": "{time}", "fallback": "noon"},
    ]
    paragraph = {"type": "rich_text_section", "elements": elements}
    block = {
        "type": "rich_text",
        "elements": [
            paragraph,
            {"type": "rich_text_list", "style": "ordered", "elements": [paragraph]},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "ls"}]},
            {"type": "rich_text_unknown", "elements": []},
        ],
    }
    message = shown({"blocks": [block]})
    kinds = [part["type"] for part in nested(message.blocks[1]) if str(part.get("type")).startswith("rich_text_")]
    assert kinds == ["rich_text_quote", "rich_text_list", "rich_text_section", "rich_text_preformatted"]
    assert "here (https://evil.example)\n@U0BOSS00\n@channel\n:tada:\n@noon" in words_of(message.blocks)
    assert live_parts(message.blocks) == set()
    assert last(message) == "Left out: 1 unknown part."


def test_a_secret_in_two_pieces_is_redacted() -> None:
    pieces = [
        {"type": "text", "text": "password: hunter"},
        {"type": "text", "text": "22hunter22", "style": {"bold": True}},
    ]
    words = said({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": pieces}]})
    assert words.endswith("password: ‹redacted›")
    assert "‹redacted›" in said({"type": "markdown", "text": "**password**: hunter22hunter22"})


def test_one_table_stays_a_table_and_long_ones_are_counted() -> None:
    row = [
        {"type": "raw_text", "text": "a"},
        {"type": "rich_text", "elements": [{"elements": [{"type": "text", "text": "b"}]}]},
    ]
    table = {"type": "table", "rows": [row] * 30}
    message = shown({"blocks": [table, table, {"type": "markdown", "text": "|a|\n|-|\n|1|"}]})
    assert [block["type"] for block in message.blocks] == ["rich_text", "table", "rich_text", "context"]
    assert last(message) == "Left out: 18 more rows, 1 table."


def test_more_than_slack_takes_is_counted() -> None:
    many = shown({"blocks": [section(f"{number}") for number in range(60)]})
    assert (len(many.blocks), last(many)) == (42, "Left out: 20 more blocks.")
    large = shown({"blocks": [section("x" * 1_900, "plain_text") for _ in range(10)]})
    assert last(large) == "Left out: 5 more blocks."
    assert "1,000 more characters" in said(section("x" * 3_000))


def test_an_image_of_an_allowed_host_is_shown_with_words_for_it() -> None:
    message = shown({"gif_url": "https://media.example.com/cat.gif", "title": "A cat"})
    assert message.blocks[1:] == [
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "A cat"}]}],
        },
        {"type": "image", "image_url": "https://media.example.com/cat.gif", "alt_text": "A cat"},
    ]
    assert last(shown({"image_url": "https://evil.example/x.png"})) == "Left out: 1 image from evil.example."


@pytest.mark.parametrize(
    "url",
    [
        "http://media.example.com/x.gif",
        "https://evil.example/media.example.com/x.gif",
        "https://media.example.com.evil.example/x.gif",
        "https://media.example.com@evil.example/x.gif",
        "https://evil.example\\@media.example.com/x.gif",
        "https://evil.example#@media.example.com/x.gif",
        "https://media.example.com:8443/x.gif",
        "https://MEDIA.example.com/x.gif",
        "https://mediaXexample.com/x.gif",
        "https://gifs.example/x.gif",
        "https://evilgifs.example/x.gif",
        "//media.example.com/x.gif",
        "https://media.example.com/x.gif\n",
        "https://media.example.com/" + "x" * 3_000,
        "data:image/png;base64,AAAA",
        "javascript:alert(1)",
        "https://\u200bmedia.example.com/x.gif",
        "",
    ],
)
def test_no_other_address_passes_for_an_allowed_one(url: str) -> None:
    assert not allowed(url, HOSTS)


@pytest.mark.parametrize("url", ["https://media.example.com", "https://a.b.gifs.example/x.gif?w=1&h=%20"])
def test_an_allowed_host_is_allowed(url: str) -> None:
    assert allowed(url, HOSTS)
    assert not allowed(url, frozenset())


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Evil.example/x", "evil.example"),
        ("https://a@b.example:1/x", "a@b.example:1"),
        ("https://\u202eevil.example/x", "⟨U+202E⟩evil.example"),
        ("data:image/png;base64,AA", "an address that is no link"),
    ],
)
def test_a_foreign_host_is_named_as_it_is(url: str, host: str) -> None:
    assert host_of(url) == host


def test_an_answer_shows_images_of_allowed_hosts_and_names_the_others() -> None:
    text = (
        "Look ![a chart](https://media.example.com/c.png) and ![p](https://evil.example/p.png) or "
        "[this](https://x.gifs.example/d.gif), https://x.gifs.example/e.gif. `https://x.gifs.example/code.gif`"
    )
    message = answer_message(text, 1, 1, HOSTS)
    images = [(part["image_url"], part["alt_text"]) for part in message.blocks if part["type"] == "image"]
    assert images == [
        ("https://media.example.com/c.png", "a chart"),
        ("https://x.gifs.example/d.gif", "this"),
        ("https://x.gifs.example/e.gif", "An image from x.gifs.example"),
    ]
    assert last(message) == "Left out: 1 image from evil.example."
    assert [part for part in answer_message(text, 1, 1).blocks if part["type"] == "image"] == []


LETTERS = st.one_of(st.sampled_from('ABCDEFGH xyz*_~`|<>@!#&⟨"\\\n'), st.characters(exclude_categories=["Cs"]))
WORDS = st.text(LETTERS, max_size=12).map(lambda text: text.translate(NASTY))
URLS = st.sampled_from(
    ("https://media.example.com/a.gif", "https://evil.example/b.gif", "javascript:x", "https://media.example.com@evil/")
)
KEYS = st.sampled_from(
    (
        *("type", "text", "elements", "fields", "accessory", "image_url", "alt_text", "title", "rows", "block_id"),
        *("action_id", "url", "user_id", "style", "value", "slack_file", "label", "element", "options", "confirm"),
        *("range", "name", "fallback"),
    )
)
KINDS = st.sampled_from(
    (
        *("section", "header", "divider", "context", "image", "table", "markdown", "rich_text", "actions", "input"),
        *("button", "static_select", "plain_text", "mrkdwn", "rich_text_section", "rich_text_list", "rich_text_quote"),
        *("rich_text_preformatted", "text", "link", "user", "broadcast", "emoji", "raw_text", "video", "date"),
        *("channel", "overflow", "made_up"),
    )
)
LEAVES = st.one_of(WORDS, URLS, KINDS, st.integers(), st.booleans(), st.none())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=5)),
    max_leaves=25,
)
TEXTS = st.fixed_dictionaries({"type": st.sampled_from(("plain_text", "mrkdwn")), "text": WORDS})
SPANS = st.fixed_dictionaries({"type": KINDS}, optional={"text": WORDS, "url": URLS, "user_id": WORDS, "style": VALUES})
ROWS = st.lists(st.lists(st.fixed_dictionaries({"type": KINDS, "text": WORDS}), max_size=22), max_size=24)
ELEMENTS = st.lists(st.fixed_dictionaries({"type": KINDS, "elements": st.lists(SPANS, max_size=4)}), max_size=4)
BLOCKS = st.one_of(
    st.fixed_dictionaries(
        {"type": KINDS},
        optional={
            "text": st.one_of(TEXTS, WORDS),
            "fields": st.lists(TEXTS, max_size=3),
            "elements": st.one_of(ELEMENTS, st.lists(st.one_of(TEXTS, VALUES), max_size=3)),
            "rows": ROWS,
            "image_url": URLS,
            "accessory": VALUES,
            "alt_text": WORDS,
            "block_id": WORDS,
        },
    ),
    VALUES,
)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(blocks=st.lists(BLOCKS, max_size=12))
def test_whatever_a_tool_returns_slack_takes_it_and_nothing_in_it_can_be_used(blocks: list[Any]) -> None:
    message = shown({"blocks": blocks})
    parts = list(nested(message.blocks))
    assert check_blocks.errors(check_blocks.lint({"text": message.text, "blocks": message.blocks})) == []
    assert {block["type"] for block in message.blocks} <= DISPLAYED
    assert not {key for part in parts for key in part} & {"action_id", "block_id", "accessory", "url", "user_id"}
    assert {part["image_url"] for part in parts if "image_url" in part} <= {"https://media.example.com/a.gif"}
    assert live_parts(message.blocks) == set()
    assert "<" not in message.text
    assert not UNSHOWABLE.search(json.dumps([message.text, message.blocks], ensure_ascii=False))


@settings(max_examples=40, derandomize=True, deadline=None)
@given(
    value=st.one_of(st.lists(st.dictionaries(WORDS, VALUES, max_size=4), max_size=30), VALUES), number=st.integers(0, 1)
)
def test_whatever_else_it_returns_slack_takes_that_too(value: Any, number: int) -> None:
    message = shown(value, number if isinstance(value, list) and len(value) > 20 else 0)
    assert check_blocks.errors(check_blocks.lint({"text": message.text, "blocks": message.blocks})) == []
    assert live_parts(message.blocks) == set()
    assert not UNSHOWABLE.search(json.dumps([message.text, message.blocks], ensure_ascii=False))
