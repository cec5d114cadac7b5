"""Answers as results."""

from typing import Any

import pytest
from mcp_types import (
    AudioContent,
    BlobResourceContents,
    CallToolResult,
    ContentBlock,
    EmbeddedResource,
    ImageContent,
    ResourceLink,
    TextContent,
    TextResourceContents,
)

from bot.adapters.mcp_results import LONGEST, OUTCOME_KEY, result
from bot.models.requirement import Effect
from bot.pictures import MOST
from bot.ports import ToolOutcome, ToolResult
from mcp_tools.google_admin.outcomes import OUTCOME_KEY as SAID_BY_OUR_SERVERS
from mcp_tools.google_admin.outcomes import Outcome
from tests.results import PNG, a_picture


def answered(*content: ContentBlock, effect: Effect = Effect.WRITE, **fields: Any) -> ToolResult:
    return result(CallToolResult(content=list(content), **fields), effect)


def text(words: str) -> TextContent:
    return TextContent(type="text", text=words)


@pytest.mark.parametrize(
    ("said", "effect", "outcome"),
    [
        ("refused", Effect.WRITE, ToolOutcome.FAILED),
        ("failed", Effect.WRITE, ToolOutcome.FAILED),
        ("unknown", Effect.WRITE, ToolOutcome.UNKNOWN),
        ("unknown", Effect.READ, ToolOutcome.UNKNOWN),
        ("succeeded", Effect.WRITE, ToolOutcome.UNKNOWN),
        (None, Effect.WRITE, ToolOutcome.UNKNOWN),
        (None, Effect.OUTBOUND, ToolOutcome.UNKNOWN),
        (None, Effect.READ, ToolOutcome.FAILED),
        (["failed"], Effect.WRITE, ToolOutcome.UNKNOWN),
    ],
)
def test_a_failed_call_is_what_the_server_says_and_else_what_its_effect_allows(
    said: Any, effect: Effect, outcome: ToolOutcome
) -> None:
    meta = {} if said is None else {"_meta": {OUTCOME_KEY: said}}
    assert answered(text("no"), is_error=True, effect=effect, **meta) == ToolResult(outcome, "no")


def test_our_own_servers_speak_the_same_words() -> None:
    assert OUTCOME_KEY == SAID_BY_OUR_SERVERS
    for outcome in Outcome:
        failed = answered(text("no"), is_error=True, _meta={OUTCOME_KEY: outcome.value})
        assert failed.outcome is (ToolOutcome.UNKNOWN if outcome is Outcome.UNKNOWN else ToolOutcome.FAILED)


def test_an_outcome_in_a_successful_answer_changes_nothing() -> None:
    assert answered(text("done"), _meta={OUTCOME_KEY: "unknown"}).outcome is ToolOutcome.SUCCEEDED


def test_texts_are_joined_and_structured_content_is_compact() -> None:
    both = answered(text("one"), text("two"), structured_content={"b": [1.0, None], "a": "ä"})
    assert both == ToolResult(ToolOutcome.SUCCEEDED, "one\ntwo", structured='{"b":[1.0,null],"a":"ä"}')


def test_structured_content_alone_is_the_text_too() -> None:
    assert answered(structured_content={"a": 1}) == ToolResult(ToolOutcome.SUCCEEDED, '{"a":1}', structured='{"a":1}')


def test_images_are_kept_by_what_they_are_and_never_linked_elsewhere() -> None:
    png, gif = a_picture(PNG), a_picture(b"GIF89a", "gif")
    said = answered(
        an_image(png.data, "text/html"), text("two charts"), an_image(gif.data), an_image("PHN2Zz4="), an_image("?")
    )
    assert said.pictures == (png, gif)
    assert said.text.splitlines() == [
        "[png image; people see it under your answer]",
        "two charts",
        "[gif image; people see it under your answer]",
        "[image/png, 1 kB left out]",
        "[image/png, 1 kB left out]",
    ]


def test_no_more_than_a_few_images_are_kept() -> None:
    said = answered(*[an_image(a_picture(PNG).data) for _ in range(MOST + 1)])
    assert len(said.pictures) == MOST
    assert said.text.endswith("[image/png, 1 kB left out]")


def an_image(data: str, kind: str = "image/png") -> ImageContent:
    return ImageContent(type="image", data=data, mime_type=kind)


def test_what_is_no_text_is_named() -> None:
    data = "A" * 16_000
    blob = BlobResourceContents(uri="file:///report.pdf", mime_type=None, blob="AAAA")
    page = TextResourceContents(uri="file:///page.txt", text="a page")
    said = answered(
        ImageContent(type="image", data=data, mime_type="image/png"),
        AudioContent(type="audio", data=data, mime_type="audio/wav"),
        EmbeddedResource(type="resource", resource=blob),
        EmbeddedResource(type="resource", resource=page),
        ResourceLink(type="resource_link", uri="https://example.com/report", name="report"),
    )
    assert said.text.split("\n") == [
        "[image/png, 12 kB left out]",
        "[audio/wav, 12 kB left out]",
        "[data, 1 kB left out]",
        "a page",
        "[a link to https://example.com/report]",
    ]


def test_the_meta_of_an_answer_goes_nowhere() -> None:
    assert "cipher" not in repr(answered(text("done"), _meta={"countersign/secret": "cipher"}))


def test_a_long_text_is_cut_with_the_cut_said_and_a_long_structure_is_left_out() -> None:
    said = answered(text("x" * (LONGEST + 5)), structured_content={"a": "x" * LONGEST})
    assert said.text == "x" * LONGEST + "\n[cut: 5 more characters were left out]"
    assert said.structured == ""


@pytest.mark.parametrize("unwritable", [float("nan"), float("inf"), {1, 2}, object()])
def test_a_structure_that_json_cannot_hold_is_left_out(unwritable: Any) -> None:
    answer = CallToolResult.model_construct(
        content=[text("done")], structured_content={"a": unwritable}, meta=None, is_error=False
    )
    assert result(answer, Effect.WRITE) == ToolResult(ToolOutcome.SUCCEEDED, "done")
