"""/sandbox/app: what the app may do, where it listens, whether its token is good."""

from typing import Any

import pytest

from sandbox.seed import BOT, IT_HELP
from tests.sandbox.slack.receiver import behind_url
from tests.sandbox.slack.stage import Stage, eventually, open_stage


async def post(stage: Stage) -> Any:
    return await stage.call("chat.postMessage", {"channel": IT_HELP, "text": "x"})


@pytest.mark.parametrize(
    ("state", "event", "error"),
    [("revoked", "tokens_revoked", "token_revoked"), ("uninstalled", "app_uninstalled", "account_inactive")],
)
async def test_a_token_that_ends_is_told_and_then_refused(state: str, event: str, error: str) -> None:
    async with open_stage() as stage:
        peer = await stage.connect()
        await stage.control("PUT", "app", {"events": [event, "message.channels"]})
        _, shown = await stage.control("PUT", "app/token", {"state": state})
        told = (await peer.acked())["payload"]["event"]
        assert (told["type"], told.get("tokens")) == (
            event,
            {"oauth": [], "bot": [BOT]} if state == "revoked" else None,
        )
        assert ((await post(stage))["error"], shown["token"]) == (error, state)
        await stage.say("nobody hears this")
        assert (await stage.call("apps.connections.open", {}, token="xapp-sandbox-app"))["ok"]
        await stage.control("PUT", "app/token", {"state": "active"})
        assert (await post(stage))["ok"]
        assert (await peer.acked())["payload"]["event"]["text"] == "x"
        await peer.socket.close()


async def test_a_scope_that_is_taken_away_is_missing() -> None:
    async with open_stage() as stage:
        await stage.control("PUT", "app", {"scopes": ["users:read", "im:read"]})
        answer = await post(stage)
        assert answer == {
            "ok": False,
            "error": "missing_scope",
            "needed": "chat:write",
            "provided": "im:read,users:read",
        }
        assert (await stage.control("GET", "app"))[1]["scopes"] == ["im:read", "users:read"]


async def test_every_attack_can_be_tried_on_the_app() -> None:
    async with open_stage() as stage:
        nothing = await stage.control("POST", "app/attack", {"kind": "forged"})
        async with behind_url(stage) as receiver:
            await stage.say("hello")
            first = await receiver.next()
            await eventually(lambda: stage.sandbox.slack.http.last)
            await stage.control("PUT", "app", {"events": []})
            assert await stage.control("POST", "app/attack", {"kind": "replayed"}) == (200, {"status": 200})
            assert (await receiver.next()).body == first.body
            await stage.control("POST", "app/attack", {"kind": "forged"})
            assert not (await receiver.next()).signed
        assert (nothing[0], nothing[1]["error"]) == (409, "nothing_sent")


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "app", {"scopes": "chat:write"}),
        ("PUT", "app", {"scopes": [""]}),
        ("PUT", "app", {"mood": []}),
        ("PUT", "app/token", {"state": "tired"}),
        ("PUT", "app/token", {}),
        ("PUT", "app/request_urls", {"events": "ftp://127.0.0.1/"}),
        ("PUT", "app/request_urls", {"events": "/slack/events"}),
        ("PUT", "app/request_urls", {"events": "http://[/"}),
        ("PUT", "app/request_urls", {"interactivity": "http://127.0.0.1/"}),
        ("PUT", "app/request_urls", {"events": "http://127.0.0.1/", "mood": "x"}),
        ("POST", "app/attack", {"kind": "polite"}),
        ("PUT", "refresh", {"every": -1}),
        ("PUT", "refresh", {"every": True}),
        ("PUT", "refresh", {}),
        ("PUT", "no_socket", {"seconds": "10"}),
        ("POST", "clock", {"advance": 10**9}),
        ("PUT", f"channels/{IT_HELP}/archived", {"archived": "yes"}),
        ("PUT", f"channels/{IT_HELP}/members/{BOT}", {}),
        ("PUT", f"users/{BOT}/deactivated", {"deactivated": 1}),
    ],
)
async def test_what_is_not_understood_is_said(method: str, path: str, body: Any) -> None:
    async with open_stage() as stage:
        status, answer = await stage.control(method, path, body)
        assert (status, answer["error"], bool(answer["detail"])) == (400, "invalid_arguments", True)


@pytest.mark.parametrize(
    "path",
    [
        "channels/C404/archived",
        f"channels/{IT_HELP}/members/U404",
        "users/U404/deactivated",
        "channels/DROBIN01/archived",
    ],
)
async def test_who_is_not_there_is_not_found(path: str) -> None:
    async with open_stage() as stage:
        body = {"archived": True, "member": True, "deactivated": True}
        assert (await stage.control("PUT", path, body))[0] == 404
