"""Somebody asks, somebody decides."""

import asyncio

import pytest
from playwright.async_api import expect

from sandbox.seed import ALEX, APPROVALS, IT_HELP, OLGA, ROBIN, SAM
from tests.stories.scene import World
from tests.stories.window import button

pytestmark = pytest.mark.asyncio(loop_scope="session")

RECEIPT_IS_LATE = {"chat.update": {"status": 429, "retry_after": 1}}
TOO_LATE = "Your click changed nothing: this was already approved"


def told_too_late(demo: World) -> list[int]:
    """How often Alex and how often Sam was told so, in all stories up to now."""
    return [len(demo.whispers(user, APPROVALS, TOO_LATE)) for user in (ALEX, SAM)]


async def test_an_approved_request_is_carried_out_and_answered(demo: World) -> None:
    window = await demo.window(ROBIN, IT_HELP)
    await window.write("@Countersign suspend leaver@example.com, they left on Friday")
    await window.act_as(ALEX, APPROVALS)
    card = window.card("leaver@example.com")
    await expect(card).to_contain_text("Suspend user · leaver@example.com · Google Workspace")
    await expect(card).to_contain_text("Asked by @Robin Reyes in #it-help")
    await card.get_by_role("link", name="open the thread").click()
    await expect(window.message("they left on Friday")).to_be_in_viewport()
    await window.page.get_by_test_id(f"channel-{APPROVALS}").click()
    await button(card, "Approve").click()
    await expect(card).to_contain_text("Done in")
    await expect(card).to_contain_text("Approved by @Alex Ahmadi")
    await expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    await expect(card.get_by_role("button", name="Deny")).to_have_count(0)
    await window.act_as(ROBIN, IT_HELP)
    thread = await window.open_thread("they left on Friday")
    await expect(thread).to_contain_text("leaver@example.com is now suspended")
    await window.page.get_by_test_id("drawer-toggle").click()
    await window.page.get_by_test_id("drawer-google").click()
    await expect(window.page.locator("[data-email='leaver@example.com']")).to_contain_text("Suspended")
    assert demo.writes("leaver@example.com") == ["leaver@example.com"]


async def test_a_denial_reaches_the_requester_with_its_reason(demo: World) -> None:
    robin, alex = await demo.window(ROBIN, IT_HELP), await demo.window(ALEX, APPROVALS)
    await robin.write("@Countersign suspend ada.abbott@example.com, wrong badge")
    card = alex.card("ada.abbott@example.com")
    await button(card, "Deny…").click()
    await alex.modal.get_by_role("textbox", name="Why?").fill("wrong person, ask HR first")
    await button(alex.modal, "Deny").click()
    await expect(card).to_contain_text("Denied by @Alex Ahmadi · “wrong person, ask HR first”")
    await expect(alex.modal).to_be_hidden()
    await expect(card.get_by_role("button", name="Approve")).to_have_count(0)
    thread = await robin.open_thread("wrong badge")
    await expect(thread).to_contain_text("wrong person, ask HR first")
    assert demo.writes("ada.abbott@example.com") == []


async def test_an_approver_may_not_approve_their_own_request(demo: World) -> None:
    alex, sam = await demo.window(ALEX, APPROVALS), await demo.window(SAM, APPROVALS)
    await demo.say("@Countersign suspend bram.hansen@example.com", ALEX)
    await button(alex.card("bram.hansen@example.com"), "Approve").click()
    await expect(alex.private.filter(has_text="you asked for it yourself.")).to_be_visible()
    assert demo.writes("bram.hansen@example.com") == []
    await button(sam.card("bram.hansen@example.com"), "Approve").click()
    await expect(alex.card("bram.hansen@example.com")).to_contain_text("Approved by @Sam Okafor")


@pytest.mark.parametrize(
    ("user", "target", "why"),
    [
        (OLGA, "chloe.peeters@example.com", "you are not one of the approvers."),
        (ROBIN, "femke.garcia@example.com", "you asked for it yourself."),
    ],
)
async def test_a_click_that_does_not_count_is_explained_in_private(
    demo: World, user: str, target: str, why: str
) -> None:
    demo.join(user, APPROVALS)
    await demo.say(f"@Countersign suspend {target}")
    clicking, sam = await demo.window(user, APPROVALS), await demo.window(SAM, APPROVALS)
    card = clicking.card(target)
    await button(card, "Approve").click()
    refusal = clicking.private.filter(has_text=why)
    await expect(refusal).to_contain_text("Only visible to you")
    await expect(refusal).to_contain_text(f"You can't approve this: {why} These people can: @it-admins.")
    await expect(sam.card(target).get_by_role("heading")).to_contain_text("⏳")
    await expect(button(card, "Approve")).to_be_enabled()
    await expect(sam.private.filter(has_text=why)).to_have_count(0)
    assert demo.writes(target) == []


async def test_a_double_click_is_one_approval(demo: World) -> None:
    robin, alex = await demo.window(ROBIN, IT_HELP), await demo.window(ALEX, APPROVALS)
    await robin.write("@Countersign suspend goran.nguyen@example.com, gone since Monday")
    card = alex.card("goran.nguyen@example.com")
    await button(card, "Approve").dblclick()
    await expect(card).to_contain_text("Done in")
    thread = await robin.open_thread("gone since Monday")
    await expect(thread.get_by_text("goran.nguyen@example.com is now suspended")).to_have_count(1)
    assert demo.writes("goran.nguyen@example.com") == ["goran.nguyen@example.com"]


async def test_of_two_approvers_at_once_the_later_one_is_told(demo: World) -> None:
    await demo.control("PUT", "faults", RECEIPT_IS_LATE)
    await demo.say("@Countersign suspend hana.ueda@example.com")
    alex, sam = await demo.window(ALEX, APPROVALS), await demo.window(SAM, APPROVALS)
    before = told_too_late(demo)
    both = [button(window.card("hana.ueda@example.com"), "Approve") for window in (alex, sam)]
    await asyncio.gather(*(one.click() for one in both))
    for window in (alex, sam):
        await expect(window.card("hana.ueda@example.com").get_by_role("button", name="Approve")).to_be_enabled()
    await demo.until(lambda: told_too_late(demo) != before)
    await demo.control("PUT", "faults", {})
    for window, times in zip((alex, sam), told_too_late(demo), strict=True):
        await expect(window.card("hana.ueda@example.com")).to_contain_text("Done in")
        await expect(window.private.filter(has_text=TOO_LATE)).to_have_count(times)
    assert sum(told_too_late(demo)) == sum(before) + 1
    assert demo.writes("hana.ueda@example.com") == ["hana.ueda@example.com"]


async def test_all_details_show_the_exact_arguments(demo: World) -> None:
    await demo.say("@Countersign suspend jonas.fischer@example.com, contract ended")
    alex = await demo.window(ALEX, APPROVALS)
    card = alex.card("jonas.fischer@example.com")
    await button(card, "All details").click()
    exact = '{"user_key":"jonas.fischer@example.com"}'
    await expect(alex.modal.locator("pre").first).to_have_text(exact)
    await expect(alex.modal).to_contain_text("Asked by  @Robin Reyes in #it-help")
    await expect(alex.modal).to_contain_text("1 of @it-admins")
    await button(alex.modal, "Approve").click()
    await expect(alex.modal).to_contain_text("Your approval is saved.")
    await expect(card).to_contain_text("Done in")
    assert demo.writes("jonas.fischer@example.com") == ["jonas.fischer@example.com"]
