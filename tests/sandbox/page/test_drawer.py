"""The drawer: steps, the Google directory, the bot's process; and the colours."""

import pytest
from playwright.async_api import expect

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.probes import copied
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEPS = "#/c/C0ITHELP1?as=U0ALEX001&drawer=steps"
GOOGLE = "#/c/C0ITHELP1?as=U0ALEX001&drawer=google"


def person(name: str, *, suspended: bool = False) -> dict[str, object]:
    return {
        "primaryEmail": f"{name.lower()}@example.com",
        "name": {"fullName": name},
        "suspended": suspended,
        "isAdmin": False,
    }


async def test_each_step_is_a_sentence_with_its_json_behind_it(stage: Stage, visit: Visit) -> None:
    stage.step("ack", "The bot confirmed the event", {"envelope_id": "e-1"}, 12.4)
    page = await visit()
    await page.get_by_test_id("drawer-toggle").click()
    step = page.get_by_test_id("steps").get_by_role("listitem")
    await expect(step).to_contain_text("The bot confirmed the event")
    await expect(step).to_contain_text("11:42:01.120 · ack · 12 ms")
    await step.locator("summary").click()
    await expect(step.locator("pre")).to_have_text('{\n  "envelope_id": "e-1"\n}')
    await step.get_by_role("button", name="Copy").click()
    await copied(page, '{\n  "envelope_id": "e-1"\n}')


async def test_steps_can_be_narrowed_to_one_kind(stage: Stage, visit: Visit) -> None:
    stage.step("api", "chat.postMessage → ok")
    stage.step("google", "Google: GET users → 200")
    page = await visit(STEPS)
    titles = page.locator(".step-title")
    await expect(titles).to_have_count(2)
    await page.get_by_role("button", name="google").click()
    await expect(titles).to_have_text(["Google: GET users → 200"])
    stage.step("api", "chat.update → ok")
    stage.step("google", "Google: PATCH users → 200")
    await expect(titles).to_have_text(["Google: GET users → 200", "Google: PATCH users → 200"])
    await page.get_by_role("button", name="All").click()
    await expect(titles).to_have_count(4)


async def test_new_steps_are_followed_unless_the_reader_scrolled_away(stage: Stage, visit: Visit) -> None:
    for number in range(40):
        stage.step("api", f"step {number}")
    page = await visit(STEPS)
    await expect(page.get_by_text("step 39", exact=True)).to_be_in_viewport()
    stage.step("api", "step 40")
    await expect(page.get_by_text("step 40", exact=True)).to_be_in_viewport()
    await page.get_by_test_id("steps").hover()
    await page.mouse.wheel(0, -2000)
    await expect(page.get_by_text("step 0", exact=True)).to_be_in_viewport()
    stage.step("api", "step 41")
    await expect(page.get_by_text("step 41", exact=True)).to_be_attached()
    await expect(page.get_by_text("step 0", exact=True)).to_be_in_viewport()
    await page.get_by_role("button", name="Newest").click()
    await expect(page.get_by_text("step 41", exact=True)).to_be_in_viewport()


async def test_the_directory_follows_a_suspension(stage: Stage, visit: Visit) -> None:
    stage.google = [person("Lea"), person("Tom", suspended=True)]
    page = await visit(GOOGLE)
    lea = page.locator("[data-email='lea@example.com']")
    await expect(lea).to_contain_text("Active")
    await expect(page.get_by_text("2 users, 1 suspended")).to_be_visible()
    stage.google = [person("Lea", suspended=True), person("Tom", suspended=True)]
    stage.step("google", "Google: PATCH users/lea@example.com → 200")
    await expect(lea).to_contain_text("Suspended")
    await page.get_by_test_id("google-find").fill("TOM")
    await expect(lea).to_have_count(0)
    await expect(page.get_by_text("1 shown")).to_be_visible()


async def test_killing_and_restarting_the_bot(stage: Stage, visit: Visit) -> None:
    page = await visit(STEPS)
    await expect(page.get_by_test_id("bot-state")).to_have_text("Bot running")
    stage.bot = {"state": "stopped"}
    await page.get_by_test_id("kill-bot").click()
    await expect(page.get_by_test_id("bot-state")).to_have_text("Bot stopped")
    await expect(page.get_by_test_id("kill-bot")).to_be_disabled()
    stage.bot = {"state": "running", "pid": 4712}
    await page.get_by_test_id("restart-bot").click()
    await expect(page.get_by_test_id("bot-state")).to_have_text("Bot running")
    assert [what for what, _ in stage.said if what.startswith("bot")] == ["bot/kill", "bot/restart"]


async def test_a_bot_without_a_socket_is_starting(stage: Stage, visit: Visit) -> None:
    page = await visit(STEPS)
    stage.step("socket", "The app's connection ended", {"connections": 0})
    await expect(page.get_by_test_id("bot-state")).to_have_text("Bot starting…")
    stage.step("socket", "The app connected", {"connections": 1})
    await expect(page.get_by_test_id("bot-state")).to_have_text("Bot running")


async def test_the_bots_end_is_noticed_without_a_click(stage: Stage, visit: Visit) -> None:
    page = await visit(STEPS)
    await expect(page.get_by_test_id("bot-state")).to_have_text("Bot running")
    await expect(page.get_by_test_id("bot-model")).to_be_hidden()
    stage.push("bot", {"state": "stopped", "model": "Claude Sonnet 5.5 (Claude's API)"})
    await expect(page.get_by_test_id("bot-state")).to_have_text("Bot stopped")
    await expect(page.get_by_test_id("bot-model")).to_have_text("The model is Claude Sonnet 5.5 (Claude's API).")


async def test_the_chosen_colours_are_kept(visit: Visit) -> None:
    page = await visit()
    background = "getComputedStyle(document.body).backgroundColor"
    light = await page.evaluate(background)
    await page.get_by_test_id("theme").click()
    dark = await page.evaluate(background)
    await page.reload()
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(27, 29, 33)")
    assert await page.evaluate(background) == dark


async def test_the_system_decides_the_colours_at_first(visit: Visit) -> None:
    page = await visit()
    await page.emulate_media(color_scheme="dark")
    assert await page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(27, 29, 33)"


async def test_kill_after_send_is_armed_and_tells_what_it_did(stage: Stage, visit: Visit) -> None:
    page = await visit(STEPS)
    later, note = page.get_by_test_id("kill-after-send"), page.get_by_test_id("bot-note")
    await expect(later).to_have_attribute("aria-pressed", "false")
    await expect(note).to_be_hidden()
    stage.bot = {"state": "running", "pid": 4711, "kill_after_send": "armed"}
    await later.click()
    await expect(later).to_have_attribute("aria-pressed", "true")
    await expect(note).to_contain_text("Armed: the next change")
    stage.bot = {"state": "running", "pid": 4711, "kill_after_send": "off"}
    await later.click()
    await expect(note).to_be_hidden()
    stage.push("bot", {"state": "stopped", "kill_after_send": "struck"})
    await expect(note).to_contain_text("Killed after send")
    await expect(later).to_be_disabled()
    sent = [body for what, body in stage.said if what == "bot/kill_after_send"]
    assert sent == [{"armed": True}, {"armed": False}]
