"""Older messages of a thread, once and little."""

import pytest

from bot.adapters.slack_history import SlackHistory, text_of
from bot.errors import Unavailable
from bot.ports import ThreadMessage
from sandbox.seed import BOT, IT_HELP, ROBIN
from sandbox.slack.faults import Fault
from tests.handlers.slack.world import World


@pytest.fixture
def history(world: World) -> SlackHistory:
    return SlackHistory(world.client, world.identity)


async def test_a_thread_comes_oldest_first_as_typed(world: World, history: SlackHistory) -> None:
    root = await world.say(ROBIN, IT_HELP, "is 1 < 2 & 3 > 2?")
    answer = await world.client.chat_postMessage(channel=IT_HELP, thread_ts=root, text="yes")
    messages, more = await history.replies(IT_HELP, root, 15)
    assert messages == [
        ThreadMessage(root, ROBIN, "is 1 < 2 & 3 > 2?"),
        ThreadMessage(answer["ts"], BOT, "yes", ours=True),
    ]
    assert not more


async def test_a_long_thread_is_cut_and_says_so(world: World, history: SlackHistory) -> None:
    root = await world.say(ROBIN, IT_HELP, "the printer is broken")
    for number in range(20):
        await world.say(ROBIN, IT_HELP, f"message {number}", root)
    messages, more = await history.replies(IT_HELP, root, 100)
    assert (len(messages), more) == (15, True)
    assert len(world.calls("conversations.replies")) == 1


async def test_a_rate_limit_says_when_to_ask_again(world: World, history: SlackHistory) -> None:
    world.slack.faults.methods["conversations.replies"] = Fault(error="ratelimited", retry_after=60)
    with pytest.raises(Unavailable) as refused:
        await history.replies(IT_HELP, "1.0", 15)
    assert refused.value.retry_after == 60


def test_a_message_without_text_says_what_its_blocks_say() -> None:
    section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Disk full*"}}
    rich = {"type": "rich_text", "elements": [{"elements": [{"text": "on"}, {"text": "db-1"}]}]}
    assert text_of({"text": "", "blocks": [section, rich]}) == "*Disk full*\non db-1"
    assert text_of({"text": "plain", "blocks": [section]}) == "plain"
    assert text_of({}) == ""
