"""reactions.*: added once, taken away, listed."""

import pytest

from sandbox.payload import Json
from sandbox.seed import IT_HELP
from tests.sandbox.slack.stage import Stage


async def react(stage: Stage, what: str, ts: str, name: str = "eyes") -> Json:
    return await stage.call(f"reactions.{what}", {"channel": IT_HELP, "timestamp": ts, "name": name})


async def test_a_reaction_is_added_once_and_taken_away_once(stage: Stage) -> None:
    ts = await stage.say("hello")
    answers = [await react(stage, what, ts) for what in ("add", "add", "get", "remove", "remove", "get")]
    assert [answer.get("error") for answer in answers] == [None, "already_reacted", None, None, "no_reaction", None]
    assert answers[2]["message"]["reactions"] == [{"name": "eyes", "users": ["U0BOT0001"], "count": 1}]
    assert "reactions" not in answers[5]["message"]


async def test_reactions_are_seen_in_the_history(stage: Stage) -> None:
    ts = await stage.say("hello")
    await react(stage, "add", ts)
    history = await stage.web.conversations_history(channel=IT_HELP)
    assert history["messages"][0]["reactions"] == [{"name": "eyes", "users": ["U0BOT0001"], "count": 1}]


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"name": "!"}, "invalid_name"),
        ({"timestamp": "1.000001"}, "message_not_found"),
        ({"timestamp": "yesterday"}, "bad_timestamp"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"timestamp": ""}, "no_item_specified"),
    ],
)
async def test_a_reaction_to_nothing_is_refused(stage: Stage, arguments: dict[str, str], error: str) -> None:
    ts = await stage.say("hello")
    wanted = {"channel": IT_HELP, "timestamp": ts, "name": "eyes"} | arguments
    answer = await stage.call("reactions.remove", wanted)
    assert answer["error"] == error
