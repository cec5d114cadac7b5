"""Every published limit that has an error: one more is refused with that error, and the limit itself is accepted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.payload import Json
from sandbox.seed import ALEX
from tests.sandbox.slack.contract_subset import METHODS, facts
from tests.sandbox.slack.limit_probes import PROBES
from tests.sandbox.slack.limit_scenes import ELSEWHERE, SCENES
from tests.sandbox.slack.stage import Stage, open_stage

LIMITS: dict[str, dict[str, Any]] = {name: fact for name, fact in facts("limits.json").items() if fact["error"]}
LOWEST = {name: fact["min"] for name, fact in LIMITS.items() if "min" in fact}


@pytest.fixture
async def strict() -> AsyncIterator[Stage]:
    """With Slack's rates."""
    async with open_stage(rate_limits=True) as running:
        yield running


async def answered(stage: Stage, name: str, size: int) -> Json:
    """What Slack says to a payload, or the last of several calls, of that size."""
    if name in SCENES:
        return await SCENES[name](stage, size)
    method, arguments = PROBES[name](size)
    if method == "views.open":
        arguments = arguments | {"trigger_id": stage.sandbox.slack.triggers.issue(ALEX)}
    return await stage.call(method, arguments)


def expected(name: str) -> str:
    """The published error. In a view every mistake in a block is `invalid_arguments`."""
    in_a_view = name in PROBES and PROBES[name](LIMITS[name]["max"])[0] == "views.open"
    error = str(LIMITS[name]["error"])
    if name == "message.tables":
        return "invalid_blocks"  # chat.postMessage does not list invalid_attachments
    return "invalid_arguments" if in_a_view and error == "invalid_blocks" else error


def test_every_limit_is_tried_or_has_its_reason() -> None:
    assert PROBES.keys() | SCENES.keys() | ELSEWHERE.keys() == LIMITS.keys()
    assert not (PROBES.keys() | SCENES.keys()) & ELSEWHERE.keys()


@pytest.mark.parametrize("name", [*PROBES, *SCENES])
async def test_the_limit_is_accepted_and_one_more_is_refused_with_slacks_own_word(name: str) -> None:
    most = LIMITS[name]["max"]
    async with open_stage(rate_limits=True) as stage:
        accepted = await answered(stage, name, most)
    async with open_stage(rate_limits=True) as stage:
        refused = await answered(stage, name, most + 1)
    assert (accepted["ok"], accepted.get("error")) == (True, None), accepted
    assert (refused["ok"], refused.get("error")) == (False, expected(name)), refused


@pytest.mark.parametrize("name", LOWEST)
async def test_less_than_the_least_is_refused(strict: Stage, name: str) -> None:
    refused = await answered(strict, name, LOWEST[name] - 1)
    assert (refused["ok"], refused["error"]) == (False, expected(name)), refused


def test_no_method_is_of_the_slowest_tier() -> None:
    assert "Tier1" not in {facts("methods.json")[name]["tier_docs"] for name in METHODS}


@pytest.mark.parametrize(
    ("method", "error"),
    [
        ("chat.postMessage", "msg_blocks_too_long"),
        ("chat.update", "msg_too_long"),
        ("chat.postEphemeral", "msg_too_long"),
    ],
)
async def test_too_much_text_in_blocks_has_the_error_that_the_method_lists(
    strict: Stage, method: str, error: str
) -> None:
    _, arguments = PROBES["message.block_text"](LIMITS["message.block_text"]["max"] + 1)
    post = await strict.call("chat.postMessage", {"channel": arguments["channel"], "text": "x"})
    answer = await strict.call(method, arguments | {"ts": post["ts"], "user": ALEX})
    assert answer["error"] == error


@pytest.mark.parametrize("method", ["chat.update", "chat.postEphemeral"])
async def test_a_second_table_has_the_error_that_the_method_lists(strict: Stage, method: str) -> None:
    _, arguments = PROBES["message.tables"](2)
    post = await strict.call("chat.postMessage", {"channel": arguments["channel"], "text": "x"})
    answer = await strict.call(method, arguments | {"ts": post["ts"], "user": ALEX})
    assert (answer["error"], "only_one_table_allowed" in str(answer)) == ("invalid_attachments", True)
