"""Writing and reading messages."""

import pytest
from playwright.async_api import expect

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.probes import copied
from tests.sandbox.page.samples import ALEX, BOT, GENERAL, IT_HELP, OLGA, ROBIN, said, ts
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_enter_sends_what_was_typed(stage: Stage, visit: Visit) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    composer = page.get_by_test_id("composer")
    await composer.fill("hello")
    await composer.press("Enter")
    await expect(page.get_by_test_id("messages")).to_contain_text("hello")
    assert await stage.heard("messages") == [{"as": ROBIN, "channel": IT_HELP, "text": "hello"}]
    await expect(composer).to_have_value("")


async def test_shift_enter_starts_a_new_line(stage: Stage, visit: Visit) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("one")
    await composer.press("Shift+Enter")
    await composer.press_sequentially("two")
    await page.get_by_test_id("send").click()
    await expect(composer).to_have_value("")
    assert [body["text"] for body in await stage.heard("messages")] == ["one\ntwo"]


async def test_a_refused_message_comes_back_with_the_reason(stage: Stage, visit: Visit) -> None:
    stage.send_status = 403
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    composer = page.get_by_test_id("composer")
    await composer.fill("hello")
    await composer.press("Enter")
    await expect(page.get_by_text("Not sent. The channel is archived.")).to_be_visible()
    await expect(composer).to_have_value("hello")


async def test_typing_an_at_sign_completes_names_from_the_keyboard(visit: Visit) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("ask @al")
    await expect(page.locator(".suggest-item")).to_have_text(["AAAlex Ahmadiapprover"])
    await composer.press("Enter")
    await expect(composer).to_have_value("ask @alex ")
    await composer.press_sequentially("in #gen")
    await composer.press("Tab")
    await expect(composer).to_have_value("ask @alex in #general ")


async def test_escape_closes_the_completion_and_keeps_the_text(visit: Visit) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    composer = page.get_by_test_id("composer")
    await composer.press_sequentially("@co")
    await expect(page.locator(".suggest-item")).to_have_count(1)
    await composer.press("Escape")
    await expect(page.locator(".suggest-item")).to_have_count(0)
    await expect(composer).to_have_value("@co")


async def test_a_draft_stays_with_its_channel(visit: Visit) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    composer = page.get_by_test_id("composer")
    await composer.fill("for it-help")
    await page.get_by_test_id(f"channel-{GENERAL}").click()
    await expect(composer).to_have_value("")
    await page.get_by_test_id(f"channel-{IT_HELP}").click()
    await expect(composer).to_have_value("for it-help")


async def test_messages_of_one_person_within_five_minutes_share_a_head(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [
        said(ROBIN, "one", 0),
        said(ROBIN, "two", 200),
        said(ROBIN, "three", 900),
        said(OLGA, "four", 910),
    ]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    await expect(page.locator(".message .author")).to_have_text(["Robin Reyes", "Robin Reyes", "Olga Novak"])


async def test_replies_are_counted_in_the_channel_and_shown_in_the_thread(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [
        said(ROBIN, "root", 0),
        said(BOT, "first", 5, thread_ts=ts(0)),
        said(ALEX, "second", 9, thread_ts=ts(0)),
    ]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    await expect(page.get_by_test_id("messages")).not_to_contain_text("first")
    await page.get_by_test_id(f"replies-{ts(0)}").click()
    pane = page.get_by_test_id("thread-pane")
    await expect(pane.locator(".content")).to_have_text(["root", "first", "second"])
    await page.get_by_test_id("thread-composer").fill("third")
    await page.get_by_test_id("thread-composer").press("Enter")
    await expect(pane.locator(".content")).to_have_text(["root", "first", "second", "third"])
    assert await stage.heard("messages") == [{"as": ROBIN, "channel": IT_HELP, "thread_ts": ts(0), "text": "third"}]
    await expect(page.get_by_test_id(f"replies-{ts(0)}")).to_contain_text("3 replies")


async def test_a_reload_keeps_the_place(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(ROBIN, "root", 0)]
    page = await visit(f"#/c/{IT_HELP}/t/{ts(0)}?as={ALEX}&drawer=steps")
    await page.reload()
    await expect(page.get_by_test_id(f"thread-root-{ts(0)}")).to_contain_text("root")
    await expect(page.get_by_test_id("act-as")).to_have_value(ALEX)
    await expect(page.get_by_test_id("drawer")).to_be_visible()


async def test_a_copied_link_leads_to_the_message(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(OLGA, f"line {number}", number * 400) for number in range(60)]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    wanted = page.get_by_test_id(f"message-{ts(400)}")
    await wanted.focus()
    await wanted.get_by_label("Copy link").click()
    link = f"#/c/{IT_HELP}/m/{ts(400)}"
    await copied(page, link)
    other = await visit(link)
    await expect(other.get_by_test_id(f"message-{ts(400)}")).to_be_in_viewport()


async def test_a_new_message_elsewhere_puts_a_dot_on_its_channel(stage: Stage, visit: Visit) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    row = page.get_by_test_id(f"channel-{GENERAL}")
    await expect(page.get_by_test_id("messages").get_by_text("The start of #it-help.")).to_be_visible()
    stage.push("unread", {"channel": GENERAL, "ts": ts(1), "thread_ts": None})
    await expect(row.get_by_label("unread")).to_be_visible()
    await row.click()
    await expect(row.get_by_label("unread")).to_have_count(0)


async def test_deleting_an_own_message_asks_first(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(ROBIN, "oh", 0), said(OLGA, "not mine", 5)]
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    await expect(page.get_by_test_id(f"message-{ts(5)}").get_by_label("Delete message")).to_have_count(0)
    await page.get_by_test_id(f"message-{ts(0)}").focus()
    await page.get_by_label("Delete message").click()
    await expect(page.get_by_test_id("confirm")).to_be_visible()
    assert stage.told("messages/delete") == []
    await page.get_by_test_id("confirm-ok").click()
    await expect(page.get_by_test_id("confirm")).to_have_count(0)
    stage.push("message_deleted", {"channel": IT_HELP, "ts": ts(0)})
    await expect(page.get_by_test_id(f"message-{ts(0)}")).to_have_count(0)
    assert await stage.heard("messages/delete") == [{"as": ROBIN, "channel": IT_HELP, "ts": ts(0)}]


async def test_who_is_at_work_is_said_under_the_channel_until_they_answer(stage: Stage, visit: Visit) -> None:
    page = await visit(f"#/c/{IT_HELP}?as={ROBIN}")
    await expect(page.get_by_test_id("messages").get_by_text("The start of #it-help.")).to_be_visible()
    stage.push("status", {"channel": IT_HELP, "user": BOT, "status": "is looking up the user…"})
    await expect(page.get_by_test_id("status")).to_have_text("Countersign is looking up the user…")
    stage.post(IT_HELP, said(BOT, "done", 5))
    await expect(page.get_by_test_id("status")).to_have_text("")
