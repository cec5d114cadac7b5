"""The bot is killed while things wait."""

import pytest
from playwright.async_api import expect

from sandbox.google.faults import Slow
from sandbox.seed import ALEX, APPROVALS, IT_HELP, ROBIN
from tests.stories.scene import World
from tests.stories.window import button

pytestmark = pytest.mark.asyncio(loop_scope="session")

HURRIED = {"COUNTERSIGN_LEASE": "2"}
"""Nobody waits long for what a killed process held."""
PRESSED = HURRIED | {"COUNTERSIGN_WRITE_TIMEOUT": "6", "COUNTERSIGN_WRITE_GRACE": "1"}


async def test_a_card_outlives_the_bot_and_the_first_click_afterwards_counts(world: World) -> None:
    await world.start_bot(HURRIED)
    robin, alex = await world.window(ROBIN, IT_HELP), await world.window(ALEX, APPROVALS, drawer="steps")
    await robin.write("@Countersign suspend leaver@example.com, they left on Friday")
    card, state = alex.card("leaver@example.com"), alex.page.get_by_test_id("bot-state")
    await expect(button(card, "Approve")).to_be_visible()
    await alex.page.get_by_test_id("kill-bot").click()
    await expect(state).to_have_text("Bot stopped")
    await expect(alex.page.get_by_test_id("steps")).to_contain_text("ended (signal SIGKILL)")
    await button(card, "Approve").click()
    await expect(card.get_by_role("alert")).to_contain_text("Countersign is not connected")
    await robin.write("@Countersign who is suspended?")
    gone = await world.say("@Countersign suspend ada.abbott@example.com")
    await world.control("POST", "messages/delete", {"as": ROBIN, "channel": IT_HELP, "ts": gone})
    await alex.page.get_by_test_id("restart-bot").click()
    await expect(state).to_have_text("Bot running")
    await button(card, "Approve").click()
    await expect(card).to_contain_text("Done in")
    await expect(card.get_by_role("alert")).to_have_count(0)
    thread = await robin.open_thread("they left on Friday")
    await expect(thread.get_by_text("leaver@example.com is now suspended")).to_have_count(1)
    thread = await robin.open_thread("who is suspended?")
    await expect(thread.get_by_role("table")).to_be_visible()
    await world.until(lambda: sorted(world.states()) == ["done", "done", "waiting"])
    assert world.writes() == ["leaver@example.com"]


async def test_a_bot_killed_after_it_sent_asks_looks_and_believes_a_person(world: World) -> None:
    await world.start_bot(PRESSED)
    robin, alex = await world.window(ROBIN, IT_HELP), await world.window(ALEX, APPROVALS, drawer="steps")
    await robin.write("@Countersign suspend leaver@example.com, they left on Friday")
    card, note = alex.card("leaver@example.com"), alex.page.get_by_test_id("bot-note")
    await expect(button(card, "Approve")).to_be_visible()
    await alex.page.get_by_test_id("kill-after-send").click()
    await expect(note).to_contain_text("Armed")
    world.sandbox.google_faults.plan(Slow(1), method="PATCH")
    world.sandbox.google_faults.sleep = lambda _: world.until(world.is_shown)
    assert (await world.control("GET", "bot"))["kill_after_send"] == "armed"
    await button(card, "Approve").click()
    await expect(note).to_contain_text("Killed after send")
    await expect(alex.page.get_by_test_id("steps")).to_contain_text("carried out, but nobody heard the answer")
    await alex.page.get_by_test_id("restart-bot").click()
    await expect(card).to_contain_text("We do not know whether this happened. Please check and tell us.")
    await expect(card).to_contain_text("Google Workspace says now: suspended = true")
    await expect(note).to_be_hidden()
    thread = await robin.open_thread("they left on Friday")
    await expect(thread).to_contain_text("❓ We do not know whether this happened: suspend user leaver@example.com.")
    await button(card, "It happened").click()
    await alex.confirm()
    await expect(card).to_contain_text("Done · checked by @Alex")
    await expect(card).to_contain_text("Google Workspace said: suspended = true")
    await expect(thread).to_contain_text("☑️ It happened: suspend user leaver@example.com. alex checked.")
    await world.until(lambda: world.states() == ["done"])
    assert world.writes() == ["leaver@example.com"]
