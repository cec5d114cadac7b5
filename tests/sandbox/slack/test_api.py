"""The door of the Web API: tokens, bodies, scopes, limits, faults."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
import pytest
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler

from sandbox.seed import IT_HELP, ROBIN
from tests.sandbox.slack.stage import NOON, Stage, open_stage

BOT = "xoxb-sandbox-bot"


@pytest.mark.parametrize(
    ("method", "token", "error"),
    [
        ("auth.test", "", "not_authed"),
        ("auth.test", "xoxb-somebody-else", "invalid_auth"),
        ("auth.test", "xapp-sandbox-app", "not_allowed_token_type"),
        ("apps.connections.open", BOT, "not_allowed_token_type"),
        ("chat.shout", BOT, "unknown_method"),
    ],
)
async def test_a_call_needs_the_right_token(stage: Stage, method: str, token: str, error: str) -> None:
    assert (await stage.call(method, {}, token=token))["error"] == error


async def test_arguments_come_as_query_form_or_json(stage: Stage) -> None:
    address = f"{stage.address}/api/users.info"
    header = {"Authorization": f"Bearer {BOT}"}
    ways: list[tuple[str, dict[str, Any]]] = [
        ("GET", {"params": {"user": ROBIN}, "headers": header}),
        ("GET", {"params": {"user": ROBIN, "token": BOT}}),
        ("POST", {"data": {"user": ROBIN, "token": BOT}}),
        ("POST", {"data": {"user": ROBIN}, "headers": header}),
        ("POST", {"json": {"user": ROBIN}, "headers": header}),
    ]
    for method, how in ways:
        async with stage.http.request(method, address, **how) as response:
            assert (await response.json())["user"]["id"] == ROBIN


@pytest.mark.parametrize(
    ("how", "error"),
    [
        ({"json": {"user": ROBIN, "token": BOT}}, "not_authed"),
        ({"json": [1], "headers": {"Authorization": f"Bearer {BOT}"}}, "invalid_arguments"),
        ({"data": "{", "headers": {"Content-Type": "application/json"}}, "invalid_form_data"),
        ({"data": "x", "headers": {"Content-Type": "text/plain"}}, "invalid_post_type"),
    ],
)
async def test_a_body_that_slack_would_not_read_is_refused(stage: Stage, how: dict[str, Any], error: str) -> None:
    async with stage.http.post(f"{stage.address}/api/users.info", **how) as response:
        assert (response.status, (await response.json())["error"]) == (200, error)


async def test_a_missing_scope_is_named(stage: Stage) -> None:
    workspace = stage.sandbox.slack.workspace
    workspace.app = replace(workspace.app, scopes=frozenset({"chat:write", "im:read"}))
    history = await stage.call("conversations.history", {"channel": IT_HELP})
    reaction = await stage.call("reactions.add", {"channel": IT_HELP, "name": "eyes", "timestamp": "1.1"})
    listed = await stage.call("conversations.list", {"types": "im,private_channel"})
    assert (history["error"], history["needed"]) == ("missing_scope", "channels:history")
    assert (reaction["needed"], reaction["provided"]) == ("reactions:write", "chat:write,im:read")
    assert listed["needed"] == "groups:read"


async def test_posts_to_a_channel_are_limited_to_one_a_second_after_a_short_burst() -> None:
    async with open_stage(rate_limits=True) as stage:
        arguments = {"channel": IT_HELP, "text": "x"}
        answers = [await stage.call("chat.postMessage", arguments) for _ in range(6)]
        assert [answer["ok"] for answer in answers] == [True] * 5 + [False]
        other = await stage.call("chat.postMessage", {"channel": "C0APPROV1", "text": "x"})
        stage.clock.advance(1)
        again = await stage.call("chat.postMessage", arguments)
        assert (answers[-1]["error"], other["ok"], again["ok"]) == ("ratelimited", True, True)


async def test_a_tier_is_a_number_of_calls_a_minute_and_429_says_how_long_to_wait() -> None:
    async with open_stage(rate_limits=True) as stage:
        for _ in range(20):
            await stage.web.usergroups_list()
        headers = {"Authorization": f"Bearer {BOT}"}
        async with stage.http.get(f"{stage.address}/api/usergroups.list", headers=headers) as response:
            assert (response.status, response.headers["Retry-After"]) == (429, "3")
            assert await response.json() == {"ok": False, "error": "ratelimited"}
        stage.clock.advance(3)
        assert (await stage.web.usergroups_list())["ok"]


async def test_slacks_client_waits_out_a_rate_limit(stage: Stage) -> None:
    await stage.control("PUT", "faults", {"auth.test": {"error": "ratelimited", "retry_after": 0, "times": 1}})
    stage.web.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    assert (await stage.web.auth_test())["ok"]


async def test_a_fault_is_used_up(stage: Stage) -> None:
    await stage.control("PUT", "faults", {"chat.postMessage": {"error": "fatal_error", "times": 2}})
    answers = [await stage.call("chat.postMessage", {"channel": IT_HELP, "text": "x"}) for _ in range(3)]
    assert [answer.get("error") for answer in answers] == ["fatal_error", "fatal_error", None]


async def test_a_fault_for_all_methods_can_be_an_http_status(stage: Stage) -> None:
    await stage.control("PUT", "faults", {"*": {"status": 503, "times": 1}})
    headers = {"Authorization": f"Bearer {BOT}"}
    async with stage.http.get(f"{stage.address}/api/auth.test", headers=headers) as response:
        assert response.status == 503
    assert (await stage.call("auth.test", {}))["ok"]


async def test_a_fault_can_be_a_rate_limit(stage: Stage) -> None:
    await stage.control("PUT", "faults", {"auth.test": {"status": 429, "retry_after": 7}})
    headers = {"Authorization": f"Bearer {BOT}"}
    async with stage.http.get(f"{stage.address}/api/auth.test", headers=headers) as response:
        assert (response.status, response.headers["Retry-After"]) == (429, "7")
        assert (await response.json())["error"] == "ratelimited"


async def test_a_late_answer_comes_after_the_deed(stage: Stage) -> None:
    await stage.control("PUT", "faults", {"chat.postMessage": {"latency_ms": 2000}})
    with pytest.raises(TimeoutError):
        async with stage.http.post(
            f"{stage.address}/api/chat.postMessage",
            json={"channel": IT_HELP, "text": "x"},
            headers={"Authorization": f"Bearer {BOT}"},
            timeout=stage.patience(0.2),
        ):
            pass
    assert [one["text"] for one in (await stage.web.conversations_history(channel=IT_HELP))["messages"]] == ["x"]
    stage.clock.advance(2)


@pytest.mark.parametrize(
    ("faults", "error"),
    [
        ({"chat.shout": {"error": "no_text"}}, "unknown_method"),
        ({"chat.postMessage": {"error": "made_up"}}, "unknown_error"),
        ({"chat.postMessage": {"mood": "bad"}}, "invalid_arguments"),
        ({"deliver": {"mood": "bad"}}, "invalid_arguments"),
    ],
)
async def test_a_fault_that_slack_could_not_have_is_refused(stage: Stage, faults: Any, error: str) -> None:
    status, answer = await stage.control("PUT", "faults", faults)
    assert (status, answer["error"]) == (400, error)


async def answered(stage: Stage, fault: Any) -> tuple[int, Any]:
    await stage.control("PUT", "faults", {"chat.postMessage": {**fault, "times": 1}})
    address, header = f"{stage.address}/api/chat.postMessage", {"Authorization": f"Bearer {BOT}"}
    async with stage.http.post(address, json={"channel": IT_HELP, "text": "x"}, headers=header) as response:
        return response.status, (await response.json())["error"]


async def posts(stage: Stage) -> int:
    return len((await stage.web.conversations_history(channel=IT_HELP))["messages"])


@pytest.mark.parametrize(
    ("fault", "answer"),
    [
        ({"after_effect": True}, (500, "internal_error")),
        ({"after_effect": True, "status": 503}, (503, "internal_error")),
        ({"after_effect": True, "error": "fatal_error"}, (200, "fatal_error")),
        ({"after_effect": True, "status": 429, "retry_after": 2}, (429, "ratelimited")),
    ],
)
async def test_a_call_can_be_carried_out_and_refused_all_the_same(stage: Stage, fault: Any, answer: Any) -> None:
    assert await answered(stage, fault) == answer
    assert await posts(stage) == 1


@pytest.mark.parametrize("after_effect", [True, False])
async def test_a_connection_can_be_dropped_before_the_deed_or_after_it(stage: Stage, *, after_effect: bool) -> None:
    with pytest.raises(aiohttp.ClientConnectionError):
        await answered(stage, {"drop": True, "after_effect": after_effect})
    assert await posts(stage) == int(after_effect)
    assert any(step.title.endswith("connection dropped") for step in stage.sandbox.log.after(0))


@pytest.mark.parametrize(
    "knobs",
    [
        {"latency_ms": "long"},
        {"latency_ms": -1},
        {"status": 200},
        {"status": True},
        {"times": 0},
        {"retry_after": 1.5},
        {"drop": "yes"},
        {"after_effect": 1},
        {"error": 7},
        [],
    ],
)
async def test_a_knob_that_is_turned_the_wrong_way_is_refused(stage: Stage, knobs: Any) -> None:
    status, answer = await stage.control("PUT", "faults", {"chat.postMessage": knobs})
    assert (status, answer["error"]) == (400, "invalid_arguments")
    assert stage.sandbox.slack.faults.methods == {}


@pytest.mark.parametrize("knob", ["drop_acks", "duplicate", "delay_ms", "delay_acks_ms"])
async def test_a_knob_of_the_delivery_is_a_number(stage: Stage, knob: str) -> None:
    for wrong in (-1, "1", True):
        status, answer = await stage.control("PUT", "faults", {"deliver": {knob: wrong}})
        assert (status, answer["error"]) == (400, "invalid_arguments")


async def test_the_scopes_of_a_token_stand_in_a_header_and_those_of_an_unknown_one_do_not(stage: Stage) -> None:
    bot = await headers(stage, "users.info", "xoxb-sandbox-bot")
    assert bot["x-oauth-scopes"].split(",") == sorted(stage.sandbox.slack.workspace.app.scopes)
    assert bot["x-accepted-oauth-scopes"] == "users:read"
    assert (await headers(stage, "apps.connections.open", "xapp-sandbox-app"))["x-oauth-scopes"] == "connections:write"
    assert "x-oauth-scopes" not in await headers(stage, "auth.test", "xoxb-another")


async def test_an_app_token_without_its_scope_opens_no_socket(stage: Stage) -> None:
    workspace = stage.sandbox.slack.workspace
    workspace.app = replace(workspace.app, app_scopes=frozenset())
    answer = await stage.call("apps.connections.open", {}, token="xapp-sandbox-app")
    assert (answer["error"], answer["needed"]) == ("missing_scope", "connections:write")


async def test_the_date_of_an_answer_is_that_of_slacks_clock(stage: Stage) -> None:
    stage.clock.advance(3600)
    date = parsedate_to_datetime((await headers(stage, "auth.test", "xoxb-sandbox-bot"))["Date"])
    assert date == NOON + timedelta(hours=1)


async def headers(stage: Stage, method: str, token: str) -> Mapping[str, str]:
    given = {"Authorization": f"Bearer {token}"}
    async with stage.http.post(f"{stage.address}/api/{method}", json={"user": ROBIN}, headers=given) as response:
        return response.headers
