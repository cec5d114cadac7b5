"""Cards: buttons, confirm dialogs, menus, warnings, and receipts that take the place of a card."""

import pytest
from playwright.async_api import expect

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.samples import (
    ALEX,
    APPROVALS,
    BOT,
    SAM,
    approval_card,
    card,
    mrkdwn,
    option,
    plain,
    receipt,
    said,
    ts,
)
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

CONFIRM = {
    "title": plain("Approve this?"),
    "text": mrkdwn("Suspends *leaver@example.com*"),
    "confirm": plain("Approve"),
    "deny": plain("Go back"),
}
HERE = f"#/c/{APPROVALS}?as={ALEX}"


async def test_a_card_shows_its_facts_and_choices(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card()]
    page = await visit(HERE)
    message = page.get_by_test_id(f"message-{ts(60)}")
    await expect(message.get_by_role("heading")).to_have_text("⏳ Suspend user · leaver@example.com · Google Workspace")
    await expect(message).to_contain_text("until 18 Nov 16:06")
    await expect(message.locator("[data-action-id]")).to_have_text(["Approve", "Deny…", "All details", ""])


async def test_a_click_is_sent_with_the_ids_of_its_element(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card()]
    page = await visit(HERE)
    approve = page.locator("[data-action-id='approval.approve']")
    await approve.click()
    await expect(approve).to_be_enabled()
    expected = {
        "as": ALEX,
        "channel": APPROVALS,
        "ts": ts(60),
        "block_id": "choices",
        "action_id": "approval.approve",
        "state": {"values": {}},
    }
    assert await stage.heard("actions") == [expected]


async def test_a_button_rests_while_its_click_is_on_the_way(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card()]
    stage.gate.clear()
    page = await visit(HERE)
    approve = page.locator("[data-action-id='approval.approve']")
    await approve.click()
    await expect(approve).to_be_disabled()
    stage.gate.set()
    await expect(approve).to_be_enabled()
    assert len(await stage.heard("actions")) == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            {"delivered": True, "acked": False, "ms": 3000, "warning": "no ack"},
            "did not confirm this click within 3 seconds",
        ),
        ({"delivered": False, "acked": False, "ms": 0, "warning": "not connected"}, "is not connected"),
    ],
)
async def test_a_click_without_ack_gets_a_warning_in_words(
    stage: Stage, visit: Visit, answer: dict[str, object], words: str
) -> None:
    stage.messages[APPROVALS] = [card()]
    stage.act_answer = answer
    page = await visit(HERE)
    approve = page.locator("[data-action-id='approval.approve']")
    await approve.click()
    warning = page.get_by_role("alert").filter(has_text=words)
    await expect(warning).to_be_visible()
    await expect(warning.locator("svg")).to_be_visible()
    stage.post(APPROVALS, said(ALEX, "hm", 90, thread_ts=ts(60)))
    await expect(page.get_by_test_id(f"replies-{ts(60)}")).to_be_visible()
    await expect(warning).to_be_visible()
    stage.act_answer = {"delivered": True, "acked": True, "ms": 4}
    await approve.click()
    await expect(warning).to_have_count(0)


async def test_a_confirm_dialog_comes_before_the_click_is_sent(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card() | {"blocks": approval_card(confirm=CONFIRM)}]
    page = await visit(HERE)
    approve = page.locator("[data-action-id='approval.approve']")
    await approve.click()
    dialog = page.get_by_role("dialog", name="Approve this?")
    await expect(dialog).to_contain_text("Suspends leaver@example.com")
    await dialog.get_by_role("button", name="Go back").click()
    await expect(dialog).to_have_count(0)
    await approve.click()
    await expect(dialog).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    assert stage.told("actions") == []
    await approve.click()
    await page.get_by_test_id("confirm-ok").click()
    await expect(dialog).to_have_count(0)
    await expect(approve).to_be_enabled()
    assert [body["action_id"] for body in await stage.heard("actions")] == ["approval.approve"]


async def test_an_overflow_menu_is_used_from_the_keyboard(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card()]
    page = await visit(HERE)
    more = page.get_by_role("button", name="More actions")
    await more.press("Enter")
    await expect(page.get_by_role("menuitem")).to_have_text(["Edit", "Ask", "Allow similar"])
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(more).to_be_enabled()
    [sent] = await stage.heard("actions")
    assert (sent["action_id"], sent["selected_option"]) == ("approval.more", option("Ask", "ask"))


async def test_a_select_in_a_message_sends_the_chosen_person(stage: Stage, visit: Visit) -> None:
    pick = {"type": "users_select", "action_id": "who", "placeholder": plain("Choose a person")}
    stage.messages[APPROVALS] = [
        said(BOT, "x", 0, blocks=[{"type": "section", "block_id": "b", "text": mrkdwn("Hand over"), "accessory": pick}])
    ]
    page = await visit(HERE)
    await page.get_by_role("button", name="Choose a person").click()
    await page.get_by_role("menuitemradio", name="Sam Okafor").click()
    await expect(page.locator("[data-action-id=who]")).to_have_text("Sam Okafor (@sam)")
    await expect(page.locator("[data-action-id=who]")).to_be_enabled()
    [sent] = await stage.heard("actions")
    assert sent["selected_user"] == SAM
    assert sent["state"] == {"values": {"b": {"who": {"type": "users_select", "selected_user": SAM}}}}


