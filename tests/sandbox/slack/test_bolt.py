"""The real slack_bolt AsyncApp in Socket Mode against the stand-in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from functools import partial

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.payload import Json
from sandbox.seed import ALEX, IT_HELP, ROBIN
from tests.sandbox.slack.cards import card, modal
from tests.sandbox.slack.stage import DEADLINE, Stage, a_moment, eventually


@dataclass(slots=True)
class Bot:
    """A small approval bot; it notes what reached it."""

    app: AsyncApp
    socket: AsyncSocketModeHandler
    mentions: list[Json] = field(default_factory=list)
    messages: list[Json] = field(default_factory=list)
    forms: list[Json] = field(default_factory=list)
    slow: asyncio.Event = field(default_factory=asyncio.Event)

    def listen(self) -> None:
        @self.app.event("app_mention")
        async def mention(body: Json, say: AsyncSay) -> None:
            self.mentions.append(body)
            await say(text="Card", blocks=card(), thread_ts=body["event"]["ts"])

        @self.app.event("message")
        async def message(body: Json) -> None:
            self.messages.append(body)

        @self.app.action("approve")
        async def approve(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
            await ack()
            await client.views_open(trigger_id=body["trigger_id"], view=modal(callback_id="deny"))

        @self.app.action("slow")
        async def slow(ack: AsyncAck) -> None:
            await self.slow.wait()
            await ack()

        @self.app.view("deny")
        async def deny(ack: AsyncAck, body: Json) -> None:
            self.forms.append(body)
            text = body["view"]["state"]["values"]["reason"]["text"]["value"]
            if len(text) < 10:
                await ack(response_action="errors", errors={"reason": "Say more"})
            else:
                await ack()


@pytest.fixture
async def bot(stage: Stage) -> AsyncIterator[Bot]:
    app = AsyncApp(client=stage.web)
    door = AsyncWebClient(token="xapp-sandbox-app", base_url=stage.web.base_url)
    running = Bot(app, AsyncSocketModeHandler(app, "xapp-sandbox-app", web_client=door))
    running.listen()
    await running.socket.connect_async()  # type: ignore[no-untyped-call]  # slack_bolt's own
    await stage.sandbox.slack.link.opened.wait()
    yield running
    await running.socket.close_async()  # type: ignore[no-untyped-call]  # slack_bolt's own


async def card_of(stage: Stage) -> Json:
    """The card the bot answered with."""

    def cards() -> list[str]:
        return [one.ts for one in stage.sandbox.slack.messages.in_channel(IT_HELP) if one.body["text"] == "Card"]

    await eventually(cards)
    return {"channel": IT_HELP, "ts": cards()[0]}


async def test_a_mention_reaches_both_listeners_and_the_answer_is_in_the_thread(stage: Stage, bot: Bot) -> None:
    ts = await stage.say("@Countersign suspend leaver@example.com")
    await card_of(stage)
    await eventually(lambda: bot.messages)
    assert bot.mentions[0]["event"]["ts"] == bot.messages[0]["event"]["ts"] == ts
    replies = await stage.web.conversations_replies(channel=IT_HELP, ts=ts)
    assert [message["text"] for message in replies["messages"][1:]] == ["Card"]


async def test_a_click_opens_a_modal_that_minds_its_fields(stage: Stage, bot: Bot) -> None:
    await stage.say("@Countersign hello")
    _, clicked = await stage.click(ALEX, await card_of(stage), "choice", "approve")
    assert clicked["acked"] is True
    await eventually(lambda: stage.sandbox.slack.views.stack(ALEX))
    path = f"views/{stage.sandbox.slack.views.stack(ALEX)[0]['id']}/submit"
    short = {"as": ALEX, "values": {"reason": {"text": {"value": "no"}}}}
    enough = {"as": ALEX, "values": {"reason": {"text": {"value": "wrong person, ask HR"}}}}
    assert (await stage.control("POST", path, short))[1]["errors"] == {"reason": "Say more"}
    assert (await stage.control("POST", path, enough))[1] == {}
    assert stage.sandbox.slack.views.stack(ALEX) == []


async def test_a_lost_ack_brings_the_same_event_again(stage: Stage, bot: Bot) -> None:
    await stage.control("PUT", "faults", {"deliver": {"drop_acks": 1}})
    await stage.say("hello")
    await eventually(lambda: len(bot.messages) == 1 and stage.clock.sleepers == 2)
    stage.clock.advance(3)
    await eventually(lambda: len(bot.messages) == 2)
    assert bot.messages[0]["event_id"] == bot.messages[1]["event_id"]


async def test_after_a_refresh_the_bot_is_back_on_a_new_socket(stage: Stage, bot: Bot) -> None:
    await stage.control("POST", "disconnect", {"reason": "refresh_requested"})
    opened = "The app connected"
    await eventually(lambda: sum(step.title == opened for step in stage.sandbox.log.after(0)) == 2)
    await stage.say("still there")
    await eventually(lambda: bot.messages)
    assert bot.messages[0]["event"]["text"] == "still there"


async def test_a_storm_of_refreshes_loses_no_event(stage: Stage, bot: Bot) -> None:
    def connects() -> int:
        return sum(step.title == "The app connected" for step in stage.sandbox.log.after(0))

    await stage.control("PUT", "refresh", {"every": 1})
    for number in range(10):
        await stage.say(f"m{number}")
        more = partial(more_than, connects(), connects)
        stage.clock.advance(1)
        await eventually(more)
    await stage.control("PUT", "refresh", {"every": 0})
    async with asyncio.timeout(DEADLINE):
        while len(texts(bot)) < 10:
            stage.clock.advance(1)
            await a_moment()
    assert texts(bot) == {f"m{number}" for number in range(10)}


def more_than(before: int, count: Callable[[], int]) -> bool:
    return count() > before


def texts(bot: Bot) -> set[str]:
    return {body["event"]["text"] for body in bot.messages}


async def test_an_ack_that_comes_after_a_refresh_counts_on_the_new_socket(stage: Stage, bot: Bot) -> None:
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x", blocks=card(slow_button()))
    place = {"channel": IT_HELP, "ts": posted["ts"]}
    clicking = asyncio.ensure_future(stage.click(ROBIN, place, "choice", "slow"))
    log = stage.sandbox.log
    await eventually(lambda: any(step.kind == "interaction" for step in log.after(0)))
    await stage.control("POST", "disconnect", {"reason": "refresh_requested"})
    await eventually(lambda: sum(step.title == "The app connected" for step in log.after(0)) == 2)
    bot.slow.set()
    assert (await clicking)[1]["acked"] is True


def slow_button() -> Json:
    return {"type": "button", "action_id": "slow", "text": {"type": "plain_text", "text": "Slow"}, "value": "1"}


async def test_an_action_without_a_listener_is_never_acked(stage: Stage, bot: Bot) -> None:
    other = slow_button() | {"action_id": "nobody-listens"}
    posted = await stage.web.chat_postMessage(channel=IT_HELP, text="x", blocks=card(other))
    place = {"channel": IT_HELP, "ts": posted["ts"]}
    acked = "Acknowledged: message from Countersign in #it-help"
    await eventually(lambda: any(step.title == acked for step in stage.sandbox.log.after(0)))
    clicking = asyncio.ensure_future(stage.click(ROBIN, place, "choice", "nobody-listens"))
    await eventually(lambda: stage.clock.sleepers == 2)
    stage.clock.advance(3)
    assert (await clicking)[1]["acked"] is False
