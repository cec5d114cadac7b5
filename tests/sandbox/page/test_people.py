"""Acting as one person, then as another; first steps."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.sandbox.page.conftest import Visit
from tests.sandbox.page.probes import copied
from tests.sandbox.page.samples import ALEX, APPROVALS, BOT, GENERAL, IT_HELP, OLGA, ROBIN, button, said, ts
from tests.sandbox.page.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

SENTENCE = "@Countersign suspend leaver@example.com, they left on Friday"


def waiting() -> dict[str, Any]:
    """The message in the thread while the request can be taken back."""
    blocks = [{"type": "actions", "elements": [button("Withdraw", "request.withdraw")]}]
    return said(BOT, "I need an approval", 2, thread_ts=ts(0), blocks=blocks)


async def test_the_person_and_their_role_are_always_in_sight(visit: Visit) -> None:
    page = await visit()
    await expect(page.locator(".act-as")).to_contain_text("Robin Reyes")
    await expect(page.get_by_test_id("role")).to_have_text("requester")
    await page.get_by_test_id("act-as").select_option(ALEX)
    await expect(page.locator(".act-as")).to_contain_text("Alex Ahmadi")
    await expect(page.get_by_test_id("role")).to_have_text("approver")


async def test_the_next_message_is_written_by_the_chosen_person(stage: Stage, visit: Visit) -> None:
    page = await visit()
    await page.get_by_test_id("act-as").select_option(OLGA)
    await page.get_by_test_id("composer").fill("mine")
    await page.get_by_test_id("send").click()
    await expect(page.locator(".author")).to_have_text(["Olga Novak"])
    assert [body["as"] for body in await stage.heard("messages")] == [OLGA]


async def test_each_person_sees_the_channels_they_are_in(visit: Visit) -> None:
    page = await visit(f"#/c/{APPROVALS}?as={ALEX}")
    await expect(page.get_by_test_id(f"channel-{APPROVALS}")).to_be_visible()
    await page.get_by_test_id("act-as").select_option(ROBIN)
    await expect(page.get_by_test_id(f"channel-{APPROVALS}")).to_have_count(0)
    await expect(page.get_by_role("heading", name="it-help")).to_be_visible()
    assert f"#/c/{IT_HELP}?as={ROBIN}" in page.url


async def test_the_person_stays_in_a_channel_that_both_are_in(visit: Visit) -> None:
    page = await visit(f"#/c/{GENERAL}?as={ALEX}")
    await page.get_by_test_id("act-as").select_option(ROBIN)
    await expect(page.get_by_test_id("role")).to_have_text("requester")
    await expect(page.get_by_role("heading", name="general")).to_be_visible()


async def test_an_empty_channel_teaches_the_first_steps(stage: Stage, visit: Visit) -> None:
    page = await visit()
    hint = page.get_by_test_id("hint")
    await expect(hint).to_contain_text(SENTENCE)
    await expect(hint).to_contain_text("then switch to Alex to approve")
    await expect(page.locator(".message")).to_have_count(0)
    await hint.get_by_role("button", name="Copy").click()
    await copied(page, SENTENCE)
    await page.get_by_test_id("hint-use").click()
    await expect(page.get_by_test_id("composer")).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(hint).to_have_count(0)
    assert [body["text"] for body in await stage.heard("messages")] == [SENTENCE]


async def test_while_a_request_waits_the_hint_leads_to_the_approver(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(ROBIN, "please", 0), waiting()]
    page = await visit()
    await page.get_by_role("button", name="Switch to Alex").click()
    await expect(page.get_by_test_id("act-as")).to_have_value(ALEX)
    await expect(page.get_by_role("heading", name="approvals")).to_be_visible()


async def test_the_hint_goes_with_the_request(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(ROBIN, "please", 0), waiting()]
    page = await visit()
    await expect(page.get_by_test_id("hint-next")).to_be_visible()
    stage.post(IT_HELP, said(BOT, "Withdrawn", 2, thread_ts=ts(0)))
    await expect(page.get_by_test_id("hint-next")).to_have_count(0)


async def test_a_dismissed_hint_stays_away(stage: Stage, visit: Visit) -> None:
    stage.messages[IT_HELP] = [said(ROBIN, "please", 0), waiting()]
    page = await visit()
    await page.get_by_label("Dismiss this hint").click()
    await expect(page.get_by_test_id("hint-next")).to_have_count(0)
    await page.reload()
    await expect(page.get_by_test_id(f"message-{ts(0)}")).to_be_visible()
    await expect(page.get_by_test_id("hint-next")).to_have_count(0)
