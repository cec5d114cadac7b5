"""Every control is reached by keyboard, named for screen readers, and large enough for a finger."""

import pytest
from playwright.async_api import Page, expect

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.probes import FOCUSED, NAMELESS, SMALL
from tests.sandbox.page.samples import ALEX, APPROVALS, BOT, IT_HELP, ROBIN, card, deny_modal, said, ts
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = f"#/c/{APPROVALS}?as={ALEX}"


async def tabbed(page: Page, times: int) -> list[str]:
    names = []
    for _ in range(times):
        await page.keyboard.press("Tab")
        names.append(str(await page.evaluate(FOCUSED)))
    return names


async def test_tab_reaches_every_part_of_the_page_in_order(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card()]
    page = await visit(HERE)
    await expect(page.get_by_test_id(f"message-{ts(60)}")).to_be_visible()
    order = await tabbed(page, 16)
    assert order[:3] == ["act-as", "drawer-toggle", "theme"]
    assert order[3:7] == ["channel-C0ITHELP1", "channel-C0APPROV1", "channel-C0GENERAL1", "messages"]
    assert [name for name in order if name.startswith("approval.")] == [
        "approval.approve",
        "approval.deny",
        "approval.details",
        "approval.more",
    ]
    assert order[-1] == "composer"


async def test_arrows_walk_the_messages_and_tab_reaches_their_actions(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(ROBIN, "one", 0), said(BOT, "two", 5)]
    page = await visit(f"#/c/{IT_HELP}?as={ALEX}")
    await expect(page.get_by_test_id(f"message-{ts(5)}")).to_be_visible()
    await page.get_by_test_id("messages").focus()
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowUp")
    await expect(page.get_by_test_id(f"message-{ts(0)}")).to_be_focused()
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("thread-composer")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("thread-pane")).to_be_hidden()
    await expect(page.get_by_test_id("composer")).to_be_focused()


async def test_a_focused_control_has_a_ring(visit: Visit) -> None:
    page = await visit(HERE)
    for _ in range(2):
        await page.keyboard.press("Tab")
    assert await page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


async def test_the_focus_comes_back_to_the_button_after_its_click(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card()]
    page = await visit(HERE)
    approve = page.locator("[data-action-id='approval.approve']")
    await approve.focus()
    await page.keyboard.press("Enter")
    await expect(approve).to_be_enabled()
    await expect(approve).to_be_focused()
    stage.post(APPROVALS, card(edited={"ts": ts(90), "user": BOT}))
    await expect(page.locator(".edited")).to_be_visible()
    await expect(approve).to_be_focused()


async def test_every_control_has_a_name(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card(reply_count=1), said(ALEX, "reply", 70, thread_ts=ts(60))]
    stage.step("api", "step", {"a": 1})
    page = await visit(f"#/c/{APPROVALS}/t/{ts(60)}?as={ALEX}&drawer=steps", width=1600)
    await expect(page.get_by_test_id("thread-pane")).to_contain_text("reply")
    assert await page.evaluate(NAMELESS) == []
    stage.show(deny_modal())
    await expect(page.get_by_test_id("modal")).to_be_visible()
    assert await page.evaluate(NAMELESS) == []


async def test_the_parts_of_the_page_are_landmarks(visit: Visit) -> None:
    page = await visit(f"#/c/{APPROVALS}?as={ALEX}&drawer=steps")
    await expect(page.get_by_role("navigation", name="Channels")).to_be_visible()
    await expect(page.get_by_role("main", name="Channel")).to_be_visible()
    await expect(page.get_by_role("log", name="Messages")).to_be_visible()
    await expect(page.get_by_role("complementary", name="What happened")).to_be_visible()


async def test_on_a_phone_the_sidebar_is_a_drawer(visit: Visit) -> None:
    page = await visit(HERE, width=390)
    row = page.get_by_test_id("channel-C0GENERAL1")
    await expect(row).to_be_hidden()
    await page.get_by_test_id("sidebar-toggle").click()
    await row.click()
    await expect(row).to_be_hidden()
    await expect(page.get_by_role("heading", name="general")).to_be_visible()
    await expect(page.locator(".act-as")).to_contain_text("Alex Ahmadiapprover")


async def test_on_a_phone_the_thread_covers_the_channel(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card(), said(ALEX, "reply", 70, thread_ts=ts(60))]
    page = await visit(HERE, width=390)
    await page.get_by_test_id(f"replies-{ts(60)}").click()
    box = await page.get_by_test_id("thread-pane").bounding_box()
    assert box is not None
    assert (box["x"], box["width"]) == (0, 390)
    await page.get_by_test_id("thread-close").click()
    await expect(page.get_by_test_id(f"message-{ts(60)}")).to_be_visible()


@pytest.mark.parametrize(
    ("path", "query", "seen"),
    [
        ("", "", f"replies-{ts(60)}"),
        (f"/t/{ts(60)}", "", f"message-{ts(70)}"),
        ("", "&drawer=steps", "steps"),
        ("", "&drawer=google", "google-find"),
    ],
)
async def test_on_a_phone_every_target_is_44_pixels(
    stage: Stage, visit: Visit, path: str, query: str, seen: str
) -> None:
    stage.messages[APPROVALS] = [card(), said(ALEX, "reply", 70, thread_ts=ts(60))]
    stage.step("api", "step", {"a": 1})
    page = await visit(f"#/c/{APPROVALS}{path}?as={ALEX}{query}", width=390)
    await expect(page.get_by_test_id(seen)).to_be_visible()
    assert await page.evaluate(SMALL) == []
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_on_a_phone_a_modal_fills_the_screen(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE, width=390)
    stage.show(deny_modal())
    await expect(page.get_by_test_id("modal")).to_be_visible()
    box = await page.get_by_test_id("modal").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 390, "height": 800}
    assert [line for line in await page.evaluate(SMALL) if "modal" in line or "choice" in line] == []