async def test_a_receipt_takes_the_place_of_its_card_without_moving_what_is_under_the_pointer(
    stage: Stage, visit: Visit
) -> None:
    before = [said(ALEX, f"line {number}", -9000 + number * 400) for number in range(12)]
    stage.messages[APPROVALS] = [*before, card(), *[said(SAM, f"after {number}", 600 + number) for number in range(20)]]
    page = await visit(HERE, height=600)
    message = page.get_by_test_id(f"message-{ts(60)}")
    await message.scroll_into_view_if_needed()
    await page.locator("[data-action-id='approval.approve']").hover()
    box, below = await message.bounding_box(), await page.get_by_test_id(f"message-{ts(600)}").bounding_box()
    stage.post(APPROVALS, said(BOT, "done", 60, blocks=receipt(), edited={"ts": ts(70), "user": BOT}))
    await expect(message.get_by_role("heading")).to_have_text("☑️ Done in 1.2 s · suspended leaver@example.com")
    await expect(message.locator("[data-action-id]")).to_have_count(0)
    assert await message.bounding_box() == pytest.approx(box, abs=1)
    assert await page.get_by_test_id(f"message-{ts(600)}").bounding_box() == pytest.approx(below, abs=1)
    await page.mouse.move(2, 300)
    await expect(message).to_have_attribute("style", "")
    await expect(message.locator(".edited")).to_have_text("(edited)")


async def test_a_card_that_changes_above_the_fold_does_not_scroll_the_reader(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [card(), *[said(SAM, f"after {number}", 600 + number) for number in range(60)]]
    page = await visit(HERE, height=600)
    await page.get_by_test_id(f"message-{ts(630)}").scroll_into_view_if_needed()
    await page.mouse.move(2, 300)
    before = await page.get_by_test_id(f"message-{ts(630)}").bounding_box()
    stage.post(APPROVALS, said(BOT, "done", 60, blocks=[*receipt(), *receipt()]))
    await expect(page.get_by_test_id(f"message-{ts(60)}")).to_contain_text("Done in 1.2 s")
    assert await page.get_by_test_id(f"message-{ts(630)}").bounding_box() == pytest.approx(before, abs=1)


async def test_a_new_message_waits_below_while_the_pointer_is_on_a_button(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [*[said(SAM, f"line {number}", number) for number in range(20)], card()]
    page = await visit(HERE, height=600)
    approve = page.locator("[data-action-id='approval.approve']")
    await approve.hover()
    before = await approve.bounding_box()
    for number in range(8):
        stage.post(APPROVALS, said(SAM, f"news {number}", 900 + number))
    await expect(page.get_by_test_id(f"message-{ts(907)}")).to_be_attached()
    assert await approve.bounding_box() == pytest.approx(before, abs=1)
    await page.get_by_role("button", name="New messages").click()
    await expect(page.get_by_test_id(f"message-{ts(907)}")).to_be_in_viewport()


@pytest.mark.parametrize("by", ["mouse", "keyboard"])
async def test_a_button_that_is_pressed_stays_until_it_is_let_go(stage: Stage, visit: Visit, by: str) -> None:
    stage.messages[APPROVALS] = [card()]
    page = await visit(HERE)
    approve = page.locator("[data-action-id='approval.approve']")
    await (approve.hover() if by == "mouse" else approve.focus())
    await (page.mouse.down() if by == "mouse" else page.keyboard.down("Space"))
    stage.post(APPROVALS, said(BOT, "done", 60, blocks=receipt()))
    stage.push("ephemeral", {"channel": APPROVALS, "message": said(BOT, "You heard of it.", 70)})
    await expect(page.get_by_test_id("announcer")).to_contain_text("You heard of it.")
    await (page.mouse.up() if by == "mouse" else page.keyboard.up("Space"))
    assert len(await stage.heard("actions")) == 1
    await expect(page.get_by_test_id(f"message-{ts(60)}").get_by_role("heading")).to_contain_text("Done in 1.2 s")


async def test_a_message_for_one_person_says_so(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    await expect(page.get_by_text("The start of #approvals.")).to_be_visible()
    stage.push("ephemeral", {"channel": APPROVALS, "message": said(BOT, "You can't approve this.", 70)})
    message = page.get_by_test_id(f"message-{ts(70)}")
    await expect(message).to_contain_text("Only visible to you")
    await expect(page.get_by_test_id("announcer")).to_have_text("Only to you, Countersign: You can't approve this.")


async def test_a_block_that_is_not_known_says_so(stage: Stage, visit: Visit) -> None:
    stage.messages[APPROVALS] = [
        said(
            BOT,
            "x",
            0,
            blocks=[{"type": "hologram"}, {"type": "actions", "elements": [{"type": "dial", "action_id": "d"}]}],
        )
    ]
    page = await visit(HERE)
    await expect(page.get_by_test_id(f"message-{ts(0)}").locator(".unknown")).to_have_text(
        ["This block cannot be shown here", "This element cannot be shown here"]
    )
