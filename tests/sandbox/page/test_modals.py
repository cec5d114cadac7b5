"""Modals: what is asked, what is wrong, what is sent."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.conftest import PATIENCE
from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.samples import ALEX, APPROVALS, BOT, deny_modal, mrkdwn, option, plain, text_input
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = f"#/c/{APPROVALS}?as={ALEX}"
ONCE = {"type": "radio_buttons", "selected_option": option("This call", "once")}


async def test_a_modal_opens_over_the_page_with_the_first_field_focused(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    stage.show(deny_modal())
    modal = page.get_by_role("dialog")
    await expect(modal.get_by_role("heading")).to_have_text("Deny this call")
    await expect(modal.get_by_role("textbox", name="Reason")).to_be_focused()
    await expect(modal).to_contain_text("Only visible to you")


async def test_what_is_missing_or_too_short_is_said_under_the_field(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    stage.show(deny_modal())
    await page.get_by_test_id("modal-submit").click()
    await expect(page.locator("[data-error-for=reason]")).to_have_text("Please fill this in.")
    await expect(page.locator("[data-error-for=kind]")).to_have_text("Choose an option.")
    await expect(page.locator("[data-error-for=tell]")).to_have_text("")
    reason = page.get_by_role("textbox", name="Reason")
    await expect(reason).to_be_focused()
    await reason.fill("no")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.locator("[data-error-for=reason]")).to_have_text("Write at least 10 characters (now 2).")
    await reason.fill("x" * 301)
    await page.get_by_test_id("modal-submit").click()
    await expect(page.locator("[data-error-for=reason]")).to_have_text("Write at most 300 characters (now 301).")
    assert stage.told("submit") == []


async def test_a_submission_carries_every_field_as_slack_does(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    stage.show(deny_modal())
    await page.get_by_role("textbox", name="Reason").fill("wrong person, ask HR first")
    await page.get_by_label("Kind").select_option("hr")
    await page.get_by_label("The approvers").check()
    stage.views = []
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal")).to_be_hidden()
    values = {
        "reason": {"text": {"type": "plain_text_input", "value": "wrong person, ask HR first"}},
        "kind": {"kind": {"type": "static_select", "selected_option": option("Ask HR first", "hr")}},
        "scope": {"scope": ONCE},
        "tell": {"tell": {"type": "checkboxes", "selected_options": [option("The approvers", "approvers")]}},
    }
    assert await stage.heard("submit") == [{"as": ALEX, "values": values}]


async def test_errors_from_the_app_stand_under_their_fields(stage: Stage, visit: Visit) -> None:
    stage.submit_answer = {"response_action": "errors", "errors": {"name": "This is not the target."}}
    page = await visit(HERE)
    stage.show(deny_modal(blocks=[text_input("name", "Type the target")]))
    field = page.get_by_role("textbox", name="Type the target")
    await field.fill("somebody")
    await field.press("Enter")
    await expect(page.locator("[data-error-for=name]")).to_have_text("This is not the target.")
    await expect(field).to_have_accessible_description("This is not the target.")
    await expect(field).to_have_value("somebody")
    await expect(page.get_by_test_id("modal-submit")).to_be_enabled()


async def test_a_submission_without_ack_keeps_the_modal_and_warns(stage: Stage, visit: Visit) -> None:
    stage.submit_answer = {"warning": "We had some trouble connecting. Try again?"}
    page = await visit(HERE)
    stage.show(deny_modal(blocks=[text_input("name", "Name")]))
    await page.get_by_role("textbox", name="Name").fill("x")
    await page.get_by_test_id("modal-submit").click()
    await expect(page.get_by_test_id("modal-error")).to_contain_text("did not answer within 3 seconds")


async def test_the_submit_button_rests_while_the_form_is_on_its_way(stage: Stage, visit: Visit) -> None:
    stage.gate.clear()
    page = await visit(HERE)
    stage.show(deny_modal(blocks=[text_input("name", "Name")]))
    await page.get_by_role("textbox", name="Name").fill("x")
    submit = page.get_by_test_id("modal-submit")
    await submit.click()
    await expect(submit).to_have_text("Sending…")
    await expect(submit).to_be_disabled()
    stage.gate.set()
    await expect(submit).to_have_text("Deny")


async def test_an_update_fills_a_loading_view_and_keeps_what_was_typed(stage: Stage, visit: Visit) -> None:
    loading = deny_modal(
        hash="1.loading", submit=None, blocks=[{"type": "section", "block_id": "s", "text": mrkdwn("Loading…")}]
    )
    page = await visit(HERE)
    stage.show(loading)
    await expect(page.get_by_test_id("modal")).to_contain_text("Loading…")
    await expect(page.get_by_test_id("modal-submit")).to_have_count(0)
    stage.show(deny_modal(hash="2.full"))
    reason = page.get_by_role("textbox", name="Reason")
    await reason.fill("half a senten")
    stage.show(deny_modal(hash="3.more", title=plain("Deny 2 calls")))
    await expect(page.get_by_role("heading", name="Deny 2 calls")).to_be_visible()
    await expect(reason).to_have_value("half a senten")
    await expect(reason).to_be_focused()


async def test_a_pushed_view_goes_back_to_the_one_below(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    stage.show(deny_modal(), deny_modal(id="V0SECOND1", title=plain("All details"), submit=None, close=None, blocks=[]))
    await expect(page.get_by_role("heading", name="All details")).to_be_visible()
    await page.get_by_role("dialog").get_by_role("button", name="Back").first.click()
    await expect(page.get_by_role("heading", name="Deny this call")).to_be_visible()
    assert await stage.heard("close") == [{"view": "V0SECOND1", "as": ALEX}]


async def test_escape_closes_a_modal(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    stage.show(deny_modal())
    await expect(page.get_by_test_id("modal")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_test_id("modal")).to_be_hidden()
    assert await stage.heard("close") == [{"view": "V0DENY001", "as": ALEX}]


async def test_an_element_of_a_modal_sends_its_action_at_once(stage: Stage, visit: Visit) -> None:
    select = {
        "type": "input",
        "block_id": "kind",
        "dispatch_action": True,
        "label": plain("Kind"),
        "element": {"type": "static_select", "action_id": "kind", "options": [option("A", "a"), option("B", "b")]},
    }
    page = await visit(HERE)
    stage.show(deny_modal(blocks=[select]))
    await page.get_by_label("Kind").select_option("b")
    await expect(page.get_by_label("Kind")).to_be_enabled()
    [sent] = await stage.heard("actions")
    assert (sent["view_id"], sent["action_id"], sent["selected_option"]) == ("V0DENY001", "kind", option("B", "b"))


async def test_a_modal_that_the_app_closes_goes_away(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    stage.show(deny_modal())
    await expect(page.get_by_test_id("modal")).to_be_visible()
    stage.views = []
    stage.push("views_closed", {"stack": []})
    await expect(page.get_by_test_id("modal")).to_be_hidden()


async def test_an_answer_that_comes_late_does_not_replace_a_newer_one(stage: Stage, visit: Visit) -> None:
    page = await visit(HERE)
    stage.show(deny_modal(hash="0.first", title=plain("First")))
    await expect(page.get_by_role("heading", name="First")).to_be_visible()
    stage.late = late = asyncio.Event()
    stage.show(deny_modal(hash="1.old", title=plain("Old")))
    await asyncio.wait_for(stage.held.wait(), PATIENCE)
    stage.show(deny_modal(hash="2.new", title=plain("New")))
    await expect(page.get_by_role("heading", name="New")).to_be_visible()
    async with page.expect_response("**/sandbox/views?*") as response:
        await page.title()  # the driver takes its orders one by one: once it answers, it listens
        late.set()
    await (await response.value).finished()
    stage.push("status", {"channel": APPROVALS, "user": BOT, "status": "is working"})
    await expect(page.get_by_test_id("status")).to_have_text("Countersign is working")
    await expect(page.get_by_role("heading", name="New")).to_be_visible()
