"""What people write reaches the use cases, once stored it is acknowledged, and nothing else does."""

from bot.errors import StoreUnavailable
from bot.models.inbound import Mention
from bot.models.people import Actor, Surface
from sandbox.seed import BOT, IT_HELP, ROBIN
from sandbox.slack.faults import Fault
from tests.handlers.slack.world import World, until

MENTIONED = "app_mention from Robin Reyes in #it-help"


def inputs(world: World, kind: str) -> list[Mention]:
    return [value for said, value in world.told.inputs if said == kind]


async def test_a_mention_becomes_a_request_in_its_own_thread(world: World) -> None:
    ts = await world.say(ROBIN, IT_HELP, "@countersign suspend leaver@example.com")
    await until(lambda: world.acked(MENTIONED))
    mention = inputs(world, "asked")[0]
    assert mention.actor == Actor("T0ACME01", ROBIN, Surface.SLACK)
    assert (mention.channel, mention.thread_ts, mention.message_ts) == (IT_HELP, ts, ts)
    assert mention.text == "suspend leaver@example.com"


async def test_the_two_events_of_one_mention_share_the_key_of_the_message(world: World) -> None:
    ts = await world.say(ROBIN, IT_HELP, "@countersign suspend leaver@example.com")
    await until(lambda: len(inputs(world, "asked")) == 2)
    first, second = (set(mention.keys) for mention in inputs(world, "asked"))
    assert first & second == {f"message:T0ACME01:{IT_HELP}:{ts}"}


async def test_a_mention_that_was_not_stored_is_not_acknowledged_and_comes_again(world: World) -> None:
    world.told.failing = [StoreUnavailable("disk full"), StoreUnavailable("disk full")]
    await world.say(ROBIN, IT_HELP, "@countersign suspend leaver@example.com")
    await until(lambda: world.told.failed == 2)
    assert not world.acked(MENTIONED)

    def stored() -> bool:
        world.clock.advance(1)
        return world.acked(MENTIONED)

    await until(stored)
    assert inputs(world, "asked")[0].text == "suspend leaver@example.com"


async def test_a_slack_that_does_not_say_who_we_are_loses_nothing(world: World) -> None:
    for fault in (Fault(status=503), Fault(error="ratelimited", retry_after=30), Fault(error="token_revoked")):
        world.slack.faults.methods["auth.test"] = fault
        before = len(inputs(world, "asked"))
        await world.say(ROBIN, IT_HELP, "@countersign hello")
        await until(lambda before=before: len(inputs(world, "asked")) == before + 2)  # type: ignore[misc]
    assert world.calls("auth.test") == []
    assert {mention.text for mention in inputs(world, "asked")} == {"hello"}


async def test_a_thread_message_to_others_is_said_not_asked(world: World) -> None:
    root = await world.say(ROBIN, IT_HELP, "the printer is broken")
    ts = await world.say(ROBIN, IT_HELP, "it is the one in Oslo", root)
    await until(lambda: inputs(world, "said"))
    said = inputs(world, "said")[0]
    assert (said.thread_ts, said.message_ts, said.text) == (root, ts, "it is the one in Oslo")
    assert inputs(world, "asked") == []


async def test_a_direct_message_needs_no_mention(world: World) -> None:
    await world.say(ROBIN, f"D{ROBIN[1:]}", "what can you do?")
    await until(lambda: inputs(world, "asked"))
    assert inputs(world, "asked")[0].text == "what can you do?"


async def test_the_bot_does_not_listen_to_itself(world: World) -> None:
    await world.client.chat_postMessage(channel=IT_HELP, text=f"<@{BOT}> do it again")
    await until(lambda: world.acked("message from Countersign in #it-help"))
    assert world.told.inputs == []


async def test_an_edited_message_asks_nothing_anew(world: World) -> None:
    answer = await world.client.chat_postMessage(channel=IT_HELP, text="before")
    await world.client.chat_update(channel=IT_HELP, ts=answer["ts"], text=f"<@{BOT}> after")
    await until(lambda: world.acked("message_changed from Countersign in #it-help"))
    assert world.told.inputs == []


async def test_a_payload_of_another_app_is_acknowledged_and_ignored(world: World) -> None:
    world.identity.app_id = "A0OTHER01"
    await world.say(ROBIN, IT_HELP, "@countersign suspend leaver@example.com")
    await until(lambda: world.acked(MENTIONED))
    assert world.told.inputs == []


async def test_an_event_that_nobody_serves_is_acknowledged(world: World) -> None:
    await world.act("home", **{"as": ROBIN, "tab": "home"})
    await until(lambda: world.acked("app_home_opened from Robin Reyes in a direct message"))
