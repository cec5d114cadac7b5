"""Slack or Google do not do what they should."""

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.async_api import expect

from sandbox.google.faults import Drop, Slow
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from tests.conftest import PATIENCE
from tests.stories.scene import World, open_world
from tests.stories.window import button

pytestmark = pytest.mark.asyncio(loop_scope="session")

ACK_SECONDS = 3
"""Slack docs, "Using Socket Mode": an envelope is acknowledged within three seconds."""
GIVES_UP_AFTER = 5
"""Seconds that a write may take here."""


WAYS = {
    "internal_error": {"status": 503},
    "ratelimited": {"status": 429, "retry_after": 1},
    "token_revoked": {"error": "token_revoked"},
}


async def test_a_first_auth_test_that_fails_in_every_way_loses_nothing(tmp_path: Path) -> None:
    async with open_world(tmp_path) as world:
        for error, fault in WAYS.items():
            await world.control("PUT", "faults", {"auth.test": fault})
            if world.sandbox.bot is None:
                await world.start_bot()
                await world.say("@Countersign who is suspended?")
            await world.until(partial(world.steps, "api", f"auth.test → {error}"))
        assert not world.steps("api", "auth.test → ok")
        await world.until(lambda: world.steps("ack", "Acknowledged: app_mention"))
        await world.control("PUT", "faults", {})
        await world.until(lambda: "oriol.moreau@example.com" in str(world.posts(IT_HELP)))


async def test_a_slow_slack_delays_no_ack(demo: World) -> None:
    began, mail = demo.now, "rosa.dubois@example.com"
    await demo.control("PUT", "faults", {"*": {"latency_ms": 1600}})
    await demo.say(f"@Countersign suspend {mail}")
    await demo.until(lambda: mail in str(demo.posts(APPROVALS)))
    card = next(post for post in demo.posts(APPROVALS) if mail in str(post))
    for action in ("approval.deny", "approval.approve"):
        assert (await demo.press(ALEX, card, action))["acked"], action
    await demo.until(lambda: demo.writes(mail))
    assert demo.steps("ack", "No ack", began) == []
    assert max(step.ms or 0 for step in demo.steps("ack", "Acknowledged: ", began)) < ACK_SECONDS * 1000


async def test_a_tool_that_hangs_holds_nobody_up_and_ends_as_unknown(world: World) -> None:
    mail, unknown = "oriol.larsen@example.com", "We do not know whether this happened."
    await world.start_bot({"COUNTERSIGN_WRITE_TIMEOUT": str(GIVES_UP_AFTER)})
    world.sandbox.google_faults.plan(Slow(GIVES_UP_AFTER + 5), method="PATCH")
    robin, alex = await world.window(ROBIN, IT_HELP), await world.window(ALEX, APPROVALS)
    await robin.write(f"@Countersign suspend {mail}, moved to Bergen")
    card = alex.card(mail)
    await button(card, "Approve").click()
    await world.until(lambda: world.writes(mail))
    await robin.write("@Countersign is sam@example.com suspended?")
    other = await robin.open_thread("is sam@example.com suspended?")
    await expect(other).to_contain_text("No, sam@example.com is not suspended.")
    patient = (GIVES_UP_AFTER + PATIENCE) * 1000
    await expect(card).to_contain_text(unknown, timeout=patient)
    await expect(card).to_contain_text(re.compile(rf"After {GIVES_UP_AFTER}(\.\d)? s there was no clear answer\."))
    assert world.writes(mail) == [mail]
    ended = said_at(world, unknown)
    assert said_at(world, "Running") < ended
    assert said_at(world, "No, sam@example.com is not suspended.") < ended


def said_at(world: World, words: str) -> int:
    """The number of the step in which the bot said that first."""
    return next(step.n for step in world.steps("api", "chat.") if words in str(step.detail))


async def test_people_settle_what_nobody_knows(demo: World) -> None:
    demo.sandbox.google_faults.plan(Drop(), method="PATCH")
    robin, alex = await demo.window(ROBIN, IT_HELP), await demo.window(ALEX, APPROVALS)
    await robin.write("@Countersign suspend pia.santos@example.com, the line is bad")
    card = alex.card("pia.santos@example.com")
    await button(card, "Approve").click()
    await expect(card).to_contain_text("We do not know whether this happened. Please check and tell us.")
    await expect(card).to_contain_text("Google Workspace says now: suspended = true")
    await button(card, "It happened").click()
    await alex.confirm()
    await expect(card).to_contain_text("Done")
    await expect(card.get_by_role("button", name="It happened")).to_have_count(0)
    thread = await robin.open_thread("the line is bad")
    await expect(thread).to_contain_text("it happened")
    assert demo.writes("pia.santos@example.com") == ["pia.santos@example.com"]
